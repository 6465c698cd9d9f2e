"""What is left of a damaged vault is told row by row, and a rebuilt one has exactly that."""

# ruff: noqa: S608 - the statements are the attack, and nobody else writes them

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prometheus_simulators.vault_lab import (
    PASSPHRASE,
    SECRET,
    Place,
    filled,
    flipped,
    header_of,
    put_header,
    rows,
    run_sql,
)

from prometheus_vault import unlocking
from prometheus_vault.errors import AlreadyExists, Damaged, NotAVault, Tampered, TooNew, VaultError, WrongPassphrase
from prometheus_vault.rebuild import rebuilding
from prometheus_vault.salvage import Wreck, look_through, read_header

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_vault.header import Header
    from prometheus_vault.unlocking import Unlocked

FIRST = "(SELECT min(id) FROM rec)"
LAST = "(SELECT max(id) FROM rec)"
BODIES = {**{(3, f"claim-{number}"): f"body {number}".encode() for number in range(5)}, (1, "seed"): b"a secret seed"}


def by_words(header: Header) -> Unlocked:
    return unlocking.with_recovery(header, SECRET)


def look(place: Place) -> Wreck:
    return look_through(place.file, by_words)


def bodies(wreck: Wreck) -> dict[tuple[int, str], bytes]:
    found = {}
    for group, name, body in wreck.records():
        found[group, name] = body if isinstance(body, bytes) else bytes(body.view)
    return found


def rebuilt(place: Place, folder: Path) -> None:
    folder.mkdir()
    keep = f"{place.file}.damaged"
    with look(place) as wreck, rebuilding(wreck, str(place.anchors), str(folder), keep) as change:
        change.put(10, "1", b"noted")


def test_a_whole_vault_is_no_wreck(full: Place) -> None:
    before = full.file.read_bytes()
    with look(full) as wreck:
        assert (wreck.found.expected, wreck.found.opened, wreck.found.missing) == (6, 6, 0)
        assert wreck.found.faults == ()
        assert bodies(wreck) == BODIES
    assert full.file.read_bytes() == before


DAMAGE = {
    "deleted": (["DELETE FROM rec WHERE id = " + FIRST], 5, "1 of 6 records are missing"),
    "added": (["INSERT INTO rec VALUES (zeroblob(16), 1, zeroblob(104))"], 6, "1 row: a record is not authentic"),
    "copied": (
        ["INSERT INTO rec SELECT zeroblob(16), ver, ct FROM rec WHERE id = " + FIRST],
        6,
        "1 row: a record is not authentic",
    ),
    "renamed": (["UPDATE rec SET id = zeroblob(16) WHERE id = " + FIRST], 5, "1 row: a record is not authentic"),
    "newer": (["UPDATE rec SET ver = ver + 1 WHERE id = " + FIRST], 5, "1 row: a record is not authentic"),
    "version zero": (["UPDATE rec SET ver = 0 WHERE id = " + FIRST], 5, "1 row: a record has no version"),
    "short id": (["UPDATE rec SET id = substr(id, 1, 15) WHERE id = " + FIRST], 5, "a record is not stored as bytes"),
    "emptied": (["UPDATE rec SET ct = zeroblob(0) WHERE id = " + FIRST], 5, "1 row: a record is not authentic"),
    "all emptied": (["UPDATE rec SET ct = zeroblob(99)"], 0, "6 rows: a record is not authentic"),
    "values swapped": (
        [
            "CREATE TEMP TABLE kept AS SELECT * FROM rec",
            "UPDATE rec SET ct = (SELECT ct FROM kept WHERE id = (SELECT max(id) FROM kept)) WHERE id = " + FIRST,
            "UPDATE rec SET ct = (SELECT ct FROM kept WHERE id = (SELECT min(id) FROM kept)) WHERE id = " + LAST,
        ],
        4,
        "2 rows: a record is not authentic",
    ),
    "no root": (["DELETE FROM meta WHERE k = 'root'"], 6, "the root is gone: nothing counts the records any more"),
    "other root": (["UPDATE meta SET v = zeroblob(152) WHERE k = 'root'"], 6, "the root is not authentic"),
    "short root": (["UPDATE meta SET v = substr(v, 2) WHERE k = 'root'"], 6, "the root is not authentic"),
    "more meta": (["INSERT INTO meta VALUES ('more', x'00')"], 6, "holds something that is not of a vault"),
    "a table more": (["CREATE TABLE more(x)"], 6, "1 tables or other things that are not of a vault"),
    "a trigger": (
        ["CREATE TRIGGER t AFTER INSERT ON rec BEGIN SELECT 1; END"],
        6,
        "1 tables or other things that are not of a vault",
    ),
    "no journal": (["DROP TABLE jrnl"], 6, "the journal is gone"),
}


