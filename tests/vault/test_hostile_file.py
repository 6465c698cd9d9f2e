"""The database as an attacker may leave it: other tables, types, logs, cut short or random."""

# ruff: noqa: S608 - the statements are the attack, and nobody else writes them

from __future__ import annotations

import shutil
import sqlite3
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import Place, body_of, filled, run_sql

from prometheus_vault import inspect
from prometheus_vault.errors import NotAVault, Rollback, Tampered, TooNew, VaultError, WrongPassphrase

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def other_vault(place: Place) -> Place:
    return filled(Place(place.folder / "other"))


@pytest.mark.usefixtures("no_kdf")
class TestShape:
    """Refused before any key derivation."""

    @pytest.mark.parametrize(
        "statement",
        [
            "CREATE TABLE extra(x)",
            "CREATE VIEW extra AS SELECT 1",
            "CREATE INDEX extra ON jrnl(ct)",
            "CREATE TRIGGER extra AFTER INSERT ON rec BEGIN SELECT 1; END",
            "DROP TABLE jrnl",
            "ANALYZE",
            "ALTER TABLE rec ADD COLUMN more BLOB",
            "ALTER TABLE jrnl RENAME TO journal",
            "INSERT INTO meta VALUES ('more', x'00')",
            "DELETE FROM meta WHERE k = 'hdr'",
            "UPDATE meta SET k = 'header' WHERE k = 'hdr'",
        ],
    )
    def test_an_extra_or_missing_piece_is_refused(self, full: Place, statement: str) -> None:
        run_sql(full.file, statement)
        with pytest.raises(Tampered):
            full.open_by_passphrase()
        with pytest.raises(Tampered):
            inspect(full.file)

    @pytest.mark.parametrize("version", [2, 99, 2**31 - 1])
    def test_a_later_format_is_too_new(self, full: Place, version: int) -> None:
        run_sql(full.file, f"PRAGMA user_version = {version}")
        with pytest.raises(TooNew) as caught:
            full.open_by_passphrase()
        assert caught.value.exit_code == 14

    @pytest.mark.parametrize("version", [0, -1])
    def test_a_format_that_never_was_is_refused(self, full: Place, version: int) -> None:
        run_sql(full.file, f"PRAGMA user_version = {version}")
        with pytest.raises(Tampered):
            full.open_by_passphrase()

    def test_another_application_id_is_no_vault(self, full: Place) -> None:
        run_sql(full.file, "PRAGMA application_id = 1", "PRAGMA user_version = 7")
        with pytest.raises(NotAVault) as caught:
            full.open_by_passphrase()
        assert caught.value.exit_code == 2

    @pytest.mark.parametrize("content", [b"", b"some notes", bytes(8192), b"SQLite format 3"])
    def test_other_files_are_no_vault(self, place: Place, content: bytes) -> None:
        place.folder.joinpath("notes").write_bytes(content)
        with pytest.raises(NotAVault):
            inspect(place.folder / "notes")

    def test_a_folder_or_a_pipe_is_no_vault(self, place: Place) -> None:
        import os

        os.mkfifo(place.folder / "pipe")
        for path in (place.folder, place.folder / "pipe"):
            with pytest.raises(NotAVault):
                inspect(path)


def _as_text(table: str, column: str) -> Callable[[Path], None]:
    """Give a value the type TEXT, which a STRICT table refuses, by way of a table that is not strict."""

    def change(path: Path) -> None:
        connection = sqlite3.connect(path)
        schema = "SELECT sql FROM sqlite_schema WHERE name = ?"
        strict = connection.execute(schema, (table,)).fetchone()[0]
        connection.execute("PRAGMA writable_schema = ON")
        rewrite = "UPDATE sqlite_schema SET sql = ? WHERE name = ?"
        connection.execute(rewrite, (strict.replace(" STRICT,", "").replace(" STRICT", ""), table))
        connection.commit()
        connection.close()
        where = "" if table != "meta" else " WHERE k = 'root'"
        run_sql(path, f"UPDATE {table} SET {column} = CAST({column} AS TEXT){where}")
        connection = sqlite3.connect(path)
        connection.execute("PRAGMA writable_schema = ON")
        connection.execute(rewrite, (strict, table))
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()

    return change


