"""``claim request --authority URL``: ask an authority over the network.

What the authority publishes is fetched and compared with its ids before anything is asked; without a connection a
process that is known from before can still be asked for, and the request is sent later. What leaves is shown whole.
"""

from __future__ import annotations

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.claim.form import fill_in
from prometheus.cli.claim.handing_over import require_place
from prometheus.cli.claim.lines import when
from prometheus.cli.claim.processes import accepts_changes, chosen_of, published_or_why
from prometheus.cli.claim.sending import dry, report, sign_and_send, tell_draft
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID, heading_of
from prometheus.cli.services_asking import address_in
from prometheus.cli.unlocking import open_session
from prometheus.cli.verdict_lines import wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.known_processes import seen_at
from prometheus.usecases.personas import active_persona, find_persona
from prometheus.usecases.request_claim import draft_request, require_evidence
from prometheus.usecases.send_request import Addressed
from prometheus.usecases.submissions import open_submissions

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.claims.services_view import ServiceAddress
    from prometheus.cli.invocation import Invocation
    from prometheus.errors import NetworkError
    from prometheus.model.persona import Persona
    from prometheus.usecases.schemas import KnownSchema
    from prometheus.usecases.session import Session


def run(call: Invocation, given: Json, evidence: Json) -> int:
    """Choose the process, show what would leave and to whom, ask, sign, keep, and send."""
    address = address_in(call, call.text("authority"))
    require_place(call)
    published, unreached = published_or_why(call, address)
    with open_session(call) as session:
        to = Addressed(address, tuple(published))
        schema = chosen_of(call, published or _remembered(session, address, unreached), address)
        require_evidence(schema, evidence)
        accepts_changes(call, session, to, schema, is_named=bool(call.maybe("process") or call.maybe("schema")))
        named = call.maybe("persona")
        persona = find_persona(session, named) if named else active_persona(session)
        _tell_same(call, session, schema, persona, address)
        if not call.maybe("data"):
            _tell_before(call, schema, address)
        data = given if call.maybe("data") else fill_in(call, schema.process.claim_schema)
        draft = draft_request(schema, persona, data, evidence)
        tell_draft(call, draft, address)
        if call.flag("dry_run"):
            return dry(call, draft, address)
        if not ask.confirm(call, f"sign this request as {persona.shown_name} and send it to {address.url}?"):
            raise NoConsent("nothing was signed, and nothing was sent")
        signed, delivery = sign_and_send(call, session, draft, to)
    out = call.text("out")
    if out != files.STANDARD_STREAM:
        files.write(out, signed.raw)
    return report(call, draft, delivery, {"out": out} if out != files.STANDARD_STREAM else {})


def _remembered(session: Session, address: ServiceAddress, unreached: NetworkError | None) -> list[KnownSchema]:
    """Return the processes that the authority published before and that are known here.

    Raises:
        NetworkError: Why it could not be asked, where none is known.
    """
    known = schemas()
    found = [one for seen in seen_at(session, address.url) if (one := known.by_id(seen.id)) is not None]
    if not found and unreached is not None:
        raise unreached
    return found


def _tell_before(call: Invocation, schema: KnownSchema, address: ServiceAddress) -> None:
    """Say what the form is for and who will read it, before anything is typed."""
    for line in (*heading_of(schema), "the people of this service will read what you type:", f"  {safe(address.url)}"):
        call.output.tell(line)


def _tell_same(
    call: Invocation, session: Session, schema: KnownSchema, persona: Persona, address: ServiceAddress
) -> None:
    """Say that the same was asked for already and is not answered yet: two requests have two answers."""
    same = (address.url, schema.content_id, persona.did)
    found = [one for one in open_submissions(session) if (one.service, one.process_id, one.persona) == same]
    if found:
        text = (
            f"you asked for this already, in request {found[0].id[:SHOWN_ID]} of {when(found[0].created)}, which is "
            "not answered yet; this will be a second one. `prometheus claim status` asks for the answer, "
            "`prometheus claim withdraw` takes one back"
        )
        call.output.warn("\n".join(wrapped("", text, len("warning: "))))
