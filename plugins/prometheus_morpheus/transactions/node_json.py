"""JSON that nodes write again as it was given to them.

A node parses what it is sent and writes it anew with JavaScript before it computes an id or checks a signature. Most
comes out the same. What does not would have one id here and another there, so it is refused when it is to be sent:

* characters beyond ASCII: nodes write them, but count characters where they should count bytes, and lose track;
* numbers other than whole ones up to 2^53-1: JavaScript rounds them, or writes 1.0 as 1 and 1e21 as 1e+21;
* names of members that are whole numbers, unless they come first and ascending: JavaScript moves them there.

What a node shows was written by JavaScript already: numbers of any kind may stand in it, and the text that was hashed
is had again by writing them as JavaScript does (ECMA-262, Number::toString). That holds where they were read as the
nearest double (`prometheus.claims.jsontext.parse` with ``nearest``).

What this is not: canonical JSON. The order of all other members is kept.
"""

from __future__ import annotations

import re

from prometheus.claims.jsontext import compact, quote
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.jsontext import Json

LARGEST_WHOLE = 2**53 - 1
_LARGEST_INDEX = 2**32 - 2
_LONGEST_PLAIN = 21
_SMALLEST_PLAIN = -6
_MAY_DIFFER = re.compile(r"[:\[,]-?(?:\d+[.eE]|\d{16})")
"""Where a number may stand that JavaScript writes otherwise; what it finds inside a string does no harm."""


def javascript_text(value: Json) -> str:
    """Return the JSON text of a value as JavaScript writes it, members in the order they have."""
    text = compact(value)
    return _javascript(value) if _MAY_DIFFER.search(text) else text


def javascript_number(number: float) -> str:
    """Return the text of a number as JavaScript writes it, after rounding it to a double as JavaScript does."""
    if type(number) is int and abs(number) <= LARGEST_WHOLE:
        return str(number)
    sign, digits, point = _decimal(float(number))
    if len(digits) <= point <= _LONGEST_PLAIN:
        return sign + digits.ljust(point, "0")
    if 0 < point <= _LONGEST_PLAIN:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if _SMALLEST_PLAIN < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    fraction = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{sign}{digits[0]}{fraction}e{point - 1:+d}"


def _decimal(number: float) -> tuple[str, str, int]:
    """Return sign, shortest digits and the place of the point before which they stand: 0.digits times ten to it."""
    mantissa, _, exponent = repr(abs(number)).partition("e")
    whole, _, fraction = mantissa.partition(".")
    digits = (whole + fraction).lstrip("0")
    point = len(whole) + int(exponent or 0) - (len(whole + fraction) - len(digits))
    digits = digits.rstrip("0")
    return ("-" if number < 0 else "", digits, point) if digits else ("", "0", 1)


def _javascript(value: Json) -> str:
    if isinstance(value, dict):
        return "{" + ",".join([f"{quote(name)}:{_javascript(member)}" for name, member in value.items()]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_javascript(entry) for entry in value]) + "]"
    if type(value) in (int, float):
        return javascript_number(value)  # type: ignore[arg-type]  # its type was asked for above
    return compact(value)


def shown_text(value: Json) -> str:
    """Return the JSON text of a value that a node shows: what the node hashed.

    Raises:
        NotUnderstood: When no node can have written it.
    """
    text = javascript_text(value)
    if not text.isascii():
        raise _refusal("the asset holds characters beyond ASCII", "nodes misread such a transaction and refuse it")
    return text


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
