"""Put a backup in the place of a vault; what was there stays beside it.

<name>.vault.before-restore-<date>         what a backup took the place of; -2, -3 … on the same day
"""

from __future__ import annotations

import os
from datetime import UTC, datetime

from prometheus.compose.anchor_mirror import mirror_in
from prometheus.compose.backups import age_of, id_of, inspected_file, opened_backup, remember, seen_here
from prometheus.compose.clock import SystemClock
from prometheus.compose.vault_errors import translated
from prometheus.compose.vaults import OpenVault, vault_names, vault_path
from prometheus.errors import Conflict, PrometheusError
from prometheus.files import storage_error
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases import backups
from prometheus.usecases.backups import Age, LastBackup

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.compose.desktop_keyring import Keyring
    from prometheus.model.places import Places
    from prometheus.model.secret import Secret
    from prometheus_vault import PublicFacts

    Progress = Callable[[int, int], None]

_MOST_OF_A_DAY: Final = 10_000


class Present(NamedTuple):
    """What is known of the file that a backup would take the place of."""

    path: str
    facts: PublicFacts | None
    """What its header says, or None where it cannot be read."""
    age: Age | None
    """Proven, where the secret opens it too."""
    changed: datetime
    """When the file was written last."""


class Restored(NamedTuple):
    """A backup that was put in place."""

    path: str
    kept_as: str
    """Where the file lies that was there before; empty where there was none."""
    epoch: int


def present(places: Places, name: str, *, passphrase: Secret | None = None, seed: Secret | None = None) -> Present:
    """Return what is known of the vault of a name, however broken its file is."""
    path = vault_path(places, name)
    facts, age = None, None
    try:
        facts = inspected_file(path)
        with opened_backup(places, path, passphrase=passphrase, seed=seed) as opened:
            age = age_of(opened)
    except PrometheusError:
        pass  # it is told as it is: of unknown age, or not readable at all
    try:
        changed = datetime.fromtimestamp(os.stat(path).st_mtime, UTC)
    except OSError as error:
        raise storage_error(error, f"{path} could not be read") from None
    return Present(path, facts, age, changed)


def refuse_other_vault(places: Places, name: str, vault_id: bytes) -> bool:
    """Refuse a backup of a vault that does not belong under a name; return whether a file lies there.

    Raises:
        Conflict: When another vault has that name, or this one lies on this machine under another.
    """
    path = vault_path(places, name)
    if os.path.lexists(path):
        found = id_of(path)
        if found not in {None, vault_id}:
            raise Conflict(
                f"that is a backup of another vault than '{name}'",
                code="BACKUP-OTHER-VAULT",
                remedy="give a new name behind the file, for a vault of its own",
            )
        return True
    for other in vault_names(places):
        if id_of(vault_path(places, other)) == vault_id:
            raise Conflict(
                f"this machine has that vault already, as '{other}'",
                code="VAULT-EXISTS",
                meaning="of two files of one vault each makes the other look rolled back",
                remedy=f"put it in the place of '{other}', or read it with 'prometheus vault verify FILE'",
            )
    return False


def put_in_place(
    places: Places,
    backup: OpenVault,
    name: str,
    *,
    replaced: Present | None,
    network_disk: bool = False,
    mirror: Keyring | None = None,
    progress: Progress | None = None,
) -> Restored:
    """Make a verified backup the newest state of a vault, with a line in its log; the present file is kept.

    Raises:
        InUse: When another command has the vault open.
        StorageFailed: When the system refuses; the present file is as it was.
    """
    from prometheus_vault.restore import Target, restoring

    clock = SystemClock()
    path = os.path.realpath(vault_path(places, name))
    kept = _kept_name(path, clock.now()) if replaced else ""
    beyond = replaced.age.epoch if replaced and replaced.age else 0
    age = age_of(backup)
    facts = {
        "file": backup.name,
        "epoch": age.epoch,
        "kept": os.path.basename(kept),
        "replaced_epoch": beyond,
    }
    target = Target(path, os.path.realpath(places.state), kept, beyond, mirror_in(mirror))
    with (
        translated(),
        restoring(backup.vault, target, allow_network_fs=network_disk, progress=progress) as change,
    ):
        backups.note(change, clock, "vault.restore-backup", facts)
    epoch = max(age.epoch, beyond, seen_here(backup) or 0)
    remember(places, backup.vault.vault_id, LastBackup(clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"), epoch))
    return Restored(path, kept, epoch)


def _kept_name(path: str, day: datetime) -> str:
    stem = f"{path}.before-restore-{day:%Y-%m-%d}"
    for number in range(1, _MOST_OF_A_DAY):
        kept = f"{stem}-{number}" if number > 1 else stem
        if not os.path.lexists(kept):
            return kept
    raise Conflict("there are too many files that a backup took the place of")
