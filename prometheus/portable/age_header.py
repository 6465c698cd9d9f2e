"""The header of an age file, read before anything is computed from it.

The format is that of ``age-encryption.org/v1``: a version line, one stanza for each way to open the file, and a line
with the header's own code of authentication. A passphrase stanza says how much work it asks for, and anyone can write
any number there; so it is read here, strictly, and refused above `MOST_WORK` before the work begins. Nothing is
decrypted here, and that the header is authentic is found out later, by age.
"""

from __future__ import annotations

import binascii

from prometheus.errors import NotUnderstood, TooLarge, TooNew
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from typing import NoReturn

VERSION_LINE: Final = b"age-encryption.org/v1\n"
_ANY_VERSION: Final = b"age-encryption.org/v"
MOST_WORK: Final = 22
"""A passphrase may ask for 2^22 rounds of scrypt, which take 4 GiB of memory."""
HEADER_LIMIT: Final = 1 << 16
"""Bytes of a header."""
STANZAS_LIMIT: Final = 64
SHORTEST_PAYLOAD: Final = 32
"""A nonce of 16 bytes and the tag of one empty chunk."""
SCRYPT: Final = "scrypt"
_COLUMNS: Final = 64
_SALT_BYTES, _WRAPPED_KEY_BYTES, _MAC_BYTES = 16, 32, 32
_FIRST_VISIBLE, _LAST_VISIBLE = 0x21, 0x7E


class Stanza(NamedTuple):
    """One way to open the file."""

    kind: str
    arguments: tuple[str, ...]
    body: bytes


class AgeHeader(NamedTuple):
    """What the header says before anything is opened."""

    stanzas: tuple[Stanza, ...]
    length: int
    """Bytes of the header; the sealed content follows."""

    @property
    def work(self) -> int | None:
        """The power of two of rounds that the passphrase asks for, or None where no passphrase opens the file."""
        stanza = self.stanzas[0]
        return int(stanza.arguments[1]) if stanza.kind == SCRYPT else None

    @property
    def memory(self) -> int:
        """Bytes of memory that trying a passphrase takes."""
        return 0 if self.work is None else 1024 << self.work


def is_age(content: bytes) -> bool:
    """Return whether a file says that it is an age file of some version, in its binary form."""
    return content.startswith(_ANY_VERSION)


def read_header(content: bytes) -> AgeHeader:
    """Return the header of an age file in its binary form.

    Raises:
        TooNew: When it is of another version than 1.
        TooLarge: When it asks for more work than is done.
        NotUnderstood: When it breaks any rule of the format, or nothing follows it.
    """
    _require_version(content)
    lines = _Lines(content)
    stanzas: list[Stanza] = []
    while (line := lines.next()).startswith(b"->"):
        stanzas.append(_stanza(line, lines))
        if len(stanzas) > STANZAS_LIMIT:
            _refuse(f"it has more than {STANZAS_LIMIT} ways to open it")
    if not stanzas:
        _refuse("it has no way to open it")
    _require_end(line)
    _require_rules(stanzas)
    if len(content) - lines.position < SHORTEST_PAYLOAD:
        _refuse("it ends after its header")
    return AgeHeader(tuple(stanzas), lines.position)


class _Lines:
    """The lines of a header, one after the other, up to the limit."""

    def __init__(self, content: bytes) -> None:
        self._content = content
        self.position = len(VERSION_LINE)

    def next(self) -> bytes:
        """Return the next line without its end."""
        end = self._content.find(b"\n", self.position, HEADER_LIMIT)
        if end < 0:
            _refuse(f"its header does not end within {HEADER_LIMIT} bytes")
        line = self._content[self.position : end]
        self.position = end + 1
        return line


def _require_version(content: bytes) -> None:
    if content.startswith(VERSION_LINE):
        return
    first = content[:HEADER_LIMIT].partition(b"\n")[0]
    version = first.removeprefix(_ANY_VERSION)
    if version != first and version.isdigit() and version != b"1":
        raise TooNew(
            f"the file is of version {version[:8].decode()} of age, and only 1 is read here",
            code="AGE-TOO-NEW",
            remedy="update prometheus, or open it with an age program and seal it anew",
        )
    _refuse("it does not begin with the version line of age")


def _stanza(first: bytes, lines: _Lines) -> Stanza:
    words = first.split(b" ")
    if words[0] != b"->" or len(words) == 1:
        _refuse("a line of its header does not say what opens it")
    if not all(word and all(_FIRST_VISIBLE <= letter <= _LAST_VISIBLE for letter in word) for word in words[1:]):
        _refuse("an argument in its header is empty or has a character that may not be there")
    kind, *arguments = (word.decode("ascii") for word in words[1:])
    text = b""
    while True:
        line = lines.next()
        if len(line) > _COLUMNS:
            _refuse("a line of its header is too long")
        text += line
        if len(line) < _COLUMNS:
            return Stanza(kind, tuple(arguments), _decoded(text))


def _require_end(line: bytes) -> None:
    words = line.split(b" ")
    if len(words) != 2 or words[0] != b"---" or len(_decoded(words[1])) != _MAC_BYTES:
        _refuse("the last line of its header is not as it has to be")


def _require_rules(stanzas: list[Stanza]) -> None:
    """Require of passphrases what the format demands; of other kinds age knows more."""
    if all(stanza.kind != SCRYPT for stanza in stanzas):
        return
    if len(stanzas) > 1:
        _refuse("a passphrase has to be the only way to open it")
    stanza = stanzas[0]
    if len(stanza.arguments) != 2 or len(_decoded(stanza.arguments[0].encode())) != _SALT_BYTES:
        _refuse("its passphrase has no salt of 16 bytes")
    if len(stanza.body) != _WRAPPED_KEY_BYTES:
        _refuse("the key behind its passphrase is not as long as it has to be")
    work = stanza.arguments[1]
    if not work.isdecimal() or work.startswith("0"):
        _refuse("its passphrase does not say how much work it asks for")
    if len(work) > 2 or int(work) > MOST_WORK:
        raise TooLarge(
            f"the passphrase of the file asks for 2^{work[:8]} rounds, and 2^{MOST_WORK} are the most that are done",
            code="AGE-WORK",
            meaning="such a number stops a machine for minutes or hours; nothing was computed",
            remedy="seal it anew with an age program if it is yours",
        )


def _decoded(text: bytes) -> bytes:
    """Return the bytes of base64 without padding, written in the one way that is allowed."""
    try:
        content = binascii.a2b_base64(text + b"=" * (-len(text) % 4), strict_mode=True)
    except binascii.Error:
        _refuse("its header holds something that is not base64")
    if binascii.b2a_base64(content, newline=False).rstrip(b"=") != text:
        _refuse("the base64 of its header is not written in the one way that is allowed")
    return content


def _refuse(meaning: str) -> NoReturn:
    raise NotUnderstood(
        "the file is no age file that can be read",
        code="AGE-HEADER",
        meaning=meaning,
        remedy="get the file again, or name the right one",
    )
