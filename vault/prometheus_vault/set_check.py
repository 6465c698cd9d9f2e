"""Checking a large set of records in a thread, so that a vault opens before every row has been read.

The thread has a connection of its own that only reads, in a transaction that sees the same state as the one that was
opened; header and root are authentic before it begins. Until it is done records are read by the versions that the index
knows, and nothing is written, signed or closed. A version begins anew with a record that was deleted and made again, so
what is read until then may be an earlier record of that name. What it finds is raised to everyone who waits, again and
again.
"""

from __future__ import annotations

import threading
from contextlib import suppress
from typing import TYPE_CHECKING, Final

from prometheus_vault import record_set, sqlite_file
from prometheus_vault.errors import Closed
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    import sqlite3

    from prometheus_vault.keys import SubKeys
    from prometheus_vault.record_set import RecordSet

AT_ONCE: Final = 20_000
"""Records up to which a vault is checked before it opens."""
_READING: Final = "the vault could not be read"


class SetCheck:
    """One check under way; made by `begun`."""

    def __init__(self, connection: sqlite3.Connection, path: str, keys: SubKeys, state: RecordSet) -> None:
        self._connection = connection
        self._path = path
        self._keys = keys
        self._state = state
        self._error: BaseException | None = None
        self._is_unwanted = False
        self._thread = threading.Thread(target=self._run, name="vault check", daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether there is a result, so that nobody has to wait for it."""
        return not self._thread.is_alive()

    def result(self) -> RecordSet:
        """Wait, and return the state with all its leaves.

        Raises:
            Tampered: When any row is not what the key holder wrote.
            StorageError: When the file could not be read.
        """
        self._thread.join()
        if self._error is not None:
            raise self._error
        return self._state

    def stop(self) -> None:
        """Give up, and wait until the thread has let go of the file and the keys."""
        self._is_unwanted = True
        self._thread.join()

    def _run(self) -> None:
        try:
            with translated(_READING, self._path):
                self._state = record_set.check_rows(self._connection, self._keys, self._state, self._go_on)
        except BaseException as error:  # noqa: BLE001 - it is raised where somebody waits
            self._error = error.with_traceback(None)
        finally:
            self._connection.close()

    def _go_on(self) -> None:
        if self._is_unwanted:
            raise Closed("the vault was closed before it was checked")


def begun(path: str, keys: SubKeys, state: RecordSet) -> SetCheck | None:
    """Begin to check the set of a state; None when the file has gone on meanwhile, or the system gives no thread."""
    with translated(_READING, path):
        connection = sqlite_file.open_file(path, read_only=True)
        try:
            connection.execute("BEGIN")
            if sqlite_file.read_meta(connection) == (state.header.raw, state.sealed_root):
                with suppress(RuntimeError):
                    return SetCheck(connection, path, keys, state)
        except BaseException:
            connection.close()
            raise
        connection.close()
        return None
