"""The AEAD through PyNaCl's compiled module: quick to load, no copies of the key.

Importing this raises ImportError when the private module has moved or lacks what is used; `aead` then falls back.
"""

from __future__ import annotations

from typing import Final

from nacl._sodium import ffi, lib

NAME: Final = "nacl._sodium"

try:
    _encrypt = lib.crypto_aead_xchacha20poly1305_ietf_encrypt
    _decrypt = lib.crypto_aead_xchacha20poly1305_ietf_decrypt
    if lib.sodium_init() < 0:  # pragma: no cover - libsodium without a random source
        raise ImportError(NAME)
except AttributeError as error:  # pragma: no cover - a PyNaCl built without the construction
    raise ImportError(NAME) from error


def encrypt(key: bytes, nonce: bytes, plaintext: bytes, associated: bytes) -> bytes:
    """Return ciphertext and tag; key 32 bytes, nonce 24."""
    _check_lengths(key, nonce)
    out = bytearray(len(plaintext) + 16)
    _encrypt(
        ffi.from_buffer("unsigned char[]", out),
        ffi.NULL,
        plaintext,
        len(plaintext),
        associated,
        len(associated),
        ffi.NULL,
        nonce,
        key,
    )
    return bytes(out)


def decrypt(key: bytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes | None:
    """Return the plaintext, or None when the tag does not fit."""
    _check_lengths(key, nonce)
    if len(ciphertext) < 16:
        return None
    out = bytearray(len(ciphertext) - 16)
    failed = _decrypt(
        ffi.from_buffer("unsigned char[]", out),
        ffi.NULL,
        ffi.NULL,
        ciphertext,
        len(ciphertext),
        associated,
        len(associated),
        nonce,
        key,
    )
    return None if failed else bytes(out)


def _check_lengths(key: bytes, nonce: bytes) -> None:
    # The C function reads 32 and 24 bytes whatever it is given.
    if len(key) != 32 or len(nonce) != 24:
        raise ValueError("the key must have 32 bytes and the nonce 24")
