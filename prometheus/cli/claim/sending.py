"""What the verbs that reach an authority share: whose key asks, what leaves, what came of it."""

from __future__ import annotations

from prometheus.claims.jsontext import compact
from prometheus.cli.claim.evidence import evidence_lines
from prometheus.cli.claim.lines import content_lines, warn_of
from prometheus.cli.output import safe
from prometheus.cli.patience import patiently
from prometheus.cli.schema.lines import description_of, heading_of
from prometheus.cli.services_asking import authority_at
from prometheus.cli.verdict_lines import wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NotFound
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.personas import find_persona
from prometheus.usecases.send_request import deliver, sign_for
from prometheus.usecases.services_view import credentials_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.services_view import Authority, Credentials, ServiceAddress
    from prometheus.cli.invocation import Invocation
    from prometheus.model.submission import Submission
    from prometheus.usecases.request_claim import RequestDraft, SignedRequest
    from prometheus.usecases.send_request import Addressed, Delivery
    from prometheus.usecases.session import Session


def authority_for(call: Invocation, session: Session, submission: Submission) -> Authority:
    """Return the way to the authority of a submission, for the persona that asks."""
    credentials = _credentials(session, submission.persona)
    return authority_at(call, submission.service, credentials, was_agreed=submission.is_plain_agreed)


def tell_draft(call: Invocation, draft: RequestDraft, to: ServiceAddress) -> None:
    """Show exactly what would leave, and to whom."""
    tell = call.output.note if call.flag("yes") else call.output.tell
    for line in (*heading_of(draft.schema), *_to_whom(draft, to)):
        tell(line)
    for line in content_lines(draft.content, draft.schema.process.claim_schema):
        tell(line)
    if draft.evidence is not None:
        for line in evidence_lines(draft.evidence):
            tell(line)
    if draft.changed:
        text = f"letters were taken apart (Unicode NFKD), as claims need it: {safe(', '.join(draft.changed))}"
        for line in wrapped("", text, 2):
            tell(line)
    if to.is_open_to_eavesdroppers:
        call.output.warn("plain http: everybody on the way can read it too")
    warn_of(call.output, draft.weaknesses)


def _to_whom(draft: RequestDraft, to: ServiceAddress) -> Iterator[str]:
    yield "the people of this service will read all of it:"
    yield f"  {safe(to.url)}"
    text = f"{safe(draft.persona.shown_name)}: {draft.persona.did}, and its public key"
    yield from wrapped("  about you as ", text, 4, used=len("  about you as "))


def sign_and_send(
    call: Invocation, session: Session, draft: RequestDraft, to: Addressed
) -> tuple[SignedRequest, Delivery]:
    """Sign a request, keep it, and send it; the process is kept too, so that its claims can be read later."""
    schemas().add(draft.schema.process)
    signed, submission = sign_for(session, draft, to)
    authority = authority_for(call, session, submission)
    with patiently(call, to.address.url):
        return signed, deliver(session, authority, submission)


def report(call: Invocation, draft: RequestDraft, delivery: Delivery, more: dict[str, object]) -> int:
    """Say where the request is now, and return the exit code.

    Raises:
        NetworkError: When the authority refused it or cannot be believed; the request is kept all the same.
    """
    found = delivery.submission
    if delivery.error is not None and not delivery.may_work_later:
        call.output.note(f"request {found.id} is signed and kept; `prometheus claim status` sends it again")
        raise delivery.error
    members = {
        "id": found.id,
        "persona": draft.persona.did,
        "schema": draft.schema.content_id,
        "authority": found.service,
        "state": found.state,
        "trouble": found.trouble or None,
        **more,
    }
    if found.state == "unsent":
        where = "is to be sent to"
        notes = [*wrapped("", f"{safe(found.trouble)}; `prometheus claim status` sends it", 2)]
    else:
        where = "is with"
        notes = [*description_of(draft.schema), "`prometheus claim status` asks for the answer and takes it in"]
    call.output.result(members, wrapped("", f"request {found.id} {where} {safe(found.service)}", 2))
    for note in notes:
        call.output.note(note)
    return 0


def dry(call: Invocation, draft: RequestDraft, to: ServiceAddress) -> int:
    """Say that nothing happened, and what would have."""
    size = len(compact(draft.content).encode()) + len(compact(draft.evidence).encode())
    members = {
        "persona": draft.persona.did,
        "schema": draft.schema.content_id,
        "authority": to.url,
        "content": draft.content,
        "bytes": size,
    }
    call.output.result(members, ["nothing was signed and nothing was sent"])
    return 0


def _credentials(session: Session, did: str) -> Credentials | None:
    try:
        return credentials_of(session.signer, find_persona(session, did))
    except NotFound:
        return None
