"""JSON text in and out, by the rules of the reference.

Rules for reading, all checked here and nowhere else:
* UTF-8 without byte order mark, at most 16 MiB, nested at most 127 deep like the reference; both are checked before any
  other work.
* ``NaN``, ``Infinity`` and lone surrogates are refused.
* An object's keys are unique; in the reference's own way of reading (``unique_keys=False``) the last one wins.
* Numbers are read by `prometheus.claims.numbers`: a Python ``int`` is an integer, a ``float`` is a double. What a
  node of the ledger wrote is read to the ``nearest`` double instead, as JavaScript does.

Rules for writing: no white space, strings escaped as JSON demands and otherwise as they are, doubles as the reference
writes them. `compact` keeps the order of members, `text_form` sorts them.

What this is not: the canonical form that is signed on the ledger (`prometheus.claims.canonical`), nor a content id.
"""

from __future__ import annotations

import _json

from prometheus.claims.numbers import format_double, parse_float, parse_int, parse_nearest
from prometheus.errors import NotUnderstood, TooLarge
from prometheus.model.frozen import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import NoReturn

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"

MAX_BYTES = 16 * 1024 * 1024
MAX_DEPTH = 127
_MAX_SUSPECTS = 1000

_WHITE_SPACE = " \t\n\r"
_DIGITS = "0123456789"
_AFTER_NUMBER = frozenset(("", ",", "]", "}"))
_NEITHER_BRACKET_NOR_QUOTE = bytes(set(range(256)) - set(b'[]{}"'))
_AS_ROUND = bytes.maketrans(b"[]{}", b"()()")

quote: Callable[[str], str] = _json.encode_basestring


def _refusal(what: str, meaning: str = "") -> NotUnderstood:
    return NotUnderstood(what, code="JSON", meaning=meaning, remedy="check that the file is complete and unchanged")


def _refuse_constant(text: str) -> NoReturn:
    raise _refusal(f"{text} is not JSON")


