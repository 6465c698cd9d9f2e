from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import NotUnderstood, PrometheusError
from prometheus.identity.did import Did, KeyLink
from prometheus.identity.multicipher import KeyId

TEXT = "did:morpheus:ezqztJ6XX6GDxdSgdiySiT3J"
dids = st.one_of(
    st.binary(min_size=16, max_size=16).map(lambda body: Did(KeyId("e", b"\x01" + body))),
    st.binary(min_size=20, max_size=20).map(lambda body: Did(KeyId("s", b"\x01" + body))),
)


@given(dids, st.integers(min_value=0, max_value=2**32 - 1))
def test_dids_and_links_are_read_back(did: Did, index: int) -> None:
    assert Did.parse(did.text) == did
    assert KeyLink.parse(f"{did.text}#{index}") == KeyLink(did, index)
    assert KeyLink(did, index).text == f"{did.text}#{index}"
    assert KeyLink.parse_local(f"#{index}") == KeyLink.parse(f"#{index}") == KeyLink(None, index)


@given(dids)
def test_a_did_in_another_base_is_written_back_in_base58(did: Did) -> None:
    assert Did.parse(f"did:morpheus:{did.key_id.suite}f{did.key_id.raw.hex()}").text == did.text


@given(dids, st.data())
def test_an_altered_did_is_another_one_or_refused(did: Did, data: st.DataObject) -> None:
    place = data.draw(st.integers(min_value=0, max_value=len(did.text) - 1))
    altered = did.text[:place] + data.draw(st.characters()) + did.text[place + 1 :]
    try:
        read = Did.parse(altered)
    except PrometheusError:
        return
    assert (read == did) == (altered == did.text)


def test_an_overlong_text_is_refused_with_a_short_error() -> None:
    with pytest.raises(NotUnderstood) as refused:
        Did.parse("x" * 1_000_000)
    assert len(refused.value.what) < 3000


@pytest.mark.parametrize(
    ("link", "error"),
    [
        (TEXT, "a key link is a DID, '#' and the index of a key"),
        (TEXT + "#", "cannot parse integer from empty string"),
        (TEXT + "#-1", "invalid digit found in string"),
        (TEXT + "#1.0", "invalid digit found in string"),
        (TEXT + "# 1", "invalid digit found in string"),
        (TEXT + "#٣", "invalid digit found in string"),
        (TEXT + "#1#2", "invalid digit found in string"),
        (TEXT + "#4294967296", "number too large to fit in target type"),
        (TEXT + "#" + "9" * 100_000, "number too large to fit in target type"),
        ("did:web:example.org#0", "did:web:example.org is not a valid DID: must start with did:morpheus:"),
    ],
)
def test_a_bad_key_link_is_refused(link: str, error: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        KeyLink.parse(link)
    assert refused.value.what == error


def test_a_local_link_names_no_did() -> None:
    with pytest.raises(NotUnderstood, match="Key links for remote DIDs are not supported yet"):
        KeyLink.parse_local(TEXT + "#0")
    assert KeyLink.parse_local("#007").key_index == 7
