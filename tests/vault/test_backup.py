"""Backups: one closed file of one state, made while others write, and never in the place of anything by accident."""

from __future__ import annotations

import errno
import os
import threading
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.small_disk import small_disk
from prometheus_simulators.sudden_death import deaths
from prometheus_simulators.vault_lab import PASSPHRASE, Place, filled, flipped, rows, start_child

from prometheus_vault import Vault, backup, staged_copies
from prometheus_vault.backup import write_backup
from prometheus_vault.errors import AlreadyExists, Conflict, StorageError, Tampered, VaultError, WrongPassphrase

if TYPE_CHECKING:
    from pathlib import Path


def backed_up(place: Place, name: str = "backup.vault") -> Path:
    target = place.folder / name
    with place.open() as vault:
        write_backup(vault, target)
    return target


def open_backup(place: Place, path: Path, passphrase: bytes = PASSPHRASE) -> Vault:
    return Vault.open(path, place.folder / "elsewhere", passphrase=passphrase, read_only=True)


def test_a_backup_holds_every_record_in_one_closed_private_file(full: Place) -> None:
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "in the log", b"x")
        facts = write_backup(vault, full.folder / "backup.vault")
        assert (facts.epoch, facts.records) == (vault.epoch, 7)
    path = full.folder / "backup.vault"
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.stat().st_size == facts.size_bytes
    assert path.read_bytes()[18:20] == b"\1\1", "the file does not ask for a log"
    assert [each.name for each in full.folder.iterdir() if "backup" in each.name] == ["backup.vault"]
    with open_backup(full, path) as vault:
        assert vault.get(3, "in the log") == b"x"
        assert vault.verify(deep=True).records == 7
    assert not (full.folder / "elsewhere").exists()


def test_a_backup_is_one_state_while_another_process_writes(full: Place) -> None:
    child = start_child(WRITER, str(full.folder))
    assert child.stdin is not None
    assert child.stdout is not None
    assert child.stdout.readline() == "writing\n"
    with full.open() as vault:
        for number in range(10):
            write_backup(vault, full.folder / f"backup-{number}.vault")
    child.stdin.close()
    child.wait()
    for number in range(10):
        with open_backup(full, full.folder / f"backup-{number}.vault") as vault:
            vault.verify(deep=True)
            assert vault.get(3, "left") == vault.get(3, "right")


WRITER = """
import select, sys
from pathlib import Path
from prometheus_simulators import vault_lab
with vault_lab.Place(Path(sys.argv[1])).open() as vault:
    number = 0
    while not (number and select.select([sys.stdin], [], [], 0)[0]):
        with vault.transaction() as change:
            for name in ("left", "right"):
                change.put(3, name, str(number).encode() * 3000)
        number += 1
        if number == 1:
            print("writing", flush=True)
"""


def test_without_the_read_transaction_a_copy_in_steps_would_begin_again_with_each_commit(
    full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(backup, "_PAGES_AT_ONCE", 1)
    with full.open() as vault, full.open() as other:
        steps: list[int] = []

        def write_meanwhile(done: int, _all: int) -> None:
            steps.append(done)
            if len(steps) < 4:
                with other.transaction() as change:
                    change.put(3, "meanwhile", str(done).encode() * 9000)

        write_backup(vault, full.folder / "steady.vault", progress=write_meanwhile)
        assert len(steps) == len(set(steps)) > 3
        restless: list[int] = []

        def write_again(_: int, left: int, total: int) -> None:
            restless.append(total - left)
            if len(restless) < 4:
                with other.transaction() as change:
                    change.put(3, "meanwhile", str(left).encode() * 9000)

        import sqlite3

        target = sqlite3.connect(full.folder / "restless.vault")
        vault._session.connection.backup(target, pages=1, progress=write_again)
        target.close()
        assert len(restless) > len(set(restless))


def test_progress_is_told_to_the_end(full: Place) -> None:
    told: list[tuple[int, int]] = []
    with full.open() as vault:
        write_backup(vault, full.folder / "b.vault", progress=lambda done, of: told.append((done, of)))
    assert told[-1][0] == told[-1][1] > 0


def test_a_backup_of_a_closed_vault_opens_with_the_passphrase_of_that_day(full: Place) -> None:
    from prometheus_vault import LIGHT

    path = backed_up(full)
    with full.open_by_passphrase() as vault:
        vault.change_passphrase(b"another one entirely", LIGHT)
    open_backup(full, path).close()
    with pytest.raises(WrongPassphrase):
        open_backup(full, path, b"another one entirely")


def test_nothing_is_overwritten_unasked(full: Place) -> None:
    path = full.folder / "backup.vault"
    path.write_bytes(b"precious")
    with full.open() as vault:
        with pytest.raises(AlreadyExists):
            write_backup(vault, path)
        assert path.read_bytes() == b"precious"
        write_backup(vault, path, replaces=True)
    open_backup(full, path).close()


@pytest.mark.parametrize("replaces", [True, False])
@pytest.mark.parametrize("ending", ["", "-wal", "-shm", "-journal", ".lock", ".new"])
def test_the_vault_itself_and_what_belongs_to_it_are_no_target(full: Place, ending: str, *, replaces: bool) -> None:
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "x", b"x")
        for target in (f"{full.file}{ending}", f"{full.file.parent}/../vaults/{full.file.name}{ending}"):
            with pytest.raises(Conflict, match="the vault itself"):
                write_backup(vault, target, replaces=replaces)
    full.open().close()


