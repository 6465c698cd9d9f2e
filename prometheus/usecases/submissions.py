"""Keep what is known of requests that go to authorities over the network: add, change, list, find by id.

Rules: a request that was signed with an authority's address has its record in the same commit as its copy, before the
first byte leaves. A record outlives the copy, so that the list tells the truth when the copy was deleted.

What this is not: asking the authority (`follow_request`), nor the signed copies (`signed_copies`).
"""

from __future__ import annotations

from prometheus.errors import Ambiguous, NotFound, NotUnderstood
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.submission import OPEN, Submission
from prometheus.usecases.claims_store import SHORTEST_PREFIX, names_beginning
from prometheus.usecases.indexing import tag

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.usecases.session import Commit, Session


def keep_submission(commit: Commit, submission: Submission) -> None:
    """Keep a submission, or what has changed about it."""
    commit.put(collection.SUBMISSION, submission.record_name, submission.as_fields())


def submissions(session: Session, *, limit: int | None = None) -> list[Submission]:
    """Return all submissions, the newest first."""
    names = session.find(collection.SUBMISSION, limit=limit)
    return [Submission.from_fields(fields) for fields in session.read(collection.SUBMISSION, names)]


def open_submissions(session: Session) -> Iterator[Submission]:
    """Yield the submissions to which something may still come, the newest first."""
    for state in OPEN:
        names = session.find(collection.SUBMISSION, tags=(tag("state", state),))
        yield from (Submission.from_fields(fields) for fields in session.read(collection.SUBMISSION, names))


def submission_for_claim(session: Session, claim_id: str) -> Submission | None:
    """Return the submission that a claim answers, where it came that way."""
    names = session.find(collection.SUBMISSION, tags=(tag("claim", claim_id),), limit=1)
    for fields in session.read(collection.SUBMISSION, names):
        return Submission.from_fields(fields)
    return None


def renewals(session: Session) -> dict[str, Submission]:
    """Return the submissions that ask for claims anew and are answered or still open, by the id of the old claim."""
    found = [one for one in submissions(session) if one.renews and (one.claim or one.is_open)]
    return {one.renews: one for one in sorted(found, key=lambda one: (bool(one.claim), one.created))}


def find_submission(session: Session, text: str) -> Submission:
    """Return the submission whose request has an id, or whose id begins like that.

    Raises:
        NotUnderstood: When the text is too short to name one.
        Ambiguous: When more than one begins like that.
        NotFound: When none does.
    """
    wanted = text.strip().removesuffix("…")
    if len(wanted.removeprefix("cju")) < SHORTEST_PREFIX:
        raise NotUnderstood(
            f"`{wanted}` is too short to name a request",
            code="REQUEST-ID-SHORT",
            remedy="`prometheus claim status` shows the ids; six characters of one are enough",
        )
    names = names_beginning(session, collection.SUBMISSION, wanted)
    found = [Submission.from_fields(fields) for fields in session.read(collection.SUBMISSION, names)]
    if len(found) > 1:
        shown = ", ".join(one.id for one in found)
        raise Ambiguous(
            f"{len(found)} requests begin with `{wanted}`", code="REQUEST-AMBIGUOUS", meaning=shown, remedy="give more"
        )
    if not found:
        raise NotFound(
            f"no request that you sent has the id `{wanted}`",
            code="REQUEST-NOT-SENT",
            remedy="`prometheus claim status` shows those that were sent over the network",
        )
    return found[0]
