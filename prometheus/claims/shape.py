"""How a schema says that a part can be hidden on its own, and how such a part looks.

A scalar is never hidden alone: its content id could be guessed, and masking works on objects only. So it is wrapped
with a nonce, ``{"nonce": "u…", "value": …}``, and the schema marks the member with ``"maskable": true``. Two ways of
writing that are in use: the schema spells the wrapper out, or it gives the form of the bare value and leaves the
wrapper to be understood. Both are read here, and nowhere else.
"""

from __future__ import annotations

from prometheus.claims.digest import is_content_id
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

WRAPPER = frozenset({"nonce", "value"})


def is_maskable(schema: Json) -> bool:
    """Return whether a schema marks its part as one that can be hidden on its own."""
    return isinstance(schema, dict) and schema.get("maskable") is True


def spells_wrapper_out(schema: Json) -> bool:
    """Return whether a schema describes the wrapper itself."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    return isinstance(properties, dict) and properties.keys() == WRAPPER


def value_schema(schema: Json) -> Json:
    """Return the schema of the bare value of a maskable part."""
    if isinstance(schema, dict) and spells_wrapper_out(schema):
        properties = schema["properties"]
        return properties["value"] if isinstance(properties, dict) else True
    return schema


def is_wrapper(value: Json) -> bool:
    """Return whether a value looks like a nonce with a value."""
    return isinstance(value, dict) and value.keys() == WRAPPER and isinstance(value["nonce"], str)


def types_of(schema: Json) -> frozenset[str]:
    """Return the JSON types that a schema allows by name, or by members that only make sense for one; else none."""
    if not isinstance(schema, dict):
        return frozenset()
    named = schema.get("type")
    if isinstance(named, str):
        return frozenset({named})
    if isinstance(named, list):
        return frozenset(name for name in named if isinstance(name, str))
    if "properties" in schema:
        return frozenset({"object"})
    return frozenset({"array"}) if "items" in schema else frozenset()


def member_schema(schema: Json, name: str) -> Json:
    """Return the schema of an object's member, None where the schema says nothing about it."""
    properties = schema.get("properties") if isinstance(schema, dict) else None
    if isinstance(properties, dict) and name in properties:
        return properties[name]
    others = schema.get("additionalProperties") if isinstance(schema, dict) else None
    return others if isinstance(others, dict) else None


def stands_for_hidden(schema: Json, value: Json) -> bool:
    """Return whether a value is the content id of a hidden part.

    The look alone does not tell: a plain text may have the form of a content id. Where the schema says that a text
    belongs there, it is a text; where the schema is silent, a text of that form is taken for a hidden part.
    """
    if not isinstance(value, str) or not is_content_id(value):
        return False
    if is_maskable(schema):
        return True
    types = types_of(schema)
    return not types or bool(types & {"object", "array"})
