"""The authenticated set of records, as this process last saw and verified it.

`verify` reads everything in one read transaction: header, root, and every row in storage order. A row found later must
give the leaf noted here; so a row that was changed, put back or hidden behind an open vault shows when it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_vault import blake2, root, sqlite_file
from prometheus_vault import header as headers
from prometheus_vault.errors import Tampered

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator

    from prometheus_memory import LockedBytes
    from prometheus_vault.header import Header
    from prometheus_vault.keys import SubKeys
    from prometheus_vault.root import Root

_ROWS_AT_ONCE: Final = 200


class RecordSet(NamedTuple):
    """A verified state: the root as sealed and in the clear, the header, and the leaf of each row by its id.

    `leaves` is one dictionary for the life of the vault; a commit changes it in place. It is empty before the rows have
    been checked.
    """

    sealed_root: bytes
    root: Root
    header: Header
    leaves: dict[bytes, bytes]


def unverified(header: Header) -> RecordSet:
    """Return the state before the first verification: older than every vault, and empty."""
    return RecordSet(b"", root.BEFORE_ALL, header, {})


def verify(connection: sqlite3.Connection, keys: SubKeys, vault_id: bytes) -> RecordSet:
    """Read and check the whole set; the caller holds one read transaction.

    Raises:
        Damaged: When the header does not parse.
        Tampered: When the header, the root or any row is not what the key holder wrote.
    """
    return check_rows(connection, keys, read_state(connection, keys, vault_id))


def read_state(connection: sqlite3.Connection, keys: SubKeys, vault_id: bytes) -> RecordSet:
    """Read and check header and root; the rows are still to be checked, and there are no leaves.

    Raises:
        Damaged: When the header does not parse.
        Tampered: When the header or the root is not what the key holder wrote.
    """
    raw_header, sealed_root = sqlite_file.read_meta(connection)
    header = headers.parse_header(raw_header)
    found_root = root.open_root(keys, vault_id, sealed_root)
    headers.authenticate(header, keys.header)
    if header.vault_id != vault_id or not blake2.same(header.mac, found_root.header_mac):
        raise Tampered("the header is not the one that belongs to these records")
    return RecordSet(sealed_root, found_root, header, {})


def check_rows(
    connection: sqlite3.Connection, keys: SubKeys, state: RecordSet, go_on: Callable[[], None] | None = None
) -> RecordSet:
    """Read every row of a state and return it with all leaves; the transaction is the one in which it was read.

    `go_on` is called now and then, and may raise to end it.

    Raises:
        Tampered: When the rows are not those that the root was made of.
    """
    leaves, total = _read_leaves(connection, keys.set, go_on or _without_end)
    if len(leaves) != state.root.records or not blake2.same(total, state.root.total):
        raise Tampered("the set of records is not the one that was written")
    return state._replace(leaves=leaves)


def checked_row(row: tuple[object, object, object]) -> tuple[bytes, int, bytes]:
    """Return id, version and ciphertext of a row, each of its type.

    Raises:
        Tampered: When a value is of another type or out of range.
    """
    row_id, version, sealed = row
    if type(row_id) is not bytes or len(row_id) != 16 or type(sealed) is not bytes:
        raise Tampered("a record is not stored as bytes")
    if type(version) is not int or version < 1:
        raise Tampered("a record has no version")
    return row_id, version, sealed


def verified_rows(
    connection: sqlite3.Connection, keys: SubKeys, known: RecordSet
) -> Iterator[tuple[bytes, int, bytes]]:
    """Yield id, version and ciphertext of every row, in storage order, each as it was verified.

    Raises:
        Tampered: When a row was changed, added or removed behind the open vault.
    """
    make_leaf = root.leaf_maker(keys.set)
    count = 0
    for row in connection.execute("SELECT id, ver, ct FROM rec"):
        row_id, version, sealed = checked_row(row)
        if make_leaf(row_id, version, sealed) != known.leaves.get(row_id):
            raise Tampered("a record was changed behind the open vault")
        yield row_id, version, sealed
        count += 1
    if count != len(known.leaves):
        raise Tampered("a record vanished behind the open vault")


def row_of_version(connection: sqlite3.Connection, row_id: bytes, version: int) -> tuple[bytes, int, bytes]:
    """Return id, version and ciphertext of a row that must have this version; its seal is not looked at.

    Raises:
        Tampered: When it is missing or of another version.
    """
    row = connection.execute("SELECT id, ver, ct FROM rec WHERE id = ?", (row_id,)).fetchone()
    if row is None or row[1] != version:
        raise Tampered("a record is not of the version that was written last")
    return checked_row(row)


def _read_leaves(
    connection: sqlite3.Connection, set_key: LockedBytes, go_on: Callable[[], None]
) -> tuple[dict[bytes, bytes], bytes]:
    leaves: dict[bytes, bytes] = {}
    make_leaf = root.leaf_maker(set_key)
    last = b""
    cursor = connection.execute("SELECT id, ver, ct FROM rec")
    while rows := cursor.fetchmany(_ROWS_AT_ONCE):
        go_on()
        for row in rows:
            row_id, version, sealed = checked_row(row)
            if row_id <= last:
                raise Tampered("the records are not stored in order")
            leaves[row_id] = make_leaf(row_id, version, sealed)
            last = row_id
    total = 0
    for leaf in leaves.values():
        total ^= int.from_bytes(leaf, "little")
    return leaves, total.to_bytes(32, "little")


def _without_end() -> None:
    pass
