"""A stand-in for Argon2id where its cost is not what is tested: a hash of everything that it would depend on."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING

from prometheus_memory import holding

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes
    from prometheus_vault import KdfParameters


def quick_argon2id(passphrase: LockedBytes, salt: bytes, parameters: KdfParameters) -> LockedBytes:
    """Stand in for Argon2id where its cost is not what is tested."""
    cost = repr(tuple(parameters)).encode()
    return holding(hashlib.blake2b(salt + bytes(passphrase.view) + cost, digest_size=32).digest())
