"""What survives a stop, a kill and a damaged file; and that two processes never keep one folder."""

from __future__ import annotations

import os
import signal
import sqlite3
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.dev_ledger import LedgerWorld
from prometheus_simulators.made_transactions import address, wallet_key

from prometheus.errors import Conflict, Damaged, StorageFailed
from prometheus_morpheus.ledger.store import FILE_NAME, Store
from prometheus_morpheus.transactions.operations import before_proof

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from prometheus.claims.jsontext import Json

BLOCKS_BEFORE_THE_KILL = 12


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "ledger")


def lively(folder: str) -> LedgerWorld:
    """Return a ledger with every kind of transaction in its blocks."""
    world = LedgerWorld(folder)
    world.enrich("alice", "bob")
    assert world.refusal(world.pay("alice", "carol", 7)) is None
    assert world.refusal(world.vote("bob")) is None
    assert world.refusal(world.morpheus("alice", [before_proof("content")])) is None
    world.forge()
    assert world.refusal(world.register("alice", "zed")) is None
    assert world.refusal(world.morpheus("bob", [before_proof("content")])) is None
    world.forge(3)
    return world


def test_everything_but_the_pool_is_there_after_a_restart(folder: str) -> None:
    world = lively(folder)
    before = world.snapshot()
    rejected = world.ledger.transactions(0, 1, type_group=4242).rows[0]
    world.send(world.pay("alice", "bob"))
    world.reopen()
    assert world.snapshot() == before
    assert world.ledger.pool(0, 10).total == 0
    assert world.ledger.layer_two.is_confirmed(rejected.id) is False
    assert world.refusal(world.pay("alice", "bob")) is None
    assert world.forge().height == before["tip"].height + 1


def test_what_layer_two_saw_is_the_same_after_a_restart(folder: str) -> None:
    world = LedgerWorld(folder)
    world.enrich("alice")
    odd: Json = {"operation": "registerBeforeProof", "contentId": "odd", "more": {"b": 2, "a": [1000, None]}}
    assert world.refusal(world.morpheus("alice", [odd])) is None
    [waiting] = world.ledger.pool(0, 1).rows
    world.forge()
    placed = world.ledger.transaction(waiting.id)
    assert placed is not None
    assert placed.asset == waiting.asset
    world.reopen()
    again = world.ledger.transaction(waiting.id)
    assert again == placed


def test_a_second_process_is_refused_until_the_first_has_ended(folder: str) -> None:
    world = LedgerWorld(folder)
    with pytest.raises(Conflict) as caught:
        LedgerWorld(folder)
    assert caught.value.exit_code == 11
    assert caught.value.code == "LEDGER-IN-USE"
    world.ledger.close()
    LedgerWorld(folder).ledger.close()


def _forging(folder: str, tell: int) -> None:
    wallet_key.cache_clear()  # locked memory is empty in a child
    world = LedgerWorld(folder)
    world.enrich("alice")
    while True:
        world.send(world.pay("alice", "bob"))
        os.write(tell, bytes([world.forge().height]))


def _killed_while(forging: Callable[[str, int], None], folder: str) -> int:
    """Run in a child until it told of some blocks, kill it at once, and return the height it told last."""
    ear, mouth = os.pipe()
    child = os.fork()
    if not child:
        try:
            forging(folder, mouth)
        finally:
            os._exit(70)
    os.close(mouth)
    told = b""
    while len(told) < BLOCKS_BEFORE_THE_KILL and (more := os.read(ear, 1)):
        told += more
    os.kill(child, signal.SIGKILL)
    while more := os.read(ear, 100):
        told += more
    os.close(ear)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    return told[-1]


def _check_that_nothing_told_is_lost(told: int, folder: str) -> None:
    world = LedgerWorld(folder)
    assert world.ledger.tip.height >= told
    bob = world.ledger.wallet(address("bob"))
    assert bob is not None
    assert bob.balance == world.ledger.tip.height - 4
    assert world.refusal(world.pay("alice", "bob")) is None
    world.ledger.close()


def test_a_killed_ledger_loses_no_block_it_told_of(folder: str) -> None:
    for round_number in range(3):
        told = _killed_while(_forging, f"{folder}{round_number}")
        _check_that_nothing_told_is_lost(told, f"{folder}{round_number}")


def test_a_ledger_that_does_not_commit_is_found_out(folder: str) -> None:
    @contextmanager
    def never(self: Store) -> Iterator[None]:
        if not self._sql.in_transaction:
            self._sql.execute("BEGIN IMMEDIATE")
        yield

    def forging(folder: str, tell: int) -> None:
        pytest.MonkeyPatch().setattr(Store, "_commit", never)  # in the child alone
        _forging(folder, tell)

    LedgerWorld(folder).ledger.close()
    told = _killed_while(forging, folder)
    with pytest.raises(AssertionError):
        _check_that_nothing_told_is_lost(told, folder)


def test_a_block_that_cannot_be_written_changes_nothing(folder: str, monkeypatch: pytest.MonkeyPatch) -> None:
    world = lively(folder)
    waiting = world.pay("alice", "bob")
    world.send(waiting)
    before = world.snapshot()

    def full(self: Store) -> AbstractContextManager[None]:
        raise StorageFailed("the disk is full")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "_commit", full)
        with pytest.raises(StorageFailed):
            world.ledger.forge()
        with pytest.raises(StorageFailed):
            world.ledger.revert_to(2)
    assert world.snapshot() == before
    assert world.ledger.pooled(waiting["id"]) is not None
    assert world.forge().transaction_count == 1


def _altered(folder: str, change: str, *values: object) -> None:
    sql = sqlite3.connect(Path(folder) / FILE_NAME)
    with sql:
        assert sql.execute(change, values).rowcount
    sql.close()


CHANGES = {
    "a flipped bit in a block": "UPDATE blocks SET raw = CAST(substr(raw, 1, 60) || x'ff' || substr(raw, 62) AS BLOB)"
    " WHERE height = 4",
    "a block that is text": "UPDATE blocks SET raw = 'text' WHERE height = 4",
    "a cut block": "UPDATE blocks SET raw = substr(raw, 1, 50) WHERE height = 5",
    "a missing block": "DELETE FROM blocks WHERE height = 4",
    "a missing transaction": "DELETE FROM transactions WHERE height = 5 AND position = 0",
    "an altered transaction": "UPDATE transactions"
    " SET raw = CAST(substr(raw, 1, 30) || x'07' || substr(raw, 32) AS BLOB) WHERE height = 5",
    "another first block": "UPDATE blocks SET raw = (SELECT raw FROM blocks WHERE height = 2) WHERE height = 1",
    "a later form": "PRAGMA user_version = 9",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_a_damaged_file_is_refused(folder: str, change: str) -> None:
    lively(folder).ledger.close()
    LedgerWorld(folder).ledger.close()  # sound until here
    _altered(folder, change)
    with pytest.raises(Damaged) as caught:
        LedgerWorld(folder)
    assert caught.value.code == "LEDGER-DAMAGED"


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / FILE_NAME).write_bytes(b"no database at all " * 100)
    with pytest.raises(Damaged):
        LedgerWorld(str(tmp_path))
