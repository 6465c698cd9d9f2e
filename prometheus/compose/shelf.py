"""What lies on this machine's shelf of vaults: told without any passphrase, and taken away on demand.

What is told here is not authenticated: whoever can write the file can make it say anything, until it is unlocked.
"""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import UTC, datetime

from prometheus.compose.backups import forget as forget_backups
from prometheus.compose.unfinished import anchor_path
from prometheus.compose.vault_errors import translated
from prometheus.compose.vaults import inspected, require_vault, vault_names, vault_path
from prometheus.errors import PrometheusError, StorageFailed
from prometheus.files import storage_error
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.model.places import Places
    from prometheus_vault import PublicFacts, SlotInfo


class ShelfEntry(NamedTuple):
    """One vault as it lies there."""

    name: str
    path: str
    size: int
    """Bytes of the file with its log."""
    changed: datetime
    facts: PublicFacts | None
    """What the header says, or None where it cannot be read."""
    fault: PrometheusError | None
    """Why it cannot be read."""
    is_seen_here: bool
    """Whether this machine remembers its newest state, so that an older copy would be noticed."""


def shelf(places: Places) -> list[ShelfEntry]:
    """Return every vault of this machine, by name; one that is damaged is told and stops nothing."""
    return [shelf_entry(places, name) for name in vault_names(places)]


def shelf_entry(places: Places, name: str) -> ShelfEntry:
    """Return one vault as it lies there.

    Raises:
        NotFound: When there is none of that name.
    """
    path = require_vault(places, name)
    facts, fault = None, None
    try:
        facts = inspected(places, name)
    except PrometheusError as error:
        fault = error
    size, changed = _stamp(path)
    seen = facts is not None and os.path.exists(anchor_path(places, facts.vault_id))
    return ShelfEntry(name, path, facts.size_bytes if facts else size, changed, facts, fault, seen)


def remove_vault(places: Places, name: str) -> None:
    """Take a vault away with its log, its lock and what this machine remembers of it.

    Raises:
        InUse: When another command is writing to it.
        StorageFailed: When the file cannot be removed.
    """
    from prometheus_vault.anchor import forget_anchor
    from prometheus_vault.lock import writer_lock

    entry = shelf_entry(places, name)
    path = vault_path(places, name)
    with translated(), writer_lock(path):
        # The log first: were it left alone by a crash, its rows would come back in the next vault of that name.
        for needed in (f"{path}-wal", f"{path}-shm", path):
            _remove(needed)
        if entry.facts is not None:
            forget_anchor(anchor_path(places, entry.facts.vault_id))
            forget_backups(places, entry.facts.vault_id)
        with suppress(StorageFailed):
            _remove(f"{path}.lock")


def ways_to_open(facts: PublicFacts) -> list[str]:
    """Return what opens a vault, one text a slot, such as ``passphrase: Argon2id, 256 MiB, 3 passes``."""
    return [_way_to_open(slot) for slot in facts.slots]


def _way_to_open(slot: SlotInfo) -> str:
    if slot.kdf is None:
        return slot.kind
    factor = f", together with {slot.second_factor}" if slot.second_factor else ""
    return f"{slot.kind}: Argon2id, {slot.kdf.memory_kib // 1024} MiB, {slot.kdf.passes} passes{factor}"


def _remove(path: str) -> None:
    try:
        os.unlink(path)
    except FileNotFoundError:
        return
    except OSError as error:
        raise storage_error(error, "the vault could not be removed") from None


def _stamp(path: str) -> tuple[int, datetime]:
    try:
        found = os.stat(path)
    except OSError as error:
        raise storage_error(error, f"{path} could not be read") from None
    return found.st_size, datetime.fromtimestamp(found.st_mtime, UTC)
