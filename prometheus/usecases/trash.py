"""The trash: claims, and copies of what was signed, rest there thirty days before they are removed for good.

Each step has its log entry in the same commit. Removing happens with a change of the claims after the thirty days,
because nothing runs while nobody uses the program.

A clock that jumps ahead must not remove for good what was put here yesterday, and no clock can tell that of itself. So
the thirty days have to be over by two witnesses: by the clock now, and by the log, whose newest entry that is at least
a day old was made after them too. A wrong clock that somebody sets right within a day has removed nothing, however much
was done meanwhile; the price is that what is due goes on the second day on which the vault is used. A clock that stays
wrong for longer is taken at its word.
"""

from __future__ import annotations

from datetime import timedelta

from prometheus.errors import Ambiguous, Conflict, NotFound
from prometheus.model import collection
from prometheus.model.claim_record import ClaimRecord
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.written_time import moment
from prometheus.usecases import audit
from prometheus.usecases.claims_store import TRASH_DAYS, find_claim, restore_claim, trash_claim
from prometheus.usecases.indexing import TRASHED
from prometheus.usecases.signed_copies import SignedCopy, copies_named, keep

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from prometheus.usecases.session import Commit, Session

Paper = ClaimRecord | SignedCopy
_DAY = timedelta(days=1)


def find_paper(session: Session, text: str, *, in_trash: bool = False) -> Paper:
    """Return the claim, or the copy of a signed document, that an id or a unique prefix of one names.

    Raises:
        NotUnderstood: When the text is too short to name one.
        Ambiguous: When more than one begins like that.
        NotFound: When none does.
    """
    try:
        claims = [find_claim(session, text, in_trash=in_trash)]
    except NotFound:
        claims = []
        if not copies_named(session, text, in_trash=in_trash):
            raise
    every: list[Paper] = [*copies_named(session, text, in_trash=in_trash), *claims]
    found = {paper.id: paper for paper in every}
    if len(found) > 1:
        raise Ambiguous(
            f"{len(found)} documents begin with `{text}`",
            code="CLAIM-AMBIGUOUS",
            meaning=", ".join(found),
            remedy="give more characters of the id",
        )
    return next(iter(found.values()))


def kind_of(paper: Paper) -> str:
    """Return ``claim``, ``request`` or ``statement``: what the paper is called in the log."""
    return paper.kind if isinstance(paper, SignedCopy) else "claim"


def discard(session: Session, papers: Iterable[Paper]) -> None:
    """Put papers into the trash, all of them or none.

    Raises:
        Conflict: When one is there already.
        NotFound: When there is no such claim any more.
    """
    with session.commit() as commit:
        for paper in papers:
            if isinstance(paper, SignedCopy):
                _mark(commit, paper, commit.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
            else:
                trash_claim(commit, paper.id)
            audit.append(commit, "claim.delete", persona=paper.persona, facts={kind_of(paper): paper.id})
        purge(session, commit)


def bring_back(session: Session, papers: Iterable[Paper]) -> None:
    """Take papers out of the trash, all of them or none.

    Raises:
        Conflict: When one is not in the trash.
        NotFound: When there is no such claim any more.
    """
    with session.commit() as commit:
        for paper in papers:
            if isinstance(paper, SignedCopy):
                _mark(commit, paper, "")
            else:
                restore_claim(commit, paper.id)
            audit.append(commit, "claim.restore", persona=paper.persona, facts={kind_of(paper): paper.id})


def purge(session: Session, commit: Commit) -> list[str]:
    """Remove for good what has rested its thirty days, and log it; return the ids."""
    due = list(_due(session))
    for paper in due:
        group = collection.REQUEST if isinstance(paper, SignedCopy) else collection.CLAIM
        commit.delete(group, paper.record_name)
        audit.append(commit, "claim.purge", persona=paper.persona, facts={kind_of(paper): paper.id})
    return [paper.id for paper in due]


def _mark(commit: Commit, copy: SignedCopy, deleted_at: str) -> None:
    if bool(copy.deleted_at) == bool(deleted_at):
        raise Conflict(
            f"the {copy.kind} is {'in the trash already' if deleted_at else 'not in the trash'}", code="CLAIM-IN-TRASH"
        )
    if commit.get(collection.REQUEST, copy.record_name) is None:
        raise NotFound(f"the {copy.kind} `{copy.id}` is not here any more", code="CLAIM-NOT-FOUND")
    keep(commit, copy._replace(deleted_at=deleted_at))


def _due(session: Session) -> Iterator[Paper]:
    """Yield what has rested long enough; the trash is read from the oldest on, and no further than it has to be."""
    now, settled = session.clock.now(), None
    for group, paper_of in ((collection.CLAIM, ClaimRecord.from_fields), (collection.REQUEST, SignedCopy.from_fields)):
        names = session.find(group, tags=(TRASHED,), newest_first=False)
        for fields in session.read(group, names):
            deleted = moment(fields["deleted_at"])
            if deleted is None:
                continue
            if now - deleted < TRASH_DAYS * _DAY:
                break
            settled = settled or _witnessed(session, now - _DAY)
            if settled is None or settled - deleted < TRASH_DAYS * _DAY:
                break
            yield paper_of(fields)


def _witnessed(session: Session, latest: datetime) -> datetime | None:
    """Return when the newest entry of the log was made that is not later than this; None where there is none."""
    newest = audit.last_entry(session)
    for number in range(newest.seq if newest else 0, 0, -1):
        entry = audit.entry_of(session, number)
        made = moment(entry.at) if entry else None
        if made is not None and made <= latest:
            return made
    return None
