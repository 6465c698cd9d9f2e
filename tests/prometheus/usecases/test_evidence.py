"""Files in evidence: named by what their bytes are, written under names that they do not choose."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.cli.claim.evidence import evidence_lines, write_evidence
from prometheus.errors import Conflict
from prometheus.usecases.evidence import Said, files_of, parts_of

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

JPEG = b"\xff\xd8\xff\xe0 a picture"


def url(content: bytes, kind: str = "image/jpeg") -> str:
    return f"data:{kind};base64,{b64encode(content).decode()}"


def test_a_picture_is_told_by_kind_and_size_and_never_raw() -> None:
    lines = list(evidence_lines({"photo": url(JPEG), "note": "at the counter"}))
    assert lines == ["evidence:", "  .photo  image/jpeg, 14 bytes", "  .note  at the counter"]


def test_a_file_that_is_not_what_it_says_is_told() -> None:
    (file,) = files_of({"photo": url(b"MZ\x90 a program", "image/jpeg")})
    assert not file.is_as_declared
    assert file.file_name(1) == "1-photo.bin"
    assert "said to be image/jpeg, begins like unknown" in "".join(evidence_lines({"photo": url(b"MZ a program")}))


def test_files_in_lists_and_wrappers_are_found() -> None:
    evidence: Json = {
        "pages": [url(JPEG), url(b"%PDF-1.7", "application/pdf")],
        "seal": {"nonce": "u", "value": url(JPEG)},
    }
    assert [(file.path, file.ending) for file in files_of(evidence)] == [
        (".pages.0", "jpg"),
        (".pages.1", "pdf"),
        (".seal", "jpg"),
    ]


@pytest.mark.parametrize(
    "value", ["data:image/png;base64,!!!", "data:image/png,plain", "data:", "data:;base64", "hello", "", 7, None, True]
)
def test_what_is_no_file_stays_a_value(value: Json) -> None:
    assert files_of({"x": value}) == ()
    assert all(isinstance(part, Said) for part in parts_of({"x": value}))


def test_no_evidence_has_no_lines() -> None:
    assert list(evidence_lines(None)) == []
    assert parts_of(None) == ()


def test_files_are_written_once_under_harmless_names(tmp_path: Path) -> None:
    folder = str(tmp_path / "evidence")
    evidence: Json = {"../../etc/passwd": url(JPEG), "a\u202eb": url(b"GIF89a")}
    written = write_evidence(evidence, folder)
    assert sorted(path.name for path in Path(folder).iterdir()) == ["1-etc-passwd.jpg", "2-a-b.gif"]
    assert all(Path(path).parent == Path(folder) for path in written)
    with pytest.raises(Conflict):
        write_evidence(evidence, folder)


@given(st.dictionaries(st.text(max_size=30), st.binary(max_size=20).map(url) | st.text(max_size=20), max_size=4))
def test_no_name_leaves_the_folder(evidence: dict[str, Any]) -> None:
    for number, file in enumerate(files_of(evidence), start=1):
        name = file.file_name(number)
        assert name.isascii()
        assert "/" not in name
        assert not name.startswith((".", "-"))
        assert len(name) < 80
