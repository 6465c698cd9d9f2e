"""``schema list``, ``schema show`` and ``schema remove``."""

from __future__ import annotations

import json

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import details, field_members, members, row
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.schema_fields import fields_of

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def list_all(call: Invocation) -> int:
    """Show every schema, one a line."""
    known = schemas()
    found, damaged = known.all(), known.damaged()
    for name in damaged:
        call.output.warn(f"{safe(name)} in {safe(known.folder)} does not hold what its name says and is not used")
    document = {"schemas": [members(schema) for schema in found], "damaged": damaged}
    call.output.result(document, [row(schema) for schema in found])
    if all(schema.is_shipped for schema in found):
        call.output.note("add one of your own with 'prometheus schema add FILE'")
    return 0


def show(call: Invocation) -> int:
    """Show one schema with its fields, or write it to a file."""
    found = schemas().find(call.text("schema"))
    process = found.process.to_json()
    out = call.maybe("out")
    if out is not None:
        content = json.dumps(process, ensure_ascii=False, indent=2).encode() + b"\n"
        if out == files.STANDARD_STREAM:
            call.output.data(content)
            return 0
        files.write(out, content, mode=0o644)
        call.output.result({"id": found.content_id, "out": out}, [f"written to {safe(out)}"])
        return 0
    fields = [field_members(field) for field in fields_of(found.process.claim_schema)]
    call.output.result({**members(found), "fields": fields, "process": process}, details(found))
    return 0


def remove(call: Invocation) -> int:
    """Remove one of the user's own schemas."""
    known = schemas()
    found = known.find(call.text("schema"))
    question = f"remove the schema '{found.name}'? Claims of it stay, and can no longer be checked against it"
    if not found.is_shipped and not ask.confirm(call, question):
        raise NoConsent("the schema stays")
    known.remove(found)
    call.output.result({"removed": found.content_id}, [f"{safe(found.name)} is removed"])
    return 0
