"""What of a claim's content is in the open and what is hidden, leaf by leaf.

Rules: a value wrapped with a nonce is one leaf at the path of the wrapper. A hidden part is a content id in a place
where the schema wants an object, an array or a maskable part, or about which no schema is known. Lists are one leaf
unless something in them is hidden.
No two parts have the same written path, or one of them could hide behind the other: in a preview, or in a policy.
Both the holder's preview and the verifier's report come from here, so they cannot differ.
"""

from __future__ import annotations

from prometheus.claims.jsontext import quote, text_form
from prometheus.claims.shape import is_maskable, is_wrapper, member_schema, stands_for_hidden, value_schema
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json


OPEN, HIDDEN = False, True
_QUOTE = '"'


class Leaf(NamedTuple):
    """A part of a content: member names from the top, the plain value, or the content id when it is hidden."""

    path: tuple[str, ...]
    value: Json
    is_hidden: bool

    @property
    def dotted(self) -> str:
        """The path as it is written in ``--show``."""
        return written_path(self.path)


def written_path(names: tuple[str, ...]) -> str:
    """Return a path as one text; a name with a dot in it, which cannot be chosen with ``--show``, is quoted."""
    return "".join(f".{quote(name) if '.' in name or name[:1] == _QUOTE else name}" for name in names)


def leaves(content: Json, schema: Json = None) -> tuple[Leaf, ...]:
    """Return all parts of a content, in the order of the document."""
    found: list[Leaf] = []
    _walk(content, schema, (), found)
    return tuple(found)


def at_path(content: Json, dotted: str, schema: Json = None) -> tuple[Leaf, ...]:
    """Return the leaves at and below a path such as ``.address``; none when the content has no such member."""
    wanted = tuple(dotted[1:].split(".")) if dotted.startswith(".") else (dotted,)
    return tuple(leaf for leaf in leaves(content, schema) if leaf.path[: len(wanted)] == wanted)


def is_same_value(one: Json, other: Json) -> bool:
    """Return whether two JSON values are the same, true and 1 being different."""
    return text_form(one) == text_form(other)


def _walk(value: Json, schema: Json, path: tuple[str, ...], found: list[Leaf]) -> None:
    """Add the leaves of a value to those that were found before it."""
    if isinstance(value, str) and stands_for_hidden(schema, value):
        found.append(Leaf(path, value, HIDDEN))
    elif isinstance(value, dict) and is_wrapper(value):
        _walk_wrapper(value, schema, path, found)
    elif isinstance(value, dict) and value:
        for name, item in value.items():
            _walk(item, member_schema(schema, name), (*path, name), found)
    elif isinstance(value, list):
        _walk_list(value, schema, path, found)
    else:
        found.append(Leaf(path, value, OPEN))


def _walk_wrapper(wrapper: dict[str, Json], schema: Json, path: tuple[str, ...], found: list[Leaf]) -> None:
    value = wrapper["value"]
    if not isinstance(value, (dict, list, str)):
        found.append(Leaf(path, value, OPEN))
        return
    inner = value_schema(schema)
    if isinstance(inner, dict) and is_maskable(inner):
        inner = {name: rule for name, rule in inner.items() if name != "maskable"}
    is_composite = not isinstance(value, str) or stands_for_hidden(inner, value)
    _walk(value, inner, (*path, "value") if is_composite else path, found)


def _walk_list(items: list[Json], schema: Json, path: tuple[str, ...], found: list[Leaf]) -> None:
    rule = schema.get("items") if isinstance(schema, dict) else None
    parts: list[Leaf] = []
    for number, item in enumerate(items):
        _walk(item, rule, (*path, str(number)), parts)
    if any(leaf.is_hidden for leaf in parts):
        found.extend(parts)
    else:
        found.append(Leaf(path, items, OPEN))
