"""The file of the ledger: blocks and transactions as the bytes they are, in SQLite, one commit a block.

Rules:
* ``synchronous`` is FULL with a write-ahead log: when `add` returned, the block survives a kill and a power cut.
* One process has the file at a time, for as long as it is open; a killed one leaves no lock behind.
* Only bytes are believed: ids are computed from them when the file is opened, and whether each block follows the one
  before and holds what its payload hash says. Balances and the second layer are not stored but replayed.

    blocks         height, id, bytes with the forging signature
    transactions   height and position, id, group, type, fee, bytes (those of the first block are known, none are kept)
    touches        address, height and position, 0 where the address sent it and 1 where it was paid

What this is not: the rules of the chain (see `chain`).
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import Conflict, Damaged, StorageFailed
from prometheus_morpheus.ledger.block import GENERATOR_AT, parse_sealed, payload_of, sealed_bytes

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_morpheus.ledger.views import Block

FILE_NAME = "ledger.db"
SENT, RECEIVED = 0, 1
_VERSION = 1
_SCHEMA = """
CREATE TABLE blocks (height INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, raw BLOB NOT NULL);
CREATE TABLE transactions (
    height INTEGER NOT NULL, position INTEGER NOT NULL, id BLOB NOT NULL UNIQUE,
    type_group INTEGER NOT NULL, type INTEGER NOT NULL, fee INTEGER NOT NULL, raw BLOB NOT NULL,
    PRIMARY KEY (height, position)) WITHOUT ROWID;
CREATE TABLE touches (
    address TEXT NOT NULL, height INTEGER NOT NULL, position INTEGER NOT NULL, role INTEGER NOT NULL,
    PRIMARY KEY (address, height, position, role)) WITHOUT ROWID;
