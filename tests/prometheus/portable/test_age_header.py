"""The header of an age file: what is refused before any work, and the limits themselves."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyrage import encrypt as age_encrypt
from pyrage import passphrase, x25519

from prometheus.errors import PrometheusError, TooLarge, TooNew
from prometheus.model.secret import Secret
from prometheus.portable import age_file
from prometheus.portable.age_armor import without_armor
from prometheus.portable.age_header import HEADER_LIMIT, MOST_WORK, STANZAS_LIMIT, read_header

SALT = base64.b64encode(bytes(16)).decode().rstrip("=")
KEY = base64.b64encode(bytes(32)).decode().rstrip("=")
VERSION = "age-encryption.org/v1\n"
END = f"--- {KEY}\n"
PAYLOAD = bytes(32)
SCRYPT = f"-> scrypt {SALT} 18\n{KEY}\n"
OTHER = f"-> X25519 {KEY}\n{KEY}\n"


def refusal(content: bytes) -> str:
    with pytest.raises(PrometheusError) as refused:
        age_file.look_into(content)
    return refused.value.code


def file_of(*stanzas: str, end: str = END, payload: bytes = PAYLOAD) -> bytes:
    return (VERSION + "".join(stanzas) + end).encode() + payload


def test_a_header_says_how_much_work_it_asks_for() -> None:
    header = read_header(file_of(SCRYPT))
    assert (header.work, header.memory) == (18, 256 << 20)
    assert read_header(file_of(OTHER, OTHER)).work is None
    assert read_header(file_of(OTHER)).length == len(file_of(OTHER)) - len(PAYLOAD)


@pytest.mark.parametrize(
    "sealed", [passphrase.encrypt(b"x", "y"), age_encrypt(b"x", [x25519.Identity.generate().to_public()])]
)
def test_what_pyrage_writes_is_read(sealed: bytes) -> None:
    header = age_file.look_into(sealed).header
    assert sealed[: header.length].endswith(b"\n")
    assert sealed[: header.length].splitlines()[-1].startswith(b"--- ")


@pytest.mark.parametrize("work", range(1, MOST_WORK + 1))
def test_every_amount_of_work_up_to_the_limit_is_allowed(work: int) -> None:
    assert read_header(file_of(SCRYPT.replace("18", str(work)))).work == work


@pytest.mark.parametrize("work", ["23", "24", "63", "99", "100", "18446744073709551634", "9" * 1000])
def test_more_work_than_allowed_is_refused_before_it_begins(work: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passphrase, "decrypt", lambda *_: pytest.fail("the work began"), raising=False)
    with pytest.raises(TooLarge, match="rounds"):
        age_file.look_into(file_of(SCRYPT.replace("18", work)))


@pytest.mark.parametrize("work", ["0", "018", "+18", "-1", "1e1", "0x12", "18 ", "", "1\uff18"])
def test_work_that_is_no_plain_number_is_refused(work: str) -> None:
    assert refusal(file_of(SCRYPT.replace("18", work))) == "AGE-HEADER"


@pytest.mark.parametrize("stanzas", [(SCRYPT, SCRYPT), (SCRYPT, OTHER), (OTHER, SCRYPT), (OTHER, OTHER, SCRYPT)])
def test_a_passphrase_beside_anything_else_is_refused(stanzas: tuple[str, ...]) -> None:
    assert refusal(file_of(*stanzas)) == "AGE-HEADER"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"age-encryption.org/v1",
        file_of(),
        file_of(OTHER, end=""),
        file_of(OTHER, end="---\n"),
        file_of(OTHER, end=f"--- {SALT}\n"),
        file_of(OTHER, end=f"--- {KEY} \n"),
        file_of(OTHER, payload=bytes(31)),
        file_of("->\n" + KEY + "\n"),
        file_of("-> \n" + KEY + "\n"),
        file_of("-> X25519  a\n" + KEY + "\n"),
        file_of("-> X25519 \x7f\n" + KEY + "\n"),
        file_of("-> X25519\r\n" + KEY + "\n"),
        file_of(OTHER.replace(KEY, KEY[:-1] + "B")),
        file_of(OTHER.replace(KEY, KEY + "=")),
        file_of("-> X " + "a" * HEADER_LIMIT + "\n\n"),
        file_of(*[OTHER] * (STANZAS_LIMIT + 1)),
        file_of(f"-> scrypt {KEY} 18\n{KEY}\n"),
        file_of(f"-> scrypt {SALT}\n{KEY}\n"),
        file_of(f"-> scrypt {SALT} 18\n{SALT}\n"),
        file_of("-> X\n" + "A" * 65 + "\n"),
        b"\n" + file_of(OTHER),
        file_of(OTHER).replace(b"\n", b"\r\n"),
    ],
)
def test_a_header_that_breaks_a_rule_is_refused(content: bytes) -> None:
    assert refusal(content) == "AGE-HEADER"


@pytest.mark.parametrize("version", ["2", "10", "9" * 50])
def test_a_later_version_is_too_new(version: str) -> None:
    with pytest.raises(TooNew):
        age_file.look_into(file_of(OTHER).replace(b"/v1\n", f"/v{version}\n".encode()))


def test_a_file_longer_than_the_limit_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(age_file, "FILE_LIMIT", 100)
    assert refusal(bytes(101)) == "EXPORT-TOO-LARGE"


def test_work_that_does_not_fit_into_memory_is_not_begun() -> None:
    file = age_file.look_into(file_of(SCRYPT.replace("18", "22")))
    with pytest.raises(PrometheusError) as refused:
        age_file.open_with_passphrase(file, Secret(b"x"), memory=(4 << 30) - 1)
    assert (refused.value.exit_code, "4096 MiB" in refused.value.what) == (16, True)


@given(st.binary(max_size=300))
def test_random_bytes_behind_the_version_line_give_errors_of_ours(rest: bytes) -> None:
    refusal(VERSION.encode() + rest)


@given(st.data())
def test_a_header_with_one_byte_changed_is_read_or_refused(data: st.DataObject) -> None:
    content = bytearray(file_of(SCRYPT))
    place = data.draw(st.integers(0, len(content) - len(PAYLOAD) - 1))
    content[place] = data.draw(st.integers(0, 255))
    try:
        header = read_header(bytes(content))
    except PrometheusError:
        return
    assert header.work is None or header.work <= MOST_WORK


@given(st.binary(max_size=200))
def test_random_text_between_the_dashes_gives_errors_of_ours(rest: bytes) -> None:
    armored = b"-----BEGIN AGE ENCRYPTED FILE-----\n" + rest + b"\n-----END AGE ENCRYPTED FILE-----\n"
    try:
        without_armor(armored)
    except PrometheusError as error:
        assert error.code == "AGE-ARMOR"  # noqa: PT017  # most of what is drawn is refused, and some of it is not
