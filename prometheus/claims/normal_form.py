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
_SHORT = 128


def is_nfkd(text: str) -> bool:
    """Return whether a text is in normalisation form KD."""
    if text.isascii():
        return True
    from unicodedata import is_normalized

    if not _holds_newer(text):
        return is_normalized("NFKD", text)
    # Newer ones stay where they are, and no known one decomposes into them: the pieces between stand for themselves.
    return all(is_normalized("NFKD", piece) for piece in _cut_at_newer(text)[::2])


def nfkd(text: str) -> str:
    """Return a text in normalisation form KD."""
    if text.isascii():
        return text
    if not _holds_newer(text):
        return _normalised(text)
    pieces = _cut_at_newer(text)
    pieces[::2] = map(_normalised, pieces[::2])
    return "".join(pieces)


def _holds_newer(text: str) -> bool:
    """Look at the characters outside ASCII only, which are few in most texts."""
    return not _NEWER.isdisjoint(text.encode(errors="surrogatepass").translate(None, _ASCII).decode(errors="ignore"))


def _cut_at_newer(text: str) -> list[str]:
    """Return the pieces between newer characters, and these: by turns, beginning and ending with a piece."""
    pieces, start = [], 0
    for position, character in enumerate(text):
        if character in _NEWER:
            pieces += [text[start:position], character]
            start = position + 1
    return [*pieces, text[start:]]


def _normalised(text: str) -> str:
    """Return the form of a text without newer characters.

    The library puts the marks behind a letter in order by comparing each with those before it. So it is given long
    texts piece by piece, cut where nothing moves across, and pieces that cannot be cut are put in order here.
    """
    from unicodedata import is_normalized, normalize

    if len(text) <= _SHORT:
        return normalize("NFKD", text)
    if is_normalized("NFKD", text):
        return text
    pieces, start = [], 0
    while start < len(text):
        end = start + _SHORT
        while end < len(text) and not _begins_anew(text[end]):
            end += 1
        piece = text[start:end]
        pieces.append(normalize("NFKD", piece) if len(piece) <= 2 * _SHORT else _put_in_order(piece))
        start = end
    return "".join(pieces)


def _begins_anew(character: str) -> bool:
    """Return whether nothing before a character changes places with it, or with what it decomposes into."""
    if character.isascii():
        return True
    from unicodedata import combining, normalize

    return not combining(normalize("NFKD", character)[0])


def _put_in_order(text: str) -> str:
    from itertools import groupby
    from unicodedata import combining, normalize

    decomposed = "".join([normalize("NFKD", character) for character in text])
    runs = groupby(decomposed, lambda character: combining(character) > 0)
    return "".join(["".join(sorted(run, key=combining) if are_marks else run) for are_marks, run in runs])
