"""SQLCipher: whole pages encrypted below SQL, words searched by FTS5 in the same file.

What is best for it was chosen: numbered rows in the order of time, so that the newest found come without sorting; an
index of words without positions and content; as much page cache as the vault has; a new record is not put into the
index of words when it is committed, which the vault does.
"""

from __future__ import annotations

import os
import secrets
from importlib.metadata import version
from typing import TYPE_CHECKING

import sqlcipher3

from stores.records import AT_MOST, text_of
from stores.store import Terms, Took, each, once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from stores.records import Made

INSERT = "INSERT INTO rec(name, added, body) VALUES (?, ?, ?)"
WORDS = (
    "CREATE VIRTUAL TABLE words USING"
    " fts5(text, content='', detail=none, columnsize=0, tokenize='unicode61 remove_diacritics 2')"
)
SEARCH = (
    "SELECT rec.name FROM words CROSS JOIN rec ON rec.number = words.rowid"  # noqa: S608 - a number of ours
    f" WHERE words MATCH ? ORDER BY words.rowid DESC LIMIT {AT_MOST}"
)


class SqlCipher:
    """One SQLCipher database."""

    name = "sqlcipher3"
    patience = 120.0
    reads = 2000

    def __init__(self) -> None:
        self._path = ""
        self._key = ""
        self._connection = sqlcipher3.connect(":memory:")

    def terms(self) -> Terms:
        """Return the terms."""
        cipher = sqlcipher3.connect(":memory:").execute("PRAGMA cipher_version").fetchone()[0]
        return Terms(
            version=f"{version('sqlcipher3')}, SQLCipher {cipher}, SQLite {sqlcipher3.sqlite_version}",
            journal="WAL",
            synchronous="FULL",
            derivation="PBKDF2-HMAC-SHA512 by default. Raw key and salt given, for rekey too: none runs",
            notes="opened is: the first page opens; rekey writes every page anew; no rollback or whole-set check",
        )

    def fill(self, folder: str, records: Sequence[Made]) -> Took:
        """Make the database and insert all in one transaction."""
        self._path, self._key = os.path.join(folder, "sqlcipher.db"), secrets.token_hex(48)
        self.open()
        execute = self._connection.execute
        execute("PRAGMA journal_mode=WAL").fetchall()
        execute("CREATE TABLE rec(number INTEGER PRIMARY KEY, name TEXT UNIQUE, added TEXT, body BLOB) STRICT")
        execute(WORDS)

        def write() -> None:
            execute("BEGIN IMMEDIATE")
            rows = ((record.name, record.added, record.body) for record in records)
            self._connection.executemany(INSERT, rows)
            execute("COMMIT")

        took = once(write)
        self.close()
        return took

    def make_searchable(self) -> Took:
        """Fill the index of words from the records."""

        def write() -> None:
            self._connection.execute("BEGIN IMMEDIATE")
            found = self._connection.execute("SELECT number, body FROM rec")
            rows = ((number, text_of(body)) for number, body in found.fetchall())
            self._connection.executemany("INSERT INTO words(rowid, text) VALUES (?, ?)", rows)
            self._connection.execute("COMMIT")

        return once(write)

    def open(self) -> None:
        """Open it and its first page."""
        self._connection = sqlcipher3.connect(self._path, isolation_level=None)
        for pragma in (f"key = \"x'{self._key}'\"", "synchronous=FULL", "cache_size=-64000", "temp_store=MEMORY"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.execute("SELECT count(*) FROM sqlite_schema").fetchone()

    def close(self) -> None:
        """Close it."""
        self._connection.close()

    def check(self) -> None:
        """Check the seal of every page; that none was taken away or put back is not known then."""
        if self._connection.execute("PRAGMA cipher_integrity_check").fetchall():
            raise RuntimeError("SQLCipher found a page that is not authentic")

    def read(self, names: Sequence[str]) -> list[int]:
        """Read records by name."""
        execute = self._connection.execute
        return each(lambda name: execute("SELECT body FROM rec WHERE name = ?", (name,)).fetchone()[0], names)

    def search(self, texts: Sequence[str]) -> list[int]:
        """Search, the newest first."""
        return each(self.found, texts)

    def found(self, text: str) -> list[str]:
        """Return the names of the newest that fit."""
        query = " AND ".join(f'"{word}"*' for word in text.split())
        return [name for (name,) in self._connection.execute(SEARCH, (query,))]

    def commit(self, records: Sequence[Made]) -> list[int]:
        """Write records, each in a transaction of its own."""
        return each(self._commit, records)

    def _commit(self, record: Made) -> None:
        self._connection.execute("BEGIN IMMEDIATE")
        self._connection.execute(INSERT, (record.name, record.added, record.body))
        self._connection.execute("COMMIT")

    def change_passphrase(self) -> Took:
        """Encrypt every page under another raw key."""
        key = secrets.token_hex(48)
        took = once(lambda: self._connection.execute(f"PRAGMA rekey = \"x'{key}'\"").fetchall())
        self._key = key
        return took
