"""Reading typed JSON strictly: exactly the members a type has, each of its own kind.

Rules: an unknown member is refused as much as a missing one, because whoever drops it would sign or verify something
else. A member that may be left out must not be null instead. Every refusal names the place as a JSON pointer.
Not here: what a text means (times, links, challenges are free text in the format); DIDs are the exception, they are
read by `prometheus.identity.did` so that one DID cannot be written in two ways unnoticed.
"""

from __future__ import annotations

from prometheus.claims.did_names import did_of
from prometheus.errors import InputError, Malformed, ProofError
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import TypeVar

    from prometheus.claims.jsontext import Json

    T = TypeVar("T")

MAX_LIST = 32
"""How many licences, proven claims, statements of one claim or prerequisites are read."""


def refusal(what: str, at: str) -> Malformed:
    """Return the error for a document that does not have the form of its type."""
    return Malformed(what, meaning=f"at {at or '/'}", remedy="ask for the document as its maker wrote it")


def members(value: Json, at: str, required: tuple[str, ...], optional: tuple[str, ...] = ()) -> dict[str, Json]:
    """Return an object that has all required members and none that is not named.

    Raises:
        Malformed: When it is no object, or a member is missing or unknown.
    """
    if not isinstance(value, dict):
        raise refusal("an object was expected", at)
    for name in required:
        if name not in value:
            raise refusal(f"the member {name} is missing", at)
    if len(value) > len(required):
        for name in value:
            if name not in required and name not in optional:
                raise refusal(f"there is an unknown member {name[:40]!r}", at)
    return value


def text(value: Json, at: str) -> str:
    """Return a text, or refuse anything else."""
    if not isinstance(value, str):
        raise refusal("a text was expected", at)
    return value


def text_or_null(value: Json, at: str) -> str | None:
    """Return a text or None, or refuse anything else."""
    return None if value is None else text(value, at)


def optional_text(value: dict[str, Json], name: str, at: str) -> str | None:
    """Return the text of a member that may be left out."""
    return text(value[name], f"{at}/{name}") if name in value else None


def number(value: Json, at: str) -> int | float:
    """Return a number, or refuse anything else, true and false included."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise refusal("a number was expected", at)
    return value


def did(value: Json, at: str) -> str:
    """Return the text of a DID as it is written, once it has been read as one."""
    written = text(value, at)
    try:
        did_of(written)
    except (InputError, ProofError) as error:
        raise refusal(error.what, at) from None
    return written


def each(value: Json, at: str, read: Callable[[Json, str], T]) -> tuple[T, ...]:
    """Return the items of a list, each read by a function that takes the item and its place.

    Raises:
        Malformed: When it is no list, has more than `MAX_LIST` items, or an item is refused.
    """
    if not isinstance(value, list):
        raise refusal("a list was expected", at)
    if len(value) > MAX_LIST:
        raise refusal(f"the list has {len(value)} items, at most {MAX_LIST} are read", at)
    return tuple(read(item, f"{at}/{position}") for position, item in enumerate(value))
