"""Writes down, in order, all that a program of this process does to the disk below one folder.

Both ways to the disk are watched: SQLite's own (`sqlite_library`) and the functions of `os`. The program is not changed
and does its work for real; at the end, what was written down is played once more without losses and must give what is
really there, so that a way past the recorder is noticed. The shared memory of the log (`-shm`) is no file to SQLite: it
is made anew after a crash, and left out.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

import pytest

from prometheus_simulators.lossy_disk import FOLDER, ROOT, Image, LossyDisk, Operation, image_of
from prometheus_simulators.sqlite_library import replacing_system_calls, watching_files

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

SHARED_MEMORY = "-shm"
_OF_TWO_NAMES = frozenset({"rename", "replace", "link"})


class Recording:
    """The operations so far; `start` is what was there before the first."""

    def __init__(self, root: Path) -> None:
        self.root = os.path.realpath(root)
        self.start = image_of(root)
        self.operations: list[Operation] = []
        self._disk = LossyDisk(self.start)
        self._inodes = 0
        self._of_sqlite: dict[int, int] = {}
        self._of_descriptors: dict[int, int] = {}

    def assert_complete(self) -> None:
        """Compare what was written down with what is really there."""
        expected, found = self._disk.after_power_cut(None), image_of_durable(self.root)
        assert expected.folders == found.folders
        assert expected.files.keys() == found.files.keys()
        assert [name for name in found.files if expected.files[name] != found.files[name]] == []

    # What SQLite does.

    def opening(self, file: int, path: str) -> None:
        name = self._name(path)
        if name is not None:
            self._of_sqlite[file] = self._made(name)

    def writing(self, file: int, offset: int, data: bytes) -> None:
        if file in self._of_sqlite:
            self._do("write", self._of_sqlite[file], number=offset, data=data)

    def cutting(self, file: int, size: int) -> None:
        if file in self._of_sqlite:
            self._do("cut", self._of_sqlite[file], number=size)

    def syncing(self, file: int) -> bool:
        if file in self._of_sqlite:
            self._do("sync", self._of_sqlite[file])
        return True

    def closing(self, file: int) -> None:
        self._of_sqlite.pop(file, None)

    def unlinking(self, path: bytes) -> None:
        self.removed(os.fsdecode(path))

    def opening_folder_of(self, path: bytes) -> None:
        # SQLite opens a folder for no other reason than to sync it, at once.
        name = self._name(os.fsdecode(path))
        if name is not None:
            self._do("sync folder", name=os.path.dirname(name))

    # What Python does; each is told after it was done.

    def opened(self, descriptor: int, path: str, *, is_cut: bool) -> None:
        name = self._name(path)
        self.closed(descriptor)  # it may have been closed by a way that is not watched
        if name is None:
            return
        if os.path.isdir(path):
            self._of_descriptors[descriptor] = FOLDER
            return
        self._of_descriptors[descriptor] = self._made(name)
        if is_cut:
            self._do("cut", self._of_descriptors[descriptor])

    def holds(self, descriptor: int) -> bool:
        return descriptor in self._of_descriptors

    def closed(self, descriptor: int) -> None:
        self._of_descriptors.pop(descriptor, None)

    def wrote(self, descriptor: int, offset: int, data: bytes) -> None:
        if descriptor in self._of_descriptors:
            self._do("write", self._of_descriptors[descriptor], number=offset, data=data)

    def cut(self, descriptor: int, size: int) -> None:
        if descriptor in self._of_descriptors:
            self._do("cut", self._of_descriptors[descriptor], number=size)

    def synced(self, descriptor: int, path: str) -> None:
        inode = self._of_descriptors.get(descriptor)
        if inode == FOLDER:
            self._do("sync folder", name=self._name(path) or ROOT)
        elif inode is not None:
            self._do("sync", inode)

    def made_folder(self, path: str) -> None:
        name = self._name(path)
        if name is not None:
            self._do("mkdir", FOLDER, name=name)

    def removed(self, path: str) -> None:
        name = self._name(path)
        if name is not None:
            self._do("unlink", name=name)

    def renamed(self, source: str, target: str) -> None:
        name, new = self._name(source), self._name(target)
        if name is None and new is None:
            return
        assert name is not None, f"{source} came in from outside"
        assert new is not None, f"{source} went outside"
        inode = self._disk.inode_of(name)
        assert inode is not None, name
        self._do("rename", inode, name=name, target=new)

    def linked(self, source: str, target: str) -> None:
        name, new = self._name(source), self._name(target)
        if name is not None and new is not None:
            self._do("link", self._disk.inode_of(name) or 0, name=new)

    def _do(
        self, kind: str, inode: int = 0, *, name: str = ROOT, number: int = 0, data: bytes = b"", target: str = ""
    ) -> None:
        operation = Operation(kind, inode, name, number, data, target)
        self.operations.append(operation)
        self._disk.do(operation)

    def _made(self, name: str) -> int:
        """Return the file of a name, which is new unless it was there."""
        inode = self._disk.inode_of(name)
        if inode is None:
            self._inodes += 1
            inode = self._inodes
            self._do("create", inode, name=name)
        return inode

    def _name(self, path: str) -> str | None:
        full = os.path.abspath(path)
        if full == self.root:
            return ROOT
        return (
            full[len(self.root) + 1 :]
            if full.startswith(self.root + "/") and not full.endswith(SHARED_MEMORY)
            else None
        )


def image_of_durable(root: str) -> Image:
    """Read what is below a folder, but for shared memory."""
    from pathlib import Path

    found = image_of(Path(root))
    kept = {name: content for name, content in found.files.items() if not name.endswith(SHARED_MEMORY)}
    return Image(kept, found.folders)


@contextmanager
def recording(root: Path) -> Iterator[Recording]:
    """Record what happens below a folder inside the block; every connection must be closed at its end."""
    notes = Recording(root)
    calls = {"unlink": _telling(notes.unlinking), "openDirectory": _telling(notes.opening_folder_of)}
    with pytest.MonkeyPatch.context() as patch:
        _watch_descriptors(patch, notes)
        _watch_names(patch, notes)
        with watching_files(notes), replacing_system_calls(calls):
            yield notes
    notes.assert_complete()


def _telling(tell: Callable[[bytes], None]) -> Callable[[Any], Callable[..., int]]:
    def make(real: Any) -> Callable[..., int]:
        def call(path: bytes, *rest: object) -> int:
            result: int = real(path, *rest)
            if result >= 0:
                tell(path)
            return result

        return call

    return make


def _watch_descriptors(patch: pytest.MonkeyPatch, notes: Recording) -> None:
    """Put a function that tells in front of each of `os` that changes an open file."""
    os_open, os_close, os_write, os_pwrite = os.open, os.close, os.write, os.pwrite
    os_fsync, os_ftruncate = os.fsync, os.ftruncate
    paths: dict[int, str] = {}

    def watched_open(path: str, flags: int, mode: int = 0o777, **options: Any) -> int:
        descriptor = os_open(path, flags, mode, **options)
        paths[descriptor] = os.fspath(path)
        if not options:
            notes.opened(descriptor, os.fspath(path), is_cut=bool(flags & os.O_TRUNC))
        return descriptor

    def watched_close(descriptor: int) -> None:
        notes.closed(descriptor)
        os_close(descriptor)

    def watched_write(descriptor: int, data: Any) -> int:
        offset = os.lseek(descriptor, 0, os.SEEK_CUR) if notes.holds(descriptor) else 0
        count = os_write(descriptor, data)
        notes.wrote(descriptor, offset, bytes(data)[:count])
        return count

    def watched_pwrite(descriptor: int, data: Any, offset: int) -> int:
        count = os_pwrite(descriptor, data, offset)
        notes.wrote(descriptor, offset, bytes(data)[:count])
        return count

    def watched_sync(descriptor: int) -> None:
        os_fsync(descriptor)
        notes.synced(descriptor, paths.get(descriptor, ""))

    def watched_ftruncate(descriptor: int, size: int) -> None:
        os_ftruncate(descriptor, size)
        notes.cut(descriptor, size)

    replaced: dict[str, Callable[..., Any]] = {
        "open": watched_open, "close": watched_close, "write": watched_write, "pwrite": watched_pwrite,
        "fsync": watched_sync, "fdatasync": watched_sync, "ftruncate": watched_ftruncate,
    }  # fmt: skip
    for name, function in replaced.items():
        patch.setattr(os, name, function, raising=name != "fdatasync")


def _watch_names(patch: pytest.MonkeyPatch, notes: Recording) -> None:
    """Put a function that tells behind each of `os` that changes a name."""
    tell_of: dict[str, Callable[..., None]] = {
        "mkdir": notes.made_folder, "unlink": notes.removed, "remove": notes.removed,
        "rename": notes.renamed, "replace": notes.renamed, "link": notes.linked,
    }  # fmt: skip
    for name, tell in tell_of.items():
        patch.setattr(os, name, _told_of_paths(getattr(os, name), tell, 2 if name in _OF_TWO_NAMES else 1))


def _told_of_paths(real: Callable[..., None], tell: Callable[..., None], count: int) -> Callable[..., None]:
    def call(*given: Any, **options: Any) -> None:
        real(*given, **options)
        tell(*map(os.fspath, given[:count]))

    return call
