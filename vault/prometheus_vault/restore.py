"""Putting a backup in the place of a vault, as the newest state of it.

The backup was opened read-only and verified before. Its copy gets an epoch past all that this machine has seen of the
vault and begins its journal anew, so whatever lay there before is older now, and shows as rolled back when it is put
back. The present file is kept under another name.

    1  the log of the present file brought in       a crash here: the present file, as it was
    2  `<vault>.new` built, read back, on the disk  the present file; what is left over goes with the next opening
    3  the present file has a second name           the present file
    4  the anchor holds an entry for each, when their keys differ
    5  `<vault>.new` takes the name of the vault    the restored file; it is ahead of the anchor, which is no rollback
    6  the anchor holds its entry alone             the restored file
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

from prometheus_vault import anchor, commit, record_set, sqlite_file
from prometheus_vault.anchor import Anchor
from prometheus_vault.anchor_upkeep import AnchorUpkeep
from prometheus_vault.backup import copy_database
from prometheus_vault.errors import AlreadyExists, Conflict, StorageError, Tampered, VaultError
from prometheus_vault.filesystem import make_private_folder, remove_if_there, sync_file, sync_folder
from prometheus_vault.lock import WAIT_SECONDS, writer_lock
from prometheus_vault.opening import refuse_network_file_system
from prometheus_vault.replace import staging
from prometheus_vault.session import file_identity
from prometheus_vault.sqlite_errors import translated
from prometheus_vault.transaction import Transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus_vault.anchor_mirror import AnchorMirror
    from prometheus_vault.records import Record
    from prometheus_vault.root import Root
    from prometheus_vault.session import Session
    from prometheus_vault.store import Vault

    Progress = Callable[[int, int], None]

_RESTORING = "the backup could not be put in place"


class Target(NamedTuple):
    """Where a backup goes."""

    path: str
    """The vault file, without symbolic links."""
    anchor_dir: str
    keep_as: str = ""
    """New name of the file that is there; empty when none is."""
    beyond: int = 0
    """An epoch of the present file that is known to be authentic."""
    mirror: AnchorMirror | None = None
    """Keeps a second anchor; it learns of the restored file as the first does."""


@contextmanager
def restoring(
    backup: Vault,
    target: Target,
    *,
    wait_seconds: float = WAIT_SECONDS,
    allow_network_fs: bool = False,
    progress: Progress | None = None,
) -> Iterator[Transaction]:
    """Put a verified backup in place as the newest state, in one with what the block writes.

    Args:
        backup: Opened read-only; its file is not changed.
        target: Where it goes.
        wait_seconds: How long others may use the present file.
        allow_network_fs: Do not refuse a network file system.
        progress: Called with the number of pages copied and of all.

    Raises:
        Busy: When another process has the present file open.
        Conflict: When a file lies at the target and none was to be, or the other way round.
        AlreadyExists: When the name under which the present file is to be kept is taken.
        Tampered: When the copy is not what the backup was; the present file is as it was.
        StorageError: When the system refuses; the present file is as it was.
    """
    refuse_network_file_system(target.path, allowed=allow_network_fs)
    session = backup._session
    with session.reading():
        change = Transaction(backup._reader, session.unlocked.keys.id)
        try:
            yield change
        finally:
            changes = change.finish()
        with translated(_RESTORING):
            make_private_folder(os.path.dirname(target.path))
            with writer_lock(target.path, wait_seconds):
                _refuse_other_target(target)
                _put_in_place(session, target, changes, wait_seconds, progress)


def _put_in_place(
    session: Session,
    target: Target,
    changes: Mapping[bytes, Record | None],
    wait_seconds: float,
    progress: Progress | None,
) -> None:
    has_old = bool(target.keep_as)
    is_closed = not has_old or _log_is_brought_in(target.path, wait_seconds)
    present = file_identity(target.path) if has_old else (0, 0)
    try:
        with staging(target.path, replaces=has_old) as staged:
            copy_database(session.connection, staged, progress)
            newest = _as_newest(session, staged, target, changes)
            if has_old:
                _keep(target, with_log=not is_closed)
            entry = _announced(session, target, newest)
    except BaseException:
        if has_old and file_identity(target.path) == present:
            _keep_no_more(target)
        raise
    anchors = _anchors(session, target)
    _warned(session, lambda: anchors.replace([entry]))
    with suppress(OSError):
        remove_if_there(f"{os.path.splitext(anchors.path)[0]}.idx")


def _as_newest(session: Session, staged: str, target: Target, changes: Mapping[bytes, Record | None]) -> Root:
    """Make a copy the newest state, with what is written into it; return its root, read back."""
    keys, vault_id = session.unlocked.keys, session.records.header.vault_id
    connection = sqlite_file.open_file(staged, read_only=False)
    try:
        connection.execute("BEGIN IMMEDIATE")
        before = record_set.verify(connection, keys, vault_id)
        if before.root != session.records.root:
            raise Tampered("the copy is not the state that was copied")
        beyond = max(_anchors(session, target).epoch_to_pass(keys.anchor), target.beyond)
        written = commit.write_restart(connection, keys, before, beyond, changes)
        connection.execute("COMMIT")
        if record_set.verify(connection, keys, vault_id).root != written.root:
            raise Tampered("the restored file is not the one that was written")
    finally:
        connection.close()
    return written.root


def _announced(session: Session, target: Target, newest: Root) -> bytes:
    """Return the anchor's new entry; where the present file has other keys, write it beside the entry of that one."""
    anchor_key, vault_id = session.unlocked.keys.anchor, session.records.header.vault_id
    entry = anchor.pack(anchor_key, vault_id, Anchor(newest.epoch, newest.link))
    _anchors(session, target).add_beside(anchor_key, entry)
    return entry


