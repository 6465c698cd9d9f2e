"""Upgrade the bodies of an open vault: tried on a copy, compared, and only then done.

    .<name>.<16 hex digits>.upgrade/    the copies while it is tried, locked by who tries; swept when that one died
    <name>.vault.v<n>                   the vault as it was before, kept beside the new one; n is its edition

Order: copy, upgrade the copy in one commit, verify it, compare the proofs, ask, keep the copy under its name, upgrade
the vault in one commit, verify it. Whatever dies on the way, the vault opens: as it was before that last commit, and
upgraded after it. No lock is held while a person is asked.
"""

from __future__ import annotations

import fcntl
import os
import shutil
from contextlib import contextmanager

from prometheus.compose.vault_errors import translated
from prometheus.compose.vaults import NO_SECOND_NAMES, vault_path
from prometheus.errors import Damaged
from prometheus.files import storage_error
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.model.upgrades.table import CHAINS
from prometheus.model.vault_name import is_vault_name
from prometheus.usecases import upgrade_vault
from prometheus.usecases.upgrade_proofs import Prover, differences

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.compose.vaults import OpenVault
    from prometheus.model.places import Places
    from prometheus.model.upgrades.chain import Chains
    from prometheus.usecases.upgrade_proofs import Snapshot
    from prometheus.usecases.upgrade_vault import Plan
    from prometheus_vault.rehearsal import Rehearsal

_ENDING: Final = ".upgrade"
_DIGITS: Final = frozenset("0123456789abcdef")


class Tried(NamedTuple):
    """An upgrade that was tried on a copy, with nothing lost or changed there that must not be."""

    plan: Plan
    after: Snapshot
    places: Places
    opened: OpenVault
    copy: str
    """Path of the vault as it was."""
    chains: Chains

    def carry_out(self) -> str:
        """Upgrade the vault itself and return the path of the file that keeps it as it was; empty where none changed.

        Raises:
            Conflict: When the vault was changed meanwhile; nothing is changed and nothing kept.
            StorageFailed: When the copy cannot be kept; nothing is changed.
        """
        kept = _kept(self.copy, self._kept_path()) if self.plan.changes else ""
        try:
            upgrade_vault.carry_out(self.opened.session, self.plan, os.path.basename(kept), self.chains)
        except BaseException:
            if kept and upgrade_vault.edition_of(self.opened.session) < self.chains.edition:
                os.unlink(kept)
            raise
        with translated():
            self.opened.vault.verify(deep=True)
        return kept

    def _kept_path(self) -> str:
        return f"{vault_path(self.places, self.opened.name)}.v{self.plan.edition}"


@contextmanager
def tried(places: Places, opened: OpenVault, chains: Chains = CHAINS) -> Iterator[Tried]:
    """Try to upgrade the bodies of a vault on a copy, and yield what came of it; the copies go at the end.

    Raises:
        TooNew: When a body is of a later version.
        Damaged: When something would be lost or changed that must not be.
        StorageFailed: When there is no room for two copies.
    """
    with private_folder(places, opened.name) as folder, translated(), opened.vault.rehearsing(folder) as rehearsal:
        prover = Prover(chains)
        edition = upgrade_vault.edition_of(opened.session)
        before = prover.take(_bodies(rehearsal))
        plan = upgrade_vault.plan_upgrade(_bodies(rehearsal), edition, chains)
        _write(rehearsal, plan)
        after = prover.take(_bodies(rehearsal))
        _refuse_differences(differences(before, after))
        yield Tried(plan, after, places, opened, rehearsal.kept, chains)


@contextmanager
def private_folder(places: Places, name: str) -> Iterator[str]:
    """Yield a new private folder beside a vault, locked while it is in use; what died ones left is swept first.

    Raises:
        StorageFailed: When it cannot be made.
    """
    for found in _left_over(places, name):
        _sweep(f"{places.vaults}/{found}")
    folder = f"{places.vaults}/.{name}.{os.urandom(8).hex()}{_ENDING}"
    try:
        os.mkdir(folder, 0o700)
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise storage_error(error, "the vault could not be copied") from None
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        os.close(lock)


def _left_over(places: Places, name: str) -> list[str]:
    return [found for found in os.listdir(places.vaults) if _is_of(found, name)]


def _is_of(found: str, name: str) -> bool:
    digits = found.removeprefix(f".{name}.").removesuffix(_ENDING)
    return (
        is_vault_name(name)
        and found == f".{name}.{digits}{_ENDING}"
        and len(digits) == 16
        and _DIGITS.issuperset(digits)
    )


def _sweep(folder: str) -> None:
    try:
        lock = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NOFOLLOW)
    except OSError:
        return
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except BlockingIOError:
        return  # somebody is at work there
    finally:
        os.close(lock)


def _bodies(rehearsal: Rehearsal) -> Iterator[tuple[int, str, bytes]]:
    for group, name, body in rehearsal.records():
        if isinstance(body, bytes):
            yield group, name, body
        else:
            body.wipe()
            yield group, name, b""


def _write(rehearsal: Rehearsal, plan: Plan) -> None:
    from prometheus_vault.records import Record

    rehearsal.write(Record(change.group, change.name, change.after) for change in plan.changes)


def _kept(copy: str, path: str) -> str:
    """Move the copy to its name, or to the next one that is free; never over another file."""
    number, target = 1, path
    while True:
        try:
            _name(copy, target)
        except FileExistsError:
            number, target = number + 1, f"{path}-{number + 1}"
            continue
        except OSError as error:
            raise storage_error(error, "the vault as it was could not be kept") from None
        _sync(target)
        return target


def _name(copy: str, target: str) -> None:
    try:
        os.link(copy, target)
    except OSError as error:
        if error.errno not in NO_SECOND_NAMES:
            raise
        os.close(os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600))
        os.rename(copy, target)


def _sync(target: str) -> None:
    from prometheus_vault.filesystem import sync_folder

    try:
        sync_folder(os.path.dirname(target))
    except OSError as error:
        os.unlink(target)
        raise storage_error(error, "the vault as it was could not be kept") from None


def _refuse_differences(found: list[str]) -> None:
    if found:
        raise Damaged(
            "the upgrade of a copy lost something, so the vault was not upgraded",
            code="UPGRADE-PROOFS",
            meaning="; ".join(found),
            remedy="go on as before: the vault is read as it is; and report this with 'prometheus bug-report'",
        )
