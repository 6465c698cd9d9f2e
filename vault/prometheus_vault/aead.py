"""XChaCha20-Poly1305-IETF, by libsodium, through this one module.

`nacl._sodium` is the same compiled library as `nacl.bindings` behind a thinner door: it loads in a tenth of the time
and takes pointers. It is private, so `nacl.bindings` stands ready; `BACKEND` says which one serves.
A nonce is 24 fresh bytes of the operating system each time: 192 random bits need no counter and no state.
"""

from __future__ import annotations

import os
from typing import Final

from prometheus_vault import aead_bindings

try:
    from prometheus_vault import aead_sodium
except ImportError:  # pragma: no cover - a PyNaCl without its private door
    BACKEND = aead_bindings.NAME
    encrypt, decrypt = aead_bindings.encrypt, aead_bindings.decrypt
else:
    BACKEND = aead_sodium.NAME
    encrypt, decrypt = aead_sodium.encrypt, aead_sodium.decrypt

KEY_LENGTH: Final = 32
NONCE_LENGTH: Final = 24
TAG_LENGTH: Final = 16
OVERHEAD: Final = NONCE_LENGTH + TAG_LENGTH


def fresh_nonce() -> bytes:
    """Return 24 new random bytes."""
    return os.urandom(NONCE_LENGTH)


def seal(key: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Return nonce, ciphertext and tag, 40 bytes longer than the plaintext."""
    nonce = fresh_nonce()
    return nonce + encrypt(key, nonce, plaintext, associated)


def unseal(key: bytes, sealed: bytes, associated: bytes) -> bytes | None:
    """Return the plaintext, or None when the bytes are not authentic."""
    if len(sealed) < OVERHEAD:
        return None
    return decrypt(key, sealed[:NONCE_LENGTH], sealed[NONCE_LENGTH:], associated)
