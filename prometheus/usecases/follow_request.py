"""Ask what became of a request, take in the statement that answers it, or take the request back.

Rules:
* A statement is taken in only when it is of the process that was asked for and about the very claim that was asked
  for, its signature fits, and nothing in it is hidden. Anything else is the authority's mistake or worse: it is kept as
  trouble, shown, and the request stays open.
* Where there is a doubt about a statement that answers - another authority than the one that answered before, or than
  that of the claim which is renewed; one that cannot be used yet, or any more - it is told, and the request stays open
  until the person takes the answer all the same.
* What the authority has forgotten by its rule is answered no more, and counts so. What it says was taken back is told
  as its word.
* An authority that cannot be reached changes nothing but what is known of why.
* Taking in twice changes nothing.

What this is not: trust in the authority, which is judged where claims are verified.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import compact, parse
from prometheus.claims.moments import read_moment
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
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.accept_claim import accept
from prometheus.usecases.claim_data import unwrapped
from prometheus.usecases.claim_index import read_statement
from prometheus.usecases.claims_store import get_claim
from prometheus.usecases.send_request import change, changed, deliver, kept_now, signed_copy, told
from prometheus.usecases.submissions import submissions

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.claims.services_view import Authority, RequestStatus
    from prometheus.model.submission import Submission
    from prometheus.usecases.accept_claim import Arrival
    from prometheus.usecases.claim_index import OpenStatement
    from prometheus.usecases.schemas import Schemas
    from prometheus.usecases.session import Session


_PURGED: Final = "SERVICE-PURGED"
_FORGOTTEN: Final = "the authority has forgotten it by its rule; ask anew"
_FORGOTTEN_ANSWER: Final = "it was approved, and the authority has purged the statement since: ask for it there"
_WITHDRAWN_THERE: Final = "the authority says that it was taken back; you did not do that here"
_FAR_AHEAD: Final = 366 * 86_400
"""Seconds after which a statement that cannot be used yet is no answer without a word."""


class News(NamedTuple):
    """What asking brought."""

    submission: Submission
    arrival: Arrival | None = None
    """The claim that was taken in, where one was."""
    is_reached: bool = True
    """Whether the authority answered at all."""
    wrong: str = ""
    """What was wrong with the authority's answer, where it cannot be believed."""


def follow(
    session: Session,
    authority: Authority,
    submission: Submission,
    schemas: Schemas,
    *,
    accepts_doubts: bool = False,
) -> News:
    """Send a request that was not sent, ask what became of it, and take in what answers it."""
    if submission.state == "unsent":
        delivery = deliver(session, authority, submission)
        submission = delivery.submission
        if delivery.error is not None:
            return News(submission, is_reached=not delivery.may_work_later)
        if not submission.is_open:
            return News(submission)
    try:
        status = authority.status(submission.link)
    except NotTrusted as error:
        return _wrong(session, submission, told(error))
    except (NetworkError, NotFound) as error:
        is_reached = not isinstance(error, Offline | TimedOut)
        is_gone = error.code == _PURGED
        learnt: dict[str, Any] = {"state": "forgotten", "trouble": _FORGOTTEN} if is_gone else {"trouble": told(error)}
        return News(changed(session, submission, **learnt), is_reached=is_reached)
    heard = session.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    submission = submission._replace(heard=heard, trouble="")
    return _take_in(session, submission, status, schemas, accepts_doubts=accepts_doubts)


def needs_asking(submission: Submission) -> bool:
    """Whether the authority has to be asked to take a request back; one that never left is taken back without."""
    return submission.state != "unsent" or submission.may_have_left


def withdraw(session: Session, authority: Authority | None, submission: Submission) -> Submission:
    """Take a request back; the authority may be None where nobody `needs_asking`.

    Raises:
        Conflict: When it was answered already.
        RemoteRefused: When the service has no way to take it back, or says no.
        NetworkError: When the service cannot be asked.
    """
    submission = kept_now(session, submission)
    require_open(submission)
    if authority is None:
        if needs_asking(submission):
            raise _unknown_whereabouts("it was sent meanwhile")
    elif submission.state == "unsent" and submission.may_have_left:
        submission = deliver(session, authority, submission).submission
        if submission.state == "unsent":
            raise _unknown_whereabouts(submission.trouble)
    if authority is not None and submission.link and not authority.withdraw(submission.link):
        raise RemoteRefused(
            "this authority has no way to take a request back",
            code="SERVICE-NO-WITHDRAWAL",
            meaning="it follows the interface as it was documented first, which has none",
            remedy="ask the people who run it; nothing changed here",
        )
    with session.commit() as commit:
        gone = change(commit, submission, state="withdrawn", trouble="")
        if gone.state != "withdrawn":
            require_open(gone)
        facts = {"request": gone.id, "service": gone.service}
        audit.append(commit, "claim.withdraw", persona=gone.persona, facts=facts)
    return gone


