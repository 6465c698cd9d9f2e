"""Keep and check the audit log: a chain of entries inside the vault.

`append` is called inside the commit that makes the act durable, before its result is released: what left the vault is
in the log. What is in the log was signed and handed to the system; a reader that closed the pipe, or a disk that failed
at that moment, may still have lost it. `check` walks the chain and says where it breaks.
"""

from __future__ import annotations

from prometheus.model import collection
from prometheus.model.audit_entry import FIRST_LINK, AuditEntry, record_name_of
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.usecases.indexing import naming, tag

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from prometheus.usecases.session import Commit, Session

HEAD: Final = "audit-head"
"""Name of the setting that remembers the newest entry."""


class About(NamedTuple):
    """Which entries are looked for; what is empty does not matter."""

    act: str = ""
    persona: str = ""
    claim: str = ""
    """Id of a claim that the entry names."""
    audience: str = ""
    """DID of somebody to whom something was shown."""

    @property
    def tags(self) -> tuple[str, ...]:
        """What all of them are found by."""
        named = (("act", self.act), ("persona", self.persona), ("audience", self.audience))
        tags = [tag(kind, value) for kind, value in named if value]
        return (*tags, naming(self.claim)) if self.claim else tuple(tags)


class ChainReport(NamedTuple):
    """What checking the chain found."""

    entries: int
    head: str
    faults: tuple[str, ...]

    @property
    def is_intact(self) -> bool:
        """Whether every entry follows the one before, up to the head that the vault remembers."""
        return not self.faults


def append(commit: Commit, act: str, *, persona: str = "", facts: Mapping[str, Any]) -> AuditEntry:
    """Add an entry to the log within a commit.

    Args:
        commit: The commit that also holds what the entry describes.
        act: Id of the action, such as ``claim.present``.
        persona: DID that acted, where one did.
        facts: Names, identifiers and digests; never a disclosed value.
    """
    head = commit.get(collection.SETTING, HEAD)
    before = AuditEntry.from_fields(head["entry"]) if head else None
    at = commit.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
    entry = AuditEntry.follow(before, at=at, act=act, persona=persona, facts=facts)
    commit.put(collection.AUDIT, entry.record_name, entry.as_fields())
    commit.put(collection.SETTING, HEAD, {"entry": entry.as_fields()})
    return entry


def entries(session: Session) -> Iterator[AuditEntry]:
    """Yield every entry, oldest first."""
    for _, fields in session.scan(collection.AUDIT):
        yield AuditEntry.from_fields(fields)


def entry_of(session: Session, number: int) -> AuditEntry | None:
    """Return the entry of a number, or None."""
    for fields in session.read(collection.AUDIT, [record_name_of(number)]):
        return AuditEntry.from_fields(fields)
    return None


def newest(session: Session, about: About, limit: int | None = None) -> list[AuditEntry]:
    """Return the newest entries that fit, newest first; None for all of them."""
    names = session.find(collection.AUDIT, tags=about.tags, limit=limit)
    return [AuditEntry.from_fields(fields) for fields in session.read(collection.AUDIT, names)]


def count(session: Session, about: About) -> int:
    """Return how many entries fit."""
    return session.count(collection.AUDIT, tags=about.tags)


def times_shown(session: Session, persona: str, audiences: Iterable[str]) -> int:
    """Return how often a persona showed something to at least one of these DIDs."""
    shown: set[str] = set()
    for audience in audiences:
        about = About("claim.present", persona, audience=audience)
        shown.update(session.find(collection.AUDIT, tags=about.tags))
    return len(shown)


def last_entry(session: Session) -> AuditEntry | None:
    """Return the newest entry, or None where there is none yet."""
    head = session.get(collection.SETTING, HEAD)
    return AuditEntry.from_fields(head["entry"]) if head else None


def check(session: Session) -> ChainReport:
    """Walk the chain from the first entry to the head."""
    faults: list[str] = []
    expected, count = FIRST_LINK, 0
    for entry in entries(session):
        count += 1
        if entry.seq != count or entry.prev != expected:
            faults.append(f"entry {entry.seq} does not follow the one before it")
        if not entry.is_whole:
            faults.append(f"entry {entry.seq} was changed after it was written")
        expected, count = entry.hash, entry.seq
    head = session.get(collection.SETTING, HEAD)
    remembered = head["entry"]["hash"] if head else FIRST_LINK
    if remembered != expected:
        faults.append("the newest entry is not the one that the vault remembers")
    return ChainReport(count, expected, tuple(faults))
