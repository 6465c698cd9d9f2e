"""The SQLite library that Python itself uses, with its door to the disk opened a crack.

The module `sqlite3` stays as it is, and so does every program on it: what changes is what the library calls when it
wants to write. Two doors, both part of SQLite's public interface:

* `watching_files` puts a file system in front of the real one, which tells a `Watcher` of every file before it is
  written, cut and synced, and lets it refuse the sync;
* `replacing_system_calls` puts a function in the place of one that SQLite takes from the C library.

Needs no compiler and no other package; where the interpreter hides its SQLite, the test is skipped.
"""

from __future__ import annotations

import ctypes
import sqlite3
from contextlib import ExitStack, contextmanager
from ctypes import CFUNCTYPE, POINTER, Structure, c_char_p, c_int, c_int64, c_void_p
from typing import TYPE_CHECKING, Any, Protocol

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

OPEN = CFUNCTYPE(c_int, c_void_p, c_void_p, c_void_p, c_int, c_void_p)
CLOSE = CFUNCTYPE(c_int, c_void_p)
WRITE = CFUNCTYPE(c_int, c_void_p, c_void_p, c_int, c_int64)
TRUNCATE = CFUNCTYPE(c_int, c_void_p, c_int64)
SYNC = CFUNCTYPE(c_int, c_void_p, c_int)
SET_CALL = CFUNCTYPE(c_int, c_void_p, c_char_p, c_void_p)
GET_CALL = CFUNCTYPE(c_void_p, c_void_p, c_char_p)

SYSTEM_CALLS: dict[str, Any] = {
    "open": CFUNCTYPE(c_int, c_char_p, c_int, c_int, use_errno=True),
    "pread": CFUNCTYPE(ctypes.c_ssize_t, c_int, c_void_p, ctypes.c_size_t, c_int64, use_errno=True),
    "pwrite": CFUNCTYPE(ctypes.c_ssize_t, c_int, c_void_p, ctypes.c_size_t, c_int64, use_errno=True),
    "ftruncate": CFUNCTYPE(c_int, c_int, c_int64, use_errno=True),
    "unlink": CFUNCTYPE(c_int, c_char_p, use_errno=True),
    "openDirectory": CFUNCTYPE(c_int, c_char_p, POINTER(c_int), use_errno=True),
}
_WIDE = {"pread": "pread64", "pwrite": "pwrite64"}


class FileSystem(Structure):
    """`sqlite3_vfs` of SQLite's interface, version 3."""

    _fields_ = (
        ("iVersion", c_int),
        ("szOsFile", c_int),
        ("mxPathname", c_int),
        ("pNext", c_void_p),
        ("zName", c_char_p),
        ("pAppData", c_void_p),
        ("xOpen", OPEN),
        *((name, c_void_p) for name in ("xDelete", "xAccess", "xFullPathname", "xDlOpen", "xDlError", "xDlSym")),
        *((name, c_void_p) for name in ("xDlClose", "xRandomness", "xSleep", "xCurrentTime", "xGetLastError")),
        ("xCurrentTimeInt64", c_void_p),
        ("xSetSystemCall", SET_CALL),
        ("xGetSystemCall", GET_CALL),
        ("xNextSystemCall", c_void_p),
    )


class FileMethods(Structure):
    """`sqlite3_io_methods` of SQLite's interface, version 3."""

    _fields_ = (
        ("iVersion", c_int),
        ("xClose", CLOSE),
        ("xRead", c_void_p),
        ("xWrite", WRITE),
        ("xTruncate", TRUNCATE),
        ("xSync", SYNC),
        *((name, c_void_p) for name in ("xFileSize", "xLock", "xUnlock", "xCheckReservedLock", "xFileControl")),
        *((name, c_void_p) for name in ("xSectorSize", "xDeviceCharacteristics", "xShmMap", "xShmLock")),
        *((name, c_void_p) for name in ("xShmBarrier", "xShmUnmap", "xFetch", "xUnfetch")),
    )


class Watcher(Protocol):
    """Is told of what SQLite is about to do; `file` names an open file until it is closed."""

    def opening(self, file: int, path: str) -> None: ...

    def writing(self, file: int, offset: int, data: bytes) -> None: ...

    def cutting(self, file: int, size: int) -> None: ...

    def syncing(self, file: int) -> bool:
        """Say whether the sync may be done; else it fails as on a broken disk."""

    def closing(self, file: int) -> None: ...


