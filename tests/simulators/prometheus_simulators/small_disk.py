"""A disk of a few kilobytes: a temporary file system of its own, which only the system's owner can make."""

from __future__ import annotations

import subprocess
from contextlib import contextmanager
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class SmallDisk:
    """A mounted disk; its size and whether it can be written change while it is in use."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def resize(self, kibibytes: int) -> None:
        self._remount(f"size={kibibytes}k")

    def make_read_only(self) -> None:
        self._remount("ro")

    def make_writable(self) -> None:
        self._remount("rw")

    def _remount(self, option: str) -> None:
        subprocess.run(["mount", "-o", f"remount,{option}", str(self.folder)], check=True)


@contextmanager
def small_disk(folder: Path, kibibytes: int) -> Iterator[SmallDisk]:
    """Mount a disk on a folder that is made for it; skip the test where that cannot be done."""
    folder.mkdir(parents=True)
    mount = ["mount", "-t", "tmpfs", "-o", f"size={kibibytes}k", "tmpfs", str(folder)]
    try:
        can_mount = subprocess.run(mount, capture_output=True, check=False).returncode == 0
    except OSError:
        can_mount = False
    if not can_mount:
        pytest.skip("needs mount: a small disk can only be made by the system's owner")
    try:
        yield SmallDisk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)
