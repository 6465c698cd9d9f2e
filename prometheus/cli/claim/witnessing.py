"""What a clerk sees and says before a statement is signed: the request whole, the terms, and what to beware of."""

from __future__ import annotations

from prometheus import files
from prometheus.claims.jsontext import parse
from prometheus.cli.claim.evidence import evidence_lines
from prometheus.cli.claim.lines import content_lines, warn_of, weakness_members, when
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.verdict_lines import brief
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.personas import active_persona, find_persona
from prometheus.usecases.witness_claim import checked_terms, witnessed_before

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus.cli.invocation import Invocation
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session
    from prometheus.usecases.witness_claim import ReviewedRequest, Terms


def clerk_of(call: Invocation, session: Session) -> Persona:
    """Return who signs: the persona named, else the active one."""
    named = call.maybe("persona")
    return find_persona(session, named) if named else active_persona(session)


def terms_of(call: Invocation, review: ReviewedRequest, clerk: str, now: datetime) -> Terms:
    """Return the terms that the options of a call give, in the name of a clerk's DID where it names none.

    Errors as `checked_terms`.
    """
    path = call.maybe("constraints")
    return checked_terms(
        review.schema,
        authority=call.maybe("authority") or clerk,
        now=now,
        after=call.maybe("after") or "",
        before=call.maybe("before") or "",
        content=parse(files.read(path)) if path else None,
    )


def tell_of_another(call: Invocation, session: Session, review: ReviewedRequest) -> None:
    """Say that this request was witnessed already: the claimant may only have lost the file."""
    before = witnessed_before(session, review.id)
    if before is not None:
        call.output.warn(f"you witnessed this request before, as {before.id}")
        call.output.note(f"'prometheus claim export {before.id[:SHOWN_ID]}' writes that statement once more")


def tell_review(call: Invocation, review: ReviewedRequest, terms: Terms) -> None:
    """Show what would be signed: every value, the evidence, the terms, and what is weak or could not be checked."""
    tell = call.output.note if call.flag("yes") else call.output.tell
    request = review.request
    tell(f"{safe(review.schema.name)}, version {review.schema.process.version}, {review.schema.content_id}")
    tell(f"asked for by {safe(request.claimant)}")
    if not request.claimant.startswith(f"{request.claim.subject}#"):
        tell(f"about {safe(request.claim.subject)}")
    for line in content_lines(request.claim.content, review.schema.process.claim_schema):
        tell(line)
    for line in evidence_lines(request.evidence):
        tell(line)
    tell(f"in the name of {safe(terms.authority)}")
    first = f"from {when(terms.after)}" if terms.after else "without a beginning"
    tell(f"to be used {first}, {f'until {when(terms.before)}' if terms.before else 'without end'}")
    if terms.content is not None:
        tell(f"limited by {brief(terms.content)}")
    warn_of(call.output, review.weaknesses)
    for check in review.doubts:
        call.output.warn(safe(check.detail))


def tell_dry(call: Invocation, review: ReviewedRequest, terms: Terms) -> int:
    """Say what would be signed, where the person wants nothing signed; return the exit code."""
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
