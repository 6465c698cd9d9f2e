"""An open file with its keys and the state last verified: who may read or write when.

Reading: one read transaction; when another process has committed meanwhile, everything is verified again and must
continue the state known. Writing: writer lock, anchor, immediate transaction, the same comparison, then commit, anchor
and, after deletes and header rewrites, a checkpoint that empties the log of old pages.
A failure after COMMIT never looks like a failed commit: it becomes a warning.
"""

from __future__ import annotations

import os
import threading
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING

from prometheus_vault import commit, record_set, set_check, sqlite_file, upkeep
from prometheus_vault.anchor import Anchor
from prometheus_vault.anchor_delay import Delay, is_urgent
from prometheus_vault.anchor_upkeep import AnchorUpkeep, judge_state
from prometheus_vault.errors import Busy, Closed, Conflict, StorageError, VaultError, VaultMissing
from prometheus_vault.index import NOTHING_DESCRIBED
from prometheus_vault.index_snapshot import index_path
from prometheus_vault.index_upkeep import RecordIndex
from prometheus_vault.lock import WAIT_SECONDS, writer_lock
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator, Mapping

    from prometheus_vault.anchor_mirror import AnchorMirror
    from prometheus_vault.commit import Written
    from prometheus_vault.header import Header
    from prometheus_vault.index import Description
    from prometheus_vault.record_set import RecordSet
    from prometheus_vault.records import Record
    from prometheus_vault.root import Root
    from prometheus_vault.set_check import SetCheck
    from prometheus_vault.unlocking import Unlocked

_READING = "the vault could not be read"
_WRITING = "the change could not be written"
_LOCKED = "the vault is locked"
_UNLOCK_AGAIN = "open the vault again, as every new command does"