def _unique(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise _refusal("an object has the same key twice", "readers differ in which of the two they take")
    return members


class _Rules:
    """What the scanner of the standard library asks its context for."""

    strict = True
    object_hook = None
    parse_float = staticmethod(parse_float)
    parse_int = staticmethod(parse_int)
    parse_constant = staticmethod(_refuse_constant)

    def __init__(self, *, unique_keys: bool) -> None:
        self.object_pairs_hook = _unique if unique_keys else None


class _NearestRules(_Rules):
    """Numbers that are not whole, or beyond 64 bits, are the doubles nearest to them."""

    parse_float = staticmethod(parse_nearest)
    parse_int = staticmethod(parse_nearest)


def _scanner(*, unique_keys: bool, rules: type[_Rules] = _Rules) -> Callable[[str, int], tuple[Json, int]]:
    scanner: Callable[[str, int], tuple[Json, int]] = _json.make_scanner(
        rules(unique_keys=unique_keys),  # type: ignore[arg-type]  # the stub asks for another scanner; any object does
    )
    return scanner


_scan_unique = _scanner(unique_keys=True)
_scan_last_wins = _scanner(unique_keys=False)
_scan_nearest = _scanner(unique_keys=True, rules=_NearestRules)


def parse(text: str | bytes, *, unique_keys: bool = True, nearest: bool = False) -> Json:
    """Return the value of a JSON text.

    Args:
        text: As it came.
        unique_keys: Whether an object with the same key twice is refused.
        nearest: Whether numbers are read as JavaScript reads them; keys are unique then.

    Raises:
        TooLarge: When the text is longer than `MAX_BYTES`; nothing was read.
        NotUnderstood: When it is not JSON, is nested too deep, or breaks another rule of this module.
    """
    if len(text) > MAX_BYTES:
        raise TooLarge(f"the JSON text is longer than {MAX_BYTES // (1024 * 1024)} MiB", code="JSON-TOO-LARGE")
    text, encoded = _both_forms(text)
    if _is_too_deep(encoded):
        raise _refusal(f"the JSON text is nested more than {MAX_DEPTH} deep")
    text = text.strip(_WHITE_SPACE)
    try:
        scan = _scan_nearest if nearest else _scan_unique if unique_keys else _scan_last_wins
        value, end = scan(text, 0)
    except StopIteration:
        raise _refusal("the text is not JSON") from None
    except (ValueError, RecursionError) as error:
        raise _refusal("the text is not JSON", str(error)) from None
    if end != len(text):
        raise _refusal("the text goes on after the JSON value")
    if b"\\" in encoded and b"\\u" in encoded:
        _refuse_lone_surrogates(value)
    return value


def _both_forms(text: str | bytes) -> tuple[str, bytes]:
    try:
        if isinstance(text, str):
            encoded = text.encode()
        else:
            encoded, text = text, text.decode()
    except UnicodeError:
        raise _refusal("the text is not UTF-8") from None
    if len(encoded) > MAX_BYTES:
        raise TooLarge(f"the JSON text is longer than {MAX_BYTES // (1024 * 1024)} MiB", code="JSON-TOO-LARGE")
    return text, encoded


def _is_too_deep(encoded: bytes) -> bool:
    """Return whether brackets nest deeper than `MAX_DEPTH`, without parsing: innermost pairs are taken off in turn.

    Brackets that do not pair up are left to the parser, which refuses them.
    """
    if encoded.count(b"[") + encoded.count(b"{") <= MAX_DEPTH:
        return False
    brackets = _brackets(encoded)
    for levels_left in range(MAX_DEPTH, 0, -1):
        if len(brackets) <= 2 * levels_left:
            return False
        brackets = brackets.replace(b"()", b"")
    return b"()" in brackets


def _brackets(encoded: bytes) -> bytes:
    """Return the brackets that stand outside strings, all of them as round ones."""
    kept = encoded.translate(_AS_ROUND, _NEITHER_BRACKET_NOR_QUOTE).replace(b'""', b"")
    if b'"' not in kept and b"\\" not in encoded:
        return kept
    # Some string holds a bracket or an escape: drop escapes, then every second piece between quotes is a string.
    plain = encoded.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(plain.split(b'"')[::2]).translate(_AS_ROUND, _NEITHER_BRACKET_NOR_QUOTE)


def _refuse_lone_surrogates(value: Json) -> None:
    try:
        compact(value).encode()
    except UnicodeEncodeError:
        raise _refusal("a string holds half of a surrogate pair", "no UTF-8 text can hold it") from None


def compact(value: Json) -> str:
    """Return the JSON text without white space, members in the order they have."""
    return _write(value, is_sorted=False)


def text_form(value: Json) -> str:
    """Return the JSON text without white space, members sorted by key at every level, strings as they are."""
    return _write(value, is_sorted=True)


def is_settled(value: Json) -> bool:
    """Return whether a value is still the same when it was written and read.

    A double of seventeen digits need not be, because reading is not exact (`prometheus.claims.numbers`). What is signed
    with such a number cannot be verified by anybody who gets it as text.
    """
    text = compact(value)
    try:
        return compact(parse(text)) == text
    except NotUnderstood:
        return False


def scalar_text(value: str | float | bool | None) -> str:  # noqa: FBT001 - a JSON value, not a switch
    """Return the JSON text of a value that is neither object nor array.

    Raises:
        NotUnderstood: When a double is not finite, or the value is none of JSON's.
    """
    if isinstance(value, str):
        return quote(value)
    if value is None:
        return "null"
    if value is True:
        return "true"
    if value is False:
        return "false"
    if isinstance(value, int):
        return str(value)
    if type(value) is float and value - value == 0:
        return format_double(value)
    raise _refusal(f"a value of type {type(value).__name__} that JSON cannot hold")


def _refuse_type(value: object) -> NoReturn:
    raise _refusal(f"a value of type {type(value).__name__} that JSON cannot hold")


def _encoder(*, is_sorted: bool) -> Callable[[Json, int], tuple[str, ...]]:
    skips_strange_keys = allows_nan = False
    encoder: Callable[[Json, int], tuple[str, ...]] = _json.make_encoder(
        None, _refuse_type, quote, None, ":", ",", is_sorted, skips_strange_keys, allows_nan
    )
    return encoder


_encode_sorted = _encoder(is_sorted=True)
_encode_as_is = _encoder(is_sorted=False)


def _write(value: Json, *, is_sorted: bool) -> str:
    """Write with the standard library, which differs from the reference only in doubles that need an exponent."""
    try:
        text = "".join((_encode_sorted if is_sorted else _encode_as_is)(value, 0))
    except (ValueError, RecursionError):
        raise _refusal("a number or a nesting that JSON cannot hold") from None
    return _write_each(value, is_sorted=is_sorted) if _may_hold_exponent(text) else text


def _may_hold_exponent(text: str) -> bool:
    """Return whether there is anything like ``1e-05,`` in a text; in a string it may be too, and then does no harm."""
    for sign in ("e-", "e+"):
        position = text.find(sign)
        for _ in range(_MAX_SUSPECTS):
            if position < 0:
                break
            if text[position + 2 : position + 6].lstrip(_DIGITS)[:1] in _AFTER_NUMBER:
                return True
            position = text.find(sign, position + 2)
        if position >= 0:
            return True
    return False


def _write_each(value: Json, *, is_sorted: bool) -> str:
    if isinstance(value, dict):
        members = sorted(value.items()) if is_sorted else value.items()
        return "{" + ",".join([f"{quote(key)}:{_write_each(item, is_sorted=is_sorted)}" for key, item in members]) + "}"
    if isinstance(value, list):
        return "[" + ",".join([_write_each(item, is_sorted=is_sorted) for item in value]) + "]"
    return scalar_text(value)
