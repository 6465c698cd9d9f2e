"""Ed25519 by PyNaCl's public bindings: the way that stays when the direct one is closed.

Use `prometheus.identity.ed25519`; the rules are there. Slower to import, the same in every answer; it
copies secrets into ordinary memory.
"""

from __future__ import annotations

from nacl import bindings
from nacl.exceptions import CryptoError

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes

_NEUTRAL_POINT = b"\x01" + bytes(31)


def is_point(raw: bytes) -> bool:
    """Return whether 32 bytes decompress to a point of the curve."""
    try:
        bindings.crypto_core_ed25519_add(raw, _NEUTRAL_POINT)
    except CryptoError:
        return False
    return True


def public_key(seed: LockedBytes) -> bytes:
    """Return the public key of a 32 byte seed."""
    return bindings.crypto_sign_seed_keypair(bytes(seed.view))[0]


def sign(seed: LockedBytes, public: bytes, message: bytes) -> bytes:
    """Return the 64 byte signature over a message by the key of a seed, with the public key that belongs to it."""
    return bindings.crypto_sign(message, bytes(seed.view) + public)[:64]


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a 64 byte signature over a message is that key's."""
    try:
        bindings.crypto_sign_open(signature + message, public)
    except CryptoError:
        return False
    return True


def key_digest(public: bytes) -> bytes:
    """Return BLAKE2b of a public key, 16 bytes, keyed with ``open social graph``: the body of its key id."""
    return bindings.crypto_generichash_blake2b_salt_personal(public, digest_size=16, key=b"open social graph")
