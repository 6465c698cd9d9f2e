"""What a verb tells beside its result, in lines that fit 80 columns, and what tells addresses or keys apart in a table.

Rule: `short` is for tables alone, whose whole values are in ``--json``: whom a person is about to pay, and what they
are to compare, is always shown whole.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.model.laid_out import laid

if TYPE_CHECKING:
    from prometheus.api import Call

_HEAD, _TAIL = 8, 6
_WARNING: Final = "warning: "


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
