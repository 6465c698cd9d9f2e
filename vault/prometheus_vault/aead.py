"""XChaCha20-Poly1305-IETF, by libsodium, through this one module.

`nacl._sodium` is the same compiled library as `nacl.bindings` behind a thinner door: it loads in a tenth of the time
and takes addresses, so that no key leaves locked memory. It is private, so `nacl.bindings` stands ready, which copies
keys; `BACKEND` says which one serves.
A nonce is 24 fresh bytes of the operating system each time: 192 random bits need no counter and no state.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Final

from prometheus_vault import aead_bindings

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes

try:
    from prometheus_vault import aead_sodium
except ImportError:
    BACKEND = aead_bindings.NAME
    encrypt, decrypt, decrypt_locked = aead_bindings.encrypt, aead_bindings.decrypt, aead_bindings.decrypt_locked
    decrypt_in_place = aead_bindings.decrypt_in_place
else:
    BACKEND = aead_sodium.NAME
    encrypt, decrypt, decrypt_locked = aead_sodium.encrypt, aead_sodium.decrypt, aead_sodium.decrypt_locked
    decrypt_in_place = aead_sodium.decrypt_in_place

KEY_LENGTH: Final = 32
NONCE_LENGTH: Final = 24
TAG_LENGTH: Final = 16
OVERHEAD: Final = NONCE_LENGTH + TAG_LENGTH


def fresh_nonce() -> bytes:
    """Return 24 new random bytes."""
    return os.urandom(NONCE_LENGTH)


def seal(key: LockedBytes, plaintext: bytes | LockedBytes, associated: bytes) -> bytes:
    """Return nonce, ciphertext and tag, 40 bytes longer than the plaintext."""
    nonce = fresh_nonce()
    return nonce + encrypt(key, nonce, plaintext, associated)


def unseal(key: LockedBytes, sealed: bytes, associated: bytes) -> bytes | None:
    """Return the plaintext, or None when the bytes are not authentic."""
    if len(sealed) < OVERHEAD:
        return None
    return decrypt(key, sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], associated)


def unseal_in_place(key: LockedBytes, sealed: bytearray, associated: bytes) -> memoryview | None:
    """Return the plaintext where the sealed bytes lay, for what is too large to be copied, or None."""
    if len(sealed) < OVERHEAD:
        return None
    if not decrypt_in_place(key, bytes(sealed[:NONCE_LENGTH]), sealed, NONCE_LENGTH, associated):
        return None
    return memoryview(sealed)[NONCE_LENGTH:-TAG_LENGTH]


def unseal_locked(key: LockedBytes, sealed: bytes, associated: bytes) -> LockedBytes | None:
    """Return the plaintext in locked memory, or None when the bytes are not authentic."""
    if len(sealed) < OVERHEAD:
        return None
    return decrypt_locked(key, sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], associated)
