"""``schema add``: check a JSON Schema or a process, say what it lets people hide, and keep it."""

from __future__ import annotations

from prometheus import files
from prometheus.claims.jsontext import parse
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import details, members
from prometheus.compose.known_schemas import schemas
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.schema_check import check_document

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.schema_check import CheckedSchema


def run(call: Invocation) -> int:
    """Add a schema; one that is there already changes nothing."""
    document = parse(files.read(call.text("file")))
    checked = check_document(document, call.maybe("name") or "", hide_all=call.flag("maskable"))
    known, is_new = schemas().add(checked.process)
    _warn(call, checked)
    same = [other for other in schemas().all() if other.name == known.name and other != known]
    if same:
        call.output.note(f"{len(same) + 1} schemas are called '{safe(known.name)}': name this one by its id")
    said = "added" if is_new else "it is here already, nothing changed"
    shown = {**members(known), "new": is_new, "open_fields": list(checked.open_fields), "notes": list(checked.notes)}
    call.output.result(shown, [*details(known), "", said])
    return 0


def _warn(call: Invocation, checked: CheckedSchema) -> None:
    for note in checked.notes:
        call.output.warn(safe(note))
    if checked.open_fields:
        paths = ", ".join(checked.open_fields)
        call.output.warn(f"these fields cannot be hidden on their own: {safe(paths)}")
        call.output.note('mark them with "maskable": true, or all of them with --maskable')
