"""JSON that nodes write again as it was given to them.

A node parses what it is sent and writes it anew with JavaScript before it computes an id or checks a signature. Most
comes out the same. What does not would have one id here and another there, so it is refused, whoever wrote it:

* characters beyond ASCII: nodes write them, but count characters where they should count bytes, and lose track;
* numbers other than whole ones up to 2^53-1: JavaScript rounds them, or writes 1.0 as 1 and 1e21 as 1e+21;
* names of members that are whole numbers, unless they come first and ascending: JavaScript moves them there.

What this is not: canonical JSON. The order of all other members is kept.
"""

from __future__ import annotations

from prometheus.claims.jsontext import compact
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.jsontext import Json

LARGEST_WHOLE = 2**53 - 1
_LARGEST_INDEX = 2**32 - 2


def node_text(value: Json) -> str:
    """Return the JSON text of a value, which is also what a node makes of it.

    Raises:
        NotUnderstood: When a node would write it otherwise.
    """
    text = compact(value)
    if not text.isascii():
        raise _refusal("the asset holds characters beyond ASCII", "nodes misread such a transaction and refuse it")
    waiting = [value]
    while waiting:
        entry = waiting.pop()
        if isinstance(entry, dict):
            _check_order(entry)
            waiting.extend(entry.values())
        elif isinstance(entry, list):
            waiting.extend(entry)
        elif isinstance(entry, int | float):
            _check_number(entry)
    return text


def _check_number(number: float) -> None:
    if type(number) is float or abs(number) > LARGEST_WHOLE:
        raise _refusal("the asset holds a number that is not whole or above 2^53-1", "nodes would write another one")


def _check_order(names: Iterable[str]) -> None:
    last, are_indices_over = -1, False
    for name in names:
        if not _is_index(name):
            are_indices_over = True
            continue
        if are_indices_over or int(name) < last:
            raise _refusal("the asset has members with numbers as names", "nodes would write them in another order")
        last = int(name)


def _is_index(name: str) -> bool:
    if not name.isdigit() or len(name) > 10 or (name[0] == "0" and name != "0"):
        return False
    return int(name) <= _LARGEST_INDEX


def _refusal(what: str, meaning: str) -> NotUnderstood:
    return NotUnderstood(what, code="TRANSACTION-ASSET", meaning=meaning)
