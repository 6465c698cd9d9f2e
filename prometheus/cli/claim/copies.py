"""``claim list --requests`` and ``claim list --witnessed``: what was signed here and handed out, without values."""

from __future__ import annotations

from prometheus.cli.claim.lines import short_did, when
from prometheus.cli.claim.pages import page_members, page_of, tell_rest
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID, shortened
from prometheus.compose.known_schemas import schemas
from prometheus.model.frozen import TYPE_CHECKING, Any
from prometheus.usecases.personas import names_of
from prometheus.usecases.signed_copies import copy_names, count_copies, read_copies

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.session import Session
    from prometheus.usecases.signed_copies import Kind, SignedCopy

_NOTHING = {"request": "you asked for no claim yet", "statement": "you witnessed no claim yet"}


def show_copies(call: Invocation, session: Session, kind: Kind) -> int:
    """Show the copies of one kind, newest first."""
    in_trash = call.flag("trash")
    page = page_of(
        call,
        lambda limit: copy_names(session, kind, in_trash=in_trash, limit=limit),
        lambda: count_copies(session, kind, in_trash=in_trash),
    )
    found = read_copies(session, page.names)
    names = names_of(session, (copy.subject for copy in found))
    document = {f"{kind}s": [_members(copy) for copy in found], **page_members(page)}
    nothing = "the trash is empty" if in_trash else _NOTHING[kind]
    call.output.result(document, [*_rows(found, names)] or [nothing])
    tell_rest(call.output, page, f"{kind}s")
    if found:
        call.output.note(f"'prometheus claim export {found[0].id[:SHOWN_ID]}' writes the file once more")
    return 0


def _members(copy: SignedCopy) -> dict[str, Any]:
    """Return what ``--json`` shows of a copy; no value is among it."""
    partner = "statement" if copy.kind == "request" else "request"
    return {
        "id": copy.id,
        "persona": copy.persona,
        "process": copy.process_id,
        "subject": copy.subject,
        "claim": copy.claim_id,
        "created": copy.created,
        "before": copy.before or None,
        partner: copy.partner or None,
        "deleted_at": copy.deleted_at or None,
    }


def _rows(found: Sequence[SignedCopy], names: Mapping[str, str]) -> Iterator[str]:
    known = schemas()
    for copy in found:
        schema = known.by_id(copy.process_id)
        kind, made = shortened(safe(schema.name if schema else "?"), 16), shortened(when(copy.created), 20)
        start = f"{copy.id[:SHOWN_ID]}  {kind:<16}"
        if copy.kind == "request":
            answer = f"answered by {copy.partner[:SHOWN_ID]}" if copy.partner else "open"
            yield f"{start}  {made:<20}  {answer}"
        else:
            about = shortened(safe(short_did(copy.subject, names)), 13)
            yield f"{start}  {about:<13}  {made:<20}  {shortened(safe(copy.before[:10]), 10) or 'open'}"
