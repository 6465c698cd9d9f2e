"""Check a schema before it is kept, without ever fetching anything.

Rules:
* A schema is a JSON Schema of a published draft, with two additions: ``maskable`` (a boolean: the part is wrapped with
  a nonce so that it can be hidden on its own) and ``subtype`` (a text: what the value means).
* References lead to the schema itself. A remote one is refused: what it names could change, and asking would tell.
* Keys are in Unicode form NFKD, or no claim of that form could be signed.

Not here: data (`prometheus.usecases.claim_data`).
"""

from __future__ import annotations

from prometheus.claims.normal_form import is_nfkd
from prometheus.claims.process import Process, parse_process
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.usecases.schema_fields import fields_of, flattened

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json

SUBTYPES: Final = ("contentId", "date", "email", "nonce", "photo")
_DRAFTS: Final = frozenset(
    f"{scheme}://json-schema.org/{name}"
    for scheme in ("http", "https")
    for name in (
        "draft-04/schema",
        "draft-06/schema",
        "draft-07/schema",
        "draft/2019-09/schema",
        "draft/2020-12/schema",
    )
)
_PROCESS_MEMBERS: Final = frozenset({"claimSchema", "evidenceSchema", "constraintsSchema"})
_MAPS_OF_SCHEMAS: Final = ("properties", "definitions", "$defs", "patternProperties")
_LISTS_OF_SCHEMAS: Final = ("allOf", "anyOf", "oneOf", "prefixItems")
_SCHEMAS: Final = ("items", "additionalProperties", "not", "if", "then", "else", "contains")


class CheckedSchema(NamedTuple):
    """A process that may be kept, with what its user should know about it."""

    process: Process
    notes: tuple[str, ...]
    open_fields: tuple[str, ...]
    """Paths of the fields that cannot be hidden on their own."""


def check_document(document: Json, name: str = "", *, hide_all: bool = False) -> CheckedSchema:
    """Return the process that a document is, or the one made around the JSON schema that it is.

    Args:
        document: A process, or a JSON Schema of claims.
        name: Name for a schema that has no title, or instead of its title.
        hide_all: Mark every scalar of a schema as one that can be hidden on its own.

    Raises:
        NotUnderstood: When it is neither, or breaks a rule of this module.
        Malformed: When a process lacks a member or has an unknown one.
    """
    if isinstance(document, dict) and not _PROCESS_MEMBERS.isdisjoint(document):
        process = _own_process(document, name, hide_all=hide_all)
    else:
        process = _around(document, name, hide_all=hide_all)
    for part in (process.claim_schema, process.evidence_schema, process.constraints_schema):
        if part is not None:
            require_schema(part)
    return CheckedSchema(process, tuple(_notes(process.claim_schema)), _open_fields(process.claim_schema))


def require_schema(schema: Json) -> None:
    """Refuse what is no usable JSON Schema.

    Raises:
        NotUnderstood: With the place and the rule.
    """
    import jsonschema_rs

    _require_known_words(schema)
    try:
        jsonschema_rs.meta.validate(_as_dict(schema))
        jsonschema_rs.validator_for(_as_dict(schema), offline=True)
    except jsonschema_rs.ReferencingError as error:
        raise _refusal("the schema refers to something outside itself", _first_line(str(error))) from None
    except jsonschema_rs.ValidationError as error:
        raise _refusal(f"the schema is wrong at {_pointer(error.instance_path)}", _first_line(error.message)) from None
    except ValueError as error:
        raise _refusal("the schema cannot be used", _first_line(str(error))) from None


def _own_process(document: dict[str, Json], name: str, *, hide_all: bool) -> Process:
    if name or hide_all:
        raise _refusal(
            "a process has its own name and schema", "changing them would make another process of it", "add it as it is"
        )
    process = parse_process(document)
    for part in (process.claim_schema, process.evidence_schema, process.constraints_schema):
        if isinstance(part, str):
            raise NotUnderstood(
                "the process names a schema by its content id only",
                code="SCHEMA-COLLAPSED",
                meaning=f"the schema {part[:60]} itself is needed to fill in or to check a claim",
                remedy="`prometheus schema add --authority URL --process NAME` fetches it whole; or put the schema in "
                "place of its id, by which the process keeps its own id",
            )
    if process.claim_schema is None:
        raise _refusal("the process has no schema for claims", "there is nothing to fill in")
    return process


