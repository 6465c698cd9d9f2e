"""Keep claims in the vault: add, find, list, count uses, trash, bring back.

Rules:
* A claim's name is its content id; any unique prefix of six or more characters names it, with or without ``cju``.
* Adding what is there changes nothing; adding what rests in the trash brings it back.
* A deleted claim rests in the trash for thirty days (`trash`).

Nothing here judges a claim: who signed it, and whether the signature holds, is known before it comes in.
"""

from __future__ import annotations

from prometheus.errors import Ambiguous, Conflict, NotFound, NotUnderstood
from prometheus.model import collection
from prometheus.model.claim_record import ClaimRecord
from prometheus.model.frozen import TYPE_CHECKING, Final, Literal
from prometheus.model.written_time import moment

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from prometheus.usecases.session import Commit, Session

Added = Literal["added", "known", "restored"]

SHORTEST_PREFIX: Final = 6
TRASH_DAYS: Final = 30
_ID_PREFIX: Final = "cju"
_ID_LENGTH: Final = 46
_SHOWN_CANDIDATES: Final = 8


def list_claims(
    session: Session,
    *,
    persona: str = "",
    process_id: str = "",
    authority: str = "",
    expired: bool | None = None,
    in_trash: bool = False,
) -> list[ClaimRecord]:
    """Return the claims that fit, newest first.

    Args:
        session: The open vault.
        persona: DID of the persona that they are about; empty for all.
        process_id: Content id of the process; empty for all.
        authority: DID of the authority; empty for all.
        expired: True for those past their `before`, False for the others, None for all.
        in_trash: Whether to list the trash instead.
    """
    now = session.clock.now()
    found = [
        claim
        for claim in _all_claims(session)
        if claim.is_deleted == in_trash
        and persona in ("", claim.persona)
        and process_id in ("", claim.process_id)
        and authority in ("", claim.authority)
        and (expired is None or is_expired(claim, now) == expired)
    ]
    return sorted(found, key=lambda claim: (claim.added, claim.id), reverse=True)


def find_claim(session: Session, text: str, *, in_trash: bool = False) -> ClaimRecord:
    """Return the claim of an id or of a unique prefix of one.

    Raises:
        NotUnderstood: When the text is too short to name a claim.
        Ambiguous: When more than one claim begins like that; the candidates are named.
        NotFound: When none does.
    """
    wanted = text.strip().removesuffix("…")
    if len(wanted.removeprefix(_ID_PREFIX)) < SHORTEST_PREFIX:
        raise NotUnderstood(
            f"`{wanted}` is too short to name a claim",
            code="CLAIM-ID-SHORT",
            meaning=f"a claim is named by {SHORTEST_PREFIX} or more characters of its id, `{_ID_PREFIX}` not counted",
            remedy="`prometheus claim list` shows the ids",
        )
    found = [claim for claim in _named(session, wanted) if claim.is_deleted == in_trash]
    if len(found) == 1:
        return found[0]
    if found:
        raise _ambiguous(wanted, found)
    raise _not_found(session, wanted, in_trash=in_trash)


def get_claim(session: Session, claim_id: str) -> ClaimRecord | None:
    """Return the claim of exactly this id, in the trash or not, or None."""
    fields = session.get(collection.CLAIM, claim_id)
    return None if fields is None else ClaimRecord.from_fields(fields)


def add_claim(commit: Commit, claim: ClaimRecord) -> Added:
    """Keep a claim.

    Returns:
        ``added``; ``known`` when it was there and nothing changed; ``restored`` when it came back from the trash.
    """
    fields = commit.get(collection.CLAIM, claim.record_name)
    if fields is None:
        commit.put(collection.CLAIM, claim.record_name, claim.as_fields())
        return "added"
    present = ClaimRecord.from_fields(fields)
    if not present.is_deleted:
        return "known"
    commit.put(collection.CLAIM, present.record_name, present._replace(deleted_at="").as_fields())
    return "restored"


def count_use(commit: Commit, claim_id: str) -> ClaimRecord:
    """Note that a claim was presented once more."""
    claim = _present(commit, claim_id)
    used = claim._replace(uses=claim.uses + 1)
    commit.put(collection.CLAIM, used.record_name, used.as_fields())
    return used


def trash_claim(commit: Commit, claim_id: str) -> ClaimRecord:
    """Put a claim into the trash.

    Raises:
        Conflict: When it rests there already.
    """
    claim = _present(commit, claim_id)
    if claim.is_deleted:
        raise Conflict("the claim is in the trash already", code="CLAIM-IN-TRASH")
    deleted = claim._replace(deleted_at=commit.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"))
    commit.put(collection.CLAIM, deleted.record_name, deleted.as_fields())
    return deleted


def restore_claim(commit: Commit, claim_id: str) -> ClaimRecord:
    """Take a claim out of the trash.

    Raises:
        Conflict: When it is not there.
    """
    claim = _present(commit, claim_id)
    if not claim.is_deleted:
        raise Conflict("the claim is not in the trash", code="CLAIM-NOT-IN-TRASH", remedy="nothing needs to be done")
    restored = claim._replace(deleted_at="")
    commit.put(collection.CLAIM, restored.record_name, restored.as_fields())
    return restored


def is_expired(claim: ClaimRecord, now: datetime) -> bool:
    """Whether the claim may not be used any more; a time that cannot be read counts as past."""
    if not claim.before:
        return False
    before = moment(claim.before)
    return before is None or before <= now


def _all_claims(session: Session) -> Iterator[ClaimRecord]:
    for _, fields in session.scan(collection.CLAIM):
        yield ClaimRecord.from_fields(fields)


def _named(session: Session, wanted: str) -> list[ClaimRecord]:
    if len(wanted) == _ID_LENGTH and wanted.startswith(_ID_PREFIX):
        claim = get_claim(session, wanted)
        return [] if claim is None else [claim]
    starts = (wanted, _ID_PREFIX + wanted)
    return [claim for claim in _all_claims(session) if claim.id.startswith(starts)]


def _present(commit: Commit, claim_id: str) -> ClaimRecord:
    fields = commit.get(collection.CLAIM, claim_id)
    if fields is None:
        raise NotFound(f"no claim has the id `{claim_id}`", code="CLAIM-NOT-FOUND")
    return ClaimRecord.from_fields(fields)


def _ambiguous(wanted: str, found: list[ClaimRecord]) -> Ambiguous:
    names = ", ".join(claim.id[:20] + "…" for claim in found[:_SHOWN_CANDIDATES])
    more = len(found) - _SHOWN_CANDIDATES
    return Ambiguous(
        f"{len(found)} claims begin with `{wanted}`",
        code="CLAIM-AMBIGUOUS",
        meaning=names + (f" and {more} more" if more > 0 else ""),
        remedy="give more characters of the id",
    )


def _not_found(session: Session, wanted: str, *, in_trash: bool) -> NotFound:
    what, remedy = f"no claim has the id `{wanted}`", "`prometheus claim list` shows them"
    is_elsewhere = any(claim.is_deleted != in_trash for claim in _named(session, wanted))
    if is_elsewhere and in_trash:
        what, remedy = f"the claim `{wanted}` is not in the trash", "nothing needs to be done"
    elif is_elsewhere:
        what, remedy = f"the claim `{wanted}` is in the trash", f"`prometheus claim restore {wanted}` brings it back"
    elif in_trash:
        remedy = "`prometheus claim list --trash` shows the trash"
    return NotFound(what, code="CLAIM-NOT-FOUND", remedy=remedy)
