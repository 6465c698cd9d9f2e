"""Full disk, read-only places, failing disks, too little memory: told apart from damage, and nothing is lost."""

from __future__ import annotations

import errno
import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import (
    PASSPHRASE,
    Place,
    child_environment,
    filled,
)

from prometheus_vault import LIGHT, Vault, filesystem, inspect, lock, sqlite_errors
from prometheus_vault.errors import (
    Busy,
    NotEnoughMemory,
    StorageError,
    Tampered,
    VaultError,
)

if TYPE_CHECKING:
    from collections.abc import Iterator


SMALL = 512 * 1024


LARGE = 64 * 1024 * 1024


def mount(folder: Path, size: int, *options: str) -> bool:
    command = ["mount", "-t", "tmpfs", "-o", ",".join([f"size={size}", *options]), "tmpfs", str(folder)]
    return (
        shutil.which("mount") is not None and subprocess.run(command, capture_output=True, check=False).returncode == 0
    )


def remount(folder: Path, option: str) -> None:
    subprocess.run(["mount", "-o", f"remount,{option}", str(folder)], check=True)


@pytest.fixture
def disk(place: Place) -> Iterator[Place]:
    """A vault on a disk of its own, half a mebibyte large."""
    folder = place.folder / "disk"
    folder.mkdir()
    if not mount(folder, SMALL):
        pytest.skip("needs mount: a small disk can only be made by the system's owner")
    try:
        yield filled(Place(folder))
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def write_until_refused(place: Place, commits: int = 200) -> tuple[int, StorageError | None]:
    """Commit records of 20 kB one by one; return how many were acknowledged, and the refusal."""
    with place.open() as vault:
        for number in range(commits):
            try:
                with vault.transaction() as change:
                    change.put(3, f"filler-{number:03}", bytes(20_000))
            except StorageError as error:
                return number, error
    return commits, None


def names(place: Place, *, read_only: bool = False) -> list[str]:
    with place.open(read_only=read_only) as vault:
        return [name for name, _ in vault.scan(3)]


def test_on_a_full_disk_nothing_that_was_committed_is_lost(disk: Place) -> None:
    written, refusal = write_until_refused(disk)
    assert refusal is not None
    assert (refusal.exit_code, refusal.reason) == (16, "disk full")
    assert 3 < written < 30
    remount(disk.folder, f"size={LARGE}")
    expected = [*(f"claim-{number}" for number in range(5)), *(f"filler-{number:03}" for number in range(written))]
    assert names(disk) == expected
    with disk.open() as vault:
        assert vault.verify(deep=True).journal_is_whole
        with vault.transaction() as change:
            change.put(3, "goes on", b"x")
    assert names(disk)[-1] == "goes on"


def test_on_a_large_disk_the_same_writes_are_not_refused(disk: Place) -> None:
    remount(disk.folder, f"size={LARGE}")
    assert write_until_refused(disk) == (200, None)


def test_the_open_vault_goes_on_after_a_refused_write(disk: Place) -> None:
    with disk.open() as vault:
        with pytest.raises(StorageError), vault.transaction() as change:
            change.put(3, "too much", os.urandom(2 * SMALL))
        assert vault.get(3, "claim-1") == b"body 1"
        assert vault.epoch == 2
        remount(disk.folder, f"size={LARGE}")
        with vault.transaction() as change:
            change.put(3, "claim-1", b"after")
        assert vault.verify(deep=True).records == 6
        assert vault.epoch == 3


def test_a_vault_that_does_not_fit_is_not_half_made(disk: Place) -> None:
    other = disk.file.with_name("other.vault")
    disk.folder.joinpath("ballast").write_bytes(b"")
    with pytest.raises(OSError, match="No space"), disk.folder.joinpath("ballast").open("wb", buffering=0) as ballast:
        while True:
            ballast.write(bytes(4096))
    with pytest.raises(StorageError) as caught:
        Vault.create(other, disk.anchors, passphrase=PASSPHRASE, recovery_secret=None, kdf=LIGHT)
    assert caught.value.reason == "disk full"
    assert [path.name for path in other.parent.glob("other.vault*") if path.suffix != ".lock"] == []


def test_a_read_only_disk_gives_the_records_and_takes_none(disk: Place) -> None:
    remount(disk.folder, "ro")
    try:
        assert names(disk, read_only=True) == names(disk) == [f"claim-{number}" for number in range(5)]
        assert inspect(disk.file).records == 6
        with pytest.raises(StorageError) as caught, disk.open() as vault, vault.transaction() as change:
            change.put(3, "claim-1", b"x")
        assert caught.value.exit_code == 16
        assert caught.value.reason == "the file or its folder is read-only"
    finally:
        remount(disk.folder, "rw")
    assert names(disk) == [f"claim-{number}" for number in range(5)]


