"""What a mistyped word may have meant."""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """Return a hint that names the closest known words, or nothing where none is close.

    A number in the place of an option is one that was written with a sign: the hint says that.
    """
    if word[1:2].isdigit():
        return "amounts and other numbers are written without a sign"
    from difflib import get_close_matches

    close = get_close_matches(word, list(known), n=3, cutoff=0.6)
    return f"did you mean {' or '.join(close)}?" if close else ""