@pytest.mark.parametrize(("table", "column"), [("rec", "ct"), ("rec", "id"), ("meta", "v")])
def test_text_where_bytes_belong_is_refused(full: Place, table: str, column: str) -> None:
    _as_text(table, column)(full.file)
    with pytest.raises(Tampered):
        full.open()


def test_text_in_the_journal_is_a_broken_journal(full: Place) -> None:
    _as_text("jrnl", "ct")(full.file)
    with full.open() as vault:
        assert not vault.verify().journal_is_whole


def test_a_log_of_another_time_gives_the_rows_it_holds(full: Place) -> None:
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "claim-0", b"older")
        old_log = full.folder / "old-wal"
        shutil.copy(f"{full.file}-wal", old_log)
        with vault.transaction() as change:
            change.delete(3, "claim-3")
    shutil.copy(old_log, f"{full.file}-wal")
    with pytest.raises((Tampered, Rollback)):
        full.open()


def test_the_log_of_another_vault_gives_that_vault_to_its_own_secret_only(full: Place) -> None:
    other = other_vault(full)
    with other.open() as vault:
        with vault.transaction() as change:
            change.put(3, "claim-0", b"foreign")
        foreign_id = vault.vault_id
        shutil.copy(f"{other.file}-wal", f"{full.file}-wal")
    with full.open_by_passphrase() as vault:
        assert vault.vault_id == foreign_id
        assert vault.get(3, "claim-0") == b"foreign"
        assert len(vault.warnings) == 1
    with pytest.raises(WrongPassphrase):
        full.open_by_passphrase(b"another passphrase")


def test_a_file_cut_short_anywhere_is_refused(full: Place) -> None:
    whole = full.file.read_bytes()
    for length in range(0, len(whole), 512):
        full.file.write_bytes(whole[:length])
        with pytest.raises(VaultError) as caught:
            full.open()
        assert caught.value.exit_code in {2, 7}, length


def test_random_bytes_anywhere_never_give_wrong_data(full: Place) -> None:
    import random

    chance = random.Random(20)
    whole = full.file.read_bytes()
    expected = {f"claim-{number}": f"body {number}".encode() for number in range(5)}
    refused = 0
    for _ in range(300):
        changed = bytearray(whole)
        start = chance.randrange(len(whole))
        changed[start : start + chance.choice((1, 16, 512))] = chance.randbytes(chance.choice((1, 16, 512)))
        full.file.write_bytes(changed[: len(whole)])
        for leftover in ("-wal", "-shm"):
            full.file.with_name(full.file.name + leftover).unlink(missing_ok=True)
        try:
            with full.open(read_only=True) as vault:
                assert dict(vault.scan(3)) == expected
                assert body_of(vault, 1, "seed") == b"a secret seed"
        except VaultError as error:
            assert error.exit_code in {2, 6, 7, 14}, repr(error)  # noqa: PT017 - either outcome is right
            refused += 1
    assert 0 < refused < 300


def test_deep_verification_runs_the_check_of_the_database(full: Place) -> None:
    """Free pages belong to no table, so only SQLite's own check sees what is wrong with their list."""
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "large", bytes(50_000))
        with vault.transaction() as change:
            change.delete(3, "large")
    image = bytearray(full.file.read_bytes())
    assert int.from_bytes(image[36:40], "big") > 3
    image[36:40] = (1).to_bytes(4, "big")
    full.file.write_bytes(image)
    with full.open() as vault:
        vault.verify()
        with pytest.raises(Tampered, match="rules of its database"):
            vault.verify(deep=True)
