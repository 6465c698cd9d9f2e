"""Backups of the vaults of this machine: made, opened, and remembered so that `status` can remind.

<name>-<date>.vault                        what a backup is called in a folder; -2, -3 … on the same day
<state>/<vault id>.backup                  when the last one was made, and at which state: known without a secret

How one is put in place is said in `restoring`.
"""

from __future__ import annotations

import json
import os
import re
from contextlib import contextmanager

from prometheus.compose.anchor_mirror import mirror_in
from prometheus.compose.vault_errors import translated
from prometheus.compose.vaults import OpenVault, session_of
from prometheus.errors import Conflict, NotFound, PrometheusError
from prometheus.files import LocalFile, storage_error
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases import backups
from prometheus.usecases.backups import Age, LastBackup

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from prometheus.compose.desktop_keyring import Keyring
    from prometheus.model.places import Places
    from prometheus.model.secret import Secret
    from prometheus_vault import PublicFacts
    from prometheus_vault.backup import BackupFacts

    Progress = Callable[[int, int], None]

_NAMED: Final = re.compile(r"-(\d{4}-\d\d-\d\d)(?:-(\d{1,4}))?\.vault")
_MOST_OF_A_DAY: Final = 10_000


def dated_name(name: str, day: datetime, number: int = 1) -> str:
    """Return what a backup of a vault is called."""
    return f"{name}-{day:%Y-%m-%d}{f'-{number}' if number > 1 else ''}.vault"


def free_name(folder: str, name: str, day: datetime) -> str:
    """Return the path of the next backup of a vault in a folder.

    Raises:
        Conflict: When there are too many of that day.
    """
    for number in range(1, _MOST_OF_A_DAY):
        path = os.path.join(folder, dated_name(name, day, number))
        if not os.path.lexists(path):
            return path
    raise Conflict("there are too many backups of this day in the folder")


def earlier(folder: str, name: str, vault_id: bytes) -> list[str]:
    """Return the backups of a vault in a folder that are named as `dated_name` does, the newest first."""
    try:
        names = os.listdir(folder)
    except OSError as error:
        raise storage_error(error, f"{folder} could not be read") from None
    dated = []
    for file in names:
        match = _NAMED.fullmatch(file.removeprefix(name)) if file.startswith(f"{name}-") else None
        if match and _is_of(os.path.join(folder, file), vault_id):
            dated.append((match[1], int(match[2] or 1), os.path.join(folder, file)))
    return [path for _, _, path in sorted(dated, reverse=True)]


def back_up(
    places: Places, opened: OpenVault, path: str, *, replaces: bool = False, progress: Progress | None = None
) -> BackupFacts:
    """Make a backup of an open vault, then note it in the vault, in its log and on this machine.

    Raises:
        Conflict: When the target is the vault itself, or taken and not to be replaced.
        StorageFailed: When it cannot be written.
    """
    from prometheus_vault.backup import write_backup

    refuse_folder_of_vaults(places, path)
    with translated():
        made = write_backup(opened.vault, path, replaces=replaces, progress=progress)
        facts = {"file": os.path.basename(path), "epoch": made.epoch, "records": made.records}
        noted = backups.keep_backup(opened.session, opened.vault.epoch, facts)
    remember(places, opened.vault.vault_id, noted)
    return made


def remember(places: Places, vault_id: bytes, last: LastBackup) -> None:
    """Note on this machine when the last backup of a vault was made."""
    content = json.dumps({"v": 1, **last._asdict()}, sort_keys=True)
    LocalFile(_mark(places, vault_id)).write(f"{content}\n".encode())


def remembered(places: Places, vault_id: bytes) -> LastBackup | None:
    """Return when this machine made the last backup of a vault; a note that cannot be read counts as none."""
    try:
        found = json.loads(LocalFile(_mark(places, vault_id)).read() or "null")
        last = LastBackup(found["at"], found["epoch"])
        if type(last.epoch) is not int or last.moment.year < 1:
            return None
    except (PrometheusError, ValueError, TypeError, KeyError):
        return None
    return last


def forget(places: Places, vault_id: bytes) -> None:
    """Remove the note about a vault that is no more."""
    try:
        os.unlink(_mark(places, vault_id))
    except OSError:
        return


def told_state(path: str) -> int:
    """Return the state that a file claims to be in, without a secret; 0 where it cannot be read."""
    from prometheus_vault.ages import told_epoch
    from prometheus_vault.errors import VaultError

    try:
        return told_epoch(path)
    except VaultError:
        return 0


def inspected_file(path: str) -> PublicFacts:
    """Return what a file says without a secret.

    Raises:
        NotFound: When there is none.
        VaultError: When it is no vault, is damaged, is too new or cannot be read.
    """
    from prometheus_vault import inspect

    if not os.path.lexists(path):
        raise NotFound(f"there is no file {path}", code="FILE-NOT-FOUND", remedy="check the path")
    with translated():
        return inspect(path)


@contextmanager
def opened_backup(
    places: Places,
    path: str,
    *,
    passphrase: Secret | None = None,
    seed: Secret | None = None,
    mirror: Keyring | None = None,
) -> Iterator[OpenVault]:
    """Open a backup for reading, by its passphrase or by the seed of its words; nothing on this machine changes.

    It may lie on a network disk, because nobody writes to it.
    """
    from prometheus.compose.vault_keyring import SecretFinder
    from prometheus_vault import Vault, recovery_secret

    finder = SecretFinder()
    with translated():
        if passphrase is not None:
            with finder.told():
                vault = Vault.open(
                    path,
                    places.state,
                    passphrase=passphrase.locked,
                    find_factor=finder,
                    read_only=True,
                    allow_network_fs=True,
                    mirror=mirror_in(mirror),
                )
        else:
            secret = recovery_secret(seed.locked if seed else b"")
            vault = Vault.open_with_recovery(
                path,
                places.state,
                recovery_secret=secret,
                read_only=True,
                allow_network_fs=True,
                mirror=mirror_in(mirror),
            )
        try:
            vault.verified()
            yield OpenVault(session_of(vault), vault, os.path.basename(path))
        finally:
            vault.close()


def age_of(opened: OpenVault) -> Age:
    """Return how old the state of an open vault is."""
    from prometheus_vault.ages import record_count

    with translated():
        return Age(opened.vault.epoch, backups.last_change(opened.session), record_count(opened.vault))


def seen_here(opened: OpenVault) -> int | None:
    """Return the newest state that this machine has seen of an open vault, or None."""
    from prometheus_vault.ages import seen_epoch

    with translated():
        return seen_epoch(opened.vault)


def refuse_folder_of_vaults(places: Places, path: str) -> None:
    """Refuse to make a second file of the same vault where it would count as a vault of its own.

    Raises:
        Conflict: When the path lies there.
    """
    folder = os.path.realpath(os.path.dirname(os.path.abspath(path)))
    if folder == os.path.realpath(places.vaults):
        raise Conflict(
            "a backup does not lie beside the vaults",
            code="BACKUP-PLACE",
            meaning="it would look like another vault, and be lost with the same disk",
            remedy="choose another folder, best on another disk",
        )


def _is_of(path: str, vault_id: bytes) -> bool:
    return not os.path.islink(path) and id_of(path) == vault_id


def id_of(path: str) -> bytes | None:
    """Return the id of the vault that a file is, or is a backup of; None where it is no vault that can be read."""
    try:
        return inspected_file(path).vault_id
    except PrometheusError:
        return None


def _mark(places: Places, vault_id: bytes) -> str:
    return f"{places.state}/{vault_id.hex()}.backup"
