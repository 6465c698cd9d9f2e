"""One commit: rows, root and journal entry change together or not at all.

The caller holds the writer lock and an immediate transaction whose state it has just compared with `before`, and says
COMMIT when this returns. An insert never overwrites; a rewrite or delete first checks the row that it replaces.
"""

from __future__ import annotations

from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from prometheus_vault import blake2, journal, records, root
from prometheus_vault.errors import Tampered
from prometheus_vault.journal import Operation
from prometheus_vault.limits import JOURNAL_AT_MOST, JOURNAL_KEPT
from prometheus_vault.record_set import RecordSet, checked_row

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prometheus_vault.header import Header
    from prometheus_vault.keys import SubKeys
    from prometheus_vault.records import Record


class Written(NamedTuple):
    """What a commit made of the state: to be adopted once it is durable. A leaf of None is a row that went."""

    sealed_root: bytes
    root: root.Root
    header: Header
    leaves: dict[bytes, bytes | None]
    operations: tuple[Operation, ...]

    def adopted_by(self, before: RecordSet) -> RecordSet:
        """Change the leaves of the state before in place and return the state after."""
        for row_id, leaf in self.leaves.items():
            if leaf is None:
                del before.leaves[row_id]
            else:
                before.leaves[row_id] = leaf
        return RecordSet(self.sealed_root, self.root, self.header, before.leaves)


class RowChange(NamedTuple):
    """One row that was written, with its leaf afterwards."""

    operation: Operation
    leaf_before: bytes | None
    leaf_after: bytes | None


def write(
    connection: sqlite3.Connection,
    keys: SubKeys,
    before: RecordSet,
    changes: Mapping[bytes, Record | None],
    new_header: Header | None = None,
    *,
    journal_needed: int | None = None,
) -> Written:
    """Write records (None = delete) by row id, and a new header when there is one.

    `journal_needed` is the epoch after which journal entries are still wanted by somebody, if known.

    Raises:
        Tampered: When a row to be replaced is not the one that was verified.
        TooLarge: When there are more than a million changes.
    """
    rows = _write_rows(connection, keys, before, changes)
    operations = [row.operation for row in rows]
    if new_header is not None:
        operations.append(Operation(journal.HEADER, journal.NO_ID, new_header.generation))
        connection.execute("UPDATE meta SET v = ? WHERE k = 'hdr'", (new_header.raw,))
    header = new_header or before.header
    link = write_entry(connection, keys, header.vault_id, before.root, operations, needed=journal_needed)
    new_root = root.Root(before.root.epoch + 1, *_summed(before.root, rows), header.mac, link)
    sealed_root = _write_root(connection, keys, header, new_root)
    leaves = {row.operation.row_id: row.leaf_after for row in rows}
    return Written(sealed_root, new_root, header, leaves, tuple(operations))


def write_restart(
    connection: sqlite3.Connection,
    keys: SubKeys,
    before: RecordSet,
    seen_epoch: int,
    changes: Mapping[bytes, Record | None],
) -> Written:
    """Begin a new journal after the newest epoch known: an older state that was accepted, with what is noted of it."""
    rows = _write_rows(connection, keys, before, changes)
    operations = [Operation(journal.RESTART, journal.NO_ID, before.root.epoch), *(row.operation for row in rows)]
    connection.execute("DELETE FROM jrnl")
    newest = before.root._replace(epoch=max(before.root.epoch, seen_epoch), link=journal.NO_LINK)
    link = write_entry(connection, keys, before.header.vault_id, newest, operations)
    new_root = root.Root(newest.epoch + 1, *_summed(before.root, rows), before.header.mac, link)
    sealed_root = _write_root(connection, keys, before.header, new_root)
    leaves = {row.operation.row_id: row.leaf_after for row in rows}
    return Written(sealed_root, new_root, before.header, leaves, tuple(operations))


def write_entry(
    connection: sqlite3.Connection,
    keys: SubKeys,
    vault_id: bytes,
    before: root.Root,
    operations: Sequence[Operation],
    *,
    needed: int | None = None,
) -> bytes:
    """Append the journal entry that follows a root, drop entries past those kept, and return the new link.

    Entries after the epoch `needed` stay too, up to a limit.
    """
    epoch = before.epoch + 1
    sealed = journal.seal_entry(keys, vault_id, epoch, before.link, operations)
    # A foreign row under this number is no reason to stop: the journal is authenticated by its links alone.
    connection.execute("INSERT OR REPLACE INTO jrnl(seq, ct) VALUES (?, ?)", (epoch, sealed))
    past = epoch - JOURNAL_KEPT if needed is None else max(min(epoch - JOURNAL_KEPT, needed), epoch - JOURNAL_AT_MOST)
    connection.execute("DELETE FROM jrnl WHERE seq <= ?", (past,))
    return journal.link(vault_id, epoch, sealed)


