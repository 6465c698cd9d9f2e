"""Bring the bodies of a vault up to date: what would change, and the one commit that changes it.

A body of an earlier version is read as it would be written today, so nothing has to be upgraded for a vault to be used.
Upgrading writes what is read: all of it in one commit, with its log entry and the edition that the vault has now.
Bodies that nobody can read, keys, and records of collections that are not known here are left as they are.

Trying it on a copy first and comparing the proofs is the caller's (`compose.upgrading`).
"""

from __future__ import annotations

from prometheus.errors import Conflict, Damaged
from prometheus.model import collection, record
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.model.upgrades.chain import FIRST
from prometheus.model.upgrades.table import CHAINS
from prometheus.usecases import audit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus.model.upgrades.chain import Chains
    from prometheus.usecases.session import Commit, Session

_EDITION: Final = "edition"


class Change(NamedTuple):
    """One body as it lies there, and as it would be written today."""

    group: int
    name: str
    before: bytes
    after: bytes


class Plan(NamedTuple):
    """What upgrading a vault would do."""

    edition: int
    """That of the vault before."""
    changes: tuple[Change, ...]
    unreadable: int
    """Bodies that are left as they are because nobody can read them."""
    is_marked: bool
    """Whether the vault says itself that it is of today's edition."""

    @property
    def counts(self) -> Mapping[int, int]:
        """How many bodies of each collection change."""
        counts: dict[int, int] = {}
        for change in self.changes:
            counts[change.group] = counts.get(change.group, 0) + 1
        return counts

    @property
    def is_needed(self) -> bool:
        """Whether there is anything to do."""
        return bool(self.changes) or not self.is_marked


def edition_of(session: Session) -> int:
    """Return the edition that a vault was last brought to; the first where it does not say."""
    fields = session.get(collection.SETTING, _EDITION)
    number = fields.get("number") if fields else FIRST
    return number if type(number) is int else FIRST


def is_of_earlier_edition(session: Session) -> bool:
    """Whether a vault may hold bodies of earlier versions."""
    return edition_of(session) < CHAINS.edition


def mark_edition(commit: Commit, chains: Chains = CHAINS) -> None:
    """Let a vault say that its bodies are those of today."""
    commit.put(collection.SETTING, _EDITION, {"number": chains.edition})


def plan_upgrade(records: Iterable[tuple[int, str, bytes]], edition: int, chains: Chains = CHAINS) -> Plan:
    """Return what upgrading would do to these records.

    Raises:
        TooNew: When one is of a later version; then nothing is upgraded.
    """
    changes: list[Change] = []
    unreadable = 0
    for group, name, body in records:
        if not chains.knows(group):
            continue
        try:
            lifted = lifted_body(group, body, chains)
        except Damaged:
            unreadable += 1
            continue
        if lifted is not None:
            changes.append(Change(group, name, body, lifted))
    return Plan(edition, tuple(changes), unreadable, edition >= chains.edition)


def lifted_body(group: int, body: bytes, chains: Chains = CHAINS) -> bytes | None:
    """Return a body as it would be written today, its stamp kept, or None when it is of today.

    Raises:
        Damaged: When it cannot be read, or what it says cannot be written any more.
        TooNew: When it is of a later version.
    """
    fields = record.decode(body)
    if not chains.is_old(group, fields):
        return None
    try:
        return record.canonical(chains.lifted(group, fields))
    except (ValueError, RecursionError):
        raise Damaged("a record holds what no record may hold", code="RECORD-BODY") from None


def carry_out(session: Session, plan: Plan, kept: str, chains: Chains = CHAINS) -> None:
    """Change the bodies in one commit.

    Args:
        session: The open vault.
        plan: What was planned from its records, and tried.
        kept: Name of the file that holds the vault as it was, for the log.
        chains: The steps.

    Raises:
        Conflict: When a record of the plan changed meanwhile; nothing is changed then.
    """
    with session.commit() as commit:
        for change in plan.changes:
            if not commit.swap(change.group, change.name, change.before, change.after):
                raise Conflict(
                    "the vault was changed while its upgrade was tried",
                    code="UPGRADE-OVERTAKEN",
                    meaning="nothing was upgraded",
                    remedy="close other programs that use the vault, and try again",
                )
        mark_edition(commit, chains)
        facts = {"from": plan.edition, "to": chains.edition, "records": len(plan.changes), "kept": kept}
        audit.append(commit, "vault.upgrade", facts=facts)
