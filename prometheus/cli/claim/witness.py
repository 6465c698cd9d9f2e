"""``claim witness``: an authority checks a request, looks at it, and signs a statement."""

from __future__ import annotations

from prometheus import files
from prometheus.claims.jsontext import parse
from prometheus.cli import ask
from prometheus.cli.claim.handing_over import hand_over, require_place
from prometheus.cli.claim.lines import content_lines, warn_of, weakness_members, when
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.unlocking import open_session
from prometheus.cli.verdict_lines import brief
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.personas import active_persona, find_persona
from prometheus.usecases.witness_claim import (
    checked_terms,
    refuse_doubts,
    review_request,
    sign_statement,
    witnessed_before,
)

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus.cli.invocation import Invocation
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session
    from prometheus.usecases.witness_claim import ReviewedRequest, Terms


def run(call: Invocation) -> int:
    """Check a request, show it, ask, sign a statement and hand it over."""
    raw = files.read(call.text("request"))
    require_place(call)
    with open_session(call) as session:
        now = session.clock.now()
        review = review_request(raw, schemas(), now)
        clerk = _clerk(call, session)
        terms = _terms(call, review, clerk, now)
        _tell(call, review, terms)
        _tell_of_another(call, session, review)
        if not call.flag("accept_unknown"):
            refuse_doubts(review)
        if call.flag("dry_run"):
            return _dry(call, review, terms)
        if not ask.confirm(call, f"do you, {clerk.shown_name}, witness that this is true?"):
            raise NoConsent("nothing was signed")
        signed = sign_statement(session, review, clerk, terms)
    facts = {"id": signed.id, "request": review.id, "authority": terms.authority, "persona": clerk.did}
    weaknesses = weakness_members(review.weaknesses)
    hand_over(call, signed.raw, {**facts, "weaknesses": weaknesses}, signed.document, kept_as=signed.id)
    call.output.note(f"statement {signed.id}")
    call.output.note("give it to the claimant; a copy is in your vault")
    return 0


def _clerk(call: Invocation, session: Session) -> Persona:
    named = call.maybe("persona")
    return find_persona(session, named) if named else active_persona(session)


def _terms(call: Invocation, review: ReviewedRequest, clerk: Persona, now: datetime) -> Terms:
    path = call.maybe("constraints")
    return checked_terms(
        review.schema,
        authority=call.maybe("authority") or clerk.did,
        now=now,
        after=call.maybe("after") or "",
        before=call.maybe("before") or "",
        content=parse(files.read(path)) if path else None,
    )


def _tell_of_another(call: Invocation, session: Session, review: ReviewedRequest) -> None:
    """Say that this request was witnessed already: the claimant may only have lost the file."""
    before = witnessed_before(session, review.id)
    if before is not None:
        call.output.warn(f"you witnessed this request before, as {before.id}")
        call.output.note(f"'prometheus claim export {before.id[:SHOWN_ID]}' writes that statement once more")


def _dry(call: Invocation, review: ReviewedRequest, terms: Terms) -> int:
    document = {
        "request": review.id,
        "claim": review.request.claim.to_json(),
        "evidence": review.request.evidence,
        "terms": terms._asdict(),
        "verdict": review.verdict.as_document(),
        "weaknesses": weakness_members(review.weaknesses),
    }
    call.output.result(document, ["every check passed; nothing was signed"])
    return 0


def _tell(call: Invocation, review: ReviewedRequest, terms: Terms) -> None:
    tell = call.output.note if call.flag("yes") else call.output.tell
    request = review.request
    tell(f"{safe(review.schema.name)}, asked for by {safe(request.claimant)}")
    if not request.claimant.startswith(f"{request.claim.subject}#"):
        tell(f"about {safe(request.claim.subject)}")
    for line in content_lines(request.claim.content, review.schema.process.claim_schema):
        tell(line)
    if request.evidence is not None:
        tell(f"evidence: {brief(request.evidence)}")
    tell(f"in the name of {safe(terms.authority)}")
    first = f"from {when(terms.after)}" if terms.after else "from now on"
    tell(f"to be used {first}, {f'until {when(terms.before)}' if terms.before else 'without end'}")
    if terms.content is not None:
        tell(f"limited by {brief(terms.content)}")
    warn_of(call.output, review.weaknesses)
    for check in review.doubts:
        call.output.warn(safe(check.detail))
