"""Reading records of an open vault.

Rows lie under keyed hashes, so a collection is found by reading every row once; which row holds which name is then
remembered, and holds for ever because the row id follows from it. A search index would stand in for this memory.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_vault import commit
from prometheus_vault.records import Record, open_record, record_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_vault.record_set import RecordSet
    from prometheus_vault.session import Session


class Reader:
    """Finds and opens the records of one session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._names: dict[bytes, tuple[int, str]] = {}

    def get(self, collection: int, name: str) -> bytes | None:
        """Return the body of one record, or None."""
        with self._session.reading() as known:
            row_id = record_id(self._session.unlocked.keys.id, collection, name)
            found = commit.stored_row(self._session.connection, self._session.unlocked.keys, known, row_id)
            return self._open(row_id, *found).body if found else None

    def has(self, row_id: bytes) -> bool:
        """Say whether the state last verified holds a row."""
        return row_id in self._session.records.leaves

    def scan(self, collection: int) -> Iterator[tuple[str, bytes]]:
        """Return an iterator over name and body, sorted by name, of the state at the time of the call."""
        with self._session.reading() as known:
            self._learn_names(known)
            # Rows are fetched in the order in which they lie in the file, which spares most page reads.
            wanted = sorted(row_id for row_id, (kind, _) in self._names.items() if kind == collection)
            rows = [(self._names[row_id][1], row_id, *self._present_row(known, row_id)) for row_id in wanted]
        return (self._open(*row[1:])[1:] for row in sorted(rows))

    def open_all(self) -> Iterator[Record]:
        """Yield every record, opened; inside `reading` or `writing`."""
        for row_id in sorted(self._session.records.leaves):
            yield self._open(row_id, *self._present_row(self._session.records, row_id))

    def _learn_names(self, known: RecordSet) -> None:
        for row_id in self._names.keys() - known.leaves.keys():
            del self._names[row_id]
        for row_id in sorted(known.leaves.keys() - self._names.keys()):
            record = self._open(row_id, *self._present_row(known, row_id))
            self._names[row_id] = record.collection, record.name

    def _present_row(self, known: RecordSet, row_id: bytes) -> tuple[int, bytes]:
        return commit.present_row(self._session.connection, self._session.unlocked.keys, known, row_id)

    def _open(self, row_id: bytes, version: int, sealed: bytes) -> Record:
        unlocked = self._session.unlocked
        return open_record(unlocked.keys, self._session.records.header.vault_id, row_id, version, sealed)
