"""The AEAD through PyNaCl's compiled module: quick to load, and keys stay where they are.

Importing this raises ImportError when the private module has moved or lacks what is used; `aead` then falls back.
"""

from __future__ import annotations

from typing import Any, Final

from prometheus_memory import LockedBytes, allocate
from prometheus_memory.system_calls import NATIVE

NAME: Final = "nacl._sodium"

if NATIVE is None:
    raise ImportError(NAME)
ffi: Final = NATIVE.ffi
try:
    _encrypt = NATIVE.lib.crypto_aead_xchacha20poly1305_ietf_encrypt
    _decrypt = NATIVE.lib.crypto_aead_xchacha20poly1305_ietf_decrypt
except AttributeError as error:
    raise ImportError(NAME) from error
_NULL: Final = ffi.NULL
_BYTES: Final = ffi.typeof("unsigned char[]")
_buffer: Final = ffi.buffer
_new: Final = ffi.new_allocator(should_clear_after_alloc=False)
"""Every byte of the results is written by the call, or the result is thrown away."""


def encrypt(key: LockedBytes, nonce: bytes, plaintext: bytes | LockedBytes, associated: bytes) -> bytes:
    """Return ciphertext and tag; key 32 bytes, nonce 24."""
    _check_lengths(key, nonce)
    size = len(plaintext)
    source = plaintext.pointer if isinstance(plaintext, LockedBytes) else plaintext
    out = _new(_BYTES, size + 16)
    _encrypt(out, _NULL, source, size, associated, len(associated), _NULL, nonce, key.pointer)
    return bytes(_buffer(out))


def decrypt(key: LockedBytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bytes | None:
    """Return the plaintext, or None when the tag does not fit."""
    _check_lengths(key, nonce)
    size = len(ciphertext) - 16
    if size < 0:
        return None
    out = _new(_BYTES, size)
    return bytes(_buffer(out)) if _opens(out, key, nonce, ciphertext, associated) else None


def decrypt_in_place(key: LockedBytes, nonce: bytes, buffer: bytearray, start: int, associated: bytes) -> bool:
    """Put the plaintext where the ciphertext from `start` on lay; say whether the tag fits, else there are zeros."""
    _check_lengths(key, nonce)
    size = len(buffer) - start
    if size < 16:
        return False
    with memoryview(buffer) as whole, whole[start:] as part:
        ciphertext = ffi.from_buffer("unsigned char[]", part)
        is_authentic = _opens(ciphertext, key, nonce, ciphertext, associated)
        ffi.release(ciphertext)
    return is_authentic


def decrypt_locked(key: LockedBytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> LockedBytes | None:
    """Return the plaintext in locked memory, or None when the tag does not fit."""
    _check_lengths(key, nonce)
    if len(ciphertext) < 16:
        return None
    out = allocate(len(ciphertext) - 16)
    if _opens(out.pointer, key, nonce, ciphertext, associated):
        return out
    out.wipe()
    return None


def _opens(out: Any, key: LockedBytes, nonce: bytes, ciphertext: bytes, associated: bytes) -> bool:
    size = len(ciphertext)
    return not _decrypt(out, _NULL, _NULL, ciphertext, size, associated, len(associated), nonce, key.pointer)


def _check_lengths(key: LockedBytes, nonce: bytes) -> None:
    # The C function reads 32 and 24 bytes whatever it is given.
    if len(key) != 32 or len(nonce) != 24:
        raise ValueError("the key must have 32 bytes and the nonce 24")
