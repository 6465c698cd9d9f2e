"""What SQLite still gives of a vault file that may be broken; nothing here is authentic, and no key is needed.

Only tables of the very form are read. Rows that break the file's structure are looked for around the break: the table
is read in ranges of ids, and in ever smaller ones where a range cannot be read to its end.
"""

from __future__ import annotations

import os
import sqlite3
from typing import TYPE_CHECKING, Final

from prometheus_vault import limits, sqlite_file
from prometheus_vault.errors import Damaged, NotAVault, Tampered, TooNew, VaultMissing
from prometheus_vault.header import parse_header

if TYPE_CHECKING:
    from prometheus_vault.header import Header

_ALL_ROWS: Final = "SELECT id, ver, ct FROM rec"
_ROWS_BETWEEN: Final = "SELECT id, ver, ct FROM rec WHERE id >= ? AND id < ? ORDER BY id"
_DEEPEST: Final = 2
"""Bytes of an id by which ranges are made at most: 65,536 look-ups around each break."""


def connected(path: str) -> sqlite3.Connection:
    """Open a file for reading, inside one transaction, however it looks behind its first page.

    Raises:
        VaultMissing: When there is no file.
        NotAVault: When it is something else.
        TooNew: When its format is later.
    """
    if not os.path.isfile(path):
        raise VaultMissing("there is no vault file of that name")
    is_writable = os.access(path, os.W_OK) or sqlite_file.has_log(path)
    connection = sqlite_file.connect(path, "mode=ro" if is_writable else "mode=ro&immutable=1")
    try:
        _refuse_others(connection)
        connection.execute("BEGIN")
    except BaseException:
        connection.close()
        raise
    return connection


def _refuse_others(connection: sqlite3.Connection) -> None:
    if connection.execute("PRAGMA application_id").fetchone() != (limits.APPLICATION_ID,):
        raise NotAVault("the file is a database, but not a vault")
    version = connection.execute("PRAGMA user_version").fetchone()[0]
    if version > limits.USER_VERSION:
        raise TooNew(f"the vault has format {version}; this program knows format {limits.USER_VERSION}")


def strangers(connection: sqlite3.Connection) -> list[str]:
    """Say what is in the file that does not belong there; only tables of the very form are read at all."""
    found = connection.execute("SELECT type, name, tbl_name, sql FROM sqlite_schema").fetchall()
    ours = {(b"table", name, name, statement): name for name, statement in sqlite_file.TABLES.items()}
    there = {ours[tuple(row)] for row in found if tuple(row) in ours}
    if not {b"rec", b"meta"} <= there:
        raise Tampered("the tables of the file are not those of a vault, and nothing can be read from it")
    faults = [] if b"jrnl" in there else ["the journal is gone"]
    if len(found) > len(there):
        faults.append(f"the file has {len(found) - len(there)} tables or other things that are not of a vault")
    return faults


def read_meta(connection: sqlite3.Connection, faults: list[str]) -> tuple[Header, object]:
    """Return the header, and whatever lies in the place of the sealed root; add to the faults what is strange.

    Raises:
        Damaged: When the header is.
    """
    rows = dict(connection.execute("SELECT k, v FROM meta LIMIT 10").fetchall())
    header = rows.get(b"hdr")
    if type(header) is not bytes:
        raise Damaged("the header is gone, and with it the keys of everything")
    if rows.keys() - {b"hdr", b"root"}:
        faults.append("the table of the header holds something that is not of a vault")
    return parse_header(header), rows.get(b"root")


def scanned(connection: sqlite3.Connection) -> tuple[list[tuple[object, ...]], list[str]]:
    """Return the rows of the records that can be read, of any type and length, and what is wrong with their table."""
    rows: list[tuple[object, ...]] = []
    try:
        rows.extend(connection.execute(_ALL_ROWS))
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        rows = sorted({*rows, *_around_the_breaks(connection, b"", 0)}, key=repr)
        return rows, ["the file breaks the rules of its database format; records in the broken parts are lost"]
    return rows, []


def _around_the_breaks(connection: sqlite3.Connection, front: bytes, depth: int) -> list[tuple[object, ...]]:
    rows: list[tuple[object, ...]] = []
    for byte in range(256):
        low = front + bytes([byte])
        high = _after(low)
        try:
            rows.extend(connection.execute(_ROWS_BETWEEN, (low, high)))
        except (sqlite3.DatabaseError, UnicodeDecodeError):
            if depth + 1 < _DEEPEST:
                rows += _around_the_breaks(connection, low, depth + 1)
    return rows


def _after(low: bytes) -> bytes:
    """Return the first id that does not begin like that; 17 bytes of ones come after all."""
    number = int.from_bytes(low, "big") + 1
    return number.to_bytes(len(low), "big") if number < 1 << 8 * len(low) else b"\xff" * 17
