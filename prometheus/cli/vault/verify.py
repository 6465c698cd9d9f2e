"""``vault verify``: the whole set of records is what its owner left; with ``--deep`` every record opens too.

The vault is opened read-only; what the anchor of this machine says about its age is a warning here. What is no name of
a vault is the path of a backup.
"""

from __future__ import annotations

import os

from prometheus.cli.output import safe
from prometheus.cli.progress import note_of_many
from prometheus.cli.unlocking import named_vault, open_vault, places
from prometheus.cli.vault import ages
from prometheus.cli.vault.typed_words import asked_seed
from prometheus.cli.vault.unlock import opened_by_words
from prometheus.cli.vault.verify_backup import verify_backup
from prometheus.compose import vaults
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.vault_name import is_vault_name
from prometheus.usecases.backups import last_backup

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from prometheus.cli.invocation import Invocation
    from prometheus.compose.vaults import OpenVault


def run(call: Invocation) -> int:
    """Verify a vault; anything wrong is an error with its own exit code."""
    from prometheus.usecases import audit

    given = call.maybe("name")
    if given is not None and _is_file(given):
        return verify_backup(call, given)
    name = named_vault(call)
    if call.flag("deep"):
        note_of_many(call, vaults.inspected(places(), name).records)
    with _opened(call, name) as opened:
        report = opened.vault.verify(deep=call.flag("deep"))
        chain, last = audit.check(opened.session), last_backup(opened.session)
    if not report.journal_is_whole:
        call.output.warn("the journal is not whole; the records are")
    document = {
        "vault": name,
        "whole": True,
        "deep": report.is_deep,
        "epoch": report.epoch,
        "generation": report.generation,
        "records": report.records,
        "journal_entries": report.journal_entries,
        "journal_whole": report.journal_is_whole,
        "audit_entries": chain.entries,
        "audit_whole": chain.is_intact,
        "last_backup": last.at if last else None,
    }
    for fault in chain.faults:
        call.output.warn(f"audit log: {safe(fault)}")
    lines = [
        f"{name} is whole: {report.records} records, state {report.epoch}",
        "every record opens and the file's structure holds" if report.is_deep else "--deep also opens every record",
        f"audit log: {chain.entries} entries, {'intact' if chain.is_intact else 'broken'}",
        f"last backup: {ages.moment(last.at)}" if last else "there is no backup of it yet",
    ]
    call.output.result(document, lines)
    return 0


def _opened(call: Invocation, name: str) -> AbstractContextManager[OpenVault]:
    if not call.flag("recovery"):
        return open_vault(call, name=name, read_only=True)
    vaults.inspected(places(), name)
    return opened_by_words(call, name, asked_seed(call).seed, read_only=True)


def _is_file(given: str) -> bool:
    """Whether what was given is the path of a backup; a name that a vault could have is always a name."""
    return not is_vault_name(given) and ("/" in given or given.endswith(".vault") or os.path.lexists(given))
