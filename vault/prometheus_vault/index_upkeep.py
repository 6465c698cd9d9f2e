"""Keeping the index in step with the records.

The index stands at one state of the vault, named by epoch and journal link. What this process commits is put aside and
taken in when something is asked next; what others committed is replayed from the journal. An index that cannot be
brought to the state known is made again from the records: that takes longer, and is never an error.

When it is written to the disk: at the close of a vault when as many changes as the square root of the number of records
are missing there, 32 at least, and in between when half as many as there are records are, 1000 at least. So one small
change never costs the writing of all, and what has to be replayed at the next opening stays far below making it again.
"""

from __future__ import annotations

from contextlib import suppress
from math import isqrt
from typing import TYPE_CHECKING, Final

from prometheus_vault import journal, record_set, sqlite_file
from prometheus_vault.errors import Tampered
from prometheus_vault.index import BY_NAME_ALONE, NOTHING_DESCRIBED
from prometheus_vault.index_snapshot import Snapshot, read_snapshot, remove_snapshot, write_snapshot
from prometheus_vault.limits import KEY_COLLECTION
from prometheus_vault.records import bytes_of, open_record

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from prometheus_vault.commit import Written
    from prometheus_vault.index import Description
    from prometheus_vault.index_tables import IndexTables, Row
    from prometheus_vault.journal import Operation
    from prometheus_vault.keys import SubKeys
    from prometheus_vault.record_set import RecordSet
    from prometheus_vault.records import Record
    from prometheus_vault.root import Root

WAITING_AT_MOST: Final = 1000
"""Changes that are put aside before they are taken in without being asked."""
FEW: Final = 32
MANY: Final = 1000
COMMITS_AT_MOST: Final = 4000
"""Commits after which it is written whatever they changed: so long, the journal is kept for it."""
_NOWHERE: Final = (0, b"")


