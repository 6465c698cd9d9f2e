"""Older files and branches, told by the anchor; every row of the table in `anchor`."""

# ruff: noqa: S608 - the statements are the attack, and nobody else writes them

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import PASSPHRASE, Place, flipped, run_sql

from prometheus_vault import Vault, commit, filesystem, limits, verification
from prometheus_vault.errors import Rollback

if TYPE_CHECKING:
    from pathlib import Path

TABLES = ("rec", "jrnl", "meta")


def write(place: Place, name: str, body: bytes = b"x") -> None:
    with place.open() as vault, vault.transaction() as change:
        change.put(3, name, body)


def put_back(copy: Path, place: Place) -> None:
    shutil.copy(copy, place.file)


def test_an_older_file_is_refused(full: Place) -> None:
    old = full.copy("old")
    write(full, "later")
    put_back(old, full)
    with pytest.raises(Rollback, match="state 2, and this machine has seen 3") as caught:
        full.open()
    assert caught.value.exit_code == 8
    with pytest.raises(Rollback):
        full.open_by_passphrase()


def test_an_older_file_opens_for_reading_and_says_how_old_it_is(full: Place) -> None:
    old = full.copy("old")
    write(full, "later")
    anchor = full.anchor_file().read_bytes()
    put_back(old, full)
    with full.open(read_only=True) as vault:
        assert vault.get(3, "later") is None
        assert "state 2" in vault.warnings[0]
    assert full.anchor_file().read_bytes() == anchor


def test_an_older_file_is_refused_also_where_nothing_can_be_written(
    full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = full.copy("old")
    with full.open() as vault, vault.transaction() as change:
        change.put(3, "claim-1", b"newer")
    old.replace(full.file)
    monkeypatch.setattr(filesystem, "can_be_written", lambda _: False)
    with pytest.raises(Rollback):
        full.open()
    full.anchor_file().unlink()
    with full.open() as vault:
        assert vault.get(3, "claim-1") == b"body 1"
    assert list(full.anchors.iterdir()) == []


def test_without_an_anchor_an_older_file_gives_one_warning_and_a_new_anchor(full: Place) -> None:
    old = full.copy("old")
    write(full, "later")
    put_back(old, full)
    full.anchor_file().unlink()
    with full.open(read_only=True) as vault:
        assert len(vault.warnings) == 1
    assert not list(full.anchors.iterdir())
    with full.open() as vault:
        assert len(vault.warnings) == 1
    with full.open() as vault:
        assert vault.warnings == ()
    write(full, "other branch")


@pytest.mark.parametrize("position", [0, 8, 40, 71])
def test_a_changed_anchor_is_refused(full: Place, position: int) -> None:
    anchor = full.anchor_file()
    anchor.write_bytes(flipped(anchor.read_bytes(), position * 8))
    with pytest.raises(Rollback, match="does not fit"):
        full.open()
    with full.open(read_only=True) as vault:
        assert "does not fit" in vault.warnings[0]


@pytest.mark.parametrize("content", [b"", bytes(71), bytes(73), bytes(100_000)])
def test_an_anchor_of_another_length_is_refused(full: Place, content: bytes) -> None:
    full.anchor_file().write_bytes(content)
    with pytest.raises(Rollback):
        full.open()


def test_copies_written_on_two_machines_are_refused(full: Place) -> None:
    elsewhere = Place(full.folder / "elsewhere")
    elsewhere.file.parent.mkdir(parents=True)
    shutil.copy(full.file, elsewhere.file)
    write(full, "here")
    write(elsewhere, "there")
    shutil.copy(elsewhere.file, full.file)
    with pytest.raises(Rollback, match="another branch"):
        full.open()
    for number in range(3):
        write(elsewhere, f"there-{number}")
    shutil.copy(elsewhere.file, full.file)
    with pytest.raises(Rollback, match="another branch") as caught:
        full.open()
    assert "two machines" in caught.value.meaning


def test_a_newer_copy_of_the_same_branch_is_accepted(full: Place) -> None:
    elsewhere = Place(full.folder / "elsewhere")
    elsewhere.file.parent.mkdir(parents=True)
    shutil.copy(full.file, elsewhere.file)
    for number in range(4):
        write(elsewhere, f"there-{number}")
    shutil.copy(elsewhere.file, full.file)
    with full.open() as vault:
        assert vault.warnings == ()
        assert vault.get(3, "there-3") == b"x"
    assert full.anchor_file().read_bytes() == elsewhere.anchor_file().read_bytes()


def test_a_crash_between_commit_and_anchor_is_accepted_and_mended(full: Place) -> None:
    before = full.anchor_file().read_bytes()
    write(full, "committed")
    after = full.anchor_file().read_bytes()
    full.anchor_file().write_bytes(before)
    with full.open() as vault:
        assert vault.get(3, "committed") == b"x"
    assert full.anchor_file().read_bytes() == after != before


@pytest.mark.parametrize(
    "statement",
    ["DELETE FROM jrnl WHERE seq = 4", "UPDATE jrnl SET ct = zeroblob(104) WHERE seq = 4", "DELETE FROM jrnl"],
)
def test_a_branch_whose_journal_is_trimmed_or_broken_is_accepted(full: Place, statement: str) -> None:
    elsewhere = Place(full.folder / "elsewhere")
    elsewhere.file.parent.mkdir(parents=True)
    shutil.copy(full.file, elsewhere.file)
    write(full, "here")
    for number in range(3):
        write(elsewhere, f"there-{number}")
    shutil.copy(elsewhere.file, full.file)
    run_sql(full.file, statement)
    full.open().close()


def test_an_older_file_put_back_behind_an_open_vault_is_refused(full: Place) -> None:
    old = full.copy("old")
    write(full, "later")
    with full.open() as vault:
        copies = (f"DELETE FROM {table}; INSERT INTO {table} SELECT * FROM old.{table}" for table in TABLES)
        run_sql(full.file, f"ATTACH '{old}' AS old", *"; ".join(copies).split("; "))
        with pytest.raises(Rollback):
            vault.get(3, "claim-1")
        with pytest.raises(Rollback), vault.transaction() as change:
            change.put(3, "lost", b"x")


def test_writing_stops_when_another_copy_has_moved_the_anchor_on(full: Place) -> None:
    copy = Place(full.folder / "copy")
    copy.file.parent.mkdir(parents=True)
    shutil.copy(full.file, copy.file)
    shutil.copytree(full.anchors, copy.anchors)
    with full.open() as vault:
        write(copy, "elsewhere")
        shutil.copy(copy.anchor_file(), full.anchor_file())
        with pytest.raises(Rollback), vault.transaction() as change:
            change.put(3, "here", b"x")
        assert vault.get(3, "claim-1") == b"body 1"


def test_a_log_left_behind_when_copying_by_hand_shows_as_rollback(full: Place) -> None:
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "later", b"x")
        copy = full.copy("without its log")
    put_back(copy, full)
    with pytest.raises(Rollback) as caught:
        full.open()
    assert "-wal" in caught.value.meaning


