"""``vault backup``: a closed file of the vault as it is now, under a name of its own or one with the date in a folder.

Where it goes is settled before the passphrase is asked for. A folder is not made: one that is missing is most often a
disk that is not there.
"""

from __future__ import annotations

import os

from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.cli.progress import progress_told
from prometheus.cli.unlocking import named_vault, open_vault, places
from prometheus.cli.values import usage_error
from prometheus.compose import backups, vaults
from prometheus.compose.clock import SystemClock
from prometheus.errors import Conflict, NoConsent, NotFound, NotUnderstood
from prometheus.files import STANDARD_STREAM
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.cli.invocation import Invocation
    from prometheus.compose.vaults import OpenVault
    from prometheus.model.places import Places
    from prometheus_vault.backup import BackupFacts

_MAKE_IT: Final = "make it first, or see whether its disk is there"


class _Plan(NamedTuple):
    """Where the backup goes, and which earlier ones go for it."""

    path: str
    replaces: bool
    to_remove: tuple[str, ...]
    folder: str = ""
    """The folder in which it gets a name of ours; empty when the person gave the name."""


class _Made(NamedTuple):
    """A backup that was made."""

    plan: _Plan
    facts: BackupFacts


def run(call: Invocation) -> int:
    """Make a backup."""
    name, folders = named_vault(call), places()
    plan = _planned(call, folders, name)
    document = {"vault": name, "file": plan.path, "removed": list(plan.to_remove)}
    if call.flag("dry_run"):
        lines = [f"would be written to {safe(plan.path)}", *(f"would remove {safe(path)}" for path in plan.to_remove)]
        call.output.result({**document, "dry_run": True}, lines)
        return 0
    if plan.replaces and not ask.confirm(call, f"{plan.path} is there; replace it?"):
        raise NoConsent("no backup was made")
    with open_vault(call, name=name) as opened, progress_told(call, "copying") as progress:
        plan, made = _made(folders, opened, plan, progress)
    removed = [path for path in plan.to_remove if _removed(call, path)]
    document["file"] = plan.path
    lines = [
        f"written to {safe(plan.path)}: {made.records} records, state {made.epoch}, read back whole",
        *(f"removed {safe(path)}" for path in removed),
        "it opens with what opens the vault today",
    ]
    facts = {"epoch": made.epoch, "records": made.records, "size": made.size_bytes, "removed": removed}
    call.output.result({**document, **facts}, lines)
    return 0


def _made(folders: Places, opened: OpenVault, plan: _Plan, progress: Callable[[int, int], None]) -> _Made:
    """Make it; another that is made in the same folder at the same time may take the name first."""
    while True:
        try:
            return _Made(plan, backups.back_up(folders, opened, plan.path, replaces=plan.replaces, progress=progress))
        except Conflict as error:
            if not plan.folder or error.code != "VAULT-EXISTS":
                raise
            plan = plan._replace(path=backups.free_name(plan.folder, opened.name, SystemClock().now()))


def _planned(call: Invocation, folders: Places, name: str) -> _Plan:
    target, keep = call.text("target"), call.number("keep")
    if keep is not None and keep < 1:
        raise NotUnderstood(
            "--keep is a number from 1", code="BACKUP-KEEP", remedy="1 keeps only the backup that is made now"
        )
    vaults.require_vault(folders, name)
    if target == STANDARD_STREAM:
        raise usage_error(call.command, "a backup is a file, and cannot go to standard output")
    if not os.path.isdir(target):
        if target.endswith("/") or keep is not None:
            raise _no_folder(target, remedy=_MAKE_IT if target.endswith("/") else "name a folder")
        folder = os.path.dirname(target)
        if folder and not os.path.isdir(folder):
            raise _no_folder(folder, remedy=_MAKE_IT)
        backups.refuse_folder_of_vaults(folders, target)
        if os.path.islink(target):
            raise Conflict(f"{target} is a symbolic link", code="FILE-LINK", remedy="name the file itself")
        return _Plan(target, os.path.isfile(target), ())
    path = backups.free_name(target, name, SystemClock().now())
    backups.refuse_folder_of_vaults(folders, path)
    if keep is None:
        return _Plan(path, replaces=False, to_remove=(), folder=target)
    facts = vaults.inspected(folders, name)
    too_many = backups.earlier(target, name, facts.vault_id)[keep - 1 :]
    return _Plan(path, replaces=False, to_remove=tuple(too_many), folder=target)


def _no_folder(folder: str, *, remedy: str) -> NotFound:
    return NotFound(f"there is no folder {folder}", code="BACKUP-FOLDER", remedy=remedy)


def _removed(call: Invocation, path: str) -> bool:
    try:
        os.unlink(path)
    except OSError as error:
        call.output.warn(f"{safe(path)} could not be removed: {(error.strerror or '').lower()}")
        return False
    return True
