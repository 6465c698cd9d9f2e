"""``vault verify FILE``: a backup is whole, and how old it is; nothing on this machine is changed by looking at it."""

from __future__ import annotations

import os

from prometheus.cli.output import safe
from prometheus.cli.progress import note_of_many
from prometheus.cli.unlocking import places
from prometheus.cli.vault import ages
from prometheus.cli.vault.backup_errors import told_of_backup
from prometheus.cli.vault.backup_secret import asked_opener, opened_for_reading
from prometheus.compose import backups
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases import audit

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def verify_backup(call: Invocation, file: str) -> int:
    """Verify a file that is no vault of this machine's; anything wrong is an error with its own exit code."""
    folders = places()
    with told_of_backup():
        records = backups.inspected_file(file).records
    opener = asked_opener(call, os.path.basename(file))
    note_of_many(call, records)
    try:
        with told_of_backup(), opened_for_reading(folders, file, opener) as opened:
            report = opened.vault.verify(deep=True)
            chain, age, seen = audit.check(opened.session), backups.age_of(opened), backups.seen_here(opened)
            vault_id = opened.vault.vault_id
    finally:
        opener.wipe()
    for fault in chain.faults:
        call.output.warn(f"audit log: {safe(fault)}")
    document = {
        "file": file,
        "id": vault_id.hex(),
        "whole": True,
        "deep": report.is_deep,
        **ages.fields(age),
        "seen_epoch": seen,
        "generation": report.generation,
        "journal_whole": report.journal_is_whole,
        "audit_entries": chain.entries,
        "audit_whole": chain.is_intact,
    }
    lines = [
        f"{safe(os.path.basename(file))} is whole: every record opens and the file's structure holds",
        ages.told(age),
        _compared(age.epoch, seen),
        f"audit log: {chain.entries} entries, {'intact' if chain.is_intact else 'broken'}",
    ]
    call.output.result(document, lines)
    return 0


def _compared(epoch: int, seen: int | None) -> str:
    if seen is None:
        return "this machine has not seen this vault, or only under other keys"
    if seen > epoch:
        newer = seen - epoch
        lacking = f"{newer} changes are" if newer > 1 else "1 change is"
        return f"this machine has seen state {seen}: {lacking} not in the file"
    return "this machine has seen nothing newer"
