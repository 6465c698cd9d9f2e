"""Lines that fit 80 columns: long ones go on below.

Rules: a line breaks between clauses where it can, else between words. No address, id, URL, or command in back quotes is
ever broken, for in pieces it can be neither compared nor copied.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

WIDTH: Final = 80
_CLAUSES: Final = ":,;"
_STEP: Final = "    "


def laid(text: str, indent: int = len(_STEP), width: int = WIDTH) -> Iterator[str]:
    """Yield a text, safe already, as lines of at most so many columns; those after the first are indented."""
    margin, line = " " * indent, text
    while len(line) > width:
        cut = _cut(line, indent, width)
        if cut is None:
            break
        yield line[:cut].rstrip()
        line = margin + line[cut:].lstrip()
    yield line


def _cut(line: str, indent: int, width: int) -> int | None:
    """Return where the rest of a line begins; None where it has no place to break at."""
    start = len(line) - len(line.lstrip())
    least = max(start, indent) + 1
    places = [at for at in range(least, len(line)) if line[at] == " " and line.count("`", 0, at) % 2 == 0]
    fitting = [at for at in places if at <= width]
    clauses = [at for at in fitting if line[at - 1] in _CLAUSES and at > width // 2]
    if clauses:
        return clauses[-1]
    return fitting[-1] if fitting else next(iter(places), None)
