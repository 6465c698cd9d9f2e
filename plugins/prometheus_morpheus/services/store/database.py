"""The file of a service: SQLite, one process at a time, one commit at a time.

Rules:
* ``synchronous`` is FULL with a write-ahead log: what was committed survives a kill and a power cut.
* One process has the file for as long as it is open; a killed one leaves no lock behind.
* The layout has a number (``user_version``). An older one is brought up step by step in one commit; a newer one is
  refused.
* What is deleted is overwritten (``secure_delete``), and the log is cut after a purge.
* The file knows a text sealed with its key, so that a wrong key is told at start and not at the first request.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import contextmanager, suppress
from threading import RLock
from typing import TYPE_CHECKING, Any

from prometheus.errors import Conflict, Damaged, NotUnderstood, StorageFailed, TooNew
from prometheus.files import make_folder

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prometheus_morpheus.services.sealing import Seal

FILE_NAME = "service.db"
_KNOWN_TEXT = b"prometheus service"
_KNOWN_AS = "meta/key-check"
_LAYOUTS = (
    """
    CREATE TABLE meta (name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
    CREATE TABLE requests (
        request_id TEXT PRIMARY KEY, link_hash BLOB NOT NULL UNIQUE, about BLOB NOT NULL, process_id TEXT NOT NULL,
        received INTEGER NOT NULL, status TEXT NOT NULL, decided INTEGER, purged INTEGER,
        document BLOB, statement BLOB, reason BLOB);
    CREATE INDEX requests_by_status ON requests (status);
    CREATE TABLE presentations (
        name BLOB PRIMARY KEY, about BLOB NOT NULL, received INTEGER NOT NULL, purged INTEGER, document BLOB);
    CREATE TABLE documents (
        content_id TEXT PRIMARY KEY, kind TEXT NOT NULL, document TEXT NOT NULL, first_seen INTEGER NOT NULL,
        place INTEGER);
    CREATE TABLE last_tokens (name BLOB PRIMARY KEY, created_at INTEGER NOT NULL) WITHOUT ROWID;
    CREATE INDEX requests_by_time ON requests (received);
    CREATE INDEX requests_that_wait ON requests (received) WHERE status = 'pending' AND purged IS NULL;
    CREATE INDEX presentations_by_time ON presentations (received);
    """,
)
_FIRST = 3
"""The number of the first layout; those before were never released."""
_NEWEST = _FIRST + len(_LAYOUTS) - 1
"""`_LAYOUTS` brings a file from each layout to the next one; an empty file has layout 0."""


class Database:
    """The open file; its calls may come from any thread and take turns."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._sql = connection
        self._turn = RLock()
        self._once_committed: list[Callable[[], None]] = []

    @classmethod
    def open(cls, folder: str | None) -> Database:
        """Open the file in a folder, making both where they are new; without a folder it is memory.

        Raises:
            Conflict: When another process has it open.
            TooNew: When a newer version wrote it.
            Damaged: When it is no file of this form.
            StorageFailed: When it could not be opened.
        """
        path = ":memory:"
        if folder is not None:
            make_folder(folder)
            path = os.path.join(folder, FILE_NAME)
        try:
            connection = _connected(path)
        except sqlite3.Error as error:
            raise _refusal(error, path) from None
        try:
            _prepare(connection)
        except sqlite3.Error as error:
            connection.close()
            raise _refusal(error, path) from None
        except (Damaged, TooNew):
            connection.close()
            raise
        return cls(connection)

    def close(self) -> None:
        """Let go of the file."""
        with self._turn:
            self._sql.close()

    def require_key(self, seal: Seal) -> None:
        """Check that the file was sealed with this key; a new file is from now on.

        Raises:
            NotUnderstood: When it was sealed with another.
        """
        found = self.one("SELECT value FROM meta WHERE name = 'key-check'")
        if found is None:
            with self.commit():
                self.run("INSERT INTO meta VALUES ('key-check', ?)", (seal.seal(_KNOWN_TEXT, _KNOWN_AS),))
            return
        try:
            is_ours = seal.open(found[0], _KNOWN_AS) == _KNOWN_TEXT
        except Damaged:
            is_ours = False
        if not is_ours:
            raise NotUnderstood(
                "the key given is not the one that this folder was sealed with",
                code="SERVICE-KEY-WRONG",
                meaning="without that key nothing that people sent can be read",
                remedy="give the key that the service was started with at first, or use another folder",
            )

    @contextmanager
    def commit(self) -> Iterator[None]:
        """Make everything inside durable together, or nothing of it.

        Raises:
            StorageFailed: When it could not be written; then nothing of it was.
        """
        with self._turn:
            try:
                self._sql.execute("BEGIN IMMEDIATE")
                yield
                self._sql.execute("COMMIT")
            except sqlite3.Error as error:
                self._undo()
                raise _failed(error) from None
            except BaseException:
                self._undo()
                raise
            steps, self._once_committed = self._once_committed, []
            for step in steps:
                step()

    def once_committed(self, step: Callable[[], None]) -> None:
        """Take a step when what is being written was committed, before anybody else has a turn; else never."""
        self._once_committed.append(step)

    def run(self, statement: str, values: Sequence[Any] = ()) -> int:
        """Carry out a statement and return how many rows it changed; `StorageFailed` where the file fails."""
        with self._read_or_written():
            return self._sql.execute(statement, values).rowcount

    def one(self, query: str, values: Sequence[Any] = ()) -> tuple[Any, ...] | None:
        """Return the first row, or None; errors as `run`."""
        with self._read_or_written():
            row: tuple[Any, ...] | None = self._sql.execute(query, values).fetchone()
            return row

    def rows(self, query: str, values: Sequence[Any] = ()) -> list[tuple[Any, ...]]:
        """Return all rows; errors as `run`."""
        with self._read_or_written():
            return self._sql.execute(query, values).fetchall()

    def cut_log(self) -> None:
        """Write the log into the file and cut it, so that nothing that was deleted stays in it.

        Raises:
            StorageFailed: When it could not be cut, or not wholly.
        """
        with self._read_or_written():
            told = self._sql.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if told is not None and told[0]:
            raise _failed("the log of the file is in use and was not cut")

    @contextmanager
    def _read_or_written(self) -> Iterator[None]:
        with self._turn:
            try:
                yield
            except sqlite3.Error as error:
                raise _failed(error) from None

    def _undo(self) -> None:
        self._once_committed = []
        with suppress(sqlite3.Error):
            if self._sql.in_transaction:
                self._sql.execute("ROLLBACK")


def _failed(reason: sqlite3.Error | str) -> StorageFailed:
    return StorageFailed(
        "the service could not read or write what it keeps", code="SERVICE-STORAGE", meaning=str(reason)
    )


def _connected(path: str) -> sqlite3.Connection:
    previous = os.umask(0o077)
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None, check_same_thread=False)
        connection.execute("PRAGMA locking_mode = EXCLUSIVE")
    finally:
        os.umask(previous)
    return connection


