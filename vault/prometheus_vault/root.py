"""The root: one sealed value that says what the whole set of records is.

    leaf = BLAKE2b(SK("set"), "prom-leaf-v1", id || u64 version || ct)
    root = seal(SK("root"), u64 epoch | u64 count | XOR of all leaves | header MAC | link of the newest journal entry,
                "prom-root-v1" || vault id)

Leaves need a key and the sum is sealed, so there are no equations to solve; doubled rows cancel but change the count.
The leaf covers the whole ciphertext, because a Poly1305 tag does not bind a holder of the data key.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_vault import aead, blake2
from prometheus_vault.errors import Tampered
from prometheus_vault.limits import U64_LIMIT

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_memory import LockedBytes
    from prometheus_vault.keys import SubKeys

_PLAIN_LENGTH: Final = 112
SEALED_LENGTH: Final = _PLAIN_LENGTH + aead.OVERHEAD


class Root(NamedTuple):
    """Epoch (1 at creation, +1 per transaction), record count, XOR of leaves, header MAC, newest journal link."""

    epoch: int
    records: int
    total: bytes
    header_mac: bytes
    link: bytes


BEFORE_ALL: Final = Root(0, 0, bytes(32), bytes(32), bytes(32))
"""What stands before the first commit; it is in no file."""


def leaf(set_key: LockedBytes, row_id: bytes, version: int, sealed: bytes) -> bytes:
    """Return the 32 bytes that one row adds to the root."""
    return blake2.digest(set_key, b"prom-leaf-v1", row_id + version.to_bytes(8, "little") + sealed)


def leaf_maker(set_key: LockedBytes) -> Callable[[bytes, int, bytes], bytes]:
    """Return `leaf` for one key, with the key taken in once: for reading a whole set."""
    digest = blake2.digester(set_key, b"prom-leaf-v1")

    def make(row_id: bytes, version: int, sealed: bytes) -> bytes:
        return digest(row_id + version.to_bytes(8, "little") + sealed)

    return make


def xor(left: bytes, right: bytes) -> bytes:
    """Return the exclusive or of two leaves."""
    return (int.from_bytes(left, "little") ^ int.from_bytes(right, "little")).to_bytes(32, "little")


def seal_root(keys: SubKeys, vault_id: bytes, root: Root) -> bytes:
    """Return the 152 bytes of `meta.root`."""
    return aead.seal(keys.root, pack(root), b"prom-root-v1" + vault_id)


def open_root(keys: SubKeys, vault_id: bytes, sealed: bytes) -> Root:
    """Return the root.

    Raises:
        Tampered: When it is not authentic or its numbers are outside the format.
    """
    plaintext = aead.unseal(keys.root, sealed, b"prom-root-v1" + vault_id)
    if plaintext is None or len(plaintext) != _PLAIN_LENGTH:
        raise Tampered("the root is not authentic")
    epoch, count = int.from_bytes(plaintext[:8], "little"), int.from_bytes(plaintext[8:16], "little")
    if not 1 <= epoch < U64_LIMIT or count >= U64_LIMIT:
        raise Tampered("the root is not of the form known here")
    return Root(epoch, count, plaintext[16:48], plaintext[48:80], plaintext[80:])


def pack(root: Root) -> bytes:
    """Return the 112 bytes that are sealed."""
    numbers = root.epoch.to_bytes(8, "little") + root.records.to_bytes(8, "little")
    return numbers + root.total + root.header_mac + root.link
