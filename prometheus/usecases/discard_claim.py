"""Put claims into the trash and take them out again, each with its log entry in the same commit."""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases import audit
from prometheus.usecases.claims_store import purge_trash, restore_claim, trash_claim

if TYPE_CHECKING:
    from prometheus.model.claim_record import ClaimRecord
    from prometheus.usecases.session import Session


def discard(session: Session, claim_id: str) -> ClaimRecord:
    """Put a claim into the trash, where it rests thirty days.

    Raises:
        NotFound: When there is no such claim; Conflict when it is there already.
    """
    with session.commit() as commit:
        claim = trash_claim(commit, claim_id)
        audit.append(commit, "claim.delete", persona=claim.persona, facts={"claim": claim.id})
        purge_trash(session, commit)
    return claim


def bring_back(session: Session, claim_id: str) -> ClaimRecord:
    """Take a claim out of the trash.

    Raises:
        NotFound: When there is no such claim; Conflict when it is not in the trash.
    """
    with session.commit() as commit:
        claim = restore_claim(commit, claim_id)
        audit.append(commit, "claim.restore", persona=claim.persona, facts={"claim": claim.id})
    return claim
