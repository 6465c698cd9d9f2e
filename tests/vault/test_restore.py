"""Putting a backup in place: it is the newest state then, what was there is kept, and shows as rolled back."""

from __future__ import annotations

import os
import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.small_disk import small_disk
from prometheus_simulators.sudden_death import deaths
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place, run_sql

from prometheus_vault import LIGHT, Vault, anchor, restore
from prometheus_vault.backup import write_backup
from prometheus_vault.errors import AlreadyExists, Busy, Conflict, Rollback, StorageError, Tampered
from prometheus_vault.rekey import renewing_keys
from prometheus_vault.restore import Target, restoring

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def write(place: Place, name: str, body: bytes = b"x") -> None:
    with place.open() as vault, vault.transaction() as change:
        change.put(3, name, body)


def backed_up(place: Place) -> Path:
    target = place.folder / "backup.vault"
    with place.open() as vault:
        write_backup(vault, target)
    return target


def kept(place: Place) -> Path:
    return place.file.with_name("personal.vault.before-restore")


def put_in_place(place: Place, backup: Path, *, keeps: bool = True, beyond: int = 0) -> None:
    target = Target(str(place.file), str(place.anchors), str(kept(place)) if keeps else "", beyond)
    with (
        Vault.open(backup, place.anchors, passphrase=PASSPHRASE, read_only=True) as source,
        restoring(source, target, wait_seconds=0.2) as change,
    ):
        change.put(10, "log", b"restored")


@pytest.fixture
def older(full: Place) -> Path:
    """A backup, after which two more commits were made."""
    path = backed_up(full)
    write(full, "later")
    write(full, "latest")
    return path


def test_the_backup_is_the_newest_state_and_the_present_file_is_kept(full: Place, older: Path) -> None:
    put_in_place(full, older)
    with full.open() as vault:
        assert vault.warnings == ()
        assert vault.epoch == 5
        assert vault.get(3, "later") is None
        assert vault.get(3, "claim-1") == b"body 1"
        assert vault.get(10, "log") == b"restored"
        report = vault.verify(deep=True)
        assert (report.journal_entries, report.journal_is_whole, report.records) == (1, True, 7)
    write(full, "goes on")
    with Vault.open(kept(full), full.folder / "elsewhere", passphrase=PASSPHRASE, read_only=True) as vault:
        assert vault.get(3, "latest") == b"x"
    with Vault.open(older, full.folder / "elsewhere", passphrase=PASSPHRASE, read_only=True) as vault:
        assert vault.get(10, "log") is None
    assert sorted(path.name for path in full.file.parent.iterdir()) == [
        "personal.vault",
        "personal.vault.before-restore",
        "personal.vault.lock",
    ]


def test_the_newer_file_put_back_is_a_rollback(full: Place, older: Path) -> None:
    newer = full.copy("newer")
    put_in_place(full, older)
    shutil.copy(newer, full.file)
    with pytest.raises(Rollback) as caught:
        full.open()
    assert caught.value.exit_code == 8


@pytest.mark.parametrize("beyond", [0, 4])
def test_without_an_anchor_the_newer_file_put_back_is_a_rollback_all_the_same(
    full: Place, older: Path, beyond: int
) -> None:
    newer = full.copy("newer")
    full.anchor_file().unlink()
    put_in_place(full, older, beyond=beyond)
    shutil.copy(newer, full.file)
    with pytest.raises(Rollback, match="state 4" if beyond else "another branch"):
        full.open()


def test_a_newer_file_of_the_old_keys_is_a_rollback_also_without_its_journal(full: Place, older: Path) -> None:
    newer = full.copy("newer")
    with full.open_by_passphrase() as vault:
        slots = [slot.slot_id for slot in vault.slots()]
        with renewing_keys(vault, passphrase=b"another one", recovery_secret=None, kdf=LIGHT, dropping=slots):
            pass
    put_in_place(full, older)
    shutil.copy(newer, full.file)
    run_sql(full.file, "DELETE FROM jrnl")
    with pytest.raises(Rollback, match="older than it was"):
        full.open()


def test_an_anchor_that_claims_any_number_leaves_enough_of_them(full: Place, older: Path) -> None:
    full.anchor_file().write_bytes(b"\xff" * 7 + b"\x7f" + bytes(64))
    put_in_place(full, older)
    with full.open() as vault:
        assert vault.epoch < 1 << 49