def _around(document: Json, name: str, *, hide_all: bool) -> Process:
    if not isinstance(document, dict):
        raise _refusal("a schema is a JSON object", "", "give a JSON Schema or a process")
    title, description = document.get("title"), document.get("description")
    called = name.strip() or (title.strip() if isinstance(title, str) else "")
    if not called:
        raise _refusal("the schema has no title", "a process needs a name", "give it one with --name NAME")
    about = description if isinstance(description, str) else ""
    claims = _all_maskable(document) if hide_all else document
    return Process(called, 1, about, claims, None, None)


def _all_maskable(schema: dict[str, Json]) -> dict[str, Json]:
    """Mark every scalar member that is not marked yet."""
    properties = schema.get("properties")
    if not isinstance(properties, dict):
        return schema
    return {**schema, "properties": {name: _marked(rule) for name, rule in properties.items()}}


def _marked(rule: Json) -> Json:
    if not isinstance(rule, dict) or "maskable" in rule:
        return rule
    if "properties" in rule:
        return _all_maskable(rule)
    return {**rule, "maskable": True}


def _require_known_words(schema: Json) -> None:
    """Check what the library would not: the draft, our additions, keys that have a content id, an object at the top."""
    if not isinstance(schema, dict):
        raise _refusal("a schema is a JSON object", "", "give a JSON Schema or a process")
    for at, part in _subschemas(schema, ""):
        draft = part.get("$schema")
        if draft is not None and not (isinstance(draft, str) and draft.removesuffix("#") in _DRAFTS):
            raise _refusal("the schema is of an unknown draft", f"at {at or '/'}", "use a published JSON Schema draft")
        if not isinstance(part.get("maskable", False), bool):
            raise _refusal(f"`maskable` is not true or false at {at or '/'}")
        if not isinstance(part.get("subtype", ""), str):
            raise _refusal(f"`subtype` is not a text at {at or '/'}")
    _require_normal_keys(schema, "")
    flat = flattened(schema)
    if not isinstance(flat, dict) or not isinstance(flat.get("properties"), dict) or not flat["properties"]:
        raise _refusal("the schema describes no fields", "it needs `properties` at the top", "describe an object")


def _subschemas(schema: Json, at: str) -> Iterator[tuple[str, dict[str, Json]]]:
    if isinstance(schema, list):
        for position, part in enumerate(schema):
            yield from _subschemas(part, f"{at}/{position}")
    if not isinstance(schema, dict):
        return
    yield at, schema
    for word in _MAPS_OF_SCHEMAS:
        parts = schema.get(word)
        for name, part in parts.items() if isinstance(parts, dict) else ():
            yield from _subschemas(part, f"{at}/{word}/{name}")
    for word in (*_LISTS_OF_SCHEMAS, *_SCHEMAS):
        if word in schema:
            yield from _subschemas(schema[word], f"{at}/{word}")


def _require_normal_keys(value: Json, at: str) -> None:
    if isinstance(value, list):
        for item in value:
            _require_normal_keys(item, at)
    if not isinstance(value, dict):
        return
    for key, item in value.items():
        if not is_nfkd(key):
            raise _refusal(
                f"a name at {at or '/'} is not in Unicode form NFKD",
                "such a claim could not be signed",
                "write the name without composed letters",
            )
        _require_normal_keys(item, f"{at}/{key}")


def _notes(schema: Json) -> Iterator[str]:
    known = ", ".join(SUBTYPES)
    for at, part in _subschemas(schema, ""):
        if "subtype" in part and part["subtype"] not in SUBTYPES:
            yield f"the subtype {part['subtype']!r} at {at} is not one of {known}; it is kept as a hint"
        if part.get("maskable") is True and "/items" in at:
            yield f"`maskable` at {at} has no effect: nothing inside a list can be hidden on its own"
    for field in fields_of(schema):
        if any(not name or "," in name for name in field.parents) or len(field.parents) > field.path.count("."):
            yield f"{field.path} cannot be named where fields are chosen: its name has a comma or is empty"


def _open_fields(schema: Json) -> tuple[str, ...]:
    return tuple(field.path for field in fields_of(schema) if not field.can_be_hidden)


def _as_dict(schema: Json) -> dict[str, Any]:
    assert isinstance(schema, dict)  # noqa: S101  # require_schema refused everything else
    return schema


def _pointer(pieces: list[str | int]) -> str:
    return "".join(f"/{piece}" for piece in pieces) or "/"


def _first_line(text: str) -> str:
    return text.split("\n", 1)[0]


def _refusal(what: str, meaning: str = "", remedy: str = "correct the schema and add it again") -> NotUnderstood:
    return NotUnderstood(what, code="SCHEMA-INVALID", meaning=meaning, remedy=remedy)
