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
from prometheus.model.frozen import TYPE_CHECKING, Final, Literal, NamedTuple
from prometheus.model.written_time import moment
from prometheus.usecases.indexing import ending_in, endings_before, endings_between, state, tag

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from prometheus.usecases.session import Commit, Session

Added = Literal["added", "known", "restored"]

SHORTEST_PREFIX: Final = 6
TRASH_DAYS: Final = 30
_ID_PREFIX: Final = "cju"
_ID_LENGTH: Final = 46
_SHOWN_CANDIDATES: Final = 8


class Chosen(NamedTuple):
    """Which claims a list shows."""

    persona: str = ""
    """DID of the persona that they are about; empty for all."""
    process_id: str = ""
    authority: str = ""
    expired: bool | None = None
    """True for those past their `before`, False for the others, None for all."""
    in_trash: bool = False
    ending_by: datetime | None = None
    """Only those that may still be used and end by this moment; the one that ends first comes first."""

    @property
    def tags(self) -> tuple[str, ...]:
        """What all of them are found by; whether one has expired is looked at besides."""
        named = (("persona", self.persona), ("schema", self.process_id), ("authority", self.authority))
        return (state(in_trash=self.in_trash), *(tag(kind, value) for kind, value in named if value))


def list_claims(
    session: Session,
    *,
    persona: str = "",
    process_id: str = "",
    authority: str = "",
    expired: bool | None = None,
    in_trash: bool = False,
) -> list[ClaimRecord]:
    """Return all claims that fit, the one that was accepted last first; of the trash, the one deleted last.

    Args:
        session: The open vault.
        persona: See `Chosen`, also for the others.
        process_id: Content id of the process; empty for all.
        authority: DID of the authority; empty for all.
        expired: Whether only those past their `before`, or only the others.
        in_trash: Whether to list the trash instead.
    """
    return read_claims(session, claim_names(session, Chosen(persona, process_id, authority, expired, in_trash)))


def claim_names(session: Session, chosen: Chosen, *, limit: int | None = None) -> list[str]:
    """Return the ids of the claims that fit in the order of `list_claims`, without reading the claims."""
    if chosen.ending_by is not None:
        return [claim.id for claim in _ending_by(session, chosen, chosen.ending_by)][:limit]
    if chosen.expired is None:
        return session.find(collection.CLAIM, tags=chosen.tags, limit=limit)
    past = expired_names(session, chosen.tags)
    names = session.find(collection.CLAIM, tags=chosen.tags)
    return [name for name in names if (name in past) == chosen.expired][:limit]


def count_claims(session: Session, chosen: Chosen) -> int:
    """Return how many claims fit, without reading them where their number alone is asked."""
    if chosen.expired is None and chosen.ending_by is None:
        return session.count(collection.CLAIM, tags=chosen.tags)
    return len(claim_names(session, chosen))


def read_claims(session: Session, names: Iterable[str]) -> list[ClaimRecord]:
    """Return the claims of these ids."""
    return [ClaimRecord.from_fields(fields) for fields in session.read(collection.CLAIM, names)]


def expired_names(session: Session, tags: tuple[str, ...]) -> set[str]:
    """Return the ids of claims with these tags that may not be used any more; only those ending this month are read."""
    now = session.clock.now()
    past: set[str] = set()
    for month in endings_before(now):
        past.update(session.find(collection.CLAIM, tags=(*tags, month)))
    ending = session.find(collection.CLAIM, tags=(*tags, ending_in(now)))
    past.update(claim.id for claim in read_claims(session, ending) if is_expired(claim, now))
    return past


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


def names_beginning(session: Session, group: int, wanted: str, *, folder: str = "") -> list[str]:
    """Return the names of records whose id begins like that, with or without ``cju``.

    Args:
        session: The open vault.
        group: Their collection.
        wanted: The beginning of an id.
        folder: What stands before the id in the name of a record.
    """
    found: list[str] = []
    for start in (wanted, _ID_PREFIX + wanted):
        if start.startswith(_ID_PREFIX):
            begun = session.find(group, words=start, newest_first=False)
            found += [name for name in begun if name.startswith(folder + start)]
    return found


def _ending_by(session: Session, chosen: Chosen, end: datetime) -> list[ClaimRecord]:
    """Return the claims that end between now and a moment, the first to end first; only those months are read."""
    now = session.clock.now()
    found: list[tuple[datetime, ClaimRecord]] = []
    for month in endings_between(now, end):
        for claim in read_claims(session, session.find(collection.CLAIM, tags=(*chosen.tags, month))):
            last = moment(claim.before)
            if last is not None and now < last <= end:
                found.append((last, claim))
    return [claim for _, claim in sorted(found, key=lambda each: (each[0], each[1].id))]


def _named(session: Session, wanted: str) -> list[ClaimRecord]:
    if len(wanted) == _ID_LENGTH and wanted.startswith(_ID_PREFIX):
        claim = get_claim(session, wanted)
        return [] if claim is None else [claim]
    return read_claims(session, names_beginning(session, collection.CLAIM, wanted))


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
