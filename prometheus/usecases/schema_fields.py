"""The fields that a schema describes, as a person fills them in, hides them and reads about them.

Rules: local references (``#/…``) and ``allOf`` are followed, remote ones never; ``anyOf`` and its like are left as one
field whose form is open. Everything inside a list belongs to the list: nothing in it can be hidden on its own.

What this is not: a check of the schema or of data against it.
"""

from __future__ import annotations

from prometheus.claims.shape import is_maskable, spells_wrapper_out, types_of, value_schema
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json

_MOST_PARTS: Final = 5_000
_KINDS: Final = {
    "string": "text",
    "number": "number",
    "integer": "whole number",
    "boolean": "yes or no",
    "array": "list",
    "object": "group",
    "null": "nothing",
}


class Field(NamedTuple):
    """One field of a claim."""

    path: str
    """Relative to the claim's content, such as ``.address.city``."""
    title: str
    kind: str
    """Text, number, whole number, yes or no, list, group, or any; several are joined by ``/``."""
    subtype: str
    """What the text means, such as ``date``, ``email`` or ``photo``; a hint, never a rule."""
    description: str
    is_maskable: bool
    """Whether the schema has it wrapped with a nonce."""
    is_required: bool
    choices: tuple[Json, ...]
    schema: Json
    """The form of the bare value."""
    is_group: bool
    """Whether it only holds other fields."""

    @property
    def can_be_hidden(self) -> bool:
        """Whether it can be hidden without hiding what stands beside it."""
        return self.is_maskable or self.is_group or self.kind in ("list", "group")

    @property
    def parents(self) -> tuple[str, ...]:
        """The names above it and its own."""
        return tuple(self.path[1:].split("."))


def fields_of(schema: Json) -> tuple[Field, ...]:
    """Return all fields of a claim's schema, groups before what they hold, in the order of the schema."""
    return tuple(_fields(flattened(schema), ""))


def flattened(schema: Json) -> Json:
    """Return the schema with local references and ``allOf`` merged in, for reading; a reference to itself stays open.

    Raises:
        NotUnderstood: When it unfolds into more parts than any form has.
    """
    return _Flattening(schema).over(schema, ())


def _fields(schema: Json, prefix: str) -> Iterator[Field]:
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if not isinstance(schema, dict) or not isinstance(properties, dict):
        return
    required = schema.get("required")
    names = frozenset(name for name in required if isinstance(name, str)) if isinstance(required, list) else frozenset()
    for name, rule in properties.items():
        field = _field(f"{prefix}.{name}", rule, is_required=name in names)
        yield field
        if field.is_group:
            yield from _fields(rule, field.path)


def _field(path: str, rule: Json, *, is_required: bool) -> Field:
    bare = value_schema(rule) if is_maskable(rule) else rule
    holds_fields = isinstance(bare, dict) and isinstance(bare.get("properties"), dict) and bool(bare["properties"])
    choices = _member(bare, "enum")
    return Field(
        path=path,
        title=_text(rule, "title") or _text(bare, "title"),
        kind=_kind(bare),
        subtype=_text(bare, "subtype") or _text(bare, "format"),
        description=_text(rule, "description") or _text(bare, "description"),
        is_maskable=is_maskable(rule),
        is_required=is_required,
        choices=tuple(choices) if isinstance(choices, list) else (),
        schema=bare,
        is_group=holds_fields and not spells_wrapper_out(rule),
    )


def _kind(schema: Json) -> str:
    types = types_of(schema)
    if not types:
        return "any"
    return "/".join(_KINDS.get(name, name) for name in sorted(types))


def _text(schema: Json, name: str) -> str:
    found = _member(schema, name)
    return found if isinstance(found, str) else ""


def _member(schema: Json, name: str) -> Json:
    return schema.get(name) if isinstance(schema, dict) else None


class _Flattening:
    """One walk through a schema, with a limit on how far it may unfold."""

    def __init__(self, root: Json) -> None:
        self.root = root
        self.parts = 0

    def over(self, schema: Json, followed: tuple[str, ...]) -> Json:
        if not isinstance(schema, dict):
            return schema
        self.parts += 1
        if self.parts > _MOST_PARTS:
            raise NotUnderstood(
                "the schema unfolds into too many parts",
                code="SCHEMA-TOO-WIDE",
                meaning=f"its references lead to more than {_MOST_PARTS} places",
                remedy="write it with fewer references",
            )
        merged: dict[str, Json] = {}
        for part, trail in self._parts_of(schema, followed):
            _merge(merged, self.over(part, trail))
        _merge(merged, {name: rule for name, rule in schema.items() if name not in ("$ref", "allOf")})
        properties = merged.get("properties")
        if isinstance(properties, dict):
            merged["properties"] = {name: self.over(rule, followed) for name, rule in properties.items()}
        return merged

    def _parts_of(self, schema: dict[str, Json], followed: tuple[str, ...]) -> Iterator[tuple[Json, tuple[str, ...]]]:
        link = schema.get("$ref")
        if isinstance(link, str) and link not in followed:
            yield self._target(link), (*followed, link)
        parts = schema.get("allOf")
        for part in parts if isinstance(parts, list) else ():
            yield part, followed

    def _target(self, link: str) -> Json:
        if link != "#" and not link.startswith("#/"):
            return None
        found = self.root
        for piece in link[2:].split("/") if link != "#" else ():
            name = piece.replace("~1", "/").replace("~0", "~")
            found = found.get(name) if isinstance(found, dict) else None
        return found


def _merge(into: dict[str, Json], part: Json) -> None:
    if not isinstance(part, dict):
        return
    for name, rule in part.items():
        present = into.get(name)
        if name == "properties" and isinstance(present, dict) and isinstance(rule, dict):
            into[name] = {**present, **rule}
        elif name == "required" and isinstance(present, list) and isinstance(rule, list):
            into[name] = [*present, *rule]
        else:
            into[name] = rule