def test_another_name_of_the_vault_is_no_target(full: Place) -> None:
    os.link(full.file, full.folder / "hard")
    (full.folder / "soft").symlink_to(full.file)
    (full.folder / "folder").symlink_to(full.file.parent)
    with full.open() as vault:
        for name in ("hard", "soft", "folder/personal.vault"):
            with pytest.raises(Conflict):
                write_backup(vault, full.folder / name, replaces=True)
    full.open().close()


def test_a_link_a_folder_and_a_pipe_are_no_target_and_stay_as_they_are(full: Place) -> None:
    other = full.folder / "other"
    other.write_bytes(b"precious")
    (full.folder / "link").symlink_to(other)
    (full.folder / "dangling").symlink_to(full.folder / "nothing")
    (full.folder / "folder").mkdir()
    os.mkfifo(full.folder / "pipe")
    with full.open() as vault:
        for name in ("link", "dangling", "folder", "pipe"):
            with pytest.raises(AlreadyExists, match=r"symbolic link|no plain file"):
                write_backup(vault, full.folder / name, replaces=True)
    assert other.read_bytes() == b"precious"
    assert not (full.folder / "nothing").exists()


def test_a_target_in_a_folder_that_is_not_there_is_told(full: Place) -> None:
    with full.open() as vault, pytest.raises(StorageError):
        write_backup(vault, full.folder / "none" / "backup.vault")


