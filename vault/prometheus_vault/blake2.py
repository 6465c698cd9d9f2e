"""The one keyed hash of the format: BLAKE2b (RFC 7693) with a purpose, never a salt.

`person` says what the digest is for, so that no two uses can be confused. Digests are compared with `same`.
"""

from __future__ import annotations

from hashlib import blake2b
from hmac import compare_digest


def digest(key: bytes, person: bytes, data: bytes, size: int = 32) -> bytes:
    """Return the BLAKE2b digest of data under a key (0..64 bytes) for a purpose (at most 16 bytes, zero-padded)."""
    return blake2b(data, digest_size=size, key=key, person=person).digest()


def start(key: bytes, person: bytes) -> blake2b:
    """Return the state before any data, to be copied for each of many digests under one key."""
    return blake2b(digest_size=32, key=key, person=person)


def same(left: bytes, right: bytes) -> bool:
    """Compare two digests in constant time."""
    return compare_digest(left, right)
