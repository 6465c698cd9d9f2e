"""The authenticated set of records, as this process last saw and verified it.

`verify` reads everything in one read transaction: header, root, and every row in storage order. A row found later must
give the leaf noted here; so a row that was changed, put back or hidden behind an open vault shows when it is read.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_vault import blake2, root, sqlite_file
from prometheus_vault import header as headers
from prometheus_vault.errors import Tampered

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from prometheus_memory import LockedBytes
    from prometheus_vault.header import Header
    from prometheus_vault.keys import SubKeys
    from prometheus_vault.root import Root


class RecordSet(NamedTuple):
    """A verified state: the root as sealed and in the clear, the header, and the leaf of each row by its id.

    `leaves` is one dictionary for the life of the vault; a commit changes it in place.
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
    raw_header, sealed_root = sqlite_file.read_meta(connection)
    header = headers.parse_header(raw_header)
    found_root = root.open_root(keys, vault_id, sealed_root)
    headers.authenticate(header, keys.header)
    if header.vault_id != vault_id or not blake2.same(header.mac, found_root.header_mac):
        raise Tampered("the header is not the one that belongs to these records")
    leaves, total = _read_leaves(connection, keys.set)
    if len(leaves) != found_root.records or not blake2.same(total, found_root.total):
        raise Tampered("the set of records is not the one that was written")
    return RecordSet(sealed_root, found_root, header, leaves)


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


def _read_leaves(connection: sqlite3.Connection, set_key: LockedBytes) -> tuple[dict[bytes, bytes], bytes]:
    leaves: dict[bytes, bytes] = {}
    make_leaf = root.leaf_maker(set_key)
    last = b""
    for row in connection.execute("SELECT id, ver, ct FROM rec"):
        row_id, version, sealed = checked_row(row)
        if row_id <= last:
            raise Tampered("the records are not stored in order")
        leaves[row_id] = make_leaf(row_id, version, sealed)
        last = row_id
    total = 0
    for leaf in leaves.values():
        total ^= int.from_bytes(leaf, "little")
    return leaves, total.to_bytes(32, "little")
