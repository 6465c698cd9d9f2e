"""The SQLite file: how it is opened, which shape it must have, and how it is made.

Opening looks at the application id (`NotAVault`), the format version (`TooNew`), the schema as text, the keys of
`meta`, and only then at the header; nothing is written before the records are verified. Text where bytes belong shows
as `StoredText` and is refused, because SQLite would compare it differently.

A file that may be in use is never opened past SQLite: a process loses all its locks on a file as soon as it closes any
descriptor of it, and another process would then take a log that is in use for its own.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import sys
import time
from contextlib import suppress
from typing import Final

from prometheus_vault import limits
from prometheus_vault.errors import Busy, NotAVault, StorageError, Tampered, TooNew, VaultMissing
from prometheus_vault.root import SEALED_LENGTH
from prometheus_vault.sqlite_errors import translated

_PAUSE_SECONDS: Final = 0.02
_MAGIC: Final = b"SQLite format 3\0"
TABLES: Final = {
    b"jrnl": b"CREATE TABLE jrnl(seq INTEGER PRIMARY KEY, ct BLOB NOT NULL) STRICT",
    b"meta": b"CREATE TABLE meta(k TEXT PRIMARY KEY, v BLOB NOT NULL) STRICT, WITHOUT ROWID",
    b"rec": b"CREATE TABLE rec(id BLOB PRIMARY KEY, ver INTEGER NOT NULL, ct BLOB NOT NULL) STRICT, WITHOUT ROWID",
}
_PRAGMAS: Final = (
    "cell_size_check=ON",
    "trusted_schema=OFF",
    "mmap_size=0",
    "temp_store=MEMORY",
    "busy_timeout=5000",
    "secure_delete=ON",
    "journal_size_limit=0",
)
_PRAGMAS_OF_KNOWN_SHAPE: Final = ("synchronous=FULL", "cache_size=-64000")
"""These read the schema, so they come when it is known to be ours."""
_MAC_PRAGMAS: Final = ("fullfsync=ON", "checkpoint_fullfsync=ON")
_SAFE_IN_URI: Final = frozenset(b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/-._~")


class StoredText(bytes):
    """A TEXT value as its bytes, told apart from a BLOB."""

    __slots__ = ()


def open_file(path: str, *, read_only: bool) -> sqlite3.Connection:
    """Open a vault file and check its shape, without writing to it.

    Raises:
        VaultMissing: When there is no file.
        NotAVault: When it is something else.
        TooNew: When its format is later.
        Tampered: When the database or its schema is broken.
        StorageError: When the system refuses.
        Busy: When another program keeps it locked.
    """
    with translated("the vault could not be opened", path):
        _refuse_other_kinds(path)
        connection = _connect_for_reading(path) if read_only else connect(path, "mode=rw")
        try:
            _check_shape(connection)
            for pragma in _PRAGMAS_OF_KNOWN_SHAPE:
                connection.execute(f"PRAGMA {pragma}")
        except BaseException as error:
            abandon(connection, path)
            if _is_no_database(error) and not _has_magic(path):
                raise NotAVault("the file is not a vault") from None
            raise
        return connection


def connect(path: str, options: str) -> sqlite3.Connection:
    """Open a database with the limits and pragmas of the format; the schema is not read yet."""
    if sqlite3.sqlite_version_info < (3, 37):  # pragma: no cover - STRICT tables came with 3.37
        raise StorageError("the vault could not be opened", reason=f"SQLite {sqlite3.sqlite_version} is too old")
    connection = sqlite3.connect(
        f"file:{_escaped(path)}?{options}", uri=True, isolation_level=None, check_same_thread=False, timeout=5.0
    )
    connection.text_factory = StoredText
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, limits.BLOB_LIMIT)
    for pragma in (*_PRAGMAS, *(_MAC_PRAGMAS if sys.platform == "darwin" else ())):
        connection.execute(f"PRAGMA {pragma}")
    return connection


def abandon(connection: sqlite3.Connection, path: str) -> None:
    """Close a file that was refused, and leave it and a log beside it as they were found.

    Whoever closes a file last brings its log into it. A second connection, which may only read, is closed after the one
    that may write, so nobody does; a log that does not belong to the file then spoils nothing by having been there.
    """
    witness: sqlite3.Connection | None = None
    with suppress(sqlite3.Error, OSError):
        if has_log(path):
            witness = connect(path, "mode=ro")
            witness.execute("PRAGMA application_id").fetchone()
    connection.close()
    if witness is not None:
        witness.close()


def create_tables(connection: sqlite3.Connection) -> None:
    """Give an empty file its page size, marks and tables, in rollback-journal mode."""
    for pragma in (
        f"page_size={limits.PAGE_SIZE}",
        "journal_mode=DELETE",
        "synchronous=FULL",
        f"application_id={limits.APPLICATION_ID}",
        f"user_version={limits.USER_VERSION}",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    for statement in TABLES.values():
        connection.execute(statement.decode())


def use_write_ahead_log(connection: sqlite3.Connection) -> None:
    """Switch to the write-ahead log, which the file remembers; only under the writer lock."""
    mode = connection.execute("PRAGMA journal_mode=WAL").fetchone()[0]
    if mode != b"wal":
        raise StorageError("the vault could not be prepared for writing", reason="no write-ahead log can be made here")


def leave_write_ahead_log(connection: sqlite3.Connection, wait_seconds: float) -> None:
    """Bring the log into the file and do without one; only under the writer lock.

    Raises:
        Busy: When another connection has the file open for longer than the wait.
    """
    deadline = time.monotonic() + wait_seconds
    while True:
        try:
            # Pages of an earlier state stay in memory over the switch, because commits to a log leave the counter alone
            # by which a file without one shows that it changed. A read from the log drops them.
            connection.execute("SELECT k FROM meta").fetchall()
            mode = connection.execute("PRAGMA journal_mode=DELETE").fetchone()[0]
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED}:
                raise
            mode = b"in use"
        if mode == b"delete":
            return
        if time.monotonic() >= deadline:
            raise Busy(
                "the vault is open in another program", remedy="close it there, or wait until it is done, and try again"
            )
        time.sleep(_PAUSE_SECONDS)


def read_meta(connection: sqlite3.Connection) -> tuple[bytes, bytes]:
    """Return the header and the sealed root.

    Raises:
        Tampered: When `meta` holds anything else, or the root has another length.
    """
    rows = connection.execute("SELECT k, v FROM meta LIMIT 3").fetchall()
    if [key for key, _ in rows] != [b"hdr", b"root"]:
        raise Tampered("the header table does not hold exactly a header and a root")
    header, root = (value for _, value in rows)
    if type(header) is not bytes or type(root) is not bytes or len(root) != SEALED_LENGTH:
        raise Tampered("the root or the header is not stored as it must be")
    return header, root


def read_entry(connection: sqlite3.Connection, seq: int) -> bytes | None:
    """Return the ciphertext of a journal entry, or None when it is gone or not stored as it must be."""
    row = connection.execute("SELECT ct FROM jrnl WHERE seq = ?", (seq,)).fetchone()
    return row[0] if row and type(row[0]) is bytes else None


def _refuse_other_kinds(path: str) -> None:
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        raise VaultMissing("there is no vault file of that name") from None
    if not stat.S_ISREG(mode):
        raise NotAVault("the file is not a vault")


def _is_no_database(error: BaseException) -> bool:
    return isinstance(error, sqlite3.Error) and getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB


def _has_magic(path: str) -> bool:
    # Only after SQLite refused the file: then no other connection of this process can hold a lock on it.
    with open(path, "rb", buffering=0) as file:
        return file.read(len(_MAGIC)) == _MAGIC


def _connect_for_reading(path: str) -> sqlite3.Connection:
    if not os.access(path, os.W_OK) and not has_log(path):
        # SQLite would give the log the mode of the file, and nobody could write it later on.
        return connect(path, "mode=ro&immutable=1")
    connection = connect(path, "mode=ro")
    try:
        connection.execute("PRAGMA application_id").fetchone()
    except sqlite3.OperationalError as error:
        connection.close()
        if error.sqlite_errorcode & 0xFF not in {sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY} or has_log(path):
            raise
        # A read-only folder leaves no room for the shared memory of the log. Without a log, and where nobody can
        # write, the file is all there is.
        return connect(path, "mode=ro&immutable=1")
    except sqlite3.DatabaseError:
        pass  # what kind of file it is, is said by whoever looks at its shape
    return connection


def has_log(path: str) -> bool:
    """Say whether a write-ahead log with content lies beside a file."""
    try:
        return os.stat(f"{path}-wal").st_size > 0
    except FileNotFoundError:
        return False


def _check_shape(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA application_id").fetchone() != (limits.APPLICATION_ID,):
        raise NotAVault("the file is a database, but not a vault")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > limits.USER_VERSION:
        raise TooNew(f"the vault has format {version}; this program knows format {limits.USER_VERSION}")
    if version != limits.USER_VERSION:
        raise Tampered(f"the vault claims format {version}, which never existed")
    found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema LIMIT 4").fetchall()
    expected = [(b"table", name, name, statement) for name, statement in TABLES.items()]
    if sorted(found, key=repr) != sorted(expected, key=repr):
        raise Tampered("the tables of the file are not those of a vault")


def _escaped(path: str) -> str:
    return "".join(chr(byte) if byte in _SAFE_IN_URI else f"%{byte:02x}" for byte in os.fsencode(path))
