"""``authority approve`` and ``authority reject``: look, agree, sign here, and hand it to the service."""

from __future__ import annotations

from prometheus.claims.jsontext import parse
from prometheus.claims.statement import Constraints, Statement, parse_signed_statement
from prometheus.cli import ask
from prometheus.cli.authority.at_service import requests_at, service_of, warn_of_unknown_kind
from prometheus.cli.claim.lines import weakness_members
from prometheus.cli.claim.verify import what_ledgers_say
from prometheus.cli.claim.witnessing import clerk_of, tell_dry, tell_review, terms_of
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.unlocking import open_session
from prometheus.compose.known_schemas import schemas
from prometheus.errors import Conflict, NoConsent, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.model.written_time import moment
from prometheus.usecases import answer_requests
from prometheus.usecases.answer_requests import fetch_request, find_waiting, require_pending
from prometheus.usecases.request_claim import LARGEST_REQUEST
from prometheus.usecases.signed_copies import copies_named
from prometheus.usecases.witness_claim import (
    Terms,
    refuse_doubts,
    sign_statement,
    witnessed_before,
)

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.model.persona import Persona
    from prometheus.usecases.answer_requests import ServiceAsked
    from prometheus.usecases.session import Session
    from prometheus.usecases.signed_copies import SignedCopy
    from prometheus.usecases.witness_claim import ReviewedRequest

_LONGEST_REASON: Final = 1000


def approve(call: Invocation) -> int:
    """Check a request, show it with the statement's terms, ask, sign, and hand the statement in."""
    with open_session(call) as session:
        clerk = clerk_of(call, session)
        service = service_of(call, session, clerk)
        waiting = find_waiting(requests_at(call, service), call.text("request"))
        fetched = fetch_request(service.authority, waiting, schemas())
        ledger = what_ledgers_say(call, fetched.raw, LARGEST_REQUEST)
        review = fetched.review(session.clock.now(), ledger)
        kept = None if call.flag("anew") else witnessed_before(session, review.id)
        if kept is None:
            require_pending(waiting)
        terms = (
            terms_of(call, review, clerk.did, session.clock.now()) if kept is None else _kept_terms(call, review, kept)
        )
        warn_of_unknown_kind(call, fetched)
        tell_review(call, review, terms)
        if not call.flag("accept_unknown"):
            refuse_doubts(review)
        if call.flag("dry_run"):
            return tell_dry(call, review, terms)
        _agree(call, kept, clerk, service)
        copy = _signed(session, review, clerk, terms) if kept is None else kept
        had_it = answer_requests.approve(session, service, waiting, copy)
    facts = {"id": copy.id, "request": waiting.request_id, "authority": terms.authority, "persona": copy.persona}
    document = {**facts, "service": service.url, "had_it": had_it, "weaknesses": weakness_members(review.weaknesses)}
    said = "the service had it already" if had_it else "the service has it, and its claimant will find it there"
    call.output.result(document, [f"approved with statement {copy.id[:SHOWN_ID]}: {said}"])
    return 0


def reject(call: Invocation) -> int:
    """Ask, and say no to a request with a reason that its claimant will read."""
    reason = call.text("reason").strip()
    if not reason or len(reason) > _LONGEST_REASON:
        raise NotUnderstood(
            "a reason is needed, of at most a thousand characters", code="REASON", remedy="say why with --reason TEXT"
        )
    with open_session(call) as session:
        clerk = clerk_of(call, session)
        service = service_of(call, session, clerk)
        waiting = find_waiting(requests_at(call, service), call.text("request"))
        if waiting.status != "rejected":  # one whose answer was lost may be said again
            require_pending(waiting)
        tell = call.output.note if call.flag("yes") else call.output.tell
        tell(f"request {waiting.request_id[:SHOWN_ID]} will be rejected at {service.url}, and its claimant will read:")
        tell(f"  {safe(reason)}")
        if call.flag("dry_run"):
            call.output.result({"request": waiting.request_id, "rejected": False}, ["nothing was sent"])
            return 0
        if not ask.confirm(call, "reject it?"):
            raise NoConsent("nothing was sent")
        had_it = answer_requests.reject(session, service, waiting, reason, clerk)
    facts = {"request": waiting.request_id, "rejected": True, "reason": reason}
    said = ": the service had it already" if had_it else ""
    call.output.result(
        {**facts, "service": service.url, "had_it": had_it}, [f"rejected {waiting.request_id[:SHOWN_ID]}{said}"]
    )
    return 0


def _signed(session: Session, review: ReviewedRequest, clerk: Persona, terms: Terms) -> SignedCopy:
    """Sign a statement, and return the copy that is kept of it."""
    signed = sign_statement(session, review, clerk, terms)
    (copy,) = [one for one in copies_named(session, signed.id) if one.id == signed.id]
    return copy


def _agree(call: Invocation, kept: SignedCopy | None, clerk: Persona, service: ServiceAsked) -> None:
    """Ask whether to sign and hand in, or to hand in what was signed before.

    Raises:
        NoConsent: When the person says no, or cannot be asked.
        Conflict: When another persona signed it.
    """
    question = f"do you, {clerk.shown_name}, witness that this is true, and hand that to {service.url}?"
    if kept is not None:
        if kept.persona != clerk.did:
            raise Conflict(
                "another persona of yours signed a statement for this request",
                code="REQUEST-DECIDED",
                meaning=f"{kept.persona} signed {kept.id[:SHOWN_ID]}",
                remedy="act as that one with --persona, or sign another with --anew",
            )
        call.output.note(f"you signed {kept.id[:SHOWN_ID]} for this request before: it goes as it is, with its terms")
        question = f"hand it to {service.url}?"
    if not ask.confirm(call, question):
        raise NoConsent("nothing was signed" if kept is None else "nothing was sent")


def _kept_terms(call: Invocation, review: ReviewedRequest, kept: SignedCopy) -> Terms:
    """Return the terms of a statement that was signed before.

    Raises:
        Conflict: When the call names other ones, which that statement cannot have any more.
    """
    was = _terms_in(kept)
    if not any(call.maybe(option) for option in ("authority", "after", "before", "constraints")):
        return was
    signed_at = moment(kept.created)
    if signed_at is None:
        return was
    given = terms_of(call, review, kept.persona, signed_at)
    named = given._replace(
        authority=given.authority if call.maybe("authority") else was.authority,
        after=given.after if call.maybe("after") else was.after,
        before=given.before if call.maybe("before") else was.before,
        content=given.content if call.maybe("constraints") else was.content,
    )
    if differences := was.differences(named):
        raise Conflict(
            "you signed a statement for this request before, in other terms",
            code="TERMS-DIFFER",
            meaning=f"{kept.id[:SHOWN_ID]} is {'; '.join(differences)}",
            remedy="leave the terms out to hand that one in, or sign another with --anew",
        )
    return was


def _terms_in(kept: SignedCopy) -> Terms:
    """Return the terms of a statement that was signed before."""
    statement = parse_signed_statement(parse(kept.raw)).content
    constraints = statement.constraints if isinstance(statement, Statement) else None
    if not isinstance(constraints, Constraints):
        raise NotUnderstood("the statement that is kept for this request cannot be read", code="STATEMENT-MASKED")
    return Terms(constraints.authority, constraints.after, constraints.before, constraints.content)
