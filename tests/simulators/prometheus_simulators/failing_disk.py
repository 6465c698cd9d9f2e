"""A disk that fails at a given operation, for SQLite and for the functions of `os` alike.

Every operation below one folder that may fail is counted: opening, writing, cutting, syncing, renaming, removing a
file, making a folder. From the number on that a `Fault` names, the operation fails as the system would have it: once,
or until the disk is whole again. What could not be read once, can never be read. Without a fault all are only counted.
What already happened stays on the disk.
"""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pytest

from prometheus_simulators.sqlite_library import replacing_system_calls, watching_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

NEEDS_ROOM: Final = frozenset({"open", "write", "sync", "mkdir"})
CHANGES: Final = NEEDS_ROOM | {"cut", "rename", "unlink"}
READS: Final = frozenset({"read"})


class Fault(NamedTuple):
    """Which operation fails, counted from 0, of which kinds, how, and whether all that follow fail too."""

    at: int
    number: int
    kinds: frozenset[str]
    lasts: bool


FULL: Final = Fault(0, errno.ENOSPC, NEEDS_ROOM, lasts=True)
BROKEN: Final = Fault(0, errno.EIO, CHANGES, lasts=True)
BROKEN_ONCE: Final = Fault(0, errno.EIO, CHANGES, lasts=False)
UNREADABLE: Final = Fault(0, errno.EIO, READS, lasts=True)
BAD_SECTOR: Final = Fault(0, errno.EIO, READS, lasts=False)
SET_READ_ONLY: Final = Fault(0, errno.EROFS, CHANGES - {"sync"}, lasts=True)


class FailingDisk:
    """Counts operations, and says which fail."""

    def __init__(self, root: Path, fault: Fault | None) -> None:
        self.count = 0
        self.failures = 0
        self._root = os.path.realpath(root)
        self._fault = fault
        self._descriptors: set[int] = set()
        self._bad: set[tuple[int, int]] = set()

    def holds(self, path: str | bytes) -> bool:
        return os.path.abspath(os.fsdecode(path)).startswith(self._root)

    def begin_to_fail(self, fault: Fault | None) -> None:
        """Fail from now on, counting from here; None: be whole again."""
        self._fault, self.count, self.failures = fault, 0, 0
        self._bad.clear()

    def fails(self, kind: str) -> bool:
        """Count an operation; say whether it fails."""
        fault = self._fault
        if fault is None:
            self.count += 1
            return False
        if kind not in fault.kinds:
            return False
        number, self.count = self.count, self.count + 1
        if number == fault.at or (fault.lasts and number > fault.at):
            self.failures += 1
            return True
        return False

    def is_bad(self, descriptor: int, length: int, offset: int) -> bool:
        """Count a read; say whether it fails, now or because it did before."""
        file = os.fstat(descriptor).st_ino
        if any(file == bad and offset <= place < offset + length for bad, place in self._bad):
            return True
        if not self.fails("read"):
            return False
        self._bad.add((file, offset))
        return True

    def check(self, kind: str, path: str | None = None) -> None:
        """Raise as the system would, if the operation fails."""
        if self.fails(kind):
            assert self._fault is not None
            named = (path,) if path else ()
            raise OSError(self._fault.number, os.strerror(self._fault.number), *named)

    # SQLite syncs through these; the rest of it goes through system calls.

    def opening(self, file: int, path: str) -> None:
        """Nothing: the system call is counted."""

    def writing(self, file: int, offset: int, data: bytes) -> None:
        """Nothing: the system call is counted."""

    def cutting(self, file: int, size: int) -> None:
        """Nothing: the system call is counted."""

    def closing(self, file: int) -> None:
        """Closing does not fail."""

    def syncing(self, file: int) -> bool:
        return not self.fails("sync")

    def calls(self) -> dict[str, Callable[[Any], Callable[..., int]]]:
        """Return what takes the place of SQLite's system calls."""
        kinds = {"open": "open", "pwrite": "write", "ftruncate": "cut", "unlink": "unlink"}
        return {"pread": self._reader, **{name: self._maker(kind) for name, kind in kinds.items()}}

    def _reader(self, real: Any) -> Callable[..., int]:
        def call(descriptor: int, place: int, length: int, offset: int) -> int:
            if self.is_bad(descriptor, length, offset):
                ctypes.set_errno(errno.EIO)
                return -1
            result: int = real(descriptor, place, length, offset)
            return result

        return call

    def _maker(self, kind: str) -> Callable[[Any], Callable[..., int]]:
        def make(real: Any) -> Callable[..., int]:
            def call(first: Any, *rest: Any) -> int:
                if (not isinstance(first, bytes) or self.holds(first)) and self.fails(kind):
                    assert self._fault is not None
                    ctypes.set_errno(self._fault.number)
                    return -1
                result: int = real(first, *rest)
                return result

            return call

        return make

    def watch_python(self, patch: pytest.MonkeyPatch) -> None:
        """Put a check in front of each function of `os` that changes a disk."""
        os_open, os_close, os_pread = os.open, os.close, os.pread

        def opened(path: Any, flags: int, *rest: Any, **options: Any) -> int:
            ours = self.holds(path)
            if ours and (flags & (os.O_CREAT | os.O_WRONLY | os.O_RDWR) or self._fault is None):
                self.check("open", os.fsdecode(path))
            descriptor = os_open(path, flags, *rest, **options)
            if ours:
                self._descriptors.add(descriptor)
            return descriptor

        def closed(descriptor: int) -> None:
            self._descriptors.discard(descriptor)
            os_close(descriptor)

        def read(descriptor: int, length: int, offset: int) -> bytes:
            if self.is_bad(descriptor, length, offset):
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return os_pread(descriptor, length, offset)

        patch.setattr(os, "pread", read)
        patch.setattr(os, "open", opened)
        patch.setattr(os, "close", closed)
        for name, kind in (("write", "write"), ("pwrite", "write"), ("ftruncate", "cut"), ("fsync", "sync")):
            patch.setattr(os, name, self._checked(getattr(os, name), kind, lambda what: what in self._descriptors))
        for name, kind in (
            ("mkdir", "mkdir"),
            ("unlink", "unlink"),
            ("rename", "rename"),
            ("replace", "rename"),
            ("link", "rename"),
        ):
            patch.setattr(os, name, self._checked(getattr(os, name), kind, self.holds))

    def _checked(self, real: Callable[..., Any], kind: str, is_ours: Callable[[Any], bool]) -> Callable[..., Any]:
        def call(first: Any, *rest: Any, **options: Any) -> Any:
            if is_ours(first):
                self.check(kind, None if isinstance(first, int) else os.fsdecode(first))
            return real(first, *rest, **options)

        return call


@contextmanager
def failing_disk(root: Path, fault: Fault | None = None) -> Iterator[FailingDisk]:
    """Let the disk below a folder fail inside the block; every connection made in it must be closed at its end."""
    disk = FailingDisk(root, fault)
    with pytest.MonkeyPatch.context() as patch:
        disk.watch_python(patch)
        with watching_files(disk), replacing_system_calls(disk.calls()):
            yield disk
