"""A backup: one closed file that holds a vault as it was at one moment, sealed as the vault itself is.

It is copied page by page from an open vault inside one read transaction, so that it is one state however much others
write meanwhile; then it leaves the log mode that it was copied with, is read back whole, and gets its name. Being a
closed file, it may lie on any disk. What it does not do: encrypt anew. Whatever opened the vault that day opens it.
"""

from __future__ import annotations

import errno
import os
import stat
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_vault import record_set, sqlite_file
from prometheus_vault.errors import AlreadyExists, Conflict, Tampered
from prometheus_vault.filesystem import sync_file, sync_folder
from prometheus_vault.sqlite_errors import translated
from prometheus_vault.staged_copies import staged_copy

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable

    from prometheus_vault.keys import SubKeys
    from prometheus_vault.record_set import RecordSet
    from prometheus_vault.store import Vault

    Progress = Callable[[int, int], None]

_PAGES_AT_ONCE: Final = 1024
_COMPANIONS: Final = ("", "-wal", "-shm", "-journal", ".lock", ".new")
_NO_SECOND_NAMES: Final = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
_WRITING: Final = "the backup could not be written"


class BackupFacts(NamedTuple):
    """What a backup that was made holds: the epoch, how many records, and how many bytes the file has."""

    epoch: int
    records: int
    size_bytes: int


def write_backup(
    vault: Vault, target: str | os.PathLike[str], *, replaces: bool = False, progress: Progress | None = None
) -> BackupFacts:
    """Write the present state of an open vault to a file of its own, whole or not at all.

    Args:
        vault: An open vault; others may write to it meanwhile.
        target: The file; its folder exists.
        replaces: Whether a file of that name may go for it.
        progress: Called with the number of pages copied and of all.

    Raises:
        Conflict: When the target is the vault itself or one of the files that belong to it.
        AlreadyExists: When something lies at the target that is not to be replaced, or that is no plain file.
        Tampered: When the vault, or what was written, is not what its key holder wrote.
        StorageError: When the disk is full, read-only or failing; what was at the target is untouched.
    """
    path = os.path.abspath(os.fspath(target))
    with translated(_WRITING):
        _refuse_own_files(vault.path, path)
        _refuse_target(path, replaces=replaces)
        with staged_copy(path, _WRITING) as staged:
            keys = vault._session.unlocked.keys
            with vault._session.reading() as known, translated(_WRITING):
                copy_database(vault._session.connection, staged, progress)
                expected = known
            check_copy(staged, keys, expected)
            sync_file(staged)
            size = os.stat(staged).st_size
            take_name(staged, path, replaces=replaces)
            sync_folder(os.path.dirname(path))
    return BackupFacts(expected.root.epoch, expected.root.records, size)


def copy_database(source: sqlite3.Connection, staged: str, progress: Progress | None = None) -> None:
    """Copy a database into an empty file and close it there without a log; the source is inside a transaction."""
    tell = progress or (lambda _done, _all: None)
    target = sqlite_file.connect(staged, "mode=rw")
    try:
        # Nobody else uses the new file, and without this its log would need shared memory, which some disks lack.
        target.execute("PRAGMA locking_mode=EXCLUSIVE")
        source.backup(target, pages=_PAGES_AT_ONCE, progress=lambda _, left, total: tell(total - left, total))
        if target.execute("PRAGMA journal_mode=DELETE").fetchone()[0] != b"delete":
            raise Conflict("the copy is in use by another program")
    finally:
        target.close()


def check_copy(staged: str, keys: SubKeys, expected: RecordSet) -> None:
    """Read a copy back whole.

    Raises:
        Tampered: When it is not the state that was copied.
    """
    connection = sqlite_file.open_file(staged, read_only=True)
    try:
        found = record_set.verify(connection, keys, expected.header.vault_id)
        is_sound = connection.execute("PRAGMA integrity_check").fetchall() == [(b"ok",)]
    finally:
        connection.close()
    if found.root != expected.root or not is_sound:
        raise Tampered("the copy is not the state that was copied")


def take_name(staged: str, path: str, *, replaces: bool) -> None:
    """Give a file its name.

    Raises:
        AlreadyExists: When something has that name that is not to be replaced.
    """
    if replaces:
        os.rename(staged, path)
        return
    try:
        os.link(staged, path)
    except FileExistsError:
        raise _taken() from None
    except OSError as error:
        if error.errno not in _NO_SECOND_NAMES:
            raise
        if os.path.lexists(path):
            raise _taken() from None
        os.rename(staged, path)
    else:
        os.unlink(staged)


def _refuse_own_files(vault_path: str, path: str) -> None:
    real = os.path.join(os.path.realpath(os.path.dirname(path)), os.path.basename(path))
    for ending in _COMPANIONS:
        own = vault_path + ending
        if real == own or _is_same(own, path):
            raise Conflict(
                "the backup would take the place of the vault itself", remedy="choose another file, on another disk"
            )


def _refuse_target(path: str, *, replaces: bool) -> None:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISREG(found.st_mode):
        kind = "a symbolic link" if stat.S_ISLNK(found.st_mode) else "no plain file"
        raise AlreadyExists(f"the target is {kind}", remedy="name a new file")
    if not replaces:
        raise _taken()


def _taken() -> AlreadyExists:
    return AlreadyExists("a file of that name is there already", remedy="choose another name")


def _is_same(one: str, other: str) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:
        return False