FILE_LIMIT = """
import resource, sys
from pathlib import Path
from prometheus_simulators.vault_lab import Place
from prometheus_vault.errors import StorageError
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[2]), resource.RLIM_INFINITY))
vault = Place(Path(sys.argv[1])).open()
for number in range(60):
    try:
        with vault.transaction() as change:
            change.put(3, f"filler-{number:03}", bytes(20_000))
    except StorageError as error:
        print(number, error.exit_code)
        break
else:
    print("all")
"""


@pytest.mark.parametrize(("limit", "is_refused"), [(300_000, True), (LARGE, False)])
def test_a_limit_on_the_size_of_files_loses_nothing(full: Place, limit: int, *, is_refused: bool) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FILE_LIMIT, str(full.folder), str(limit)],
        env=child_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    if not is_refused:
        assert done.stdout == "all\n"
        return
    written, code = map(int, done.stdout.split())
    assert code == 16
    assert 3 < written < 60
    assert len(names(full)) == 5 + written


READ_ONLY = """
import os, sys
from pathlib import Path
from prometheus_simulators.vault_lab import Place
import ctypes, importlib, pkgutil, unicodedata
import prometheus_vault
from prometheus_vault.errors import VaultError
for found in pkgutil.iter_modules(prometheus_vault.__path__):
    importlib.import_module(f"prometheus_vault.{found.name}")  # afterwards this person may not read the program
if os.getuid() == 0:
    os.setgroups([]); os.setgid(65534); os.setuid(65534)
place = Place(Path(sys.argv[1]))
for read_only in (True, False):
    try:
        with place.open(read_only=read_only) as vault:
            print(len(list(vault.scan(3))), end=" ", flush=True)
            with vault.transaction() as change:
                change.put(3, "claim-1", b"x")
            print("written")
    except VaultError as error:
        print(type(error).__name__, error.exit_code)
"""


@pytest.mark.parametrize(
    ("folder_mode", "file_mode", "outcome"),
    [
        (0o755, 0o644, "5 StorageError 16\n5 StorageError 16\n"),
        (0o777, 0o444, "5 StorageError 16\n5 StorageError 16\n"),
        (0o777, 0o000, "StorageError 16\nStorageError 16\n"),
        (0o777, 0o666, "5 StorageError 16\n5 written\n"),
    ],
    ids=["folder read-only", "file read-only", "file unreadable", "control"],
)
def test_missing_permissions_are_no_damage(full: Place, folder_mode: int, file_mode: int, outcome: str) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        public = Place(Path(temporary) / "vault")
        shutil.copytree(full.folder, public.folder)
        for path in (public.folder.parent, *public.folder.rglob("*"), public.folder):
            path.chmod(0o777 if path.is_dir() else 0o666)
        public.file.chmod(file_mode)
        public.file.parent.chmod(folder_mode)
        if folder_mode == 0o755 and os.getuid() != 0:
            public.file.parent.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(public.folder)],
            env=child_environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout == outcome


def test_a_log_that_cannot_be_followed_in_a_read_only_folder_is_no_damage(full: Place) -> None:
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        public = Place(Path(temporary) / "vault")
        with full.open() as vault:
            with vault.transaction() as change:
                change.put(3, "claim-1", b"in the log alone")
            shutil.copytree(full.folder, public.folder)
        public.file.with_name("personal.vault-shm").unlink()
        for path in (public.folder.parent, public.folder, *public.folder.rglob("*")):
            path.chmod(0o555 if path.is_dir() else 0o444)
        done = subprocess.run(
            [sys.executable, "-c", READ_ONLY, str(public.folder)],
            env=child_environment(), capture_output=True, text=True, check=True,
        )  # fmt: skip
        assert done.stdout == "StorageError 16\nStorageError 16\n"


def sqlite_error(code: int) -> sqlite3.Error:
    error = sqlite3.OperationalError("as SQLite says it")
    error.sqlite_errorcode = code
    return error


