"""Ask what became of a request, take in the statement that answers it, or take the request back.

Rules:
* A statement is taken in only when it is of the process that was asked for and about the very claim that was asked
  for, its signature fits, and nothing in it is hidden. Anything else is the authority's mistake or worse: it is kept as
  trouble, shown, and the request stays open.
* An authority that cannot be reached changes nothing but what is known of why.
* Taking in twice changes nothing.

What this is not: trust in the authority, which is judged where claims are verified.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import compact, parse
from prometheus.claims.request import parse_signed_request
from prometheus.claims.shown import leaves
from prometheus.errors import (
    Conflict,
    NetworkError,
    NotFound,
    NotTrusted,
    Offline,
    PrometheusError,
    RemoteRefused,
    TimedOut,
)
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.accept_claim import accept
from prometheus.usecases.claim_data import unwrapped
from prometheus.usecases.claim_index import read_statement
from prometheus.usecases.send_request import changed, deliver, signed_copy, told
from prometheus.usecases.submissions import keep_submission

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.claims.services_view import Authority, RequestStatus
    from prometheus.model.submission import Submission
    from prometheus.usecases.accept_claim import Arrival
    from prometheus.usecases.claim_index import OpenStatement
    from prometheus.usecases.schemas import Schemas
    from prometheus.usecases.session import Session


class News(NamedTuple):
    """What asking brought."""

    submission: Submission
    arrival: Arrival | None = None
    """The claim that was taken in, where one was."""
    is_reached: bool = True
    """Whether the authority answered at all."""
    wrong: str = ""
    """What was wrong with the authority's answer, where it cannot be believed."""


def follow(session: Session, authority: Authority, submission: Submission, schemas: Schemas) -> News:
    """Send a request that was not sent, ask what became of it, and take in what answers it."""
    if submission.state == "unsent":
        delivery = deliver(session, authority, submission)
        submission = delivery.submission
        if delivery.error is not None:
            return News(submission, is_reached=not delivery.may_work_later)
    try:
        status = authority.status(submission.link)
    except NotTrusted as error:
        return _wrong(session, submission, told(error))
    except (NetworkError, NotFound) as error:
        is_reached = not isinstance(error, Offline | TimedOut)
        return News(changed(session, submission._replace(trouble=told(error))), is_reached=is_reached)
    heard = session.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    return _take_in(session, submission._replace(heard=heard, trouble=""), status, schemas)


def withdraw(session: Session, authority: Authority, submission: Submission) -> Submission:
    """Take a request back; one that never left is taken back without asking anybody.

    Raises:
        Conflict: When it was answered already.
        RemoteRefused: When the service has no way to take it back, or says no.
        NetworkError: When the service cannot be asked.
    """
    require_open(submission)
    if submission.state == "unsent" and submission.may_have_left:
        submission = deliver(session, authority, submission).submission
        if submission.state == "unsent":
            raise NetworkError(
                "it is not known whether the request arrived, and the authority cannot be asked now",
                code="REQUEST-WHEREABOUTS",
                meaning=submission.trouble,
                remedy="try again when it can be reached",
            )
    if submission.link and not authority.withdraw(submission.link):
        raise RemoteRefused(
            "this authority has no way to take a request back",
            code="SERVICE-NO-WITHDRAWAL",
            meaning="it follows the interface as it was documented first, which has none",
            remedy="ask the people who run it; nothing changed here",
        )
    gone = submission._replace(state="withdrawn", trouble="")
    with session.commit() as commit:
        keep_submission(commit, gone)
        facts = {"request": gone.id, "service": gone.service}
        audit.append(commit, "claim.withdraw", persona=gone.persona, facts=facts)
    return gone


def require_open(submission: Submission) -> None:
    """Refuse a request to which nothing can come any more.

    Raises:
        Conflict: When it is decided or was taken back.
    """
    if not submission.is_open:
        raise Conflict(
            f"the request is {submission.state} already",
            code="REQUEST-DECIDED",
            remedy="`prometheus claim status` shows what became of each",
        )


def _take_in(session: Session, submission: Submission, status: RequestStatus, schemas: Schemas) -> News:
    if status.status == "rejected":
        return News(changed(session, submission._replace(state="rejected", reason=status.reason or "")))
    if status.status == "withdrawn":
        return News(changed(session, submission._replace(state="withdrawn")))
    if status.status == "pending":
        return News(changed(session, submission))
    if status.statement is None:
        purged = "it was approved, and the authority has purged the statement since: ask for it there"
        return News(changed(session, submission._replace(trouble=purged)))
    try:
        raw = _checked(session, submission, status.statement)
        arrival = accept(session, raw, schemas)
    except PrometheusError as error:
        meaning = f": {error.meaning}" if error.meaning else ""
        return _wrong(session, submission, f"it answered with a statement that is not taken in: {error.what}{meaning}")
    answered = submission._replace(state="approved", claim=arrival.claim.id)
    return News(changed(session, answered), arrival)


def _wrong(session: Session, submission: Submission, what: str) -> News:
    return News(changed(session, submission._replace(trouble=what)), wrong=what)


def _checked(session: Session, submission: Submission, statement: Json) -> bytes:
    """Return the statement's bytes, once it is the answer to what was asked."""
    raw = compact(statement).encode()
    found = read_statement(raw)
    if found.statement.process_id != submission.process_id:
        raise NotTrusted(
            "the statement is of another process than the request",
            meaning=f"asked was {submission.process_id}, it says {found.statement.process_id}",
        )
    copy = signed_copy(session, submission)
    if content_id(found.claim.to_json()) != copy.claim_id:
        raise NotTrusted("the statement is about another claim than the request", meaning=_difference(copy.raw, found))
    return raw


def _difference(asked_text: str, found: OpenStatement) -> str:
    asked = parse_signed_request(parse(asked_text)).content.claim
    if asked.subject != found.claim.subject:
        return "it is about somebody else"
    before = {leaf.dotted: compact(unwrapped(leaf.value)) for leaf in leaves(asked.content)}
    after = {leaf.dotted: compact(unwrapped(leaf.value)) for leaf in leaves(found.claim.content)}
    paths = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
    return f"it differs in {', '.join(paths) or 'nonces alone'}"