class Session:
    """One connection to one vault file; `opening` puts the first verified state into `records`.

    `why_read_only` is empty, or says why nothing can be written.
    """

    def __init__(
        self,
        connection: sqlite3.Connection,
        unlocked: Unlocked,
        header: Header,
        *,
        path: str,
        anchor_dir: str,
        identity: tuple[int, int],
        description: Description = NOTHING_DESCRIBED,
        why_read_only: str = "",
        mirror: AnchorMirror | None = None,
    ) -> None:
        self._unlocked: Unlocked | None = unlocked
        self.records = record_set.unverified(header)
        self.index = RecordIndex(index_path(anchor_dir, header.vault_id), description)
        self.path = path
        self.why_read_only = why_read_only
        self.warnings: list[str] = []
        self.wait_seconds = WAIT_SECONDS
        self._connection: sqlite3.Connection | None = connection
        self.anchors = AnchorUpkeep(anchor_dir, header.vault_id, mirror)
        self._identity = identity
        self.guard = threading.RLock()
        self._is_writing = False
        self._uses_log = False
        self.anchor_delay = Delay(self._settle_delayed_anchor)
        self._check: SetCheck | None = None

    @property
    def unlocked(self) -> Unlocked:
        """The keys, and the slot that gave them.

        Raises:
            Closed: When the vault was closed.
        """
        if self._unlocked is None:
            raise Closed(_LOCKED, remedy=_UNLOCK_AGAIN)
        return self._unlocked

    @unlocked.setter
    def unlocked(self, unlocked: Unlocked) -> None:
        self._unlocked = unlocked

    @property
    def connection(self) -> sqlite3.Connection:
        """The open connection.

        Raises:
            Closed: When the vault was closed.
        """
        if self._connection is None:
            raise Closed(_LOCKED, remedy=_UNLOCK_AGAIN)
        return self._connection

    @property
    def is_verified(self) -> bool:
        """Whether every row has been checked, and none has to be waited for."""
        return self._check is None

    def verified(self) -> RecordSet:
        """Wait until every row has been checked, and return the state.

        Raises:
            IntegrityError: When anything is not what the key holder wrote; each time.
        """
        with self.guard:
            if self._check is not None:
                self.records = self.records._replace(leaves=self._check.result().leaves)
                self._check = None
            return self.records

    def verify_first(self) -> None:
        """Check header and root, and the rows too or, when they are many, begin with it; inside a read transaction."""
        keys = self.unlocked.keys
        state = record_set.read_state(self.connection, keys, self.records.header.vault_id)
        if state.root.records > set_check.AT_ONCE:
            self._check = set_check.begun(self.path, keys, state)
        self.records = state if self._check else record_set.check_rows(self.connection, keys, state)

    @contextmanager
    def reading(self, *, waits: bool = True) -> Iterator[RecordSet]:
        """Yield the current state inside one read transaction; inside `writing`, that one serves.

        Without `waits` the rows may be still to be checked (see `is_verified`): only header and root are authentic.
        """
        with self.guard, translated(_READING, self.path):
            connection = self.connection
            if self._check is not None and (waits or self._check.is_done):
                self.verified()
            if connection.in_transaction:
                yield self.records
                return
            connection.execute("BEGIN")
            try:
                self._refresh()
                yield self.records
            finally:
                self._end_transaction()

    @contextmanager
    def writing(self, *, heeds_anchor: bool = True, alone: bool = False) -> Iterator[RecordSet]:
        """Hold the writer lock and an immediate transaction; `commit` inside it, or everything is undone.

        With `alone` nobody else has the file open when it begins, and there is no log: the file may be replaced.

        Raises:
            Busy: When another process holds the lock, or this thread already does.
            Rollback: When the file or the anchor is not a continuation of the state known.
            Conflict: When the file was replaced by another.
            VaultMissing: When it was removed.
            StorageError: When the vault was opened read-only, or the system refuses.
        """
        with self.guard:
            self._refuse_writing()
            self.verified()
            with translated(_WRITING, self.path):
                self.refuse_other_file()
            with writer_lock(self.path, self.wait_seconds):
                self._is_writing = True
                try:
                    with translated(_WRITING, self.path):
                        self._begin_writing(heeds_anchor=heeds_anchor, alone=alone)
                    yield self.records
                finally:
                    self._is_writing = False
                    with translated(_WRITING, self.path):
                        self._end_transaction()

    def commit(self, changes: Mapping[bytes, Record | None], new_header: Header | None = None) -> None:
        """Make changes durable; only inside `writing`."""
        with translated(_WRITING, self.path):
            keys, needed = self.unlocked.keys, self.index.written_at
            written = commit.write(self.connection, keys, self.records, changes, new_header, journal_needed=needed)
            self.connection.execute("COMMIT")
        before, self.records = self.records.root, written.adopted_by(self.records)
        self._keep_index(before, written, changes)
        if is_urgent(written, changes):
            self.warn_on_failure(self.write_anchor)
        else:
            self.anchor_delay.ask()
        if new_header is not None or None in written.leaves.values():
            self.warn_on_failure(self.checkpoint)

    def restart(self, changes: Callable[[], Mapping[bytes, Record | None]]) -> None:
        """Make this state the newest of all, past any anchor, and begin the journal anew, with what is noted of it."""
        with self.writing(heeds_anchor=False), translated(_WRITING, self.path):
            keys = self.unlocked.keys
            epoch = self.anchors.epoch_to_pass(keys.anchor)
            written = commit.write_restart(self.connection, keys, self.records, epoch, changes())
            self.connection.execute("COMMIT")
            self.records = written.adopted_by(self.records)
            self.anchors.write_mirror(keys, self.records)
            self.write_anchor()

    def verify_again(self) -> RecordSet:
        """Read and check everything anew, inside `reading`."""
        before = self.verified()
        fresh = record_set.verify(self.connection, self.unlocked.keys, before.header.vault_id)
        judge_state(Anchor(before.root.epoch, before.root.link), self.connection, self.unlocked.keys, fresh)
        self.records = fresh
        return fresh

    def judge_anchor(self, seen: Anchor | None) -> None:
        """Compare the current state with an anchor read before it."""
        self.anchors.judge(seen, self.connection, self.unlocked.keys, self.records)

    def read_anchor(self) -> Anchor | None:
        """Return the anchor of this machine, or None."""
        return self.anchors.read(self.unlocked.keys)

    def _settle_delayed_anchor(self) -> None:
        with self.guard:
            if self._connection is not None:
                upkeep.settle_anchor(self)

    def checkpoint(self) -> None:
        """Bring the log into the file and empty it.

        Raises:
            Busy: When a reader keeps it from being emptied.
        """
        with self.guard, translated("the log could not be emptied", self.path):
            row = self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        if row[0]:
            raise Busy("a reader keeps old pages in the log of the vault; they go when it ends")

    def close(self) -> None:
        """Empty the log, bring the anchor up to date, close the file and let go of the keys; harmless twice.

        Raises:
            IntegrityError: When the rows were still being checked and are not what the key holder wrote; the file is
                closed all the same, and left as it was found.
        """
        with self.guard:
            if self._connection is None:
                return
            try:
                self.verified()
                if not self.why_read_only:
                    self._connection.execute("PRAGMA busy_timeout=100")
                    self.warn_on_failure(self._empty_log_unless_used)
                    upkeep.settle_anchor(self)
                    upkeep.settle_mirror(self)
                    upkeep.settle_index(self)
            finally:
                self.index.forget()
                self.anchor_delay.cancel()
                if self._check is None:
                    self._connection.close()
                else:
                    self._check.stop()
                    sqlite_file.abandon(self._connection, self.path)
                self._connection = None
                if self._unlocked is not None:
                    self._unlocked.wipe()
                self._unlocked = None

    def _empty_log_unless_used(self) -> None:
        with suppress(Busy):  # whoever else has the vault open empties it at the end
            self.checkpoint()

    def _begin_writing(self, *, heeds_anchor: bool, alone: bool) -> None:
        self.refuse_other_file()
        seen = self.read_anchor() if heeds_anchor else None
        if alone:
            sqlite_file.leave_write_ahead_log(self.connection, self.wait_seconds)
        elif not self._uses_log:
            sqlite_file.use_write_ahead_log(self.connection)
        self._uses_log = not alone
        self.connection.execute("BEGIN IMMEDIATE")
        self._refresh()
        self.judge_anchor(seen)

    def _refresh(self) -> None:
        row = self.connection.execute("SELECT v FROM meta WHERE k = 'root'").fetchone()
        if row is None or row[0] != self.records.sealed_root:
            self.verify_again()

    def write_anchor(self) -> None:
        """Let the anchor name the state known; the caller holds the writer lock."""
        self.anchors.write(self.unlocked.keys, self.records)

    def retire(self, why: str) -> None:
        """Close without touching the file or the anchor: another file has taken its place."""
        self.why_read_only = why
        self.index.remove()
        self.close()

    def _refuse_writing(self) -> None:
        if self._connection is None:
            raise Closed(_LOCKED, remedy=_UNLOCK_AGAIN)
        if self.why_read_only:
            raise StorageError(_WRITING, reason=self.why_read_only)
        if self._is_writing:
            raise Busy("this vault is inside a transaction already")

    def refuse_other_file(self) -> None:
        """Refuse to go on with a file that another one has replaced.

        Raises:
            VaultMissing: When it went.
            Conflict: When another lies at its path.
        """
        try:
            found = file_identity(self.path)
        except FileNotFoundError:
            raise VaultMissing("the vault file was removed while it was open") from None
        if found != self._identity:
            raise Conflict("the vault file was replaced by another", remedy=_UNLOCK_AGAIN)

    def _end_transaction(self) -> None:
        if self._connection is not None and self._connection.in_transaction:
            self._connection.execute("ROLLBACK")

    def _keep_index(self, before: Root, written: Written, changes: Mapping[bytes, Record | None]) -> None:
        try:
            self.index.follow(before, written, changes)
        except Exception:  # noqa: BLE001 - the commit stands; whoever asks the index next learns what is wrong
            self.index.forget()
        if self.index.is_due(self.records, at_close=False):
            self.warn_on_failure(self.write_index)

    def write_index(self) -> None:
        """Write the index of the state known; the caller holds the writer lock."""
        self.index.write(self.unlocked.keys, self.records)

    def warn_on_failure(self, action: Callable[[], None]) -> None:
        """Do something whose failure must not look like that of the commit before it."""
        try:
            action()
        except VaultError as error:
            self.warn(error)

    def warn(self, error: VaultError) -> None:
        """Tell an error once, as a warning."""
        text = f"{error.what}: {error.meaning}" if error.meaning else error.what
        if text not in self.warnings:
            self.warnings.append(text)


def file_identity(path: str) -> tuple[int, int]:
    """Return device and inode of the file at a path, which tell it from a replacement."""
    found = os.stat(path)
    return found.st_dev, found.st_ino
