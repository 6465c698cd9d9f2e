"""``schema add``: check a JSON Schema or a process, say what it lets people hide, and keep it.

A process can also be fetched whole from the authority that publishes it, and is then compared with its content id: who
inspects or witnesses such claims needs the form, and asks for nothing.
"""

from __future__ import annotations

from prometheus import files
from prometheus.claims.jsontext import parse
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import details, members
from prometheus.cli.verdict_lines import wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.schema_check import check_document

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.schema_check import CheckedSchema


def run(call: Invocation) -> int:
    """Add a schema; one that is there already changes nothing."""
    checked = _given(call)
    known, is_new = schemas().add(checked.process)
    _warn(call, checked)
    same = [other for other in schemas().all() if other.name == known.name and other != known]
    if same:
        text = f"{len(same) + 1} schemas are called '{safe(known.name)}': name this one by its id"
        call.output.note("\n".join(wrapped("", text, 2, used=0)))
    said = "added" if is_new else "it is here already, nothing changed"
    shown = {**members(known), "new": is_new, "open_fields": list(checked.open_fields), "notes": list(checked.notes)}
    call.output.result(shown, [*details(known), "", said])
    return 0


def _given(call: Invocation) -> CheckedSchema:
    """Return what a file holds, or what an authority publishes.

    Raises:
        NotUnderstood: When neither or both are named, or what is there is no usable schema.
        NetworkError: When the authority cannot be asked, or sends what its ids do not say.
    """
    path = call.maybe("file")
    if call.maybe("authority"):
        if path or call.maybe("name") or call.flag("maskable"):
            raise NotUnderstood(
                "a process of an authority is taken as it is published, without a file, --name or --maskable",
                code="USAGE",
                remedy="leave these out, or --authority",
            )
        return _fetched(call)
    if path is None or call.maybe("process"):
        raise NotUnderstood(
            "no file is named" if path is None else "--process names what an authority publishes, and none is named",
            code="USAGE",
            remedy="give a FILE, or --authority URL with --process NAME",
        )
    return check_document(parse(files.read(path)), call.maybe("name") or "", hide_all=call.flag("maskable"))


def _fetched(call: Invocation) -> CheckedSchema:
    from prometheus.cli.claim.processes import chosen_of, published_at
    from prometheus.cli.services_asking import address_in

    address = address_in(call, call.text("authority"))
    return check_document(chosen_of(call, published_at(call, address), address).process.to_json())


def _warn(call: Invocation, checked: CheckedSchema) -> None:
    for note in checked.notes:
        call.output.warn(safe(note))
    if checked.open_fields:
        paths = ", ".join(checked.open_fields)
        call.output.warn(f"these fields cannot be hidden on their own: {safe(paths)}")
        call.output.note('mark them with "maskable": true, or all of them with --maskable')