class RecordIndex:
    """The index of one open vault; nothing is made before something is asked."""

    def __init__(self, path: str, description: Description = NOTHING_DESCRIBED) -> None:
        self._path = path
        self._description = description
        self._tables: IndexTables | None = None
        self._written_at = 0
        self._unwritten = 0
        self._at = _NOWHERE
        self._waiting: dict[bytes, Row | None] = {}

    def at(
        self, connection: sqlite3.Connection, keys: SubKeys, known: RecordSet, verified: Callable[[], RecordSet]
    ) -> IndexTables:
        """Return the index of the state known; the connection is in a transaction that sees this state.

        `verified` gives the same state once all its rows have been checked: the index is made of no others.

        Raises:
            Tampered: When the index has to be made again and a record is not as it was verified.
        """
        tables = self._tables or self._restored(keys, known.header.vault_id)
        if tables is None or not self._reach(tables, connection, keys, known):
            tables = self._made_again(connection, keys, verified())
        self._take_in(tables)
        return tables

    @property
    def written_at(self) -> int | None:
        """The epoch of the state that lies on the disk, from which on the journal is needed; None when unknown."""
        return self._written_at or None

    def is_due(self, known: RecordSet, *, at_close: bool) -> bool:
        """Say whether so much is missing on the disk that it should be written."""
        if self._tables is None or self._at != _state(known.root):
            return False
        if at_close:
            return self._unwritten >= max(FEW, isqrt(known.root.records))
        return (
            self._unwritten >= MANY + known.root.records // 2
            or known.root.epoch - self._written_at >= COMMITS_AT_MOST <= self._unwritten
        )

    def write(self, keys: SubKeys, known: RecordSet) -> None:
        """Write what is there to the disk; the caller holds the writer lock and found it due.

        Raises:
            StorageError: When it cannot be written.
        """
        if self._tables is not None:
            self._take_in(self._tables)
            snapshot = Snapshot(*self._at, self._tables.serialized())
            self._written_at, self._unwritten = 0, 0  # one that fails is not tried again before as much has changed
            write_snapshot(self._path, keys, known.header.vault_id, snapshot)
            self._written_at = self._at[0]

    def follow(self, before: Root, written: Written, changes: Mapping[bytes, Record | None]) -> None:
        """Put aside what was just committed after a state, if the index stands at that state."""
        if self._tables is None or self._at != _state(before):
            return
        for operation in written.operations:
            if operation.kind == journal.PUT:
                record = changes[operation.row_id]
                self._waiting[operation.row_id] = record and self._row(record, operation.row_id, operation.number)
            elif operation.kind == journal.DELETE:
                self._waiting[operation.row_id] = None
        self._at = _state(written.root)
        self._unwritten += len(changes)
        if len(self._waiting) >= WAITING_AT_MOST:
            self._take_in(self._tables)

    def forget(self) -> None:
        """Let go of the index; it is made again when something is asked."""
        if self._tables is not None:
            self._tables.close()
        self._tables, self._at, self._written_at, self._unwritten = None, _NOWHERE, 0, 0
        self._waiting.clear()

    def remove(self) -> None:
        """Take the file away, as far as the system lets: it lies under keys that are no more."""
        remove_snapshot(self._path)

    def _restored(self, keys: SubKeys, vault_id: bytes) -> IndexTables | None:
        from prometheus_vault.index_tables import IndexTables

        snapshot = read_snapshot(self._path, keys, vault_id)
        if snapshot is None:
            return None
        tables = IndexTables(self._description.version)
        if not tables.restore(snapshot.database) or tables.is_worn:
            tables.close()
            return None
        self._tables, self._at, self._written_at, self._unwritten = tables, snapshot[:2], snapshot.epoch, 0
        return tables

    def _take_in(self, tables: IndexTables) -> None:
        if self._waiting:
            tables.remove(row_id for row_id, row in self._waiting.items() if row is None)
            tables.put(row for row in self._waiting.values() if row is not None)
            self._waiting.clear()

    def _reach(self, tables: IndexTables, connection: sqlite3.Connection, keys: SubKeys, known: RecordSet) -> bool:
        """Bring the index to the state known by what the journal says; return whether it does."""
        if self._at == _state(known.root):
            return True
        done = journal.operations_since(
            keys,
            known.header.vault_id,
            _state(known.root),
            self._at,
            lambda seq: sqlite_file.read_entry(connection, seq),
        )
        if done is None:
            return False
        with suppress(Tampered):  # a row that is not as the journal says shows when the index is made again
            self._replay(tables, done, connection, keys, known)
            self._at = _state(known.root)
            return True
        return False

    def _replay(
        self,
        tables: IndexTables,
        done: Iterable[Operation],
        connection: sqlite3.Connection,
        keys: SubKeys,
        known: RecordSet,
    ) -> None:
        last = {each.row_id: each for each in done if each.kind in {journal.PUT, journal.DELETE}}
        self._take_in(tables)
        self._unwritten += len(last)
        tables.remove(row_id for row_id, each in last.items() if each.kind == journal.DELETE)
        vault_id = known.header.vault_id
        tables.put(
            self._row(open_record(keys, vault_id, *row), row[0], row[1])
            for row in (
                record_set.row_of_version(connection, row_id, each.number)
                for row_id, each in last.items()
                if each.kind == journal.PUT
            )
        )

    def _made_again(self, connection: sqlite3.Connection, keys: SubKeys, known: RecordSet) -> IndexTables:
        from prometheus_vault.index_tables import IndexTables

        self.forget()
        tables = IndexTables(self._description.version)
        # Numbered in the order in which they are sorted, the newest that fit are found without looking at all that do.
        rows = sorted(self._rows(connection, keys, known), key=lambda row: row.indexed.order if row.indexed else "")
        tables.put(rows, are_new=True)
        self._tables, self._at, self._unwritten = tables, _state(known.root), known.root.records
        return tables

    def _rows(self, connection: sqlite3.Connection, keys: SubKeys, known: RecordSet) -> Iterator[Row]:
        vault_id = known.header.vault_id
        for row_id, version, sealed in record_set.verified_rows(connection, keys, known):
            yield self._row(open_record(keys, vault_id, row_id, version, sealed), row_id, version)

    def _row(self, record: Record, row_id: bytes, version: int) -> Row:
        from prometheus_vault.index_tables import Row

        collection, name = record.collection, record.name
        if collection == KEY_COLLECTION:
            return Row(collection, name, row_id, version, BY_NAME_ALONE)
        return Row(collection, name, row_id, version, self._description.of(collection, name, bytes_of(record)))


def _state(root: Root) -> tuple[int, bytes]:
    return root.epoch, root.link
