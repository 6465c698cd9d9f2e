"""What a vault knows of its backups, how old a state of it is, and when to remind of the next backup.

The copying itself belongs to the vault's file and not here. A backup is written into the log and remembered in the
vault only after it was made: the vault never says that there is one where there is none.
"""

from __future__ import annotations

from datetime import UTC, datetime

from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.session import Commit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.ports import Clock, Transaction
    from prometheus.usecases.session import Session

RECORD: Final = "backup"
"""Name of the setting in which a vault keeps when its last backup was made."""
RECORDS_OF_A_NEW_VAULT: Final = 10
"""More than what making a vault writes; recovery words alone bring that much back."""
_FORM: Final = "%Y-%m-%dT%H:%M:%SZ"


class LastBackup(NamedTuple):
    """When the last backup was made, and the state that the vault had right after it was noted."""

    at: str
    epoch: int

    @property
    def moment(self) -> datetime:
        """The time as such."""
        return datetime.strptime(self.at, _FORM).replace(tzinfo=UTC)


class Age(NamedTuple):
    """How old a state of a vault is."""

    epoch: int
    """Its number: 1 when the vault was made, one more with each change."""
    changed: str
    """Time of the newest entry of its log, in UTC; empty without one."""
    records: int


class Limits(NamedTuple):
    """When to remind: after so many days, and after so many changes; 0 is never."""

    days: int
    changes: int


def last_change(session: Session) -> str:
    """Return the time of the newest entry of the log, or an empty text."""
    newest = audit.last_entry(session)
    return newest.at if newest else ""


def last_backup(session: Session) -> LastBackup | None:
    """Return when the last backup was made, as far as this vault knows."""
    fields = session.get(collection.SETTING, RECORD)
    return None if fields is None else LastBackup(fields["at"], fields["epoch"])


def keep_backup(session: Session, epoch: int, facts: Mapping[str, Any]) -> LastBackup:
    """Note in the vault and in its log that a backup was made.

    Args:
        session: The open vault.
        epoch: Its state before this is noted.
        facts: What the log says of it; never a path.
    """
    with session.commit() as commit:
        made = LastBackup(session.clock.now().strftime(_FORM), epoch + 1)
        commit.put(collection.SETTING, RECORD, made._asdict())
        audit.append(commit, "vault.backup", facts=facts)
    return made


def note(transaction: Transaction, clock: Clock, act: str, facts: Mapping[str, Any]) -> None:
    """Write a line of the log into a commit that the vault itself began, such as putting a backup in place."""
    commit = Commit(transaction, clock)
    audit.append(commit, act, facts=facts)
    commit.close()


def reminder(last: LastBackup | None, now: datetime, *, epoch: int, records: int, limits: Limits) -> str:
    """Return one calm line when it is time for a backup, else an empty text.

    Args:
        last: The last backup, where one is known.
        now: The present.
        epoch: The state that the vault is in.
        records: How many records it has.
        limits: When to remind.
    """
    if not limits.days and not limits.changes:
        return ""
    if last is None:
        return "there is no backup of it yet" if records > RECORDS_OF_A_NEW_VAULT else ""
    days, changes = (now - last.moment).days, epoch - last.epoch
    if limits.days and days >= limits.days:
        return f"the last backup is {days} {'day' if days == 1 else 'days'} old"
    if limits.changes and changes >= limits.changes:
        return f"{changes} {'change' if changes == 1 else 'changes'} since the last backup"
    return ""
