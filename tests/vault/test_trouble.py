"""Row 20 of the tamper matrix: a full disk, a read-only place, no memory, another writer; none of it looks like damage.

What the disk itself does is played in `test_storage` and in the power-cut tests; here every kind has one short case.
"""

from __future__ import annotations

import sqlite3
from typing import TYPE_CHECKING

import pytest

from prometheus_memory import allocate
from prometheus_vault import filesystem, kdf, sqlite_file
from prometheus_vault.errors import Busy, NotEnoughMemory, StorageError

if TYPE_CHECKING:
    from prometheus_simulators.vault_lab import Place

    from prometheus_memory import LockedBytes

REAL = kdf.argon2id
"""Taken before any fixture puts something quicker in its place."""


def test_a_full_database_is_a_full_disk_and_keeps_what_was_committed(full: Place) -> None:
    with full.open() as vault:
        vault._session.connection.execute("PRAGMA max_page_count = 8")
        with pytest.raises(StorageError) as caught, vault.transaction() as change:
            change.put(3, "claim-1", bytes(200_000))
        assert (caught.value.exit_code, caught.value.reason) == (16, "disk full")
    with full.open() as vault:
        assert vault.get(3, "claim-1") == b"body 1"


def test_a_read_only_place_is_no_damage(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(filesystem, "can_be_written", lambda _: False)
    with full.open() as vault, pytest.raises(StorageError) as caught, vault.transaction() as change:
        change.put(3, "claim-1", b"x")
    assert caught.value.exit_code == 16


def test_too_little_memory_is_neither_damage_nor_a_wrong_passphrase(
    full: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(*_: object, threads: int) -> tuple[int, LockedBytes]:
        return -22, allocate(32)  # what Argon2 says when it cannot have its memory

    monkeypatch.setattr(kdf, "argon2id", REAL)
    monkeypatch.setattr(kdf, "_run", run)
    with pytest.raises(NotEnoughMemory) as caught:
        full.open_by_passphrase()
    assert caught.value.exit_code == 16


def test_a_file_that_another_program_keeps_locked_is_busy(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    patient = sqlite_file._PRAGMAS
    impatient = tuple(pragma.replace("busy_timeout=5000", "busy_timeout=10") for pragma in patient)
    assert impatient != patient
    monkeypatch.setattr(sqlite_file, "_PRAGMAS", impatient)
    other = sqlite3.connect(full.file, isolation_level=None)
    try:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute("BEGIN EXCLUSIVE")
        other.execute("DELETE FROM jrnl WHERE seq < 0")
        with pytest.raises(Busy) as caught:
            full.open()
        assert caught.value.exit_code == 11
    finally:
        other.execute("ROLLBACK")
        other.close()
    full.open().close()