@pytest.mark.parametrize("kind", DAMAGE)
def test_every_damage_is_told_and_the_other_rows_open(kind: str, full: Place) -> None:
    statements, opened, told = DAMAGE[kind]
    run_sql(full.file, *statements)
    with pytest.raises(VaultError):
        full.open()
    with look(full) as wreck:
        assert wreck.found.opened == opened
        assert told in "\n".join(wreck.found.faults)
        assert bodies(wreck).items() <= BODIES.items()


@pytest.mark.parametrize("kind", DAMAGE)
def test_a_rebuilt_vault_opens_with_what_was_left(kind: str, full: Place, tmp_path: Path) -> None:
    statements, opened, _ = DAMAGE[kind]
    run_sql(full.file, *statements)
    damaged = rows(full.file, "SELECT id, ver, ct FROM rec"), rows(full.file, "SELECT * FROM meta")
    rebuilt(full, tmp_path / "aside")
    with full.open() as vault:
        assert vault.verify(deep=True).records == opened + 1
        assert vault.get(10, "1") == b"noted"
        found = {(3, name): body for name, body in vault.scan(3)} | {
            (1, name): bytes(body.view) for name, body in vault.secrets()
        }
        assert len(found) == opened
        assert found.items() <= BODIES.items()
        assert vault.warnings == ()
    with full.open_by_passphrase(PASSPHRASE) as vault, vault.transaction() as change:
        change.put(3, "later", b"written as ever")
    kept = full.file.with_name(full.file.name + ".damaged")
    assert (rows(kept, "SELECT id, ver, ct FROM rec"), rows(kept, "SELECT * FROM meta")) == damaged


def test_a_record_put_back_to_an_older_state_opens_and_only_the_set_tells(full: Place, tmp_path: Path) -> None:
    old = rows(full.file, "SELECT id, ver, ct FROM rec")
    with full.open() as vault, vault.transaction() as change:
        change.put(3, "claim-1", b"revoked, later")
    changed = next(row for row in old if row not in rows(full.file, "SELECT id, ver, ct FROM rec"))
    run_sql(full.file, "UPDATE rec SET ver = ?, ct = ? WHERE id = ?", parameters=(*changed[1:], changed[0]))
    with look(full) as wreck:
        assert wreck.found.faults == ("every record opens, but one or more are not in the state that was written last",)
        assert (wreck.found.opened, wreck.found.missing) == (6, 0)
        assert bodies(wreck)[3, "claim-1"] == b"body 1"
    rebuilt(full, tmp_path / "aside")
    with full.open() as vault:
        assert vault.get(3, "claim-1") == b"body 1"


