"""The AEAD through PyNaCl's public functions: slower, and they copy the key."""

from __future__ import annotations

from typing import Final

NAME: Final = "nacl.bindings"


def encrypt(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Return ciphertext and tag; key 32 bytes, nonce 24."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

    if len(key) != 32 or len(nonce) != 24:
        raise ValueError("the key must have 32 bytes and the nonce 24")
    return crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, associated, nonce, key)


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes | None:
    """Return the plaintext, or None when the tag does not fit."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
    from nacl.exceptions import CryptoError

    if len(key) != 32 or len(nonce) != 24:
        raise ValueError("the key must have 32 bytes and the nonce 24")
    if len(ciphertext) < 16:
        return None
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, associated, nonce, key)
    except CryptoError:
        return None