def test_on_a_machine_without_a_vault_it_becomes_one(full: Place, older: Path) -> None:
    there = Place(full.folder / "new machine")
    put_in_place(there, older, keeps=False)
    with there.open() as vault:
        assert vault.warnings == ()
        assert vault.get(10, "log") == b"restored"
        assert vault.epoch == 3
    assert there.file.stat().st_mode & 0o777 == 0o600
    assert there.file.parent.stat().st_mode & 0o777 == 0o700


def test_what_lies_there_is_replaced_only_when_it_was_to_be(full: Place, older: Path) -> None:
    with pytest.raises(AlreadyExists):
        put_in_place(full, older, keeps=False)
    kept(full).write_bytes(b"precious")
    with pytest.raises(AlreadyExists):
        put_in_place(full, older)
    assert kept(full).read_bytes() == b"precious"
    kept(full).unlink()
    full.file.unlink()
    with pytest.raises(Conflict, match="removed meanwhile"):
        put_in_place(full, older)


def test_a_stale_log_brings_no_old_rows_back(full: Place, older: Path) -> None:
    with full.open() as keeper:
        with keeper.transaction() as change:
            change.put(3, "claim-1", b"of the log")
        stale = full.file.with_name("personal.vault-wal").read_bytes()
    full.file.with_name("personal.vault-wal").write_bytes(stale)
    put_in_place(full, older)
    assert not full.file.with_name("personal.vault-wal").exists()
    with full.open() as vault:
        assert vault.get(3, "claim-1") == b"body 1"
        vault.verify(deep=True)


