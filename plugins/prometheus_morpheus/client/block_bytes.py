"""The bytes of a block's header, as the delegate that forged it signed them.

    version u32 | timestamp u32 | height u32 | previous block id, 32 bytes | number of transactions u32 |
    amount u64 | fee u64 | reward u64 | payload length u32 | payload hash, 32 bytes | generator's key, 33 bytes

Integers are little-endian. The forging signature is ECDSA in DER over the SHA-256 of these bytes; the id of a block is
the SHA-256 of these bytes and the signature (networks where ids are whole SHA-256, which Hydra's are). The payload hash
is the SHA-256 of the transactions' ids one after the other; the first block of a network has another rule.

What this is not: the way the development ledger makes blocks; these two are written apart so that one checks the other.
"""

from __future__ import annotations

from hashlib import sha256

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_morpheus.client.answers import Block


def signed_bytes(block: Block) -> bytes:
    """Return what the generator of a block signed."""
    numbers = (block.version, block.timestamp, block.height)
    sums = (block.amount, block.fee, block.reward)
    return b"".join(
        (
            *(number.to_bytes(4, "little") for number in numbers),
            bytes.fromhex(block.previous),
            block.transactions.to_bytes(4, "little"),
            *(number.to_bytes(8, "little") for number in sums),
            block.payload_length.to_bytes(4, "little"),
            bytes.fromhex(block.payload_hash),
            block.generator,
        )
    )


def computed_id(block: Block) -> str:
    """Return the id that a block's header and signature give."""
    return sha256(signed_bytes(block) + block.signature).hexdigest()


def payload_hash_of(transaction_ids: Iterable[str]) -> str:
    """Return the payload hash of a block of these transactions, in their order in the block."""
    return sha256(b"".join(bytes.fromhex(each) for each in transaction_ids)).hexdigest()