def _anchors(session: Session, target: Target) -> AnchorUpkeep:
    return AnchorUpkeep(target.anchor_dir, session.records.header.vault_id, target.mirror)


def _refuse_other_target(target: Target) -> None:
    is_there = os.path.lexists(target.path)
    if is_there and not target.keep_as:
        raise AlreadyExists("a file of that name is there already", remedy="choose another name")
    if target.keep_as and not is_there:
        raise Conflict("the vault file was removed meanwhile", remedy="try again")
    if target.keep_as and os.path.lexists(target.keep_as):
        raise AlreadyExists("there is a file already under the name for the present one", remedy="try again")


def _log_is_brought_in(path: str, wait_seconds: float) -> bool:
    """Close the log of the present file; return False where the file is too broken for that.

    Raises:
        Busy: When another process has it open.
        StorageError: When the disk fails in the middle of it.
    """
    try:
        connection = sqlite_file.connect(path, "mode=rw")
    except sqlite3.Error:
        return False
    try:
        with translated(_RESTORING):
            sqlite_file.leave_write_ahead_log(connection, wait_seconds)
    except Tampered:
        return False
    except StorageError:
        if sqlite_file.has_log(path) or os.path.lexists(f"{path}-journal"):
            raise  # the disk failed now: what it left half done has to be brought to an end first
        return False
    finally:
        connection.close()
    return True


def _keep(target: Target, *, with_log: bool) -> None:
    """Give the present file a second name; a log that could not be brought in goes with it."""
    try:
        os.link(target.path, target.keep_as)
    except OSError:
        _copy_file(target.path, target.keep_as)
    if with_log:
        for ending in ("-wal", "-journal"):
            with suppress(FileNotFoundError):
                os.rename(target.path + ending, target.keep_as + ending)
        remove_if_there(f"{target.path}-shm")
    sync_folder(os.path.dirname(target.keep_as))


def _keep_no_more(target: Target) -> None:
    """Take the second name of the present file away again, because nothing came in its place."""
    for ending in ("-wal", "-journal"):
        with suppress(OSError):
            os.rename(target.keep_as + ending, target.path + ending)
    with suppress(OSError):
        os.unlink(target.keep_as)


def _copy_file(path: str, copy: str) -> None:
    """Copy a file where it cannot have two names."""
    import shutil

    descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    try:
        with open(path, "rb") as source, open(descriptor, "wb", closefd=True) as target:
            shutil.copyfileobj(source, target)
        sync_file(copy)
    except BaseException:
        remove_if_there(copy)
        raise


def _warned(session: Session, action: Callable[[], None]) -> None:
    try:
        action()
    except VaultError as error:
        session.warnings.append(f"{error.what}: {error.meaning}")
