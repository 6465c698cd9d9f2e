"""What a vault does when nothing is wrong, and how it refuses what its caller got wrong."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import PASSPHRASE, SECRET, Place, bodies_of, body_of, child_environment, rows

from prometheus_vault import LIGHT, Vault, inspect
from prometheus_vault.errors import (
    AlreadyExists,
    Busy,
    Closed,
    Conflict,
    StorageError,
    TooLarge,
    VaultMissing,
)

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus import ports


def test_a_vault_is_what_the_house_asks_for(full: Place) -> None:
    with full.open() as vault:
        plugged: ports.Vault = vault
        assert plugged.get(3, "claim-1") == b"body 1"
        with plugged.transaction() as change:
            change.put(3, "claim-1", b"new")
        assert plugged.vault_id == vault.vault_id


def test_a_new_vault_is_private_empty_and_known_to_this_machine(place: Place) -> None:
    with place.create() as vault:
        assert (vault.epoch, vault.warnings, list(vault.scan(3))) == (1, (), [])
        assert [slot.kind for slot in vault.slots()] == ["passphrase", "recovery"]
        assert vault.path == str(place.file)
    assert stat.S_IMODE(place.file.stat().st_mode) == 0o600
    assert stat.S_IMODE(place.file.parent.stat().st_mode) == 0o700
    assert sorted(path.name for path in place.file.parent.iterdir()) == ["personal.vault", "personal.vault.lock"]
    facts = inspect(place.file)
    assert (facts.vault_id, facts.generation, facts.records) == (vault.vault_id, 1, 0)
    assert facts.size_bytes == place.file.stat().st_size
    assert facts.slots[0].kdf == LIGHT
    assert place.open_by_passphrase().warnings == ()


def test_records_are_written_read_rewritten_and_deleted(place: Place) -> None:
    with place.create() as vault:
        with vault.transaction() as change:
            change.put(3, "b", b"2")
            change.put(3, "a", b"1")
            change.put(1, "a", b"a key")
        assert list(vault.scan(3)) == [("a", b"1"), ("b", b"2")]
        with vault.transaction() as change:
            change.put(3, "b", b"")
            assert change.delete(3, "a")
            assert not change.delete(3, "a")
            assert not change.delete(3, "never")
        assert list(vault.scan(3)) == [("b", b"")]
        assert body_of(vault, 1, "a") == b"a key"
        assert vault.get(3, "a") is None
        assert vault.epoch == 3
    with place.open() as vault:
        assert list(vault.scan(3)) == [("b", b"")]
        assert bodies_of(vault, 1) == [("a", b"a key")]


def test_the_version_of_a_row_counts_its_rewrites(place: Place) -> None:
    def versions() -> list[object]:
        return [row[0] for row in rows(place.file, "SELECT ver FROM rec")]

    with place.create() as vault:
        for step, expected in ((b"1", [1]), (b"2", [2]), (None, []), (b"3", [1])):
            with vault.transaction() as change:
                if step is None:
                    change.delete(3, "a")
                else:
                    change.put(3, "a", b"forgotten")
                    change.put(3, "a", step)
            assert versions() == expected


def test_a_transaction_sees_its_own_changes(full: Place) -> None:
    with full.open() as vault, vault.transaction() as change:
        change.put(3, "claim-1", b"new")
        change.delete(3, "claim-2")
        assert change.get(3, "claim-1") == b"new"
        assert change.get(3, "claim-2") is None
        assert change.get(3, "claim-3") == b"body 3"
        assert vault.get(3, "claim-1") == b"body 1"
        assert dict(vault.scan(3))["claim-2"] == b"body 2"


def test_an_exception_undoes_the_transaction(full: Place) -> None:
    with full.open() as vault:
        with pytest.raises(LookupError), vault.transaction() as change:
            change.put(3, "claim-1", b"lost")
            raise LookupError
        assert vault.get(3, "claim-1") == b"body 1"
        assert vault.epoch == 2
        with pytest.raises(Conflict, match="over"):
            change.put(3, "claim-1", b"late")
        with pytest.raises(Conflict):
            change.get(3, "claim-1")
        with pytest.raises(Conflict):
            change.delete(3, "claim-1")


def test_a_transaction_without_effect_is_no_commit(full: Place) -> None:
    with full.open() as vault:
        with vault.transaction() as change:
            change.delete(3, "never")
            change.put(3, "passing", b"x")
            change.delete(3, "passing")
        assert vault.epoch == 2


def test_a_transaction_inside_another_is_refused(full: Place) -> None:
    with full.open() as vault, vault.transaction() as change:
        with pytest.raises(Busy), vault.transaction():
            pass
        change.put(3, "claim-1", b"still works")
    with full.open() as vault:
        assert vault.get(3, "claim-1") == b"still works"


def test_a_scan_is_of_the_time_it_was_asked(full: Place) -> None:
    with full.open() as vault:
        found = vault.scan(3)
        with vault.transaction() as change:
            change.delete(3, "claim-0")
            change.put(3, "claim-4", b"new")
        assert dict(found)["claim-0"] == b"body 0"
        assert "claim-0" not in dict(vault.scan(3))


@pytest.mark.parametrize("name", ["", "x" * 1025, "é" * 513, "\ud800"])
def test_a_name_outside_the_limits_is_refused(full: Place, name: str) -> None:
    with full.open() as vault:
        with pytest.raises(TooLarge) as caught:
            vault.get(3, name)
        with pytest.raises(TooLarge), vault.transaction() as change:
            change.put(3, name, b"")
    assert caught.value.exit_code == 2


@pytest.mark.parametrize("name", ["x" * 1024, "é" * 512, "a\0b", "\U0001f511"])
def test_a_name_within_the_limits_is_kept(full: Place, name: str) -> None:
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(128, name, b"body")
        assert list(vault.scan(128)) == [(name, b"body")]


@pytest.mark.parametrize("collection", [-1, 256])
def test_a_collection_is_a_byte(full: Place, collection: int) -> None:
    with full.open() as vault, pytest.raises(TooLarge):
        vault.get(collection, "name")


def test_the_largest_body_fits_and_the_next_does_not(full: Place) -> None:
    body = b"z" * (16 * 1024 * 1024)
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "large", body)
        assert vault.get(3, "large") == body
        with pytest.raises(TooLarge), vault.transaction() as change:
            change.put(3, "larger", body + b"z")


def test_nothing_that_was_stored_shows_in_the_files(full: Place) -> None:
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "a-telling-name", b"a telling body")
        seen = b"".join(path.read_bytes() for path in full.folder.rglob("*") if path.is_file())
        assert b"a-telling-name" not in seen
        assert b"a telling body" not in seen
        assert b"claim-1" not in seen
        assert seen.count(bytes(vault._session.unlocked.master_key.view)) == 0
    assert PASSPHRASE not in seen


def test_a_deleted_row_leaves_no_page_behind(full: Place) -> None:
    with full.open() as vault:
        row_id, sealed = rows(full.file, "SELECT id, ct FROM rec LIMIT 1")[0]
        assert isinstance(sealed, bytes)
        assert isinstance(row_id, bytes)
        with vault.transaction() as change:
            for number in range(5):
                change.delete(3, f"claim-{number}")
            change.delete(1, "seed")
        assert full.file.with_name("personal.vault-wal").stat().st_size == 0
        assert sealed not in full.file.read_bytes()
        assert row_id not in full.file.read_bytes()
        assert vault.warnings == ()


def test_a_reader_that_keeps_old_pages_is_told_of(full: Place) -> None:
    import sqlite3

    reader = sqlite3.connect(full.file, isolation_level=None)
    with full.open() as vault:
        with vault.transaction() as change:
            change.put(3, "claim-1", b"x")
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM rec").fetchone()
        vault._session.connection.execute("PRAGMA busy_timeout = 10")
        with vault.transaction() as change:
            change.delete(3, "claim-1")
        assert any("a reader keeps old pages" in warning for warning in vault.warnings)
        reader.close()
        with vault.transaction() as change:
            change.delete(3, "claim-2")
        assert full.file.with_name("personal.vault-wal").stat().st_size == 0


def test_a_closed_vault_does_nothing_more(full: Place) -> None:
    vault = full.open()
    vault.close()
    vault.close()
    for action in (
        lambda: vault.get(3, "claim-1"),
        lambda: vault.scan(3),
        vault.verify,
        vault.slots,
        lambda: vault.transaction().__enter__(),
        lambda: vault.change_passphrase(b"new", LIGHT),
        lambda: vault.set_recovery(None),
    ):
        with pytest.raises(Closed) as caught:
            action()
        assert caught.value.exit_code == 3


def test_a_vault_is_never_made_over_something(full: Place) -> None:
    before = full.file.read_bytes()
    with pytest.raises(AlreadyExists) as caught:
        full.create()
    assert caught.value.exit_code == 11
    assert full.file.read_bytes() == before


@pytest.mark.parametrize("ending", ["-wal", "-journal"])
def test_a_vault_is_never_made_beside_the_log_of_another(place: Place, ending: str) -> None:
    place.file.parent.mkdir(parents=True)
    log = place.file.with_name(place.file.name + ending)
    log.write_bytes(b"rows of another time")
    with pytest.raises(AlreadyExists, match="log of another vault"):
        place.create()
    assert log.read_bytes() == b"rows of another time"
    log.write_bytes(b"")  # nothing in it can come back
    place.create().close()
    place.open().close()


def test_leftovers_of_a_broken_creation_are_replaced(place: Place) -> None:
    place.file.parent.mkdir(parents=True)
    for ending in (".new", ".new-journal", ".new-wal"):
        place.file.with_name(place.file.name + ending).write_bytes(b"half a vault")
    place.create().close()
    assert sorted(path.name for path in place.file.parent.iterdir()) == ["personal.vault", "personal.vault.lock"]


def test_a_missing_vault_is_not_found_and_not_made(place: Place) -> None:
    with pytest.raises(VaultMissing) as caught:
        place.open()
    assert caught.value.exit_code == 4
    with pytest.raises(VaultMissing):
        inspect(place.file)
    assert not place.folder.joinpath("vaults").exists()


def test_a_vault_opened_for_reading_writes_nothing(full: Place) -> None:
    before = {path: path.read_bytes() for path in full.folder.rglob("*") if path.is_file()}
    with full.open(read_only=True) as vault:
        assert vault.get(3, "claim-1") == b"body 1"
        with pytest.raises(StorageError, match="could not be written") as caught, vault.transaction():
            pass
        assert caught.value.exit_code == 16
        with pytest.raises(StorageError):
            vault.change_passphrase(b"new", LIGHT)
        vault.verify(deep=True)
    assert {path: path.read_bytes() for path in before} == before


def test_a_vault_is_found_through_a_link_under_its_real_name(full: Place) -> None:
    link = full.folder / "link.vault"
    link.symlink_to(full.file)
    with Vault.open_with_recovery(link, full.anchors, recovery_secret=SECRET) as vault:
        assert vault.path == os.path.realpath(full.file)
        with vault.transaction() as change:
            change.put(3, "claim-1", b"x")
    assert not list(full.folder.glob("link.vault?*"))


@pytest.mark.parametrize("name", ["a b.vault", "a%41?mode=memory#x.vault", "á.vault", "a&b=c.vault"])
def test_any_file_name_will_do(place: Place, name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with Vault.create(path, place.anchors, passphrase=PASSPHRASE, recovery_secret=SECRET, kdf=LIGHT) as vault:
        assert vault.path == str(path)
    assert path.stat().st_size > 0
    Vault.open_with_recovery(path, place.anchors, recovery_secret=SECRET).close()


def test_importing_the_cellar_loads_nothing_heavy() -> None:
    code = (
        "import sys, prometheus_vault; print([n for n in ('sqlite3', 'nacl', 'argon2', 'hashlib') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], env=child_environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_opening_by_recovery_secret_loads_no_argon2(full: Place) -> None:
    code = (
        "import sys; from prometheus_vault import Vault\n"
        "Vault.open_with_recovery(sys.argv[1], sys.argv[2], recovery_secret=bytes(range(32))).close()\n"
        "print([n for n in ('argon2', 'nacl.bindings', 'prometheus', 'dataclasses', 'asyncio') if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(full.file), str(full.anchors)],
        env=child_environment(), capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.strip() == "[]"


def test_a_name_that_is_not_there_is_an_attribute_error() -> None:
    import prometheus_vault

    with pytest.raises(AttributeError):
        _ = prometheus_vault.nothing