@pytest.mark.parametrize(
    ("code", "kind", "exit_code"),
    [
        (sqlite3.SQLITE_CORRUPT, Tampered, 7),
        (sqlite3.SQLITE_CORRUPT_INDEX, Tampered, 7),
        (sqlite3.SQLITE_NOTADB, Tampered, 7),
        (sqlite3.SQLITE_ERROR, Tampered, 7),
        (sqlite3.SQLITE_MISMATCH, Tampered, 7),
        (sqlite3.SQLITE_TOOBIG, Tampered, 7),
        (sqlite3.SQLITE_CONSTRAINT_PRIMARYKEY, Tampered, 7),
        (sqlite3.SQLITE_IOERR_SHORT_READ, Tampered, 7),
        (sqlite3.SQLITE_FULL, StorageError, 16),
        (sqlite3.SQLITE_IOERR, StorageError, 16),
        (sqlite3.SQLITE_IOERR_WRITE, StorageError, 16),
        (sqlite3.SQLITE_IOERR_FSYNC, StorageError, 16),
        (sqlite3.SQLITE_READONLY, StorageError, 16),
        (sqlite3.SQLITE_CANTOPEN, StorageError, 16),
        (sqlite3.SQLITE_PERM, StorageError, 16),
        (sqlite3.SQLITE_NOMEM, NotEnoughMemory, 16),
        (sqlite3.SQLITE_INTERRUPT, StorageError, 16),
        (sqlite3.SQLITE_BUSY, Busy, 11),
        (sqlite3.SQLITE_BUSY_SNAPSHOT, Busy, 11),
        (sqlite3.SQLITE_LOCKED, Busy, 11),
    ],
)
def test_each_error_of_sqlite_has_its_class(code: int, kind: type[VaultError], exit_code: int) -> None:
    with pytest.raises(VaultError) as caught, sqlite_errors.translated("reading"):
        raise sqlite_error(code)
    assert type(caught.value) is kind
    assert caught.value.exit_code == exit_code


@pytest.mark.parametrize(
    ("error", "kind", "reason"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), StorageError, "disk full"),
        (OSError(errno.EDQUOT, "Quota exceeded"), StorageError, "disk full"),
        (OSError(errno.EROFS, "Read-only file system"), StorageError, "read-only"),
        (OSError(errno.EIO, "Input/output error"), StorageError, "input/output error"),
        (PermissionError(errno.EACCES, "Permission denied"), StorageError, "permission denied"),
        (OSError("no number"), StorageError, "input/output error"),
        (MemoryError(), NotEnoughMemory, "out of memory"),
        (sqlite3.ProgrammingError("misuse"), StorageError, "misuse"),
    ],
)
def test_each_error_of_the_system_has_its_reason(error: Exception, kind: type[StorageError], reason: str) -> None:
    with pytest.raises(StorageError) as caught, sqlite_errors.translated("reading"):
        raise error
    assert type(caught.value) is kind
    assert caught.value.reason == reason
    assert "committed before is intact" in caught.value.meaning


@pytest.mark.parametrize("error", [sqlite3.DataError("too big"), UnicodeDecodeError("utf-8", b"\xff", 0, 1, "bad")])
def test_values_that_cannot_be_read_are_refused(error: Exception) -> None:
    with pytest.raises(Tampered), sqlite_errors.translated("reading"):
        raise error


def test_a_failing_disk_while_reading_is_no_damage(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from prometheus_vault import commit

    def fail(*_: object) -> None:
        raise sqlite_error(sqlite3.SQLITE_IOERR_READ)

    with full.open() as vault:
        monkeypatch.setattr(commit, "stored_row", fail)
        with pytest.raises(StorageError, match="could not be read") as caught:
            vault.get(3, "no such claim")  # what is there is read by a shorter way first
        assert caught.value.reason == "input/output error"


def test_a_failing_disk_while_creating_leaves_nothing(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    from prometheus_vault import replace

    def fail(path: str) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(replace, "sync_file", fail)
    with pytest.raises(StorageError) as caught:
        place.create()
    assert caught.value.reason == "input/output error"
    assert [path.name for path in place.file.parent.iterdir()] == ["personal.vault.lock"]


def test_a_durable_write_leaves_the_old_file_when_it_fails(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "small"
    filesystem.write_durably(str(path), b"old")

    def fail(descriptor: int) -> None:
        raise OSError(errno.EIO, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OSError, match="Input/output"):
        filesystem.write_durably(str(path), b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_short_writes_are_continued(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, data: write(descriptor, bytes(data)[:3]))
    filesystem.write_durably(str(tmp_path / "small"), b"0123456789")
    monkeypatch.undo()
    assert (tmp_path / "small").read_bytes() == b"0123456789"


def test_a_full_disk_does_not_keep_the_lock_from_being_taken(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(descriptor: int, data: bytes, offset: int) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "pwrite", fail)
    path = str(tmp_path / "some.vault")
    with lock.writer_lock(path), pytest.raises(Busy) as caught, lock.writer_lock(path, 0):
        pass
    assert caught.value.meaning == "another process is writing to it"
