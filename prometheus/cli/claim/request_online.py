"""``claim request --authority URL``: ask an authority over the network.

What the authority publishes is fetched and compared with its ids before anything is asked; without a connection a
process that is known from before can still be asked for, and the request is sent later. What leaves is shown whole.
"""

from __future__ import annotations

from prometheus import files
from prometheus.cli import ask
from prometheus.cli.claim.form import fill_in
from prometheus.cli.claim.handing_over import require_place
from prometheus.cli.claim.sending import dry, names_of, published_at, report, sign_and_send, tell_changes, tell_draft
from prometheus.cli.output import safe
from prometheus.cli.services_asking import address_in
from prometheus.cli.unlocking import open_session
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NoConsent, NotUnderstood, Offline, TimedOut
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.known_processes import choose_process, seen_at
from prometheus.usecases.personas import active_persona, find_persona
from prometheus.usecases.request_claim import draft_request
from prometheus.usecases.send_request import Addressed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.claims.services_view import ServiceAddress
    from prometheus.cli.invocation import Invocation
    from prometheus.errors import NetworkError
    from prometheus.usecases.schemas import KnownSchema
    from prometheus.usecases.session import Session


def run(call: Invocation, given: Json, evidence: Json) -> int:
    """Choose the process, show what would leave and to whom, ask, sign, keep, and send."""
    address = address_in(call, call.text("authority"))
    require_place(call)
    published, unreached = _published(call, address)
    with open_session(call) as session:
        to = Addressed(address, tuple(published))
        schema = _chosen(call, published or _remembered(session, address, unreached), address)
        tell_changes(call, session, to, schema, is_accepted=call.flag("accept_changed_process"))
        named = call.maybe("persona")
        persona = find_persona(session, named) if named else active_persona(session)
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


def _published(call: Invocation, address: ServiceAddress) -> tuple[list[KnownSchema], NetworkError | None]:
    try:
        return published_at(call, address), None
    except (Offline, TimedOut) as error:
        return [], error


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


def _chosen(call: Invocation, published: Sequence[KnownSchema], address: ServiceAddress) -> KnownSchema:
    named = call.maybe("process") or call.maybe("schema")
    if named:
        return choose_process(published, named, address.url)
    if len(published) == 1:
        return published[0]
    if not published:
        raise NotUnderstood(
            f"{address.url} publishes no process",
            code="PROCESS-NONE",
            remedy="ask the people who run it what can be asked for",
        )
    if not call.output.may_ask:
        raise NotUnderstood(
            f"{address.url} publishes {len(published)} processes",
            code="PROCESS-NEEDED",
            meaning=", ".join(names_of(published)),
            remedy="name one with --process",
        )
    call.output.tell(f"{safe(address.url)} publishes:")
    return published[ask.choose(call, "which process", names_of(published))]
