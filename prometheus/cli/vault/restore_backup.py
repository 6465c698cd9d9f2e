"""``vault restore-backup``: a backup takes the place of a vault, after it was verified and both ages were shown.

No lock is held while a person is asked. The file that was there stays beside the vault under another name.
"""

from __future__ import annotations

import os

from prometheus.cli import ask
from prometheus.cli.moments import local, rfc3339
from prometheus.cli.output import safe
from prometheus.cli.progress import progress_told
from prometheus.cli.unlocking import anchor_mirror, named_vault, network_disk, places
from prometheus.cli.vault import ages
from prometheus.cli.vault.backup_errors import told_of_backup
from prometheus.cli.vault.backup_secret import asked_opener, opened_for_reading
from prometheus.compose import backups, restoring, vaults
from prometheus.errors import NoConsent
from prometheus.model.frozen import TYPE_CHECKING, Any
from prometheus.usecases import audit

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation
    from prometheus.cli.vault.backup_secret import Opener
    from prometheus.compose.restoring import Present
    from prometheus.compose.vaults import OpenVault
    from prometheus.model.places import Places


def run(call: Invocation) -> int:
    """Put a backup in place."""
    name, folders, file = named_vault(call), places(), call.text("file")
    vaults.vault_path(folders, name)
    with told_of_backup():
        vault_id = backups.inspected_file(file).vault_id
    is_there = restoring.refuse_other_vault(folders, name, vault_id)
    opener = asked_opener(call, os.path.basename(file))
    try:
        with told_of_backup(), opened_for_reading(folders, file, opener, mirror=anchor_mirror(call)) as backup:
            return _restore(call, folders, name, backup, opener if is_there else None)
    finally:
        opener.wipe()


def _restore(call: Invocation, folders: Places, name: str, backup: OpenVault, opener: Opener | None) -> int:
    """Put an open backup in place; `opener` may open the present file too, where there is one."""
    backup.vault.verify(deep=True)
    for fault in audit.check(backup.session).faults:
        call.output.warn(f"audit log of the backup: {safe(fault)}")
    replaced = None
    if opener is not None:
        replaced = restoring.present(folders, name, passphrase=opener.passphrase, seed=opener.seed)
    age = backups.age_of(backup)
    call.output.note(f"the backup is whole: {ages.told(age)}")
    call.output.note(f"{name} now: {_told(replaced)}" if replaced else f"{name} is a new name on this machine")
    if _opens_otherwise(backup, replaced):
        call.output.warn(
            "what opened the vault on the day of the backup will open it again, and nothing else: a passphrase that was"
            " changed since comes back, and so does a way in that was removed; 'prometheus vault passphrase' changes it"
        )
    document: dict[str, Any] = {"vault": name, "backup": ages.fields(age), "replaced": _fields(replaced)}
    if call.flag("dry_run"):
        call.output.result({**document, "restored": False, "dry_run": True}, ["nothing was changed"])
        return 0
    question = f"put the backup in the place of {name}?" if replaced else f"make the vault {name} of it?"
    if not ask.confirm(call, question):
        raise NoConsent(f"{name} was left as it is")
    with progress_told(call, "copying") as progress:
        done = restoring.put_in_place(
            folders,
            backup,
            name,
            replaced=replaced,
            network_disk=network_disk(call),
            mirror=anchor_mirror(call),
            progress=progress,
        )
    lines = [f"{name} is as it was in the backup, as state {done.epoch}"]
    lines += [f"the file that was there is kept: {safe(done.kept_as)}"] if done.kept_as else []
    call.output.result({**document, "restored": True, "epoch": done.epoch, "kept": done.kept_as or None}, lines)
    return 0


def _opens_otherwise(backup: OpenVault, replaced: Present | None) -> bool:
    """Return whether the vault would be opened by something else than now; of what cannot be read nobody knows."""
    if replaced is None:
        return False
    there = replaced.facts.slots if replaced.facts else ()
    return {slot.slot_id for slot in there} != {slot.slot_id for slot in backup.vault.slots()}


def _told(present: Present) -> str:
    if present.age is not None:
        return ages.told(present.age)
    if present.facts is not None:
        records = f"{present.facts.records} records"
        return f"damaged, or does not open with this; file changed {local(present.changed)}, {records}"
    return f"cannot be read; file changed {local(present.changed)}"


def _fields(present: Present | None) -> dict[str, Any] | None:
    if present is None:
        return None
    known = ages.fields(present.age) if present.age else {}
    return {"readable": present.facts is not None, "file_changed": rfc3339(present.changed), **known}
