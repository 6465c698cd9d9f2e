"""A disk that loses what was not synced, as one does when the power goes.

It is told of operations one by one and can be asked at any moment what a reader would find had the power gone just
then. Whatever was synced is there. Of the rest:

* each write and each cut is kept with p = 1/2; those kept are applied in any order; a write may be torn, so that each
  of its 512-byte sectors is kept or not; what lies between is zeros or rubbish;
* each new, renamed or removed name is kept with p = 1/2, until its folder is synced: syncing a file does not save its
  name, and a folder whose own name was lost takes all below with it.

Once in eight times nothing unsynced is kept, and once in eight all of it.
"""

from __future__ import annotations

import hashlib
import os
from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from random import Random

SECTOR: Final = 512
FOLDER: Final = -1
ROOT: Final = ""


class Operation(NamedTuple):
    """One thing done to the disk. `inode` names the file, `name` a path below the root, `number` offset or size."""

    kind: str
    inode: int = 0
    name: str = ROOT
    number: int = 0
    data: bytes = b""
    target: str = ROOT


class Image(NamedTuple):
    """What a reader finds: the content of each file by its path, and the folders."""

    files: dict[str, bytes]
    folders: tuple[str, ...]

    def digest(self) -> bytes:
        """Return what tells it from other images."""
        found = hashlib.blake2b(repr(self.folders).encode())
        for name, content in sorted(self.files.items()):
            found.update(f"{name}\n{len(content)}\n".encode())
            found.update(content)
        return found.digest()

    def write_to(self, root: Path) -> None:
        for folder in self.folders:
            (root / folder).mkdir(parents=True, exist_ok=True)
        for name, content in self.files.items():
            (root / name).write_bytes(content)


EMPTY: Final = Image({}, ())


def image_of(root: Path) -> Image:
    """Read what is below a folder now."""
    paths = sorted(root.rglob("*"))
    files = {str(path.relative_to(root)): path.read_bytes() for path in paths if path.is_file()}
    return Image(files, tuple(str(path.relative_to(root)) for path in paths if path.is_dir()))


class _Fate:
    """What becomes of unsynced things at one moment; without a chance everything is kept, in order."""

    def __init__(self, chance: Random | None) -> None:
        self._chance = chance
        self._kept = 1.0 if chance is None else chance.choice((0.0, 0.5, 0.5, 0.5, 0.5, 0.5, 0.5, 1.0))

    def keeps(self) -> bool:
        return self._chance is None or self._chance.random() < self._kept

    def order(self, changes: list[Operation]) -> list[Operation]:
        kept = [change for change in changes if self.keeps()]
        if self._chance is not None:
            self._chance.shuffle(kept)
        return kept

    def pieces(self, write: Operation) -> Iterator[tuple[int, bytes]]:
        """Yield the sectors that are kept, or the whole."""
        if self._chance is None or self._chance.random() < 0.5:
            yield write.number, write.data
            return
        start, end = write.number, write.number + len(write.data)
        for sector in range(start // SECTOR, -(-end // SECTOR)):
            first, last = max(start, sector * SECTOR), min(end, (sector + 1) * SECTOR)
            if self._chance.random() < 0.5:
                yield first, write.data[first - start : last - start]

    def gap(self, length: int) -> bytes:
        if length <= 0:
            return b""
        if self._chance is None or self._chance.random() < 0.5:
            return bytes(length)
        return self._chance.randbytes(length)


class _File:
    def __init__(self, content: bytes = b"") -> None:
        self.synced = bytearray(content)
        self.unsynced: list[Operation] = []

    def sync(self) -> None:
        self.synced = self.content(_Fate(None))
        self.unsynced = []

    def content(self, fate: _Fate) -> bytearray:
        found = bytearray(self.synced)
        for change in fate.order(self.unsynced):
            if change.kind == "cut":
                del found[change.number :]
                found.extend(fate.gap(change.number - len(found)))
                continue
            for offset, piece in fate.pieces(change):
                found.extend(fate.gap(offset - len(found)))
                found[offset : offset + len(piece)] = piece
        return found


class LossyDisk:
    """The disk at one moment; `do` moves it on."""

    def __init__(self, start: Image = EMPTY) -> None:
        self._files = {-2 - number: _File(content) for number, content in enumerate(start.files.values())}
        self._names = dict(zip(start.files, self._files, strict=True)) | dict.fromkeys(start.folders, FOLDER)
        self._unsynced_names: list[Operation] = []

    def inode_of(self, name: str) -> int | None:
        """Return which file has a name now, synced or not."""
        return self._names_now(_Fate(None)).get(name)

    def do(self, operation: Operation) -> None:
        """Take note of one operation."""
        match operation.kind:
            case "write" | "cut":
                self._files[operation.inode].unsynced.append(operation)
            case "sync":
                self._files[operation.inode].sync()
            case "sync folder":
                self._sync_names(operation.name)
            case "create" | "mkdir" | "link" | "rename" | "unlink":
                if operation.kind == "create":
                    self._files[operation.inode] = _File()
                self._unsynced_names.append(operation)
            case _:
                raise AssertionError(operation.kind)

    def after_power_cut(self, chance: Random | None) -> Image:
        """Return what is there after the power went; without a chance, what a reader sees who lost nothing."""
        fate = _Fate(chance)
        names = self._names_now(fate)
        folders = {name for name, inode in names.items() if inode == FOLDER}
        reached = {name: inode for name, inode in names.items() if _above(name) <= folders}
        files = {name: bytes(self._files[inode].content(fate)) for name, inode in reached.items() if inode != FOLDER}
        return Image(files, tuple(sorted(folders & reached.keys())))

    def _names_now(self, fate: _Fate) -> dict[str, int]:
        names = dict(self._names)
        for change in self._unsynced_names:
            if fate.keeps():
                _change_names(names, change)
        return names

    def _sync_names(self, folder: str) -> None:
        kept = []
        for change in self._unsynced_names:
            if os.path.dirname(change.name) == folder:
                _change_names(self._names, change)
            else:
                kept.append(change)
        self._unsynced_names = kept


def _change_names(names: dict[str, int], change: Operation) -> None:
    if change.kind == "rename":
        assert os.path.dirname(change.name) == os.path.dirname(change.target), "renamed into another folder"
        if names.get(change.name) == change.inode:
            del names[change.name]
        names[change.target] = change.inode
    elif change.kind == "unlink":
        names.pop(change.name, None)
    else:
        names[change.name] = change.inode


def _above(name: str) -> set[str]:
    """Return the folders that a name lies in, but for the root."""
    found = set()
    while name := os.path.dirname(name):
        found.add(name)
    return found
