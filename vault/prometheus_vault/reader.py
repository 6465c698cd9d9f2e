"""Reading records of an open vault.

Rows lie under keyed hashes: one of a known name is found by its hash, and what else there is by the index.
"""

from __future__ import annotations

import sqlite3
from hmac import compare_digest
from typing import TYPE_CHECKING, Final

from prometheus_memory import LockedBytes
from prometheus_vault import commit, record_set, root
from prometheus_vault.limits import KEY_COLLECTION
from prometheus_vault.records import Record, bytes_of, id_maker, locked_bytes_of, open_named, open_record

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_vault.index_tables import IndexTables
    from prometheus_vault.record_set import RecordSet
    from prometheus_vault.session import Session

_GLANCE: Final = "SELECT rec.ver, rec.ct, meta.v FROM rec, meta WHERE rec.id = ? AND meta.k = 'root'"


class Reader:
    """Finds and opens the records of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._id: Callable[[int, str], bytes] | None = None
        self._leaf: Callable[[bytes, int, bytes], bytes] | None = None

    @property
    def epoch(self) -> int:
        """The number of the state last seen."""
        return self._session.records.root.epoch

    def get(self, collection: int, name: str) -> bytes | None:
        """Return the body of one record that is no key, or None."""
        body = self._body(collection, name)
        if isinstance(body, LockedBytes):
            body.wipe()
            raise TypeError("a key is read with `secret`, into locked memory")
        return body

    def secret(self, name: str) -> LockedBytes | None:
        """Return the body of one key in locked memory, or None; wiping it is the caller's."""
        body = self._body(KEY_COLLECTION, name)
        return body if isinstance(body, LockedBytes) else None

    def _body(self, collection: int, name: str) -> bytes | LockedBytes | None:
        session = self._session
        with session.guard:
            keys = session.unlocked.keys
            if self._id is None:
                self._id = id_maker(keys.id)
            row_id = self._id(collection, name)
            found = self._glance(row_id)
            if found is None:
                with session.reading(waits=collection == KEY_COLLECTION) as known:
                    found = self._stored_row(known, row_id)
            if found is None:
                return None
            return open_named(keys, session.records.header.vault_id, (row_id, *found), collection, name)

    def _glance(self, row_id: bytes) -> tuple[int, bytes] | None:
        """Return version and ciphertext of a row of the state known by one statement, or None when that is not enough.

        It is enough when the row is there and as it was verified; whatever else there is to say is said by `reading`.
        """
        session = self._session
        if not session.is_verified:
            return None
        try:
            row = session.connection.execute(_GLANCE, (row_id,)).fetchone()
        except sqlite3.Error:
            return None
        known = session.records
        if row is None or row[2] != known.sealed_root:
            return None
        _, version, sealed = record_set.checked_row((row_id, row[0], row[1]))
        if self._leaf is None:
            self._leaf = root.leaf_maker(session.unlocked.keys.set)
        is_known = compare_digest(self._leaf(row_id, version, sealed), known.leaves.get(row_id, b""))
        return (version, sealed) if is_known else None

    def has(self, row_id: bytes) -> bool:
        """Say whether the state last verified holds a row."""
        return row_id in self._session.records.leaves

    def scan(self, collection: int) -> Iterator[tuple[str, bytes]]:
        """Return an iterator over name and body, sorted by name, of the state at the time of the call; not for keys."""
        if collection == KEY_COLLECTION:
            raise TypeError("keys are read with `secrets`, into locked memory")
        return ((record.name, bytes_of(record)) for record in self._scanned(collection))

    def secrets(self) -> Iterator[tuple[str, LockedBytes]]:
        """Return an iterator over name and body of each key, in locked memory."""
        return ((record.name, locked_bytes_of(record)) for record in self._scanned(KEY_COLLECTION))

    def find(
        self, collection: int, *, words: str, tags: Iterable[str], newest_first: bool, limit: int | None
    ) -> list[str]:
        """Return names by what the index knows; see `Vault.find`."""
        with self._session.reading(waits=False) as known:
            return self._index(known).find(collection, words, tags, newest_first=newest_first, limit=limit)

    def count(self, collection: int, tags: Iterable[str]) -> int:
        """Return how many records have all tags; see `Vault.count`."""
        with self._session.reading(waits=False) as known:
            return self._index(known).count(collection, tags)

    def _scanned(self, collection: int) -> Iterator[Record]:
        with self._session.reading(waits=collection == KEY_COLLECTION) as known:
            named = self._index(known).rows_of(collection)
            # Rows are fetched in the order in which they lie in the file, which spares most page reads.
            wanted = sorted((row_id, version) for _, row_id, version in named)
            found = {row_id: self._row_known(row_id, version) for row_id, version in wanted}
        return (self._open(row_id, *found.pop(row_id)) for _, row_id, _ in named)

    def open_all(self) -> Iterator[Record]:
        """Yield every record, opened; inside `reading` or `writing`."""
        for row_id in sorted(self._session.records.leaves):
            yield self._open(row_id, *self._present_row(self._session.records, row_id))

    def _index(self, known: RecordSet) -> IndexTables:
        session = self._session
        return session.index.at(session.connection, session.unlocked.keys, known, session.verified)

    def _stored_row(self, known: RecordSet, row_id: bytes) -> tuple[int, bytes] | None:
        if self._session.is_verified:
            return commit.stored_row(self._session.connection, self._session.unlocked.keys, known, row_id)
        version = self._index(known).version_of(row_id)
        return None if version is None else self._row_known(row_id, version)

    def _row_known(self, row_id: bytes, version: int) -> tuple[int, bytes]:
        """Return a row that the index knows: as it was verified, or before that of its version, bound by the seal."""
        if self._session.is_verified:
            return self._present_row(self._session.records, row_id)
        return record_set.row_of_version(self._session.connection, row_id, version)[1:]

    def _present_row(self, known: RecordSet, row_id: bytes) -> tuple[int, bytes]:
        return commit.present_row(self._session.connection, self._session.unlocked.keys, known, row_id)

    def _open(self, row_id: bytes, version: int, sealed: bytes) -> Record:
        unlocked = self._session.unlocked
        return open_record(unlocked.keys, self._session.records.header.vault_id, row_id, version, sealed)
