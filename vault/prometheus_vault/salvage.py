"""What can still be read in a vault that is not what its key holder wrote.

The header and the slot in use must be whole: without them there is no key. Everything else is looked at row by row, and
a row counts when it opens under the keys of the vault; what is wrong is told in sentences, and records that the root
counts and nobody finds are counted, never guessed at. The file is only read.

What this cannot tell: a row that opens may have been put back to an older state of the same record, and the set, which
would show that, is what broke. Whoever goes on with what was salvaged takes that on himself.

What SQLite gives of a file whose structure is broken is read in `broken_file`.
"""

from __future__ import annotations

import os
import sqlite3
from collections import Counter
from itertools import pairwise
from typing import TYPE_CHECKING, Final, NamedTuple, Self

from prometheus_vault import anchor, blake2, journal, limits, record_set, root
from prometheus_vault.broken_file import connected, read_meta, scanned, strangers
from prometheus_vault.errors import Rollback, Tampered
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
        connection = connected(real)
        try:
            faults = strangers(connection)
            header, sealed_root = read_meta(connection, faults)
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
        connection = connected(real)
        try:
            return read_meta(connection, strangers(connection))[0]
        finally:
            connection.close()


def _looked_through(
    connection: sqlite3.Connection, header: Header, unlocked: Unlocked, known: tuple[object, list[str]]
) -> tuple[dict[bytes, Row], Wreckage]:
    sealed_root, faults = known
    found_root = _root(unlocked, header, sealed_root, faults)
    raw, breaks = scanned(connection)
    rows, told = _opening_rows(unlocked, header, raw)
    faults += [*breaks, *told]
    if found_root is not None:
        faults += _set_faults(unlocked, rows, found_root, is_damage_known=bool(faults))
    epoch = max(found_root.epoch if found_root else 0, _newest_entry(connection, unlocked, header))
    return rows, Wreckage(found_root.records if found_root else None, len(rows), tuple(faults), epoch)


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
