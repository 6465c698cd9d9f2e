"""The one keyed hash of the format: BLAKE2b (RFC 7693) with a purpose, never a salt.

`person` says what the digest is for, so that no two uses can be confused. Digests are compared with `same`.
A keyed digest is libsodium's, which takes the key by its address and overwrites its state; the standard library's would
keep the key in an object of its own, and stands in only where PyNaCl's compiled module is missing.
"""

from __future__ import annotations

from hashlib import blake2b
from hmac import compare_digest
from typing import TYPE_CHECKING, Any, Final

from prometheus_memory import LockedBytes, allocate, holding
from prometheus_memory.system_calls import NATIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_memory import SecretBytes

_hash: Final[Any] = getattr(NATIVE.lib, "crypto_generichash_blake2b_salt_personal", None) if NATIVE else None
IS_NATIVE: Final = _hash is not None
_NO_SALT: Final = NATIVE.ffi.new("unsigned char[16]") if NATIVE else None
_persons: Final[dict[bytes, Any]] = {}


def digest(key: LockedBytes | None, person: bytes, data: bytes | LockedBytes, size: int = 32) -> bytes:
    """Return the BLAKE2b digest of data under a key (1..64 bytes, or none) for a purpose (at most 16 bytes)."""
    if key is None or NATIVE is None or not IS_NATIVE:
        return _by_standard_library(key, person, data, size)
    out = NATIVE.ffi.new("unsigned char[]", size)
    _run(out, size, key, person, data)
    return bytes(NATIVE.ffi.buffer(out))


def derive(key: LockedBytes, person: bytes, data: bytes | LockedBytes) -> LockedBytes:
    """Return a digest of 32 bytes that is itself a secret."""
    if not IS_NATIVE:
        return holding(_by_standard_library(key, person, data, 32))
    out = allocate(32)
    _run(out.pointer, 32, key, person, data)
    return out


def digester(key: LockedBytes, person: bytes, size: int = 32) -> Callable[[bytes], bytes]:
    """Return `digest` for one key and purpose: for many in a row, not in two threads at once."""
    if NATIVE is None or not IS_NATIVE:
        return lambda data: _by_standard_library(key, person, data, size)
    ffi, run, length = NATIVE.ffi, _hash, len(key)
    out = ffi.new("unsigned char[]", size)
    written, purpose = ffi.buffer(out), _person(person)

    def one(data: bytes) -> bytes:
        run(out, size, data, len(data), key.pointer, length, _NO_SALT, purpose)
        return bytes(written)

    return one


def same(left: SecretBytes, right: SecretBytes) -> bool:
    """Compare two digests in constant time."""
    return compare_digest(_readable(left), _readable(right))


def _run(out: Any, size: int, key: LockedBytes, person: bytes, data: bytes | LockedBytes) -> None:
    source = data.pointer if isinstance(data, LockedBytes) else data
    if _hash(out, size, source, len(data), key.pointer, len(key), _NO_SALT, _person(person)) != 0:
        raise ValueError("BLAKE2b takes a key of 1 to 64 bytes and gives 1 to 64 bytes")


def _person(person: bytes) -> Any:
    if person not in _persons and NATIVE is not None:
        if len(person) > 16:
            raise ValueError("a purpose has at most 16 bytes")
        _persons[person] = NATIVE.ffi.new("unsigned char[16]", person.ljust(16, b"\0"))
    return _persons[person]


def _by_standard_library(key: LockedBytes | None, person: bytes, data: bytes | LockedBytes, size: int) -> bytes:
    secret = b"" if key is None else key.view
    return blake2b(_readable(data), digest_size=size, key=secret, person=person).digest()


def _readable(data: SecretBytes) -> bytes | bytearray | memoryview:
    return data.view if isinstance(data, LockedBytes) else data
