"""Lines that fit a terminal of 80 columns."""

from __future__ import annotations

import textwrap
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

WIDTH: Final = 80
_GAP: Final = 2


def paragraphs(text: str, indent: str = "") -> Iterator[str]:
    """Yield the wrapped lines of paragraphs that are separated by an empty line."""
    for number, paragraph in enumerate(text.strip().split("\n\n")):
        if number:
            yield ""
        yield from wrapped(paragraph, indent, indent)


def wrapped(text: str, first: str, further: str) -> list[str]:
    """Return the lines of a text after an indentation; words are never cut."""
    return textwrap.wrap(
        " ".join(text.split()),
        WIDTH,
        initial_indent=first,
        subsequent_indent=further,
        break_long_words=False,
        break_on_hyphens=False,
    )


def columns(rows: Iterable[tuple[str, str]], *, left: int, indent: int = 2) -> Iterator[str]:
    """Yield a list of terms and explanations; a term wider than the left column has a line of its own."""
    margin = " " * (indent + left + _GAP)
    for term, text in rows:
        head = " " * indent + term
        if len(term) > left:
            yield head
            yield from wrapped(text, margin, margin)
        else:
            yield from wrapped(text, head.ljust(len(margin)), margin) or [head]