def test_left_beside_the_file_a_stale_log_would_bring_them_back(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    older = backed_up(full)
    with full.open() as keeper:
        with keeper.transaction() as change:
            change.put(3, "claim-1", b"of the log")
        stale = full.file.with_name("personal.vault-wal").read_bytes()
    shutil.copy(older, full.file)
    with open(full.file, "r+b") as file:  # a backup that was not taken out of the mode it was copied with
        file.seek(18)
        file.write(b"\2\2")
    full.file.with_name("personal.vault-wal").write_bytes(stale)
    with full.open() as vault:
        assert vault.get(3, "claim-1") == b"of the log"


def test_a_log_planted_meanwhile_stops_it_and_everything_is_as_it_was(
    full: Place, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    announce = restore._announced

    def plant(*given: object) -> bytes:
        full.file.with_name("personal.vault-wal").write_bytes(b"planted")
        return announce(*given)  # type: ignore[arg-type]  # passed on as it came

    monkeypatch.setattr(restore, "_announced", plant)
    with pytest.raises(AlreadyExists, match="log of another vault"):
        put_in_place(full, older)
    full.file.with_name("personal.vault-wal").unlink()
    assert not kept(full).exists()
    with full.open() as vault:
        assert (vault.get(3, "latest"), vault.warnings) == (b"x", ())


def test_a_vault_that_is_open_elsewhere_is_left_alone(full: Place, older: Path) -> None:
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "more", b"x")
        with pytest.raises(Busy, match="open in another program"):
            put_in_place(full, older)
        assert vault.get(3, "more") == b"x"
    assert not kept(full).exists()


@pytest.mark.parametrize("damage", ["empty", "cut", "noise", "not a database", "header"])
def test_a_present_file_that_is_broken_is_kept_with_its_log(full: Place, older: Path, damage: str) -> None:
    content = full.file.read_bytes()
    broken = {
        "empty": b"",
        "cut": content[:5000],
        "noise": os.urandom(len(content)),
        "not a database": b"text " * 2000,
        "header": content[:100] + bytes(4000) + content[4100:],
    }[damage]
    full.file.write_bytes(broken)
    log = full.file.with_name("personal.vault-wal")
    log.write_bytes(b"its log")
    put_in_place(full, older)
    with full.open() as vault:
        assert vault.get(10, "log") == b"restored"
        assert vault.warnings == ()
    if kept(full).with_name(f"{kept(full).name}-wal").exists():
        assert kept(full).read_bytes() == broken
    assert len(kept(full).read_bytes()) == len(broken)


def test_where_files_have_one_name_only_the_present_one_is_kept_as_a_copy(
    full: Place, older: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError(1, "no hard links here")

    monkeypatch.setattr(os, "link", refuse)
    put_in_place(full, older)
    with Vault.open(kept(full), full.folder / "elsewhere", passphrase=PASSPHRASE, read_only=True) as vault:
        assert vault.get(3, "latest") == b"x"
    assert kept(full).stat().st_mode & 0o777 == 0o600


def test_a_backup_from_before_new_keys_is_put_in_place_and_the_newer_file_is_a_rollback(
    full: Place, older: Path
) -> None:
    with (
        full.open_by_passphrase() as vault,
        renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT),
    ):
        pass
    newer = full.copy("newer")
    put_in_place(full, older)
    with full.open() as vault:
        assert vault.warnings == ()
        assert vault.get(10, "log") == b"restored"
    shutil.copy(newer, full.file)
    with pytest.raises(Rollback):
        full.open()


@pytest.mark.parametrize("spare", [0, 4, 8])
def test_without_room_everything_is_as_it_was(full: Place, older: Path, spare: int) -> None:
    with small_disk(full.folder / "disk", 4096) as disk:
        there = Place(disk.folder)
        for name in ("vaults", "state"):
            shutil.copytree(full.folder / name, disk.folder / name)
        used = sum(path.stat().st_size for path in disk.folder.rglob("*") if path.is_file())
        disk.resize(used // 1024 + 24 + spare)
        with pytest.raises(StorageError):
            put_in_place(there, older)
        disk.resize(4096)
        with there.open() as vault:
            assert vault.get(3, "latest") == b"x"
        assert not kept(there).exists()


def test_a_copy_that_came_out_wrong_stops_it(full: Place, older: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    other = Place(full.folder / "other")
    other.create().close()

    def wrong(_source: object, staged: str, _progress: object) -> None:
        shutil.copy(other.file, staged)

    monkeypatch.setattr(restore, "copy_database", wrong)
    with pytest.raises(Tampered):
        put_in_place(full, older)
    with full.open() as vault:
        assert vault.get(3, "latest") == b"x"


def died(full: Place, older: Path, act: Callable[[], object]) -> list[bool]:
    """Return for each death whether the backup was in place afterwards; any that does not open fails the test."""
    kept_folder = full.folder / "kept"
    for name in ("vaults", "state"):
        shutil.copytree(full.folder / name, kept_folder / name)

    def prepare() -> None:
        for name in ("vaults", "state"):
            shutil.rmtree(full.folder / name)
            shutil.copytree(kept_folder / name, full.folder / name)

    return [opened_whole(full) for _ in deaths(act, prepare)]


def opened_whole(full: Place) -> bool:
    with full.open() as vault:
        assert vault.warnings == ()
        is_restored = vault.get(10, "log") is not None
        assert (vault.get(3, "latest") is None) == is_restored
        with vault.transaction() as change:
            change.put(3, "goes on", b"x")
        vault.verify(deep=True)
    assert not full.file.with_name("personal.vault.new").exists()
    assert len(full.anchor_file().read_bytes()) == 72
    return is_restored


@pytest.mark.parametrize("keys", ["same", "other"])
def test_after_death_at_any_call_either_file_opens_and_no_rollback_is_told(full: Place, older: Path, keys: str) -> None:
    if keys == "other":
        with (
            full.open_by_passphrase() as vault,
            renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT),
        ):
            pass
    outcomes = died(full, older, lambda: put_in_place(full, older))
    assert outcomes == sorted(outcomes)
    assert outcomes.count(False) > 5
    assert outcomes.count(True) > 1


def test_with_one_entry_in_the_anchor_a_death_shows_as_rollback(full: Place, older: Path) -> None:
    with (
        full.open_by_passphrase() as vault,
        renewing_keys(vault, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT),
    ):
        pass
    whole = anchor.write_entries

    def act() -> None:
        anchor.write_entries = lambda path, entries: whole(path, entries[-1:])
        put_in_place(full, older)

    with pytest.raises(Rollback):
        died(full, older, act)


def test_a_rollback_is_accepted_by_words_too_and_noted_in_the_same_commit(full: Place) -> None:
    old = full.copy("old")
    write(full, "given up")
    shutil.copy(old, full.file)
    with Vault.accept_rollback(
        full.file, full.anchors, recovery_secret=SECRET, note=lambda change: change.put(10, "log", b"accepted")
    ) as vault:
        assert vault.epoch == 4
        assert vault.get(10, "log") == b"accepted"
        assert vault.verify(deep=True).journal_is_whole
    with full.open() as vault:
        assert (vault.warnings, vault.get(10, "log")) == ((), b"accepted")


def test_a_note_that_fails_accepts_nothing(full: Place) -> None:
    old = full.copy("old")
    write(full, "given up")
    shutil.copy(old, full.file)

    def fail(_: object) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        Vault.accept_rollback(full.file, full.anchors, recovery_secret=SECRET, note=fail)
    with pytest.raises(Rollback):
        full.open()


def test_what_was_no_rollback_is_not_noted(full: Place) -> None:
    def fail(_: object) -> None:
        raise ZeroDivisionError

    Vault.accept_rollback(full.file, full.anchors, recovery_secret=SECRET, note=fail).close()
