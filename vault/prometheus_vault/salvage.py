"""What can still be read in a vault that is not what its key holder wrote.

The header and the slot in use must be whole: without them there is no key. Everything else is looked at row by row, and
a row counts when it opens under the keys of the vault; what is wrong is told in sentences, and records that the root
counts and nobody finds are counted, never guessed at. The file is only read.

What this cannot tell: a row that opens may have been put back to an older state of the same record, and the set, which
would show that, is what broke. Whoever goes on with what was salvaged takes that on himself.

Rows that break the file's structure are looked for around the break: the table is read in ranges of ids, and in ever
smaller ones where a range cannot be read to its end.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from prometheus_vault import anchor, blake2, journal, limits, record_set, root, sqlite_file
from prometheus_vault.errors import Damaged, NotAVault, Rollback, Tampered, TooNew, VaultMissing
from prometheus_vault.header import parse_header
from prometheus_vault.opening import refuse_network_file_system
from prometheus_vault.records import open_record
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_vault.header import Header
    from prometheus_vault.records import Record
    from prometheus_vault.root import Root
    from prometheus_vault.unlocking import Unlocked

    Row = tuple[bytes, int, bytes]

UNKNOWABLE: Final = (
    "a record that opens may have been put back to an older state of itself; after damage nothing can tell"
)
_READING: Final = "the vault could not be read"
_ALL_ROWS: Final = "SELECT id, ver, ct FROM rec"
_ROWS_BETWEEN: Final = "SELECT id, ver, ct FROM rec WHERE id >= ? AND id < ? ORDER BY id"
_DEEPEST: Final = 2
"""Bytes of an id by which ranges are made at most: 65,536 look-ups around each break."""


class Wreckage(NamedTuple):
    """What was found."""

    expected: int | None
    """How many records the root counts; None where the root cannot be read."""
    opened: int
    """How many records open."""
    faults: tuple[str, ...]
    """What is wrong, a sentence each; empty for a vault that is whole."""
    epoch: int
    """The newest state that anything authentic in the file names."""

    @property
    def missing(self) -> int | None:
        """How many records are not there or do not open; None where nothing counts them."""
        return None if self.expected is None else max(0, self.expected - self.opened)


class Wreck:
    """A damaged vault that was looked through; made by `look_through`, ended by `close`."""

    def __init__(self, path: str, header: Header, unlocked: Unlocked, rows: dict[bytes, Row], found: Wreckage) -> None:
        self.path = path
        self.header = header
        self.unlocked = unlocked
        self.rows = rows
        """The rows that open, by id."""
        self.found = found

    def records(self) -> Iterator[Record]:
        """Yield every record that opens; the body of a key lies in locked memory and is the caller's to wipe."""
        for _, row in sorted(self.rows.items()):
            yield open_record(self.unlocked.keys, self.header.vault_id, *row)

    def close(self) -> None:
        """Let go of the keys; harmless twice."""
        self.unlocked.wipe()
        self.rows = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def look_through(
    path: str | os.PathLike[str],
    unlock: Callable[[Header], Unlocked],
    *,
    anchor_dir: str = "",
    allow_network_fs: bool = False,
) -> Wreck:
    """Open what is left of a vault, without writing to it.

    Args:
        path: The file.
        unlock: Gives the keys for a header.
        anchor_dir: Folder of this machine's anchors, by which a damaged file that is also an older one is told as both.
        allow_network_fs: Do not refuse a network file system.

    Raises:
        VaultMissing: When there is no file.
        NotAVault: When it is something else.
        TooNew: When its format is later.
        Damaged: When the header is, so that nothing can be opened.
        Tampered: When the tables of records or of the header are not there.
        WrongPassphrase: When no slot opens.
        StorageError: When the system refuses.
    """
    real = os.path.realpath(path)
    refuse_network_file_system(real, allowed=allow_network_fs)
    with translated(_READING):
        connection = _connected(real)
        try:
            faults = _strangers(connection)
            header, sealed_root = _meta(connection, faults)
            unlocked = unlock(header)
            try:
                rows, found = _looked_through(connection, header, unlocked, (sealed_root, faults))
                if anchor_dir and found.faults:
                    age = _age_faults(anchor.anchor_path(anchor_dir, header.vault_id), header, unlocked, found.epoch)
                    found = found._replace(faults=(*found.faults, *age))
            except BaseException:
                unlocked.wipe()
                raise
            return Wreck(real, header, unlocked, rows, found)
        finally:
            connection.close()


def read_header(path: str | os.PathLike[str], *, allow_network_fs: bool = False) -> Header:
    """Return the header of a vault however broken the rest is; no secret is needed, and nothing is authenticated.

    Errors as for `look_through`, but for those of secrets.
    """
    real = os.path.realpath(path)
    refuse_network_file_system(real, allowed=allow_network_fs)
    with translated(_READING):
        connection = _connected(real)
        try:
            return _meta(connection, _strangers(connection))[0]
        finally:
            connection.close()


