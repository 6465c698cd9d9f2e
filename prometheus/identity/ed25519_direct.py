"""Ed25519 by the C functions of PyNaCl's extension module, without the import of ``nacl.bindings``.

Use `prometheus.identity.ed25519`; the rules are there. Importing this fails with ImportError when the extension module
lacks a function, so that the public bindings are taken instead. Callers have checked all lengths.
"""

from __future__ import annotations

from nacl._sodium import ffi, lib

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes

_NEEDED = (
    "crypto_core_ed25519_add",
    "crypto_generichash_blake2b_salt_personal",
    "crypto_sign",
    "crypto_sign_open",
    "crypto_sign_seed_keypair",
    "sodium_init",
)
_NEUTRAL_POINT = b"\x01" + bytes(31)

if not all(hasattr(lib, name) for name in _NEEDED) or lib.sodium_init() < 0:
    raise ImportError("PyNaCl's extension module has no usable libsodium", name="nacl._sodium")


def is_point(raw: bytes) -> bool:
    """Return whether 32 bytes decompress to a point of the curve."""
    # Adding the neutral element is the one call of libsodium that decompresses and asks for nothing else.
    return bool(lib.crypto_core_ed25519_add(ffi.new("unsigned char[32]"), raw, _NEUTRAL_POINT) == 0)


def public_key(seed: LockedBytes) -> bytes:
    """Return the public key of a 32 byte seed."""
    from prometheus_memory import allocate

    public = ffi.new("unsigned char[32]")
    with allocate(64) as secret:
        lib.crypto_sign_seed_keypair(public, secret.pointer, seed.pointer)
    return bytes(ffi.buffer(public, 32))


def sign(seed: LockedBytes, public: bytes, message: bytes) -> bytes:
    """Return the 64 byte signature over a message by the key of a seed, with the public key that belongs to it.

    The caller answers for the pair: two signatures of one message under different public keys give the seed away.
    """
    from prometheus_memory import allocate

    signed = ffi.new("unsigned char[]", len(message) + 64)
    with allocate(64) as secret:
        secret.view[:32] = seed.view
        secret.view[32:] = public
        lib.crypto_sign(signed, ffi.NULL, message, len(message), secret.pointer)
    return bytes(ffi.buffer(signed, 64))


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a 64 byte signature over a message is that key's."""
    size = len(message) + 64
    opened = ffi.new("unsigned char[]", size)
    length = ffi.new("unsigned long long *")
    return bool(lib.crypto_sign_open(opened, length, signature + message, size, public) == 0)


def key_digest(public: bytes) -> bytes:
    """Return BLAKE2b of a public key, 16 bytes, keyed with ``open social graph``: the body of its key id."""
    digest = ffi.new("unsigned char[16]")
    key = b"open social graph"
    lib.crypto_generichash_blake2b_salt_personal(
        digest, 16, public, len(public), key, len(key), ffi.new("unsigned char[16]"), ffi.new("unsigned char[16]")
    )
    return bytes(ffi.buffer(digest, 16))