def test_the_journal_keeps_its_newest_entries(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    assert limits.JOURNAL_KEPT == 1000
    for module in (commit, verification):
        monkeypatch.setattr(module, "JOURNAL_KEPT", 10)
    with full.open() as vault:
        for number in range(15):
            with vault.transaction() as change:
                change.put(3, "claim-1", str(number).encode())
        report = vault.verify(deep=True)
        assert (report.journal_entries, report.journal_is_whole, report.epoch) == (10, True, 17)
        run_sql(full.file, "DELETE FROM jrnl WHERE seq = (SELECT min(seq) FROM jrnl)")
        assert not vault.verify().journal_is_whole


def test_an_anchor_that_cannot_be_written_is_a_warning_and_the_commit_stands(full: Place) -> None:
    with full.open() as vault:
        shutil.rmtree(full.anchors)
        full.anchors.write_bytes(b"in the way")
        with pytest.raises(Exception, match="anchor could not be read"), vault.transaction() as change:
            change.put(3, "refused", b"x")
        full.anchors.unlink()
        with vault.transaction() as change:
            change.put(3, "kept", b"x")
            assert change.delete(3, "claim-1")  # the anchor does not wait for that
            full.anchors.write_bytes(b"in the way")
        assert any("anchor could not be written" in warning for warning in vault.warnings)
    full.anchors.unlink()
    with full.open() as vault:
        assert vault.get(3, "kept") == b"x"
        assert vault.get(3, "refused") is None


@pytest.mark.parametrize("anchor_is_valid", [True, False])
def test_a_rollback_that_was_accepted_becomes_the_newest_state(full: Place, *, anchor_is_valid: bool) -> None:
    old = full.copy("old")
    for number in range(3):
        write(full, f"given up {number}")
    newest = full.copy("newest")
    put_back(old, full)
    if not anchor_is_valid:
        full.anchor_file().write_bytes(bytes(72))
    with Vault.accept_rollback(full.file, full.anchors, passphrase=PASSPHRASE) as vault:
        assert vault.epoch == (6 if anchor_is_valid else 3)
        assert len(vault.warnings) == 1
        assert vault.get(3, "claim-1") == b"body 1"
        assert vault.get(3, "given up 0") is None
        report = vault.verify(deep=True)
        assert (report.journal_entries, report.journal_is_whole) == (1, True)
    write(full, "goes on")
    with full.open() as vault:
        assert vault.warnings == ()
    if anchor_is_valid:
        put_back(newest, full)
        with pytest.raises(Rollback):
            full.open()


def test_accepting_where_nothing_was_rolled_back_just_opens(full: Place) -> None:
    with Vault.accept_rollback(full.file, full.anchors, passphrase=PASSPHRASE) as vault:
        assert (vault.epoch, vault.warnings) == (2, ())


def test_a_reader_follows_a_journal_that_was_begun_anew(full: Place) -> None:
    old = full.copy("old")
    write(full, "given up")
    put_back(old, full)
    with full.open(read_only=True) as reader:
        Vault.accept_rollback(full.file, full.anchors, passphrase=PASSPHRASE).close()
        assert reader.get(3, "claim-1") == b"body 1"
        assert reader.epoch == 4