def _looked_through(
    connection: sqlite3.Connection, header: Header, unlocked: Unlocked, known: tuple[object, list[str]]
) -> tuple[dict[bytes, Row], Wreckage]:
    sealed_root, faults = known
    found_root = _root(unlocked, header, sealed_root, faults)
    raw, breaks = _scanned(connection)
    rows, told = _opening_rows(unlocked, header, raw)
    faults += [*breaks, *told]
    if found_root is not None:
        faults += _set_faults(unlocked, rows, found_root, is_damage_known=bool(faults))
    epoch = max(found_root.epoch if found_root else 0, _newest_entry(connection, unlocked, header))
    return rows, Wreckage(found_root.records if found_root else None, len(rows), tuple(faults), epoch)


def _connected(path: str) -> sqlite3.Connection:
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


def _strangers(connection: sqlite3.Connection) -> list[str]:
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


def _meta(connection: sqlite3.Connection, faults: list[str]) -> tuple[Header, object]:
    rows = dict(connection.execute("SELECT k, v FROM meta LIMIT 10").fetchall())
    header = rows.get(b"hdr")
    if type(header) is not bytes:
        raise Damaged("the header is gone, and with it the keys of everything")
    if rows.keys() - {b"hdr", b"root"}:
        faults.append("the table of the header holds something that is not of a vault")
    return parse_header(header), rows.get(b"root")


def _root(unlocked: Unlocked, header: Header, sealed: object, faults: list[str]) -> Root | None:
    if type(sealed) is not bytes:
        faults.append("the root is gone: nothing counts the records any more")
        return None
    try:
        found = root.open_root(unlocked.keys, header.vault_id, sealed)
    except Tampered:
        faults.append("the root is not authentic: nothing counts the records any more")
        return None
    if not blake2.same(found.header_mac, header.mac):
        faults.append("the header is of another time than the records: a passphrase that was given up may open it")
    return found


def _scanned(connection: sqlite3.Connection) -> tuple[list[tuple[object, ...]], list[str]]:
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


def _opening_rows(
    unlocked: Unlocked, header: Header, raw: list[tuple[object, ...]]
) -> tuple[dict[bytes, Row], list[str]]:
    rows: dict[bytes, Row] = {}
    wrong: Counter[str] = Counter()
    doubled: set[bytes] = set()
    for found in dict.fromkeys(raw):
        try:
            row = record_set.checked_row((found[0], found[1], found[2]))
            body = open_record(unlocked.keys, header.vault_id, *row).body
        except Tampered as error:
            wrong[error.what] += 1
            continue
        if not isinstance(body, bytes):
            body.wipe()
        if row[0] in rows:
            doubled.add(row[0])
        if row[0] not in rows or rows[row[0]][1] < row[1]:
            rows[row[0]] = row
    faults = [f"{count} {'row' if count == 1 else 'rows'}: {text}" for text, count in sorted(wrong.items())]
    if len(raw) != len(dict.fromkeys(raw)):
        faults.append("some rows are there more than once")
    ids = [row[0] for row in raw if isinstance(row[0], bytes)]
    if any(not first < second for first, second in pairwise(ids)):
        faults.append("the rows are not stored in order, so that look-ups miss some")
    if doubled:
        faults.append(f"{len(doubled)} records are there in more than one state; the newer one counts")
    return rows, faults


def _set_faults(unlocked: Unlocked, rows: dict[bytes, Row], found: Root, *, is_damage_known: bool) -> list[str]:
    total = bytes(32)
    for row in rows.values():
        total = root.xor(total, root.leaf(unlocked.keys.set, *row))
    if len(rows) < found.records:
        return [f"{found.records - len(rows)} of {found.records} records are missing"]
    if len(rows) > found.records:
        return [f"{len(rows) - found.records} records are there that were deleted, or never there"]
    if not blake2.same(total, found.total) and not is_damage_known:
        return ["every record opens, but one or more are not in the state that was written last"]
    return []


def _age_faults(path: str, header: Header, unlocked: Unlocked, epoch: int) -> list[str]:
    """Say what this machine's anchor has against a file whose newest authentic state is this one."""
    try:
        seen = anchor.read_anchor(path, unlocked.keys.anchor, header.vault_id)
    except Rollback as error:
        return [f"{error.what}: {error.meaning}"]
    if seen is None or seen.epoch <= epoch:
        return []
    if not epoch:
        return [f"nothing in the file says how old it is; this machine has seen state {seen.epoch}"]
    told = f"the file is older than it was: state {epoch}, and this machine has seen {seen.epoch}"
    return [f"{told}; what was written in between is not in it, and not counted as missing"]


def _newest_entry(connection: sqlite3.Connection, unlocked: Unlocked, header: Header) -> int:
    """Return the number of the newest journal entry that is authentic, 0 without one."""
    try:
        for seq, sealed in connection.execute("SELECT seq, ct FROM jrnl ORDER BY seq DESC LIMIT 100"):
            if (
                type(seq) is int
                and type(sealed) is bytes
                and 0 < seq < limits.U64_LIMIT
                and _is_entry(unlocked, header, seq, sealed)
            ):
                return seq
    except (sqlite3.DatabaseError, UnicodeDecodeError):
        return 0
    return 0


def _is_entry(unlocked: Unlocked, header: Header, seq: int, sealed: bytes) -> bool:
    try:
        journal.open_entry(unlocked.keys, header.vault_id, seq, sealed)
    except Tampered:
        return False
    return True
