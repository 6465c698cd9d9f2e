"""The journal: one sealed row per transaction, chained by links, that says which rows changed.

    jrnl(seq = epoch) = seal(SK("jrnl"), pt, "prom-jrnl-v1" || vault id || u64 seq)
    pt   = previous link[32] | u32 n | n * (u8 operation | id[16] | u64 version) | zeros up to a Padmé length
    link = BLAKE2b("", "prom-link-v1", vault id || u64 seq || ct)

The first entry and a restart have 32 zeros as previous link. A missing or broken entry is no damage: the root alone
authenticates the records. The journal serves to follow branches (`anchor`), and later an index and synchronisation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_vault import aead, blake2, padme
from prometheus_vault.errors import Tampered, TooLarge
from prometheus_vault.limits import OPERATIONS_AT_MOST

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from prometheus_vault.keys import SubKeys

PUT: Final = 1
DELETE: Final = 2
HEADER: Final = 3
RESTART: Final = 4
NO_LINK: Final = bytes(32)
NO_ID: Final = bytes(16)
_FRONT: Final = 36
_OPERATION_LENGTH: Final = 25


class Operation(NamedTuple):
    """One change: its kind, the row id (zeros for header and restart) and the version, generation or old epoch."""

    kind: int
    row_id: bytes
    number: int


class Entry(NamedTuple):
    """One entry in the clear."""

    previous: bytes
    operations: tuple[Operation, ...]


def seal_entry(keys: SubKeys, vault_id: bytes, seq: int, previous: bytes, operations: Sequence[Operation]) -> bytes:
    """Return the ciphertext of an entry.

    Raises:
        TooLarge: When one transaction changes more than a million rows.
    """
    if len(operations) > OPERATIONS_AT_MOST:
        raise TooLarge(f"one transaction changes {len(operations)} records, more than {OPERATIONS_AT_MOST}")
    rows = (bytes([kind]) + row_id + number.to_bytes(8, "little") for kind, row_id, number in operations)
    plaintext = previous + len(operations).to_bytes(4, "little") + b"".join(rows)
    return aead.seal(keys.jrnl, padme.pad(plaintext), _associated(vault_id, seq))


def open_entry(keys: SubKeys, vault_id: bytes, seq: int, sealed: bytes) -> Entry:
    """Return an entry.

    Raises:
        Tampered: When it is not authentic or not of the form above.
    """
    plaintext = aead.unseal(keys.jrnl, sealed, _associated(vault_id, seq))
    if plaintext is None or len(plaintext) < padme.SHORTEST:
        raise Tampered("a journal entry is not authentic")
    count = int.from_bytes(plaintext[32:_FRONT], "little")
    end = _FRONT + count * _OPERATION_LENGTH
    if count > OPERATIONS_AT_MOST or padme.padded_length(end) != len(plaintext) or any(plaintext[end:]):
        raise Tampered("a journal entry has the wrong length or padding")
    rows = (plaintext[at : at + _OPERATION_LENGTH] for at in range(_FRONT, end, _OPERATION_LENGTH))
    return Entry(plaintext[:32], tuple(_operation(row) for row in rows))


def link(vault_id: bytes, seq: int, sealed: bytes) -> bytes:
    """Return the link by which the next entry, the root and the anchor name this one."""
    return blake2.digest(None, b"prom-link-v1", vault_id + seq.to_bytes(8, "little") + sealed)


def walk_back(
    keys: SubKeys, vault_id: bytes, newest: tuple[int, bytes], read: Callable[[int], bytes | None]
) -> Iterator[tuple[int, bytes]]:
    """Yield number and previous link of each entry, from the newest back, as long as they chain."""
    return ((seq, entry.previous) for seq, entry in _entries_back(keys, vault_id, newest, read))


def operations_since(
    keys: SubKeys,
    vault_id: bytes,
    newest: tuple[int, bytes],
    since: tuple[int, bytes],
    read: Callable[[int], bytes | None],
) -> list[Operation] | None:
    """Return what was done after a state, oldest first, or None when the journal does not chain back to that state.

    Args:
        keys: The subkeys.
        vault_id: The vault's id.
        newest: Epoch and link of the root.
        since: Epoch and link of the state.
        read: Gives the ciphertext of an entry by its number, or None.
    """
    done: list[tuple[Operation, ...]] = []
    for seq, entry in _entries_back(keys, vault_id, newest, read):
        done.append(entry.operations)
        if (seq - 1, entry.previous) == since:
            return [operation for operations in reversed(done) for operation in operations]
        if seq <= since[0]:
            return None
    return None


def _entries_back(
    keys: SubKeys, vault_id: bytes, newest: tuple[int, bytes], read: Callable[[int], bytes | None]
) -> Iterator[tuple[int, Entry]]:
    """Yield number and content of each entry, from the newest back, as long as they chain.

    Args:
        keys: The subkeys.
        vault_id: The vault's id.
        newest: Epoch and link of the root.
        read: Gives the ciphertext of an entry by its number, or None.
    """
    seq, expected = newest
    while expected != NO_LINK:
        sealed = read(seq)
        if sealed is None or not blake2.same(link(vault_id, seq, sealed), expected):
            return
        try:
            entry = open_entry(keys, vault_id, seq, sealed)
        except Tampered:
            return
        yield seq, entry
        expected = entry.previous
        seq -= 1


def link_at(
    keys: SubKeys, vault_id: bytes, newest: tuple[int, bytes], epoch: int, read: Callable[[int], bytes | None]
) -> bytes | None:
    """Return the link that stood at an epoch not above the newest, or None when the chain does not reach it."""
    if epoch == newest[0]:
        return newest[1]
    for seq, previous in walk_back(keys, vault_id, newest, read):
        if seq == epoch + 1:
            return None if previous == NO_LINK else previous
    return None


def _operation(row: bytes) -> Operation:
    if row[0] not in {PUT, DELETE, HEADER, RESTART}:
        raise Tampered("a journal entry names an operation that is not known")
    return Operation(row[0], row[1:17], int.from_bytes(row[17:], "little"))


def _associated(vault_id: bytes, seq: int) -> bytes:
    return b"prom-jrnl-v1" + vault_id + seq.to_bytes(8, "little")
