"""What the verbs that reach an authority share: its processes, whose key asks, what leaves, what came of it."""

from __future__ import annotations

from prometheus.claims.jsontext import compact
from prometheus.cli.claim.evidence import evidence_lines
from prometheus.cli.claim.lines import content_lines, warn_of
from prometheus.cli.output import safe
from prometheus.cli.patience import patiently
from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.services_asking import authority_at
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NotFound
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.known_processes import as_known, republished, require_told, seen_at
from prometheus.usecases.personas import find_persona
from prometheus.usecases.send_request import Addressed, deliver, sign_for
from prometheus.usecases.services_view import credentials_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.services_view import Authority, Credentials, ServiceAddress
    from prometheus.cli.invocation import Invocation
    from prometheus.model.submission import Submission
    from prometheus.usecases.request_claim import RequestDraft, SignedRequest
    from prometheus.usecases.schemas import KnownSchema
    from prometheus.usecases.send_request import Delivery
    from prometheus.usecases.session import Session


def published_at(call: Invocation, address: ServiceAddress) -> list[KnownSchema]:
    """Return what an authority publishes, each compared with its content id.

    Raises:
        NetworkError: When it cannot be asked, or sends what its ids do not say.
    """
    with patiently(call, address.url):
        return as_known(authority_at(call, address.url, was_agreed=True).processes())


def authority_for(call: Invocation, session: Session, submission: Submission) -> Authority:
    """Return the way to the authority of a submission, for the persona that asks."""
    credentials = _credentials(session, submission.persona)
    return authority_at(call, submission.service, credentials, was_agreed=submission.is_plain_agreed)


def tell_changes(
    call: Invocation, session: Session, to: Addressed, wanted: KnownSchema, *, is_accepted: bool = False
) -> None:
    """Say what the authority publishes in another's place; refuse the wanted one where it did not say so itself.

    Raises:
        NotTrusted: See `known_processes.require_told`.
    """
    changes = list(republished(seen_at(session, to.address.url), to.published))
    if not is_accepted:
        require_told(changes, wanted, to.address.url)
    for change in changes:
        what = f"`{safe(change.now.name)}` is another process than before: version {change.now.version}"
        (call.output.warn if change.is_silent else call.output.note)(f"{what}, {change.now.id[:SHOWN_ID]}…")


def tell_draft(call: Invocation, draft: RequestDraft, to: ServiceAddress) -> None:
    """Show exactly what would leave, and to whom."""
    tell = call.output.note if call.flag("yes") else call.output.tell
    version = draft.schema.process.version
    tell(f"{safe(draft.schema.name)}, version {version}, {draft.schema.content_id}")
    tell(f"to {safe(to.url)}, whose people will read all of this:")
    tell(f"  about you as {safe(draft.persona.shown_name)}: {draft.persona.did}, and its public key")
    for line in content_lines(draft.content, draft.schema.process.claim_schema):
        tell(line)
    if draft.evidence is not None:
        for line in evidence_lines(draft.evidence):
            tell(line)
    if draft.changed:
        tell(f"letters were taken apart (Unicode NFKD), as claims need it: {safe(', '.join(draft.changed))}")
    if to.is_open_to_eavesdroppers:
        call.output.warn("plain http: everybody on the way can read it too")
    warn_of(call.output, draft.weaknesses)


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
        lines = [f"request {found.id} is to be sent to {safe(found.service)}"]
        call.output.note(f"{safe(found.trouble)}; `prometheus claim status` sends it")
    else:
        lines = [f"request {found.id} is with {safe(found.service)}"]
        call.output.note("`prometheus claim status` asks for the answer and takes it in")
    call.output.result(members, lines)
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


def names_of(published: Sequence[KnownSchema]) -> list[str]:
    """Return how processes are listed for choosing."""
    return [f"{one.name}, version {one.process.version}" for one in published]


def _credentials(session: Session, did: str) -> Credentials | None:
    try:
        return credentials_of(session.signer, find_persona(session, did))
    except NotFound:
        return None
