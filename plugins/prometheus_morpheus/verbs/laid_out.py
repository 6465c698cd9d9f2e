"""Lines that fit 80 columns: long ones go on below, and a table shows what tells an address or a key apart.

Rules: a line breaks between clauses where it can, else between words. No address, id, URL or command is ever broken,
for in pieces it can be neither compared nor copied. `short` is for tables alone, whose whole values are in ``--json``:
whom a person is about to pay, and what they are to compare, is always shown whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.api import Call

WIDTH: Final = 80
_CLAUSES: Final = ":,;"
_HEAD, _TAIL = 8, 6
_STEP: Final = "    "
_WARNING: Final = "warning: "


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


def short(text: str) -> str:
    """Return an address, a key or an id cut down for a table; what is short stays as it is."""
    return text if len(text) <= _HEAD + _TAIL + 1 else f"{text[:_HEAD]}…{text[-_TAIL:]}"


def noted(call: Call, text: str) -> None:
    """Tell the person something that may hold foreign text, as a note of as many lines as it takes."""
    call.note("\n".join(laid(call.safe(text))))


def warned(call: Call, text: str) -> None:
    """Tell the person something that they must not miss and that may hold foreign text."""
    lines = laid(_WARNING + call.safe(text))  # what the stream puts in front takes its room
    call.warn("\n".join(lines).removeprefix(_WARNING))
