"""Whether the shown part of a claim fits its schema, by structure alone and without any library.

Why it matters: a signature covers content ids, so somebody who got a text signed that is the content id of an object
can later show that object in its place, and every digest fits. The schema is what tells: where it says text, an object
is an opened text, and the claim is not what the authority saw.

Rules: scalars where it says scalars; a content id only in place of an object, an array or a maskable part; required
members are there; members that the schema forbids are not. What the schema leaves open, or says with words that are not
judged here (``$ref``, ``anyOf``, …), is reported as unclear and never as fitting.
Not here: formats, ranges, patterns. Those are judged in full where nothing is hidden (`prometheus.claims.schema`).
"""

from __future__ import annotations

from prometheus.claims.digest import is_content_id
from prometheus.claims.shape import (
    is_maskable,
    is_wrapper,
    member_schema,
    spells_wrapper_out,
    stands_for_hidden,
    types_of,
)
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json

_NOT_JUDGED = frozenset(
    ("$ref", "$dynamicRef", "anyOf", "oneOf", "allOf", "not", "if", "patternProperties", "prefixItems", "dependencies")
)


class Misfit(NamedTuple):
    """A place where the shown part and the schema part ways; `is_certain` is False where the schema leaves it open."""

    path: str
    detail: str
    is_certain: bool


def misfits(schema: Json, value: Json) -> tuple[Misfit, ...]:
    """Return where a shown value does not fit its schema, or where that cannot be told."""
    return tuple(_judge(schema, value, ""))


def _judge(schema: Json, value: Json, path: str) -> Iterator[Misfit]:
    if schema is False:
        yield Misfit(path, "the schema allows nothing here", is_certain=True)
        return
    if not isinstance(schema, dict) or not _NOT_JUDGED.isdisjoint(schema):
        yield from _unclear(value, path)
    if not isinstance(schema, dict) or (stands_for_hidden(schema, value) and types_of(schema)):
        return
    if is_maskable(schema) and not spells_wrapper_out(schema):
        yield from _judge_maskable(schema, value, path)
        return
    yield from _judge_type(schema, value, path)


def _judge_maskable(schema: dict[str, Json], value: Json, path: str) -> Iterator[Misfit]:
    """Judge a maskable part whose schema gives the bare value: shown wrapped, or hidden, or never wrapped at all."""
    bare = {name: rule for name, rule in schema.items() if name != "maskable"}
    if isinstance(value, dict) and is_wrapper(value):
        yield from _judge(bare, value["value"], f"{path}.value")
    elif not stands_for_hidden(schema, value):
        yield from _judge(bare, value, path)


def _judge_type(schema: dict[str, Json], value: Json, path: str) -> Iterator[Misfit]:
    types = types_of(schema)
    if not types:
        yield from _unclear(value, path)
        return
    if not any(_is_of_type(value, name) for name in types):
        wanted = " or ".join(sorted(types))
        yield Misfit(path, f"the schema says {wanted} where there is {_type_name(value)}", is_certain=True)
        return
    yield from _judge_choice(schema, value, path)
    if isinstance(value, dict):
        yield from _judge_members(schema, value, path)
    elif isinstance(value, list) and "items" in schema:
        for position, item in enumerate(value):
            yield from _judge(schema["items"], item, f"{path}.{position}")


def _judge_choice(schema: dict[str, Json], value: Json, path: str) -> Iterator[Misfit]:
    choices = schema.get("enum")
    allowed = choices if isinstance(choices, list) else [schema["const"]] if "const" in schema else None
    if allowed is None or isinstance(value, (dict, list)):
        return
    if not any(type(value) is type(choice) and value == choice for choice in allowed):
        yield Misfit(path, "the value is none of those that the schema lists", is_certain=True)


def _judge_members(schema: dict[str, Json], value: dict[str, Json], path: str) -> Iterator[Misfit]:
    required = schema.get("required")
    for name in required if isinstance(required, list) else ():
        if isinstance(name, str) and name not in value:
            yield Misfit(f"{path}.{name}", "a required member is missing", is_certain=True)
    properties = schema.get("properties")
    declared = properties if isinstance(properties, dict) else {}
    for name, item in value.items():
        rule = member_schema(schema, name)
        if name in declared or rule is not None:
            yield from _judge(rule, item, f"{path}.{name}")
        elif schema.get("additionalProperties") is False:
            yield Misfit(f"{path}.{name}", "the schema does not allow this member", is_certain=True)
        else:
            yield from _unclear(item, f"{path}.{name}")


def _unclear(value: Json, path: str) -> Iterator[Misfit]:
    if isinstance(value, (dict, list)) or (isinstance(value, str) and is_content_id(value)):
        yield Misfit(path, "the schema does not say what belongs here", is_certain=False)


def _is_of_type(value: Json, name: str) -> bool:
    if isinstance(value, bool):
        return name == "boolean"
    if name == "integer":
        return isinstance(value, int) or (isinstance(value, float) and value.is_integer())
    return _type_name(value) == name


def _type_name(value: Json) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, (int, float)):
        return "number"
    if isinstance(value, str):
        return "string"
    return "object" if isinstance(value, dict) else "array"
