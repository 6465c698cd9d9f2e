"""What an error of SQLite or of the system means for the person.

A file that breaks SQLite's own rules was damaged or edited: `Tampered`. A disk or memory that fails is `StorageError`
with the reason and a remedy, and never looks like damage. Somebody else's lock is `Busy`.
"""

from __future__ import annotations

import errno
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from prometheus_vault import disk_check
from prometheus_vault.errors import Busy, NotEnoughMemory, StorageError, Tampered, VaultError

if TYPE_CHECKING:
    from collections.abc import Iterator

_BROKEN: Final = frozenset(
    {
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_ERROR,
        sqlite3.SQLITE_MISMATCH,
        sqlite3.SQLITE_TOOBIG,
        sqlite3.SQLITE_CONSTRAINT,
        sqlite3.SQLITE_FORMAT,
    }
)
_WAITING: Final = frozenset({sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PROTOCOL})
_REASONS: Final = {
    sqlite3.SQLITE_IOERR: "input/output error",
    sqlite3.SQLITE_READONLY: "read-only",
    sqlite3.SQLITE_CANTOPEN: "the file or its folder cannot be opened",
    sqlite3.SQLITE_PERM: "permission denied",
    sqlite3.SQLITE_NOMEM: "out of memory",
}
_NO_ROOM: Final = frozenset({sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_SHMSIZE})
"""No room for a page, or for the shared memory of the log, which lies on the same disk."""
_FREE_SPACE: Final = "free some space and try again"
_SAVE_WHAT_IS_THERE: Final = "the disk may be failing: copy what is on it to another one, then try again"
_MAKE_WRITABLE: Final = "make the disk, the folder and the file writable, then try again"
_GIVE_ACCESS: Final = "see that the folder and the file are yours to read and to write, then try again"
_REMEDIES: Final = {
    sqlite3.SQLITE_IOERR: _SAVE_WHAT_IS_THERE,
    sqlite3.SQLITE_READONLY: _MAKE_WRITABLE,
    sqlite3.SQLITE_CANTOPEN: _GIVE_ACCESS,
    sqlite3.SQLITE_PERM: _GIVE_ACCESS,
}
_REMEDIES_OF_SYSTEM: Final = {
    errno.EIO: _SAVE_WHAT_IS_THERE,
    errno.EROFS: _MAKE_WRITABLE,
    errno.EACCES: _GIVE_ACCESS,
    errno.EPERM: _GIVE_ACCESS,
}
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ_ONLY: Final = frozenset({errno.EROFS})


@contextmanager
def translated(doing: str, path: str = "") -> Iterator[None]:
    """Turn errors of SQLite, the system and memory inside the block into ours; ours pass unchanged.

    With the path of the file, a disk that does not give it back is told from damage; also when a block inside, which
    knew of another file, took it for damage.
    """
    try:
        yield
    except VaultError as error:
        failure = _failure_of_disk(error.__cause__, doing, path)
        if failure is None:
            raise
        raise failure from error
    except sqlite3.Error as error:
        raise _failure_of_disk(error, doing, path) or _spoilt(error, path) or from_sqlite(error, doing) from error
    except UnicodeDecodeError:
        raise Tampered("the file holds text that is not valid UTF-8") from None
    except OSError as error:
        raise from_system(error, doing) from error
    except MemoryError as error:
        raise NotEnoughMemory(doing, reason="out of memory") from error


def from_sqlite(error: sqlite3.Error, doing: str) -> VaultError:
    """Return our error for one of SQLite."""
    code = getattr(error, "sqlite_errorcode", None)
    if code is None:
        # Raised by the Python module itself: a value over SQLITE_LIMIT_LENGTH, or misuse.
        is_data = isinstance(error, sqlite3.DataError)
        return Tampered(f"the file could not be read: {error}") if is_data else StorageError(doing, reason=str(error))
    primary = code & 0xFF
    if primary in _BROKEN or code == sqlite3.SQLITE_IOERR_SHORT_READ:
        return Tampered("the file breaks the rules of its database format", meaning=str(error))
    if primary in _WAITING:
        return Busy("another process keeps the file locked")
    if code in _NO_ROOM:
        return StorageError(doing, reason="disk full", remedy=_FREE_SPACE)
    if primary == sqlite3.SQLITE_NOMEM:
        return NotEnoughMemory(doing, reason=_REASONS[primary])
    reason = _REASONS.get(primary, f"database error {code}")
    return StorageError(doing, reason=reason, remedy=_REMEDIES.get(primary, ""))


def from_system(error: OSError, doing: str) -> StorageError:
    """Return our error for one of the operating system; the path is not repeated."""
    if error.errno in _FULL:
        return StorageError(doing, reason="disk full", remedy=_FREE_SPACE)
    if error.errno in _READ_ONLY:
        return StorageError(doing, reason="read-only", remedy=_MAKE_WRITABLE)
    reason = (error.strerror or "input/output error").lower()
    return StorageError(doing, reason=reason, remedy=_REMEDIES_OF_SYSTEM.get(error.errno or 0, ""))


def _failure_of_disk(error: BaseException | None, doing: str, path: str) -> StorageError | None:
    code = getattr(error, "sqlite_errorcode", None)
    if not path or code is None or code & 0xFF not in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}:
        return None
    failure = disk_check.failure_to_read(path)
    return None if failure is None else from_system(failure, doing)


def _spoilt(error: sqlite3.Error, path: str) -> Tampered | None:
    """Return what is wrong with a file that SQLite blames on the system, or None when it is the system."""
    code = getattr(error, "sqlite_errorcode", None)
    if not path or code is None:
        return None
    if code & 0xFF == sqlite3.SQLITE_CANTOPEN and disk_check.has_log_of_another_version(path):
        return Tampered("the log of the file breaks the rules of its database format")
    if code == sqlite3.SQLITE_READONLY and disk_check.claims_a_later_database_format(path):
        return Tampered("the file claims a later database format, which may only be read")
    return None
