"""What a caller does inside one commit: get, put, delete.

Changes are collected and written when the block ends, so an exception undoes them by forgetting them, and the rows of
one record are written once however often it was put. A new header can be part of the commit, so that what is said about
it in a record becomes durable with it or not at all.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_memory import LockedBytes, holding
from prometheus_vault.errors import Conflict, TooLarge
from prometheus_vault.limits import BODY_BYTES_AT_MOST, KEY_COLLECTION
from prometheus_vault.records import Record, bytes_of, locked_bytes_of, record_id

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_vault.header import Header
    from prometheus_vault.reader import Reader
    from prometheus_vault.session import Session

    Note = Callable[["Transaction"], None]
    """What a caller writes into a commit that is not its own to begin."""


class Transaction:
    """One commit in the making; made by `Vault.transaction`."""

    def __init__(self, reader: Reader, id_key: LockedBytes) -> None:
        self._reader = reader
        self._id_key = id_key
        self._changes: dict[bytes, Record | None] = {}
        self._is_over = False

    @property
    def epoch(self) -> int:
        """The number of the state that this changes."""
        return self._reader.epoch

    def get(self, collection: int, name: str) -> bytes | None:
        """Return the body as this transaction sees it, or None; not for keys."""
        self._refuse_when_over()
        row_id = record_id(self._id_key, collection, name)
        if row_id not in self._changes:
            return self._reader.get(collection, name)
        changed = self._changes[row_id]
        return bytes_of(changed) if changed else None

    def secret(self, name: str) -> LockedBytes | None:
        """Return the body of a key as this transaction sees it, in locked memory of its own, or None."""
        self._refuse_when_over()
        row_id = record_id(self._id_key, KEY_COLLECTION, name)
        if row_id not in self._changes:
            return self._reader.secret(name)
        changed = self._changes[row_id]
        return locked_bytes_of(changed).copy() if changed else None

    def put(self, collection: int, name: str, body: bytes | LockedBytes) -> None:
        """Write a record, replacing the one of that name; a key is copied into locked memory at once.

        Raises:
            TooLarge: When the name or the body is outside its limits.
        """
        self._refuse_when_over()
        if len(body) > BODY_BYTES_AT_MOST:
            raise TooLarge(f"a record of {len(body)} bytes is longer than {BODY_BYTES_AT_MOST}")
        row_id = record_id(self._id_key, collection, name)
        if collection == KEY_COLLECTION:
            self._changes[row_id] = Record(collection, name, holding(body))
        elif isinstance(body, LockedBytes):
            raise TypeError("a body in locked memory belongs into the collection of keys")
        else:
            self._changes[row_id] = Record(collection, name, bytes(body))

    def delete(self, collection: int, name: str) -> bool:
        """Remove a record; return whether it was there."""
        self._refuse_when_over()
        row_id = record_id(self._id_key, collection, name)
        was_there = self._changes[row_id] is not None if row_id in self._changes else self._reader.has(row_id)
        self._changes[row_id] = None
        return was_there

    def finish(self) -> dict[bytes, Record | None]:
        """Return the changes that have an effect, by row id; nothing more can be done afterwards."""
        self._is_over = True
        return {
            row_id: record for row_id, record in self._changes.items() if record is not None or self._reader.has(row_id)
        }

    def _refuse_when_over(self) -> None:
        if self._is_over:
            raise Conflict("the transaction is over")


def write_nothing(_change: Transaction) -> None:
    """Note nothing."""


def changes_of(session: Session, reader: Reader, note: Note) -> dict[bytes, Record | None]:
    """Return what a function writes into a transaction that is not its own to commit; inside `writing`."""
    change = Transaction(reader, session.unlocked.keys.id)
    try:
        note(change)
    finally:
        changes = change.finish()
    return changes


@contextmanager
def committing(
    session: Session, reader: Reader, new_header: Callable[[Header], Header] | None = None
) -> Iterator[Transaction]:
    """Take the writer lock, yield a transaction and commit it, with the header that follows the present one if any."""
    with session.writing() as known:
        header = new_header(known.header) if new_header else None
        change = Transaction(reader, session.unlocked.keys.id)
        try:
            yield change
        finally:
            changes = change.finish()
        if changes or header is not None:
            session.commit(changes, header)
