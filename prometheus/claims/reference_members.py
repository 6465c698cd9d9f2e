"""Reading members as the reference does: what is missing or of the wrong kind is refused, what is unknown is ignored.

For documents of others whose unknown members mean nothing here: signed JSON as such, and DID documents. Typed documents
are read strictly by `prometheus.claims.members` instead.
"""

from __future__ import annotations

from prometheus.errors import Malformed
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


def object_of(value: Json, name: str) -> dict[str, Json]:
    """Return an object, or refuse anything else under its name."""
    if not isinstance(value, dict):
        raise Malformed(f"{name} is not an object")
    return value


def member(members: dict[str, Json], name: str) -> Json:
    """Return a member, or refuse its absence in the reference's words."""
    if name not in members:
        raise Malformed(f"missing field `{name}`")
    return members[name]


def text_member(members: dict[str, Json], name: str) -> str:
    """Return a member that is a text."""
    value = member(members, name)
    if not isinstance(value, str):
        raise Malformed(f"{name} is not a text")
    return value


def list_member(members: dict[str, Json], name: str) -> list[Json]:
    """Return a member that is a list."""
    value = member(members, name)
    if not isinstance(value, list):
        raise Malformed(f"{name} is not a list")
    return value
