"""A claim's record keeps the issued bytes as they are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prometheus.model.claim_record import ClaimRecord

_TEXT = st.text(max_size=20)


@given(st.binary(max_size=200), st.lists(_TEXT, max_size=4), _TEXT, st.integers(0, 99))
def test_a_record_comes_back_as_it_was_written(raw: bytes, fields: list[str], text: str, uses: int) -> None:
    record = ClaimRecord(
        "cjuX", text, "cjuP", text, text, text, text, text, tuple(fields), text, "accept", raw, text, uses
    )
    assert ClaimRecord.from_fields(record.as_fields()) == record


def test_issued_bytes_are_unpadded_base64url_text() -> None:
    record = ClaimRecord("cjuX", "", "", "", "", "", "", "", (), "", "import", b"\xfb\xff\xfe\x00")
    assert record.as_fields()["raw"] == "-__-AA"