def _prepare(connection: sqlite3.Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA secure_delete = ON")
    version = int(connection.execute("PRAGMA user_version").fetchone()[0])
    if 0 < version < _FIRST:
        raise Damaged(
            f"the folder of the service has layout {version}, which was never released",
            code="SERVICE-DAMAGED",
            meaning=f"this version knows layouts from {_FIRST} to {_NEWEST}",
            remedy="use another folder",
        )
    if version > _NEWEST:
        raise TooNew(
            f"the folder of the service has layout {version}",
            code="SERVICE-TOO-NEW",
            meaning=f"this version knows layouts up to {_NEWEST}",
            remedy="install a newer prometheus",
        )
    steps = "".join(_LAYOUTS[max(version - _FIRST + 1, 0) :])
    connection.executescript(f"BEGIN EXCLUSIVE; {steps} PRAGMA user_version = {_NEWEST}; COMMIT;")


def _refusal(error: sqlite3.Error, path: str) -> Conflict | Damaged | StorageFailed:
    text = str(error)
    if isinstance(error, sqlite3.OperationalError) and "locked" in text:
        return Conflict(
            "another service has this folder open",
            code="SERVICE-IN-USE",
            meaning=f"one process at a time keeps {path}",
            remedy="stop the other one, or give this one another folder",
        )
    if isinstance(error, sqlite3.OperationalError):
        return StorageFailed(f"{path} could not be opened", code="SERVICE-STORAGE", meaning=text)
    return Damaged(
        "the file of the service is damaged",
        code="SERVICE-DAMAGED",
        meaning=text,
        remedy="bring the folder back from a backup",
    )
