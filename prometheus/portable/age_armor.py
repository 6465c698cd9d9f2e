"""The text form of an age file: base64 between two lines of dashes, as PEM has it but stricter.

Lines hold 64 characters, the last one fewer or as many; there is one way to write each file. White space around the
whole is allowed, line ends are LF or CRLF. What is around or within it besides is refused.
"""

from __future__ import annotations

import binascii

from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from typing import NoReturn

FIRST_LINE: Final = b"-----BEGIN AGE ENCRYPTED FILE-----"
LAST_LINE: Final = b"-----END AGE ENCRYPTED FILE-----"
_COLUMNS: Final = 64
_WHITE_SPACE: Final = b" \t\r\n"
_LONGEST_WHITE_SPACE: Final = 1024


def is_armored(content: bytes) -> bool:
    """Return whether a file is in text form."""
    return content[: _LONGEST_WHITE_SPACE + len(FIRST_LINE)].lstrip(_WHITE_SPACE).startswith(FIRST_LINE)


def without_armor(content: bytes) -> bytes:
    """Return the binary form of a file in text form.

    Raises:
        NotUnderstood: When it is not written in the one way that is allowed.
    """
    lines = content.strip(_WHITE_SPACE).replace(b"\r\n", b"\n").split(b"\n")
    if lines[0] != FIRST_LINE or lines[-1] != LAST_LINE:
        _refuse("it does not begin and end with the lines that it has to")
    body = lines[1:-1]
    if not body or any(len(line) != _COLUMNS for line in body[:-1]) or not 0 < len(body[-1]) <= _COLUMNS:
        _refuse("a line of it is too long, too short or empty")
    return _decoded(b"".join(body))


def _decoded(text: bytes) -> bytes:
    try:
        content = binascii.a2b_base64(text, strict_mode=True)
    except binascii.Error:
        _refuse("it holds something that is not base64")
    if binascii.b2a_base64(content, newline=False) != text:
        _refuse("its base64 is not written in the one way that is allowed")
    return content


def _refuse(meaning: str) -> NoReturn:
    raise NotUnderstood(
        "the text form of the age file is damaged",
        code="AGE-ARMOR",
        meaning=meaning,
        remedy="get the file again; mail programs and editors change such texts",
    )