@pytest.mark.parametrize(
    ("statement", "told"),
    [
        (f"DELETE FROM rec WHERE id = {FIRST}", "older than it was: state 2, and this machine has seen 4"),
        ("DELETE FROM meta WHERE k = 'root'", "older than it was: state 2, and this machine has seen 4"),
        ("DELETE FROM meta WHERE k = 'root'; DELETE FROM jrnl", "says how old it is; this machine has seen state 4"),
    ],
    ids=["row", "root", "root and journal"],
)
def test_an_older_file_that_is_damaged_too_is_told_as_both(full: Place, statement: str, told: str) -> None:
    full.copy("older")
    with full.open() as vault:
        before = vault.epoch
        for name in ("later", "later still"):
            with vault.transaction() as change:
                change.put(3, name, b"written since")
    (full.folder / "older").replace(full.file)
    for each in statement.split("; "):
        run_sql(full.file, each)
    told = told.replace("state 2", f"state {before}").replace("seen 4", f"seen {before + 2}")
    told = told.replace("state 4", f"state {before + 2}")
    with look_through(full.file, by_words, anchor_dir=str(full.anchors)) as wreck:
        assert told in wreck.found.faults[-1]
    with look(full) as wreck:
        assert not any("this machine" in fault for fault in wreck.found.faults)


def test_a_damaged_file_that_is_the_newest_is_not_told_to_be_old(full: Place) -> None:
    run_sql(full.file, f"DELETE FROM rec WHERE id = {FIRST}")
    with look_through(full.file, by_words, anchor_dir=str(full.anchors)) as wreck:
        assert wreck.found.faults == look(full).found.faults


def test_a_deleted_record_that_came_back_is_told(full: Place) -> None:
    with full.open() as vault, vault.transaction() as change:
        change.delete(3, "claim-1")
    before = filled_row(full)
    run_sql(full.file, "INSERT INTO rec VALUES (?, ?, ?)", parameters=before)
    with look(full) as wreck:
        assert "1 row: a record is not authentic" in wreck.found.faults


def filled_row(place: Place) -> tuple[object, ...]:
    row_id, version, sealed = rows(place.file, "SELECT id, ver, ct FROM rec LIMIT 1")[0]
    assert isinstance(row_id, bytes)
    return flipped(row_id, 0), version, sealed


def test_rows_that_look_ups_miss_are_told_and_a_rebuilt_vault_finds_them(full: Place, tmp_path: Path) -> None:
    image = bytearray(full.file.read_bytes())
    page = next(
        at
        for at in range(0, len(image), 4096)
        if image[at] == 10 and int.from_bytes(image[at + 3 : at + 5], "big") == 6
    )
    pointers = page + 8
    image[pointers : pointers + 4] = image[pointers + 2 : pointers + 4] + image[pointers : pointers + 2]
    full.file.write_bytes(image)
    with pytest.raises(Tampered):
        full.open()
    with look(full) as wreck:
        assert wreck.found.faults == ("the rows are not stored in order, so that look-ups miss some",)
        assert bodies(wreck) == BODIES
    rebuilt(full, tmp_path / "aside")
    with full.open() as vault:
        assert all(vault.get(3, f"claim-{number}") == f"body {number}".encode() for number in range(5))


def test_an_older_header_is_told(full: Place) -> None:
    old = header_of(full.file)
    with full.open_by_passphrase() as vault:
        from prometheus_vault import LIGHT

        vault.change_passphrase(b"the new one", LIGHT)
    put_header(full.file, old)
    with look(full) as wreck:
        assert wreck.found.faults == (
            "the header is of another time than the records: a passphrase that was given up may open it",
        )
        assert wreck.found.missing == 0


