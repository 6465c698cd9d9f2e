"""Schnorr signatures as ARK makes them: the draft that came before BIP-340, on whole keys.

The signature is r and s, 32 bytes each, big endian. With G the generator, P the key and m the digest that was signed:

    e = SHA-256(r ‖ P compressed, 33 bytes ‖ m) modulo the order of the group
    R = s·G - e·P
    valid: R is a point, its x is r, and its y is a square modulo the field's prime

Rules: all point arithmetic is libsecp256k1's, which also refuses an s that is not below the order. Left for here are
the negative of e and the question whether y is a square, which is Euler's criterion, one power of public numbers.

What this is not: BIP-340, which hashes with a tag, has keys of 32 bytes and asks for an even y instead. Nothing is
signed here, and no secret is ever in sight.
"""

from __future__ import annotations

from prometheus.identity.secp256k1 import ORDER
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import Any

PRIME = 2**256 - 2**32 - 977
"""The prime of the field that the curve is defined over (SEC 2, 2.4.1)."""

SIGNATURE_SIZE = 64


def verify(public_key: bytes, digest: bytes, signature: bytes) -> bool:
    """Return whether 64 bytes are the signature of a compressed key over a digest of 32 bytes; False for any misfit."""
    if len(signature) != SIGNATURE_SIZE or len(digest) != 32:
        return False
    point = _difference(public_key, _challenge(public_key, digest, signature[:32]), signature[32:])
    return point is not None and point[:32] == signature[:32] and _is_square(int.from_bytes(point[32:], "big"))


def _challenge(public_key: bytes, digest: bytes, r: bytes) -> int:
    from hashlib import sha256

    return int.from_bytes(sha256(r + public_key + digest).digest(), "big") % ORDER


def _difference(public_key: bytes, challenge: int, s: bytes) -> bytes | None:
    """Return x and y of s·G - challenge·P, or None where a number or a point is none."""
    from coincurve._libsecp256k1 import ffi, lib

    context, point = _context(), ffi.new("secp256k1_pubkey *")
    if not lib.secp256k1_ec_pubkey_parse(context, point, public_key, len(public_key)):
        return None
    minus_challenge = (-challenge % ORDER).to_bytes(32, "big")
    if not lib.secp256k1_ec_pubkey_tweak_mul(context, point, minus_challenge):
        return None
    if not lib.secp256k1_ec_pubkey_tweak_add(context, point, s):
        return None
    whole, size = ffi.new("unsigned char[65]"), ffi.new("size_t *", 65)
    lib.secp256k1_ec_pubkey_serialize(context, whole, size, point, lib.SECP256K1_EC_UNCOMPRESSED)
    return bytes(ffi.buffer(whole))[1:]


def _is_square(y: int) -> bool:
    return pow(y, (PRIME - 1) // 2, PRIME) == 1


def _context() -> Any:
    from coincurve.context import GLOBAL_CONTEXT

    return GLOBAL_CONTEXT.ctx
