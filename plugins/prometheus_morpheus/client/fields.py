"""Members of answers, each with its type, range and length; anything else is refused.

Rules: money is whole flakes and comes as decimal text, as a number where the interface has numbers; ids are 64 lower
case hex digits; heights fit 31 bits; texts have a longest length that the caller names. Errors tell the member's name
and never its value.
"""

from __future__ import annotations

from prometheus.claims.reference_members import list_member, member, object_of, text_member
from prometheus.errors import Malformed
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

MAX_HEIGHT = 0x7FFFFFFF
MAX_MONEY = 0x7FFFFFFFFFFFFFFF
LONGEST_TRANSACTION = 1_250_000
"""Bytes of an answer about one transaction: nodes take no more than a mebibyte in one request."""
_HEX = frozenset("0123456789abcdef")
_DIGITS = frozenset("0123456789")
_ID_DIGITS = 64

__all__ = [
    "LONGEST_TRANSACTION",
    "MAX_HEIGHT",
    "MAX_MONEY",
    "boolean",
    "data_of",
    "hexadecimal",
    "identifier",
    "integer",
    "is_identifier",
    "list_member",
    "member",
    "money",
    "object_member",
    "object_of",
    "optional_text",
    "short_text",
]


def data_of(body: Json) -> dict[str, Json]:
    """Return the object under ``data``, where layer 1 puts what was asked for."""
    return object_member(object_of(body, "the answer"), "data")


def object_member(members: dict[str, Json], name: str) -> dict[str, Json]:
    """Return a member that is an object."""
    return object_of(member(members, name), name)


def integer(members: dict[str, Json], name: str, *, largest: int = MAX_HEIGHT) -> int:
    """Return a member that is a whole number, 0 or more."""
    value = member(members, name)
    if type(value) is not int or not 0 <= value <= largest:
        raise Malformed(f"{name} is not a number in range")
    return value


def boolean(members: dict[str, Json], name: str) -> bool:
    """Return a member that is true or false."""
    value = member(members, name)
    if not isinstance(value, bool):
        raise Malformed(f"{name} is not true or false")
    return value


def money(members: dict[str, Json], name: str) -> int:
    """Return a number of 63 bits that comes as decimal text or as a whole number: flakes, or a nonce."""
    value = member(members, name)
    if isinstance(value, str) and 0 < len(value) <= len(str(MAX_MONEY)) and _DIGITS.issuperset(value):
        value = int(value)
    if type(value) is not int or not 0 <= value <= MAX_MONEY:
        raise Malformed(f"{name} is not a whole number of 63 bits")
    return value


def short_text(members: dict[str, Json], name: str, longest: int) -> str:
    """Return a text of no more than so many characters."""
    value = text_member(members, name)
    if len(value) > longest:
        raise Malformed(f"{name} is longer than {longest} characters")
    return value


def optional_text(members: dict[str, Json], name: str, longest: int) -> str | None:
    """Return a text as `short_text`, or None where the member is absent or null."""
    return None if members.get(name) is None else short_text(members, name, longest)


def is_identifier(text: str) -> bool:
    """Return whether a text is the id of a transaction or a block of this ledger."""
    return len(text) == _ID_DIGITS and _HEX.issuperset(text)


def identifier(members: dict[str, Json], name: str) -> str:
    """Return the id of a transaction or a block."""
    value = text_member(members, name)
    if not is_identifier(value):
        raise Malformed(f"{name} is not 64 hex digits")
    return value


def hexadecimal(members: dict[str, Json], name: str, *, shortest: int, longest: int) -> bytes:
    """Return bytes that come as lower case hex digits; lengths are in bytes."""
    value = text_member(members, name)
    if not 2 * shortest <= len(value) <= 2 * longest or len(value) % 2 or not _HEX.issuperset(value):
        raise Malformed(f"{name} is not {shortest} to {longest} bytes in hex")
    return bytes.fromhex(value)
