"""``claim renew``: ask for a claim anew, with the same values, before it ends."""

from __future__ import annotations

from prometheus.cli import ask
from prometheus.cli.claim.evidence_given import evidence_given
from prometheus.cli.claim.processes import accepts_changes, published_or_why
from prometheus.cli.claim.sending import dry, report, sign_and_send, tell_draft
from prometheus.cli.output import safe
from prometheus.cli.services_asking import address_in
from prometheus.cli.unlocking import open_session
from prometheus.cli.verdict_lines import wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.errors import Conflict, NoConsent, NotFound, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.claims_store import find_claim
from prometheus.usecases.personas import find_persona
from prometheus.usecases.renew_claim import differences, renewal_of, successor
from prometheus.usecases.request_claim import draft_request
from prometheus.usecases.send_request import Addressed
from prometheus.usecases.submissions import open_submissions

if TYPE_CHECKING:
    from prometheus.claims.services_view import ServiceAddress
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.renew_claim import Renewal
    from prometheus.usecases.schemas import KnownSchema
    from prometheus.usecases.session import Session


def run(call: Invocation) -> int:
    """Show what would be asked for anew and of whom, ask, sign, keep, and send."""
    evidence = evidence_given(call)
    with open_session(call) as session:
        renewal = renewal_of(session, find_claim(session, call.text("claim")))
        _refuse_asked(session, renewal)
        address = _address(call, renewal)
        published, unreached = published_or_why(call, address)
        known = schemas().by_id(renewal.claim.process_id)
        if unreached is not None and known is None:
            raise unreached
        schema = known if known and unreached else successor(published, renewal.claim, known)
        to = Addressed(address, tuple(published), renewal.claim.id)
        is_accepted = accepts_changes(call, session, to, schema, is_named=True)
        _agree_to_changes(call, known, schema, is_accepted=is_accepted)
        persona = find_persona(session, renewal.claim.persona)
        draft = draft_request(schema, persona, renewal.data, renewal.evidence if evidence is None else evidence)
        tell_draft(call, draft, address)
        if call.flag("dry_run"):
            return dry(call, draft, address)
        if not ask.confirm(call, f"sign this request as {persona.shown_name} and send it to {address.url}?"):
            raise NoConsent("nothing was signed, and nothing was sent")
        _, delivery = sign_and_send(call, session, draft, to)
    return report(call, draft, delivery, {"renews": renewal.claim.id})


def _refuse_asked(session: Session, renewal: Renewal) -> None:
    for one in open_submissions(session):
        if one.renews == renewal.claim.id:
            raise Conflict(
                "this claim is asked for anew already",
                code="CLAIM-RENEWING",
                meaning=f"in request {one.id}",
                remedy="`prometheus claim status` asks for the answer, `prometheus claim withdraw` takes it back",
            )
    if not renewal.claim.persona:
        raise NotFound(
            "the claim is about none of your personas", code="CLAIM-NOT-YOURS", remedy="its subject has to ask for it"
        )


def _address(call: Invocation, renewal: Renewal) -> ServiceAddress:
    url = call.maybe("authority")
    if url:
        return address_in(call, url)
    if renewal.service:
        return address_in(call, renewal.service, was_agreed=renewal.is_plain_agreed)
    raise NotUnderstood(
        "it is not known where this claim can be asked for",
        code="AUTHORITY-NEEDED",
        meaning="it did not come over the network",
        remedy="name its authority with --authority URL, or ask with `prometheus claim request`",
    )


def _agree_to_changes(call: Invocation, known: KnownSchema | None, now: KnownSchema, *, is_accepted: bool) -> None:
    """Say how the process differs from that of the claim, and ask.

    Raises:
        NoConsent: When the person does not want the other one.
    """
    if known is not None and known.content_id == now.content_id:
        return
    tell = call.output.note if call.flag("yes") else call.output.tell
    for line in wrapped("", f"{safe(now.name)} is another process now than the one of your claim:", 2):
        tell(line)
    for line in differences(known, now) if known else ["the old one is not known here any more"]:
        for piece in wrapped("  ", safe(line), 4, used=2):
            tell(piece)
    if is_accepted:
        return
    if call.flag("yes"):
        raise NoConsent(
            "the process is another one now, and --yes alone does not take it",
            code="PROCESS-DIFFERS",
            meaning="nothing was signed, and nothing was sent",
            remedy="look at what differs, then add --accept-changed-process",
        )
    if not ask.confirm(call, "ask for the new one?"):
        raise NoConsent("nothing was signed, and nothing was sent")
