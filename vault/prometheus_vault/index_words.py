"""Words: what a text is searched by.

A word is a maximal run of letters and digits, after Unicode form NFKD, without case and without marks such as accents.
SQLite only ever sees words joined by single spaces, so that its version has no say in what a word is.
"""

from __future__ import annotations

from typing import Final
from unicodedata import category, normalize

_LONG: Final = 256
_ASCII: Final = "".join(chr(code) if chr(code).isalnum() else " " for code in range(128))


def words_of(text: str) -> list[str]:
    """Return the words of a text, each once, in the order in which they first appear."""
    if text.isascii():
        return list(dict.fromkeys(text.lower().translate(_ASCII).split()))
    # Most lines of most texts are ASCII, and most of what stands between spaces in others.
    parts = text.split("\n") if "\n" in text else text.split()
    if len(parts) > 1:
        return list(dict.fromkeys(word for part in parts for word in words_of(part)))
    # Marks are dropped below, so their order is nothing to find out, which takes long where there are many.
    pieces = [text] if len(text) <= _LONG else text
    folded = "".join([normalize("NFKD", piece) for piece in pieces]).casefold()
    kept = (character for character in folded if category(character)[0] != "M")
    return list(dict.fromkeys("".join(each if each.isalnum() else " " for each in kept).split()))


def sought_words(text: str) -> list[str]:
    """Return the words that must be looked for: without those that begin another one, which say nothing more."""
    words = sorted(words_of(text))
    followed = zip(words, [*words[1:], ""], strict=False)
    return [word for word, after in followed if not after.startswith(word)]
