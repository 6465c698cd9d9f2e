"""A change tried on a copy of the vault before it is made in the vault itself.

    folder/as-it-was.vault     the copy, one file without a log, verified; nothing writes it
    folder/tried.vault         a copy of that, in which the change is committed and everything is verified again

Both are sealed under the vault's own keys, which the open session lends: no secret is asked for. No anchor is read or
written, because neither file is a vault that anybody goes on with. Rows that a change does not name must have the very
leaves that they had, which is checked here; what the named ones say now is for the caller to compare.
"""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from prometheus_vault import commit, record_set, sqlite_file
from prometheus_vault.backup import check_copy, copy_database
from prometheus_vault.errors import Tampered
from prometheus_vault.filesystem import sync_file
from prometheus_vault.records import open_record, record_id
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator

    from prometheus_vault.keys import SubKeys
    from prometheus_vault.record_set import RecordSet
    from prometheus_vault.records import Record
    from prometheus_vault.session import Session

_COPYING: Final = "the copy of the vault could not be written"


class Rehearsal:
    """An open copy; made by `rehearsing`, and of use only inside its block."""

    def __init__(self, kept: str, connection: sqlite3.Connection, keys: SubKeys, known: RecordSet) -> None:
        self.kept = kept
        """Path of the copy as it was; whoever moves it away keeps it."""
        self._connection = connection
        self._keys = keys
        self._known = known

    def records(self) -> Iterator[Record]:
        """Yield every record of the copy as it is now; the body of a key lies in locked memory and is the caller's."""
        with translated(_COPYING):
            vault_id = self._known.header.vault_id
            for row_id in sorted(self._known.leaves):
                row = commit.present_row(self._connection, self._keys, self._known, row_id)
                yield open_record(self._keys, vault_id, row_id, *row)

    def write(self, changed: Iterable[Record]) -> None:
        """Commit records to the copy, verify it whole, and see that every other row is what it was.

        Raises:
            Tampered: When it is not; the vault itself is untouched.
            StorageError: When there is no room for it.
        """
        rows: dict[bytes, Record | None] = {record_id(self._keys.id, *one[:2]): one for one in changed}
        others = {row_id: leaf for row_id, leaf in self._known.leaves.items() if row_id not in rows}
        with translated(_COPYING):
            self._connection.execute("BEGIN IMMEDIATE")
            commit.write(self._connection, self._keys, self._known, rows)
            self._connection.execute("COMMIT")
            self._known = record_set.verify(self._connection, self._keys, self._known.header.vault_id)
        if any(self._known.leaves.get(row_id) != leaf for row_id, leaf in others.items()):
            raise Tampered("the change touched records that it does not name")


@contextmanager
def rehearsing(session: Session, folder: str) -> Iterator[Rehearsal]:
    """Copy a vault that is open into a private empty folder, and yield the copy to try a change on.

    Raises:
        Tampered: When the copy is not what was read.
        StorageError: When there is no room for two copies.
    """
    kept, tried = os.path.join(folder, "as-it-was.vault"), os.path.join(folder, "tried.vault")
    copy_file(session, kept)
    with translated(_COPYING):
        shutil.copyfile(kept, tried)
        os.chmod(tried, 0o600)
        connection = sqlite_file.open_file(tried, read_only=False)
        try:
            keys, vault_id = session.unlocked.keys, session.records.header.vault_id
            yield Rehearsal(kept, connection, keys, record_set.verify(connection, keys, vault_id))
        finally:
            connection.close()


def copy_file(session: Session, target: str) -> None:
    """Write the vault as it is now to a new private file, one file without a log, verified and on the disk.

    Raises:
        Tampered: When the copy is not what was read.
        StorageError: When it cannot be written.
    """
    with session.reading() as known, translated(_COPYING):
        os.close(os.open(target, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        copy_database(session.connection, target)
        check_copy(target, session.unlocked.keys, known)
        sync_file(target)