def test_records_around_a_broken_page_are_found(place: Place, tmp_path: Path) -> None:
    filled(place, 400)
    image = bytearray(place.file.read_bytes())
    leaves = [at for at in range(4096, len(image), 4096) if image[at] == 10]
    assert len(leaves) > 8
    broken = leaves[len(leaves) // 2]
    image[broken : broken + 4096] = b"\xff" * 4096
    place.file.write_bytes(image)
    with pytest.raises(VaultError):
        place.open()
    with look(place) as wreck:
        assert "the file breaks the rules of its database format" in wreck.found.faults[0]
        assert wreck.found.missing is not None
        assert 0 < wreck.found.missing < 60
    rebuilt(place, tmp_path / "aside")
    with place.open() as vault:
        assert vault.verify(deep=True).records > 341


def test_without_a_whole_header_or_the_right_secret_there_is_no_way_in(full: Place) -> None:
    with pytest.raises(WrongPassphrase):
        look_through(full.file, lambda header: unlocking.with_recovery(header, bytes(32)))
    put_header(full.file, flipped(header_of(full.file), 900))
    with pytest.raises(Damaged):
        look(full)
    run_sql(full.file, "DELETE FROM meta WHERE k = 'hdr'")
    with pytest.raises(Damaged):
        look(full)


@pytest.mark.parametrize(
    ("statement", "error"),
    [
        ("PRAGMA user_version = 2", TooNew),
        ("PRAGMA application_id = 7", NotAVault),
        ("DROP TABLE rec", Tampered),
        ("DROP TABLE meta", Tampered),
        ("ALTER TABLE rec RENAME TO other", Tampered),
    ],
)
def test_what_is_no_vault_or_has_no_records_is_refused(statement: str, error: type[VaultError], full: Place) -> None:
    run_sql(full.file, statement)
    with pytest.raises(error):
        look(full)


def test_a_view_in_the_place_of_the_records_is_not_read(full: Place) -> None:
    run_sql(full.file, "ALTER TABLE rec RENAME TO other", "CREATE VIEW rec AS SELECT id, ver, ct FROM other")
    with pytest.raises(Tampered):
        look(full)


def test_the_damaged_file_is_never_written_over(full: Place, tmp_path: Path) -> None:
    run_sql(full.file, "DELETE FROM rec WHERE id = " + FIRST)
    damaged = full.file.read_bytes()
    kept = full.file.with_name(full.file.name + ".damaged")
    kept.write_bytes(b"an earlier one")
    with pytest.raises(AlreadyExists):
        rebuilt(full, tmp_path / "aside")
    assert (full.file.read_bytes(), kept.read_bytes()) == (damaged, b"an earlier one")


def test_a_rebuilt_vault_is_newer_than_what_this_machine_saw(full: Place, tmp_path: Path) -> None:
    with full.open() as vault:
        before = vault.epoch
    older = full.copy("older")
    run_sql(full.file, "DELETE FROM meta WHERE k = 'root'")
    rebuilt(full, tmp_path / "aside")
    with full.open() as vault:
        assert vault.epoch > before
    full.file.write_bytes(older.read_bytes())
    with pytest.raises(VaultError) as refused:
        full.open()
    assert refused.value.exit_code == 8


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=150)
@given(st.integers(0, 2**32), st.binary(min_size=1, max_size=64))
def test_whatever_bytes_are_written_over_only_true_records_come_out(full: Place, at: int, noise: bytes) -> None:
    whole = full.file.read_bytes()
    image = bytearray(whole)
    start = at % len(image)
    image[start : start + len(noise)] = noise[: len(image) - start]
    full.file.write_bytes(image)
    try:
        with look(full) as wreck:
            assert bodies(wreck).items() <= BODIES.items()
    except VaultError:
        pass
    finally:
        full.file.write_bytes(whole)
        for ending in ("-wal", "-shm", "-journal"):
            full.file.with_name(full.file.name + ending).unlink(missing_ok=True)


def test_a_header_is_read_however_broken_the_rest_is(full: Place) -> None:
    with full.open() as vault:
        vault_id = vault.vault_id
    run_sql(full.file, "DELETE FROM meta WHERE k = 'root'", "UPDATE rec SET ct = x'00'", "DROP TABLE jrnl")
    assert read_header(full.file).vault_id == vault_id
    put_header(full.file, flipped(header_of(full.file), 900))
    with pytest.raises(Damaged):
        read_header(full.file)
