"""The bytes of a block: what the delegate signs, what the id and the payload hash are made of.

    version u32 | timestamp u32 | height u32 | previous id 32 | transactions u32 | amount u64 | fee u64 | reward u64 |
    payload length u32 | payload hash 32 | generator public key 33 | forging signature (DER), only for the id

All numbers are little-endian. The forging signature is ECDSA over SHA-256 of the bytes without it; the id is SHA-256 of
the bytes with it, whole (networks where ``idFullSha256`` holds). The payload hash is SHA-256 of the transactions' ids
one after the other, 32 bytes each; the first block alone hashes the transactions themselves (see `genesis`).
"""

from __future__ import annotations

import hashlib
import struct
from typing import TYPE_CHECKING

from prometheus_morpheus.ledger.views import Block

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

ID_SIZE = 32
GENERATOR_AT = 108
"""Where the generator's public key begins."""
_FRONT = struct.Struct("<III32sIQQQI32s33s")


def header_bytes(block: Block) -> bytes:
    """Return the bytes of a block that its delegate signs."""
    return _FRONT.pack(
        block.version,
        block.timestamp,
        block.height,
        bytes.fromhex(block.previous),
        block.transaction_count,
        block.amount,
        block.fee,
        block.reward,
        block.payload_length,
        bytes.fromhex(block.payload_hash),
        bytes.fromhex(block.generator),
    )


def sealed_bytes(block: Block) -> bytes:
    """Return the bytes of a block with its forging signature: what the id is made of, and what is stored."""
    return header_bytes(block) + bytes.fromhex(block.signature)


def parse_sealed(raw: bytes) -> Block:
    """Return the block of its stored bytes, with the id computed from them; ValueError when they are too short."""
    if len(raw) <= _FRONT.size:
        raise ValueError("a block is longer than that")
    front = _FRONT.unpack_from(raw)
    version, timestamp, height, previous, count, amount, fee, reward, length, payload, generator = front
    return Block(
        hashlib.sha256(raw).hexdigest(),
        height,
        version,
        timestamp,
        previous.hex(),
        count,
        amount,
        fee,
        reward,
        length,
        payload.hex(),
        generator.hex(),
        raw[_FRONT.size :].hex(),
    )


def payload_of(ids: Sequence[bytes]) -> tuple[int, str]:
    """Return length and hash of the payload of a block with these transactions."""
    return ID_SIZE * len(ids), hashlib.sha256(b"".join(ids)).hexdigest()


def signed_block(unsigned: Block, sign: Callable[[bytes], bytes]) -> Block:
    """Return a block with its forging signature and id; `sign` makes DER over SHA-256 of what it is given."""
    front = header_bytes(unsigned)
    signature = sign(front)
    return unsigned._replace(id=hashlib.sha256(front + signature).hexdigest(), signature=signature.hex())


def is_genuine(block: Block) -> bool:
    """Return whether the id is that of the block's bytes and its delegate's key made the forging signature."""
    from coincurve import PublicKey

    if hashlib.sha256(sealed_bytes(block)).hexdigest() != block.id:
        return False
    try:
        return PublicKey(bytes.fromhex(block.generator)).verify(bytes.fromhex(block.signature), header_bytes(block))
    except ValueError:
        return False
