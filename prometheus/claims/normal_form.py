"""Unicode normalisation form KD as of Unicode 13.0, which the reference was built with.

Content ids cover normalised keys, and canonical texts normalised values. So a later Unicode must not change the form:
a character that 13.0 did not know stays as it is and where it is. Only those characters matter that decompose or
combine; they are listed here up to Unicode 15.1, the newest that a supported Python brings along.

What this is not: a check that a text is made of assigned characters.
"""

from __future__ import annotations

_DECOMPOSING = ((0xA7F2, 0xA7F4), (0x10781, 0x10785), (0x10787, 0x107B0), (0x107B2, 0x107BA), (0x1E030, 0x1E06D))
_COMBINING = (
    *((0x0898, 0x089F), (0x08CA, 0x08D2), (0x0C3C, 0x0C3C), (0x1715, 0x1715), (0x1AC1, 0x1ACE), (0x1DFA, 0x1DFA)),
    *((0x10EFD, 0x10EFF), (0x10F82, 0x10F85), (0x11070, 0x11070), (0x11F41, 0x11F42), (0x1E08F, 0x1E08F)),
    *((0x1E2AE, 0x1E2AE), (0x1E4EC, 0x1E4EF)),
)
_NEWER = frozenset(chr(code) for first, last in _DECOMPOSING + _COMBINING for code in range(first, last + 1))
_ASCII = bytes(range(128))


def is_nfkd(text: str) -> bool:
    """Return whether a text is in normalisation form KD."""
    if text.isascii():
        return True
    from unicodedata import is_normalized

    return nfkd(text) == text if _holds_newer(text) else is_normalized("NFKD", text)


def nfkd(text: str) -> str:
    """Return a text in normalisation form KD."""
    if text.isascii():
        return text
    from unicodedata import normalize

    if not _holds_newer(text):
        return normalize("NFKD", text)
    pieces, start = [], 0
    for position, character in enumerate(text):
        if character in _NEWER:
            pieces += [normalize("NFKD", text[start:position]), character]
            start = position + 1
    return "".join([*pieces, normalize("NFKD", text[start:])])


def _holds_newer(text: str) -> bool:
    """Look at the characters outside ASCII only, which are few in most texts."""
    return not _NEWER.isdisjoint(text.encode(errors="surrogatepass").translate(None, _ASCII).decode(errors="ignore"))