def test_of_two_backups_to_one_name_at_once_one_is_made_and_the_other_told(
    full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    both = threading.Barrier(2)
    take, outcomes = backup.take_name, []

    def take_together(*given: str, replaces: bool) -> None:
        both.wait(10)
        take(*given, replaces=replaces)

    monkeypatch.setattr(backup, "take_name", take_together)

    def make() -> None:
        with full.open() as vault:
            try:
                write_backup(vault, full.folder / "backup.vault")
                outcomes.append("made")
            except AlreadyExists:
                outcomes.append("told")

    threads = [threading.Thread(target=make) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["made", "told"]
    open_backup(full, full.folder / "backup.vault").close()
    assert len(list(full.folder.glob("backup.vault*"))) == 1


def test_where_files_have_one_name_only_a_backup_is_made_all_the_same(
    full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    open_backup(full, backed_up(full)).close()
    with full.open() as vault, pytest.raises(AlreadyExists):
        write_backup(vault, full.folder / "backup.vault")


@pytest.mark.parametrize("kibibytes", [8, 16, 24])
def test_on_a_full_disk_nothing_is_left_and_the_earlier_backup_stays(full: Place, kibibytes: int) -> None:
    with small_disk(full.folder / "disk", kibibytes) as disk, full.open() as vault:
        earlier = disk.folder / "backup.vault"
        earlier.write_bytes(b"earlier")
        with pytest.raises(StorageError) as caught:
            write_backup(vault, earlier, replaces=True)
        assert caught.value.reason == "disk full"
        assert [path.name for path in disk.folder.iterdir()] == ["backup.vault"]
        assert earlier.read_bytes() == b"earlier"


def test_on_a_read_only_disk_it_says_so(full: Place) -> None:
    with small_disk(full.folder / "disk", 512) as disk, full.open() as vault:
        disk.make_read_only()
        with pytest.raises(StorageError) as caught:
            write_backup(vault, disk.folder / "backup.vault")
        assert caught.value.reason == "read-only"
        disk.make_writable()


def test_a_copy_that_came_out_wrong_is_not_kept(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    copy = backup.copy_database

    def spoil(*given: object) -> None:
        copy(*given)  # type: ignore[arg-type]  # passed on as it came
        staged = str(given[1])
        row = rows(full.file, "SELECT ct FROM rec LIMIT 1")[0][0]
        assert isinstance(row, bytes)
        with open(staged, "r+b") as file:
            content = file.read()
            file.seek(content.index(row))
            file.write(flipped(row, 300))

    monkeypatch.setattr(backup, "copy_database", spoil)
    with pytest.raises(Tampered):
        backed_up(full)
    assert not list(full.folder.glob("backup*"))


def test_after_death_at_any_call_there_is_a_whole_backup_or_none(full: Place) -> None:
    path = full.folder / "backup.vault"

    def clean() -> None:
        for left in full.folder.glob("backup*"):
            left.unlink()

    made = []
    for _ in deaths(lambda: backed_up(full), clean):
        made.append(path.exists())
        if path.exists():
            open_backup(full, path).close()
        full.open().close()
    assert made == sorted(made)
    assert not made[0]
    assert made[-1]


def test_a_damaged_backup_never_opens_as_something_else(full: Place) -> None:
    filled(Place(full.folder / "other"), 2)
    path = backed_up(full)
    whole = path.read_bytes()
    for length in (0, 100, 4096, len(whole) // 2, len(whole) - 4096):
        path.write_bytes(whole[:length])
        with pytest.raises(VaultError) as caught:
            open_backup(full, path)
        assert caught.value.exit_code in {2, 7}
    for row in rows(full.file, "SELECT ct FROM rec"):
        assert isinstance(row[0], bytes)
        at = whole.index(row[0])
        path.write_bytes(whole[:at] + flipped(row[0], 500) + whole[at + len(row[0]) :])
        with pytest.raises(Tampered):
            open_backup(full, path)
    path.write_bytes(whole)
    open_backup(full, path).close()


def killed_while_copying(full: Place, target: Path) -> None:
    """Begin a backup in a process that ends before its last step, as by a kill."""
    child = os.fork()
    if not child:
        try:
            with full.open() as vault:
                write_backup(vault, target, progress=lambda done, of: os._exit(9) if done == of else None)
        finally:
            os._exit(70)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def test_what_a_killed_backup_left_goes_with_the_next_one_in_that_folder(full: Place) -> None:
    stick = full.folder / "stick"
    stick.mkdir()
    killed_while_copying(full, stick / "personal-2026-11-22.vault")
    left = sorted(path.name for path in stick.iterdir())
    assert [name for name in left if name.endswith(".new")]
    assert all((stick / name).stat().st_mode & 0o077 == 0 for name in left)
    (stick / "others.0123456789abcdef.new").write_bytes(b"not ours")
    with full.open() as vault:
        write_backup(vault, stick / "personal-2026-11-23.vault")
    assert sorted(path.name for path in stick.iterdir()) == [
        "others.0123456789abcdef.new",
        "personal-2026-11-23.vault",
    ]


def test_what_a_living_backup_writes_stays(full: Place) -> None:
    target = full.folder / "slow.vault"
    meanwhile: list[int] = []
    with full.open() as vault, full.open() as other:

        def back_up_another(_done: int, _all: int) -> None:
            if not meanwhile:
                meanwhile.append(write_backup(other, full.folder / "quick.vault").epoch)

        write_backup(vault, target, progress=back_up_another)
    assert meanwhile
    open_backup(full, target).close()
    assert not list(full.folder.glob("*.new*"))


def test_on_a_disk_without_locks_a_backup_is_made_and_nothing_is_swept(
    full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    killed_while_copying(full, full.folder / "old.vault")
    left = sorted(full.folder.glob("*.new*"))

    class NoLocks:
        LOCK_EX, LOCK_NB = 2, 4

        @staticmethod
        def flock(_mark: int, _how: int) -> None:
            raise OSError(errno.ENOLCK, "no locks here")

    monkeypatch.setattr(staged_copies, "fcntl", NoLocks)
    open_backup(full, backed_up(full)).close()
    assert sorted(full.folder.glob("*.new*")) == left
