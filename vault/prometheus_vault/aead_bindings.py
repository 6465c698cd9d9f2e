"""The AEAD through PyNaCl's public functions: slower, and they copy the key and what is locked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes

NAME: Final = "nacl.bindings"


def encrypt(key: LockedBytes, nonce: bytes, plaintext: bytes | LockedBytes, associated: bytes) -> bytes:
    """Return ciphertext and tag; key 32 bytes, nonce 24."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt

    _check_lengths(key, nonce)
    message = plaintext if isinstance(plaintext, bytes) else bytes(plaintext.view)
    return crypto_aead_xchacha20poly1305_ietf_encrypt(message, associated, nonce, bytes(key.view))


def decrypt(key: LockedBytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes | None:
    """Return the plaintext, or None when the tag does not fit."""
    from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt
    from nacl.exceptions import CryptoError

    _check_lengths(key, nonce)
    if len(ciphertext) < 16:
        return None
    try:
        return crypto_aead_xchacha20poly1305_ietf_decrypt(ciphertext, associated, nonce, bytes(key.view))
    except CryptoError:
        return None


def decrypt_in_place(key: LockedBytes, nonce: bytes, buffer: bytearray, start: int, associated: bytes) -> bool:
    """Put the plaintext where the ciphertext from `start` on lay; say whether the tag fits, else there are zeros."""
    plaintext = decrypt(key, nonce, bytes(memoryview(buffer)[start:]), associated)
    size = max(0, len(buffer) - start - 16)
    buffer[start : start + size] = bytes(size) if plaintext is None else plaintext
    return plaintext is not None


def decrypt_locked(key: LockedBytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> LockedBytes | None:
    """Return the plaintext in locked memory, or None when the tag does not fit."""
    from prometheus_memory import holding

    plaintext = decrypt(key, nonce, ciphertext, associated)
    return None if plaintext is None else holding(plaintext)


def _check_lengths(key: LockedBytes, nonce: bytes) -> None:
    if len(key) != 32 or len(nonce) != 24:
        raise ValueError("the key must have 32 bytes and the nonce 24")