def _unknown_whereabouts(meaning: str) -> NetworkError:
    return NetworkError(
        "it is not known whether the request arrived, and the authority cannot be asked now",
        code="REQUEST-WHEREABOUTS",
        meaning=meaning,
        remedy="try again when it can be reached",
    )


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


def _take_in(
    session: Session, submission: Submission, status: RequestStatus, schemas: Schemas, *, accepts_doubts: bool
) -> News:
    heard: dict[str, Any] = {"heard": submission.heard, "trouble": ""}
    if status.status == "rejected":
        return News(changed(session, submission, **heard, state="rejected", reason=status.reason or ""))
    if status.status == "withdrawn":
        return News(_withdrawn_there(session, submission))
    if status.status == "pending" and status.purged is None:
        return News(changed(session, submission, **heard))
    if status.statement is None:
        trouble = _FORGOTTEN_ANSWER if status.status == "approved" else _FORGOTTEN
        return News(changed(session, submission, **{**heard, "trouble": trouble}, state="forgotten"))
    return _answered(session, submission, status.statement, schemas, accepts_doubts=accepts_doubts)


def _answered(
    session: Session, submission: Submission, statement: Json, schemas: Schemas, *, accepts_doubts: bool
) -> News:
    try:
        raw = _checked(session, submission, statement)
        doubt = "" if accepts_doubts else _doubt(session, submission, read_statement(raw))
        if doubt:
            return _wrong(session, submission, f"{doubt}; `claim status --accept-doubts` takes it all the same")
        arrival = accept(session, raw, schemas)
    except PrometheusError as error:
        meaning = f": {error.meaning}" if error.meaning else ""
        return _wrong(session, submission, f"it answered with a statement that is not taken in: {error.what}{meaning}")
    learnt = {"heard": submission.heard, "trouble": "", "state": "approved", "claim": arrival.claim.id}
    return News(changed(session, submission, **learnt), arrival)


def _withdrawn_there(session: Session, submission: Submission) -> Submission:
    """Keep that the authority says that a request was taken back, which the person did not do here."""
    learnt: dict[str, Any] = {"heard": submission.heard, "state": "withdrawn", "trouble": _WITHDRAWN_THERE}
    with session.commit() as commit:
        gone = change(commit, submission, **learnt)
        facts = {"request": gone.id, "service": gone.service, "by": "authority"}
        audit.append(commit, "claim.withdraw", persona=gone.persona, facts=facts)
    return gone


def _doubt(session: Session, submission: Submission, found: OpenStatement) -> str:
    """Return why the person should look before this counts as the answer, or nothing."""
    limits, now = found.statement.constraints, session.clock.now()
    if isinstance(limits, str):
        return "it hides within which limits it holds"
    known = _authorities(session, submission)
    if known and limits.authority not in known:
        return f"it is said by {limits.authority}, and what came from there before was said by {', '.join(known)}"
    after, before = (read_moment(text) if text else None for text in (limits.after, limits.before))
    if after is not None and after.seconds > now.timestamp() + _FAR_AHEAD:
        return f"it cannot be used before {limits.after}"
    if before is not None and before.seconds <= now.timestamp():
        return f"it could be used until {limits.before} only"
    return ""


def _authorities(session: Session, submission: Submission) -> list[str]:
    """Return who spoke for this service before, or gave the claim that is asked for anew."""
    ids = [submission.renews] if submission.renews else []
    ids += [one.claim for one in submissions(session) if one.service == submission.service and one.claim]
    claims = [claim for claim_id in ids if (claim := get_claim(session, claim_id)) is not None]
    found = dict.fromkeys(claim.authority for claim in claims)
    return list(found)[:1] if submission.renews else list(found)


def _wrong(session: Session, submission: Submission, what: str) -> News:
    return News(changed(session, submission, heard=submission.heard, trouble=what), wrong=what)


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
