"""The file that takes the place of a vault when it gets new keys: planned, built beside it, and read back whole.

Every record is opened under the old keys and sealed under the new ones, with a new row id; the journal begins anew
after the epoch of the old file. When it takes the old one's place is the business of `rekey`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_vault import commit, journal, records, root, sqlite_file
from prometheus_vault.errors import Conflict, Tampered
from prometheus_vault.journal import Operation
from prometheus_vault.limits import U64_LIMIT
from prometheus_vault.record_set import checked_row, verify
from prometheus_vault.root import Root

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Mapping

    from prometheus_vault.header import Header
    from prometheus_vault.keys import SubKeys
    from prometheus_vault.record_set import RecordSet
    from prometheus_vault.records import Record
    from prometheus_vault.session import Session

    Progress = Callable[[int, int], None]

_STEP = 500
"""Records between two calls of `progress`."""


class Renewal(NamedTuple):
    """What a new file is made of: its keys, its header, and the rows to write by their new ids."""

    keys: SubKeys
    header: Header
    before: RecordSet
    rows: list[tuple[bytes, bytes | Record]]
    """New row id, with the old row id of what is copied, or the record that was changed."""


def planned(
    session: Session, keys: SubKeys, changes: Mapping[bytes, Record | None], progress: Progress
) -> list[tuple[bytes, bytes | Record]]:
    """Open every record and return what is to be written, in the order of the new row ids."""
    total = 2 * session.records.root.records
    planned: list[tuple[bytes, bytes | Record]] = [
        (records.record_id(keys.id, record.collection, record.name), record) for record in changes.values() if record
    ]
    rows = session.connection.execute("SELECT id, ver, ct FROM rec")
    for number, row in enumerate(rows):
        row_id, version, sealed = checked_row(row)
        if row_id not in changes:
            record = _opened(session, row_id, version, sealed)
            planned.append((records.record_id(keys.id, record.collection, record.name), row_id))
        if not number % _STEP:
            progress(number, total)
    return sorted(planned, key=lambda entry: entry[0])


def build(session: Session, staged: str, plan: Renewal, progress: Progress) -> Root:
    """Write the new file and return its root."""
    connection = sqlite_file.connect(staged, "mode=rw")
    try:
        sqlite_file.create_tables(connection)
        connection.execute("BEGIN IMMEDIATE")
        total = _write_rows(session, connection, plan, progress)
        before = plan.before.root
        newest = _write_meta(connection, plan, before._replace(records=len(plan.rows), total=total))
        connection.execute("COMMIT")
    finally:
        connection.close()
    return newest


def _write_rows(session: Session, connection: sqlite3.Connection, plan: Renewal, progress: Progress) -> bytes:
    """Seal every record under the new keys; return the sum of the leaves."""
    make_leaf, total, done = root.leaf_maker(plan.keys.set), 0, len(plan.rows)
    for number, (row_id, source) in enumerate(plan.rows):
        record = _fetched(session, source) if isinstance(source, bytes) else source
        sealed = records.seal_record(plan.keys, plan.header.vault_id, record, row_id, 1)
        connection.execute("INSERT INTO rec(id, ver, ct) VALUES (?, 1, ?)", (row_id, sealed))
        total ^= int.from_bytes(make_leaf(row_id, 1, sealed), "little")
        if not number % _STEP:
            progress(done + number, 2 * done)
    progress(2 * done, 2 * done)
    return total.to_bytes(32, "little")


def _write_meta(connection: sqlite3.Connection, plan: Renewal, before: Root) -> Root:
    """Begin a new journal after the epoch of the old file, and write header and root."""
    vault_id = plan.header.vault_id
    if before.epoch + 1 >= U64_LIMIT:
        raise Conflict("the vault has had as many changes as its format can count")
    operations = [Operation(journal.RESTART, journal.NO_ID, before.epoch)]
    before = before._replace(link=journal.NO_LINK)
    link = commit.write_entry(connection, plan.keys, vault_id, before, operations)
    newest = Root(before.epoch + 1, before.records, before.total, plan.header.mac, link)
    rows = [("hdr", plan.header.raw), ("root", root.seal_root(plan.keys, vault_id, newest))]
    connection.executemany("INSERT INTO meta(k, v) VALUES (?, ?)", rows)
    return newest


def check(staged: str, plan: Renewal, newest: Root) -> None:
    """Read the new file back whole."""
    connection = sqlite_file.open_file(staged, read_only=True)
    try:
        found = verify(connection, plan.keys, plan.header.vault_id)
    finally:
        connection.close()
    if found.root != newest:
        raise Tampered("the new file is not the one that was written")


def _fetched(session: Session, row_id: bytes) -> Record:
    row = session.connection.execute("SELECT id, ver, ct FROM rec WHERE id = ?", (row_id,)).fetchone()
    if row is None:
        raise Tampered("a record vanished behind the open vault")
    return _opened(session, *checked_row(row))


def _opened(session: Session, row_id: bytes, version: int, sealed: bytes) -> Record:
    return records.open_record(session.unlocked.keys, session.records.header.vault_id, row_id, version, sealed)