"""
_NEWEST_OF = "SELECT height FROM blocks WHERE height <= ? AND substr(raw, ?, 33) = ? ORDER BY height DESC LIMIT 1"
_COUNT_TOUCHING = (
    "SELECT COUNT(*) FROM (SELECT DISTINCT height, position FROM touches WHERE address = ? AND role BETWEEN ? AND ?)"
)
_TOUCHING = (
    "SELECT t.height, t.position, t.raw"
    " FROM (SELECT DISTINCT height, position FROM touches WHERE address = ? AND role BETWEEN ? AND ?) AS p"
    " JOIN transactions AS t USING (height, position) ORDER BY t.height DESC, t.position DESC LIMIT ? OFFSET ?"
)
_WHERE_FITTING = (
    " FROM transactions AS t WHERE (:g IS NULL OR t.type_group = :g) AND (:t IS NULL OR t.type = :t)"
    " AND (:s = '' OR EXISTS (SELECT 1 FROM touches WHERE address = :s AND height = t.height"
    " AND position = t.position AND role = 0))"
    " AND (:r = '' OR EXISTS (SELECT 1 FROM touches WHERE address = :r AND height = t.height"
    " AND position = t.position AND role = 1))"
)
_COUNT_FITTING = "SELECT COUNT(*)" + _WHERE_FITTING
_FITTING = (
    "SELECT t.height, t.position, t.raw"
    + _WHERE_FITTING
    + " ORDER BY t.height DESC, t.position DESC LIMIT :limit OFFSET :offset"
)


class Row(NamedTuple):
    """A transaction as it is stored; `payees` are the addresses it pays."""

    id: bytes
    type_group: int
    type: int
    fee: int
    raw: bytes
    sender: str
    payees: tuple[str, ...]


class Place(NamedTuple):
    """Where a stored transaction stands, and its bytes."""

    height: int
    position: int
    raw: bytes


class Store:
    """The open file of a ledger."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection

    @classmethod
    def open(cls, folder: str | None) -> Store:
        """Open the file in a folder, making both where they are new; without a folder it is memory.

        Raises:
            Conflict: When another process has it open.
            Damaged: When it is no file of this form.
        """
        path = ":memory:"
        if folder is not None:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            path = os.path.join(folder, FILE_NAME)
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        try:
            _prepare(connection)
        except sqlite3.Error as error:
            connection.close()
            raise _refusal(error, path) from None
        return cls(connection)

    def close(self) -> None:
        """Let go of the file."""
        self._sql.close()

    def add(self, block: Block, rows: Sequence[Row]) -> None:
        """Make a block with its transactions durable.

        Raises:
            StorageFailed: When it could not be written; then nothing of it was.
        """
        touches = [
            (address, block.height, position, role)
            for position, row in enumerate(rows)
            for role, addresses in ((SENT, (row.sender,)), (RECEIVED, row.payees))
            for address in set(addresses)
        ]
        places = [(block.height, position, *row[:5]) for position, row in enumerate(rows)]
        with self._commit():
            self._sql.execute(
                "INSERT INTO blocks VALUES (?, ?, ?)", (block.height, bytes.fromhex(block.id), sealed_bytes(block))
            )
            self._sql.executemany("INSERT INTO transactions VALUES (?, ?, ?, ?, ?, ?, ?)", places)
            self._sql.executemany("INSERT INTO touches VALUES (?, ?, ?, ?)", touches)

    def remove_above(self, height: int) -> None:
        """Forget all blocks above a height, durably."""
        with self._commit():
            self._sql.execute("DELETE FROM touches WHERE height > ?", (height,))
            self._sql.execute("DELETE FROM transactions WHERE height > ?", (height,))
            self._sql.execute("DELETE FROM blocks WHERE height > ?", (height,))

    def chain(self) -> Iterator[tuple[Block, list[Place]]]:
        """Yield all blocks with their transactions, oldest first, each checked against its own bytes.

        Raises:
            Damaged: When a block or a transaction is not what its id says, or blocks do not follow each other.
        """
        previous: Block | None = None
        try:
            for (raw,) in self._sql.execute("SELECT raw FROM blocks ORDER BY height"):
                block = parse_sealed(raw)
                places = self.in_block(block.height, 0, -1)
                if previous is not None:
                    _check_link(previous, block, places)
                yield block, places
                previous = block
        except (sqlite3.Error, ValueError, TypeError) as error:
            raise damaged(str(error)) from None

    def block_at(self, height: int) -> Block | None:
        """Return the block of a height, or None."""
        found = self._sql.execute("SELECT raw FROM blocks WHERE height = ?", (height,)).fetchone()
        return None if found is None else parse_sealed(found[0])

    def block_by_id(self, block_id: bytes) -> Block | None:
        """Return the block with an id, or None."""
        found = self._sql.execute("SELECT raw FROM blocks WHERE id = ?", (block_id,)).fetchone()
        return None if found is None else parse_sealed(found[0])

    def blocks(self, newest: int, count: int) -> list[Block]:
        """Return so many blocks from a height downwards."""
        rows = self._sql.execute(
            "SELECT raw FROM blocks WHERE height <= ? ORDER BY height DESC LIMIT ?", (newest, count)
        )
        return [parse_sealed(raw) for (raw,) in rows]

    def last_height_of(self, generator: str, height: int) -> int:
        """Return the height of the newest block of a delegate up to a height, 0 where there is none."""
        found = self._sql.execute(_NEWEST_OF, (height, GENERATOR_AT + 1, bytes.fromhex(generator))).fetchone()
        return 0 if found is None else int(found[0])

    def in_block(self, height: int, offset: int, limit: int) -> list[Place]:
        """Return transactions of a block in their order; -1 is no limit."""
        rows = self._sql.execute(
            "SELECT height, position, raw FROM transactions WHERE height = ? ORDER BY position LIMIT ? OFFSET ?",
            (height, limit, offset),
        )
        return [Place(*row) for row in rows]

    def transaction(self, txid: bytes) -> Place | None:
        """Return the transaction with an id, or None."""
        row = self._sql.execute("SELECT height, position, raw FROM transactions WHERE id = ?", (txid,)).fetchone()
        return None if row is None else Place(*row)

    def holds(self, txid: bytes) -> bool:
        """Return whether a transaction with that id is in a block."""
        return self._sql.execute("SELECT 1 FROM transactions WHERE id = ?", (txid,)).fetchone() is not None

    def count(self) -> int:
        """Return how many transactions all blocks have."""
        return int(self._sql.execute("SELECT COUNT(*) FROM transactions").fetchone()[0])

    def search(
        self, offset: int, limit: int, *, type_group: int | None, type_number: int | None, sender: str, recipient: str
    ) -> tuple[list[Place], int]:
        """Return transactions that fit all that is given (None and empty fit anything), newest first, and how many."""
        wanted = {"g": type_group, "t": type_number, "s": sender, "r": recipient, "limit": limit, "offset": offset}
        total = self._sql.execute(_COUNT_FITTING, wanted).fetchone()[0]
        return [Place(*row) for row in self._sql.execute(_FITTING, wanted)], int(total)

    def touching(self, address: str, roles: Sequence[int], offset: int, limit: int) -> tuple[list[Place], int]:
        """Return the transactions that an address has one of these roles in, newest first, and how many."""
        span = (address, min(roles), max(roles))
        total = self._sql.execute(_COUNT_TOUCHING, span).fetchone()[0]
        return [Place(*row) for row in self._sql.execute(_TOUCHING, (*span, limit, offset))], int(total)

    def fees_from(self, height: int) -> list[tuple[int, int, int, int, int, int]]:
        """Return group, type, average, largest, smallest and sum of the fees in blocks from a height on."""
        return self._sql.execute(
            "SELECT type_group, type, SUM(fee) / COUNT(*), MAX(fee), MIN(fee), SUM(fee) FROM transactions"
            " WHERE height >= ? GROUP BY type_group, type ORDER BY type_group, type",
            (height,),
        ).fetchall()

    @contextmanager
    def _commit(self) -> Iterator[None]:
        try:
            self._sql.execute("BEGIN IMMEDIATE")
            yield
            self._sql.execute("COMMIT")
        except sqlite3.Error as error:
            if self._sql.in_transaction:
                self._sql.execute("ROLLBACK")
            raise StorageFailed("the ledger could not be written", code="LEDGER-STORAGE", meaning=str(error)) from None


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version == 0:
        connection.executescript(f"BEGIN EXCLUSIVE; {_SCHEMA} PRAGMA user_version = {_VERSION}; COMMIT;")
    elif version != _VERSION:
        raise sqlite3.DatabaseError(f"its version is {version}, and {_VERSION} is known here")
    else:
        connection.executescript("BEGIN EXCLUSIVE; COMMIT;")


def _refusal(error: sqlite3.Error, path: str) -> Conflict | Damaged:
    if isinstance(error, sqlite3.OperationalError) and "locked" in str(error):
        return Conflict(
            "another process has this ledger open",
            code="LEDGER-IN-USE",
            meaning=f"one process at a time keeps {path}",
            remedy="stop the other one, or give this one another folder",
        )
    return damaged(str(error))


def damaged(what: str) -> Damaged:
    """Return the error for a file that does not hold a sound chain."""
    return Damaged(
        "the file of the development ledger is damaged",
        code="LEDGER-DAMAGED",
        meaning=what,
        remedy="start with an empty folder; nothing on a development ledger is worth saving",
    )


def _check_link(previous: Block, block: Block, places: list[Place]) -> None:
    if (block.height, block.previous) != (previous.height + 1, previous.id):
        raise damaged(f"block {block.height} does not follow block {previous.height}")
    ids = [hashlib.sha256(place.raw).digest() for place in places]
    if payload_of(ids) != (block.payload_length, block.payload_hash):
        raise damaged(f"block {block.height} does not hold what its payload hash says")
