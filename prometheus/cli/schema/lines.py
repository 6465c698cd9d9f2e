"""Schemas as lines of at most 80 columns, and as members of JSON."""

from __future__ import annotations

from prometheus.cli.output import safe
from prometheus.cli.verdict_lines import wrapped
from prometheus.model.frozen import TYPE_CHECKING, Any
from prometheus.usecases.schema_fields import fields_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.usecases.schema_fields import Field
    from prometheus.usecases.schemas import KnownSchema

SHOWN_ID = 13
_LONGEST_DESCRIPTION = 600


def members(known: KnownSchema) -> dict[str, Any]:
    """Return what lists show of a schema with ``--json``."""
    process = known.process
    return {
        "id": known.content_id,
        "name": process.name,
        "version": process.version,
        "description": process.description,
        "shipped": known.is_shipped,
    }


def field_members(field: Field) -> dict[str, Any]:
    """Return what ``--json`` shows of a field."""
    return {
        "path": field.path,
        "title": field.title,
        "type": field.kind,
        "subtype": field.subtype,
        "hideable": field.can_be_hidden,
        "required": field.is_required,
        "choices": list(field.choices),
    }


def row(known: KnownSchema) -> str:
    """Return a schema as one line."""
    name = shortened(safe(known.name), 30)
    count = sum(not field.is_group for field in fields_of(known.process.claim_schema))
    origin = "ships" if known.is_shipped else "yours"
    return f"{known.content_id[:SHOWN_ID]}  {name:<30}  {known.process.version!s:<7}  {count:>3} fields  {origin}"


def details(known: KnownSchema) -> Iterator[str]:
    """Yield everything about a schema: what it is, then its fields as a table."""
    process = known.process
    origin = "ships" if known.is_shipped else "yours"
    yield from wrapped("", f"{safe(process.name)}, version {process.version}, {origin}", 2)
    yield f"id  {known.content_id}"
    if process.description:
        yield from wrapped("", safe(process.description), 0)
    yield ""
    yield from table(fields_of(process.claim_schema))
    if isinstance(process.evidence_schema, dict):
        yield ""
        yield "evidence that goes to the authority beside the claim"
        yield from table(fields_of(process.evidence_schema), with_hiding=False)


def heading_of(schema: KnownSchema) -> Iterator[str]:
    """Yield what a person has to know of a process before giving data for it: its name, id and description."""
    yield from wrapped("", f"{safe(schema.name)}, version {schema.process.version}, {schema.content_id}", 2)
    yield from description_of(schema)


def description_of(schema: KnownSchema) -> Iterator[str]:
    """Yield what its authority says of a process; nothing where it says nothing."""
    text = schema.process.description
    if text:
        cut = text if len(text) <= _LONGEST_DESCRIPTION else f"{text[:_LONGEST_DESCRIPTION]}…"
        yield from wrapped("  ", safe(cut), 2)


def table(fields: tuple[Field, ...], *, with_hiding: bool = True) -> Iterator[str]:
    """Yield the fields, one a line: path, type, whether it can be hidden alone, whether it is required, title."""
    width = min(34, max([5, *(len(field.path) for field in fields)]))
    heading = f"  {'field':<{width}}  {'type':<18}"
    yield f"{heading}  {'hide':<4}  {'required':<8}  title" if with_hiding else f"{heading}  {'required':<8}  title"
    for field in fields:
        kind = shortened(safe(f"{field.kind}, {field.subtype}" if field.subtype else field.kind), 18)
        hiding = f"  {'yes' if field.can_be_hidden else 'no':<4}" if with_hiding else ""
        required = "required" if field.is_required else ""
        line = f"  {shortened(safe(field.path), width):<{width}}  {kind:<18}{hiding}  {required:<8}"
        yield f"{line}  {shortened(safe(field.title), max(8, 78 - len(line)))}".rstrip()


def shortened(text: str, width: int) -> str:
    """Return a text of at most so many characters."""
    return text if len(text) <= width else text[: width - 1] + "…"