def library() -> ctypes.CDLL:
    """Return the library behind `sqlite3`, or skip the test."""
    try:
        import _sqlite3

        found = ctypes.CDLL(_sqlite3.__file__)
        found.sqlite3_vfs_find.restype = POINTER(FileSystem)
        found.sqlite3_libversion.restype = c_char_p
        version: bytes = found.sqlite3_libversion()
    except (ImportError, AttributeError, OSError):  # pragma: no cover - an interpreter that holds its own SQLite
        pytest.skip("needs libsqlite3: this interpreter keeps its SQLite to itself")
    if version.decode() != sqlite3.sqlite_version:  # pragma: no cover - two libraries in one process
        pytest.skip("needs libsqlite3: another one was found than the interpreter uses")
    return found


class _Front:
    """The file system in front: it has the functions of the real one, but for those that a watcher hears of."""

    def __init__(self, real: Any, watcher: Watcher) -> None:
        self.errors: list[BaseException] = []
        self._watcher = watcher
        self._real = real.contents
        self._methods: dict[int, FileMethods] = {}
        self.system = FileSystem.from_buffer_copy(self._real)
        self.system.zName = b"watched"
        self.system.xOpen = OPEN(self._open)

    def _told(self, tell: Callable[..., object], *what: object) -> bool:
        try:
            return tell(*what) is not False
        except BaseException as error:  # noqa: BLE001 - an exception cannot pass through C; it is raised at the end
            self.errors.append(error)
            return True

    def _open(self, system: int, name: int | None, file: int, flags: int, out: int) -> int:
        if name:
            self._told(self._watcher.opening, file, ctypes.string_at(name).decode())
        result: int = self._real.xOpen(system, name, file, flags, out)
        place = POINTER(c_void_p).from_buffer(c_void_p(file))
        if result == sqlite3.SQLITE_OK and name and place[0]:
            place[0] = ctypes.addressof(self._watched(place[0]))
        return result

    def _watched(self, address: int) -> FileMethods:
        if address not in self._methods:
            real = FileMethods.from_address(address)
            copy = FileMethods.from_buffer_copy(real)
            self._methods[address] = self._methods[ctypes.addressof(copy)] = copy
            copy.xClose = CLOSE(lambda file: (self._told(self._watcher.closing, file), real.xClose(file))[1])
            copy.xWrite = WRITE(lambda *given: self._write(real, *given))
            copy.xTruncate = TRUNCATE(
                lambda file, size: (self._told(self._watcher.cutting, file, size), real.xTruncate(file, size))[1]
            )
            copy.xSync = SYNC(lambda file, flags: self._sync(real, file, flags))
        return self._methods[address]

    def _write(self, real: FileMethods, file: int, data: int, length: int, offset: int) -> int:
        self._told(self._watcher.writing, file, offset, ctypes.string_at(data, length))
        result: int = real.xWrite(file, data, length, offset)
        return result

    def _sync(self, real: FileMethods, file: int, flags: int) -> int:
        if not self._told(self._watcher.syncing, file):
            return sqlite3.SQLITE_IOERR_FSYNC
        result: int = real.xSync(file, flags)
        return result


@contextmanager
def watching_files(watcher: Watcher) -> Iterator[None]:
    """Tell of every file that SQLite opens by name inside the block; all must be closed at its end."""
    sqlite = library()
    real = sqlite.sqlite3_vfs_find(None)
    front = _Front(real, watcher)
    sqlite.sqlite3_vfs_register(ctypes.byref(front.system), 1)
    try:
        yield
    finally:
        sqlite.sqlite3_vfs_unregister(ctypes.byref(front.system))
        sqlite.sqlite3_vfs_register(real, 1)
    if front.errors:
        raise front.errors[0]


@contextmanager
def replacing_system_calls(makers: Mapping[str, Callable[[Any], Callable[..., int]]]) -> Iterator[None]:
    """Put functions in the place of system calls of SQLite; each maker is given the real one.

    A function of ours says what went wrong by `ctypes.set_errno`, and returns -1.
    """
    system = library().sqlite3_vfs_find(None).contents
    with ExitStack() as undo:
        for name, make in makers.items():
            for known in sorted({name, _WIDE.get(name, name)}):
                key = known.encode()
                address = system.xGetSystemCall(None, key)
                if address:
                    ours = SYSTEM_CALLS[name](make(SYSTEM_CALLS[name](address)))
                    system.xSetSystemCall(None, key, ctypes.cast(ours, c_void_p))
                    undo.callback(_put_back, system, key, address, ours)
        yield


def _put_back(system: FileSystem, key: bytes, address: int, _kept_alive: object) -> None:
    system.xSetSystemCall(None, key, address)
