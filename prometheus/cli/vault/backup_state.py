"""What ``status`` says of backups, known without a passphrase: when the last one was made here, and whether it is time.

One calm line, and only when there is something to do.
"""

from __future__ import annotations

from prometheus.cli import settings
from prometheus.cli.unlocking import places
from prometheus.compose import backups as stored
from prometheus.compose.clock import SystemClock
from prometheus.model.frozen import TYPE_CHECKING, Any, NamedTuple
from prometheus.usecases.backups import Limits, reminder

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.compose.shelf import ShelfEntry


class BackupState(NamedTuple):
    """What is said, for a document and for the screen."""

    document: dict[str, Any] | None
    lines: tuple[str, ...]


def backup_state(call: Invocation, entry: ShelfEntry) -> BackupState:
    """Return what to say of the backups of a vault; nothing of one that cannot be read."""
    if entry.facts is None:
        return BackupState(None, ())
    last = stored.remembered(places(), entry.facts.vault_id)
    epoch = stored.told_state(entry.path)
    limits = Limits(
        settings.number_of("backup_reminder_days", call.values),
        settings.number_of("backup_reminder_changes", call.values),
    )
    text = reminder(last, SystemClock().now(), epoch=epoch, records=entry.facts.records, limits=limits)
    document = {
        "last": last.at if last else None,
        "changes_since": max(0, epoch - last.epoch) if last else None,
        "reminder": text or None,
    }
    if not text:
        return BackupState(document, ())
    return BackupState(document, (f"backup  {text}: 'prometheus vault backup FOLDER/'",))