def stored_row(
    connection: sqlite3.Connection, keys: SubKeys, known: RecordSet, row_id: bytes
) -> tuple[int, bytes] | None:
    """Return version and ciphertext of a row that is as it was verified, or None when there is none and was none.

    Raises:
        Tampered: When the row was changed, added or removed behind the open vault.
    """
    if row_id in known.leaves:
        return present_row(connection, keys, known, row_id)
    if connection.execute("SELECT 1 FROM rec WHERE id = ?", (row_id,)).fetchone():
        raise Tampered("a record appeared behind the open vault")
    return None


def present_row(connection: sqlite3.Connection, keys: SubKeys, known: RecordSet, row_id: bytes) -> tuple[int, bytes]:
    """Return version and ciphertext of a row of the verified set.

    Raises:
        Tampered: When the row was changed or removed behind the open vault.
    """
    row = connection.execute("SELECT id, ver, ct FROM rec WHERE id = ?", (row_id,)).fetchone()
    if row is None:
        raise Tampered("a record vanished behind the open vault")
    _, version, sealed = checked_row(row)
    if not blake2.same(root.leaf(keys.set, row_id, version, sealed), known.leaves[row_id]):
        raise Tampered("a record was changed behind the open vault")
    return version, sealed


def _write_root(connection: sqlite3.Connection, keys: SubKeys, header: Header, new_root: root.Root) -> bytes:
    sealed_root = root.seal_root(keys, header.vault_id, new_root)
    connection.execute("UPDATE meta SET v = ? WHERE k = 'root'", (sealed_root,))
    return sealed_root


def _write_rows(
    connection: sqlite3.Connection, keys: SubKeys, before: RecordSet, changes: Mapping[bytes, Record | None]
) -> list[RowChange]:
    """Write rows in the order in which they lie in the file, and return what became of each."""
    rows: list[RowChange] = []
    new: list[tuple[bytes, Record]] = []
    for row_id, record in sorted(changes.items(), key=itemgetter(0)):
        if row_id in before.leaves:
            rows.append(_rewrite(connection, keys, before, row_id, record))
        elif record is not None:
            new.append((row_id, record))
    # A row that appeared under such an id behind the open vault is refused by the table.
    statement = "INSERT INTO rec(id, ver, ct) VALUES (?, 1, ?)"
    connection.executemany(statement, _sealed(keys, before.header.vault_id, new, rows.append))
    return rows


def _sealed(
    keys: SubKeys, vault_id: bytes, new: Sequence[tuple[bytes, Record]], note: Callable[[RowChange], None]
) -> Iterator[tuple[bytes, bytes]]:
    make_leaf = root.leaf_maker(keys.set)
    for row_id, record in new:
        sealed = records.seal_record(keys, vault_id, record, row_id, 1)
        note(RowChange(Operation(journal.PUT, row_id, 1), None, make_leaf(row_id, 1, sealed)))
        yield row_id, sealed


def _rewrite(
    connection: sqlite3.Connection, keys: SubKeys, before: RecordSet, row_id: bytes, record: Record | None
) -> RowChange:
    version, _ = present_row(connection, keys, before, row_id)
    leaf_before = before.leaves[row_id]
    if record is None:
        connection.execute("DELETE FROM rec WHERE id = ?", (row_id,))
        return RowChange(Operation(journal.DELETE, row_id, version), leaf_before, None)
    version += 1
    sealed = records.seal_record(keys, before.header.vault_id, record, row_id, version)
    connection.execute("UPDATE rec SET ver = ?, ct = ? WHERE id = ?", (version, sealed, row_id))
    leaf_after = root.leaf(keys.set, row_id, version, sealed)
    return RowChange(Operation(journal.PUT, row_id, version), leaf_before, leaf_after)


def _summed(before: root.Root, rows: Sequence[RowChange]) -> tuple[int, bytes]:
    count, total = before.records, int.from_bytes(before.total, "little")
    for row in rows:
        for leaf, step in ((row.leaf_before, -1), (row.leaf_after, 1)):
            if leaf is not None:
                count += step
                total ^= int.from_bytes(leaf, "little")
    return count, total.to_bytes(32, "little")
