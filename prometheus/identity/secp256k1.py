"""ECDSA on secp256k1 by libsecp256k1 (coincurve), loaded when a key of this suite is first met.

Rules:
* A public key is 33 bytes, compressed. A signature is 64 bytes, r and s big-endian.
* A message is hashed with SHA-256; nonces are RFC 6979; signatures are written with low S.
* Verification also accepts high S, since the IOP reference does: S is lowered first.

Texts of errors are the reference's. Nothing here prints a secret; coincurve's own errors are replaced by ours.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes

ORDER = 0xFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFEBAAEDCE6AF48A03BBFD25E8CD0364141
"""The order of the group (SEC 2, 2.4.1); r and s are below it."""


def check_public_key(raw: bytes) -> None:
    """Refuse bytes that are not a compressed public key.

    Raises:
        NotUnderstood: ``Invalid input length`` or ``Invalid public key``.
    """
    if len(raw) != 33:
        raise NotUnderstood("Invalid input length", code="PUBLIC-KEY")
    from coincurve import PublicKey

    try:
        PublicKey(raw)
    except ValueError:
        raise NotUnderstood("Invalid public key", code="PUBLIC-KEY") from None


def public_key_from_hex(text: str) -> bytes:
    """Return the bytes of a compressed public key written as 66 hex digits.

    Raises:
        NotUnderstood: When it is not hex, has another length or is no point.
    """
    if len(text) % 2:
        raise NotUnderstood("Odd number of digits", code="PUBLIC-KEY")
    for position, character in enumerate(text):
        if character not in "0123456789abcdefABCDEF":
            raise NotUnderstood(f"Invalid character {character!r} at position {position}", code="PUBLIC-KEY")
    raw = bytes.fromhex(text)
    check_public_key(raw)
    return raw


def check_signature(raw: bytes) -> None:
    """Refuse 64 bytes whose r or s is not below the group order with ``Invalid signature``."""
    if int.from_bytes(raw[:32], "big") >= ORDER or int.from_bytes(raw[32:], "big") >= ORDER:
        raise NotUnderstood("Invalid signature", code="SIGNATURE")


def check_secret(secret: LockedBytes) -> None:
    """Refuse bytes that are not a secret key, that is 32 bytes from 1 to the order minus 1."""
    from coincurve._libsecp256k1 import lib

    if len(secret) != 32 or not lib.secp256k1_ec_seckey_verify(_context(), _at(secret)):
        raise NotUnderstood("Invalid secret key", code="SECRET-KEY")


def public_key(secret: LockedBytes) -> bytes:
    """Return the compressed public key of a secret."""
    from coincurve import PublicKey
    from coincurve._libsecp256k1 import ffi, lib

    point = ffi.new("secp256k1_pubkey *")
    if not lib.secp256k1_ec_pubkey_create(_context(), point, _at(secret)):
        raise NotUnderstood("Invalid secret key", code="SECRET-KEY")
    return PublicKey(point).format()


def sign(secret: LockedBytes, message: bytes) -> bytes:
    """Return the 64 byte low-S signature over the SHA-256 of a message."""
    from coincurve._libsecp256k1 import ffi, lib

    out = ffi.new("unsigned char[64]")
    lib.secp256k1_ecdsa_signature_serialize_compact(_context(), out, _signature(secret, message))
    return bytes(ffi.buffer(out))


def sign_der(secret: LockedBytes, message: bytes) -> bytes:
    """Return the same signature as `sign`, in DER as ledger transactions carry it."""
    from coincurve.ecdsa import cdata_to_der

    return cdata_to_der(_signature(secret, message))


def _signature(secret: LockedBytes, message: bytes) -> Any:
    from hashlib import sha256

    from coincurve._libsecp256k1 import ffi, lib

    signature = ffi.new("secp256k1_ecdsa_signature *")
    digest = sha256(message).digest()
    if not lib.secp256k1_ecdsa_sign(_context(), signature, digest, _at(secret), ffi.NULL, ffi.NULL):
        raise NotUnderstood("Invalid secret key", code="SECRET-KEY")
    return signature


def verify(public: bytes, message: bytes, signature: bytes) -> bool:
    """Return whether a 64 byte signature, high S or low, over the SHA-256 of a message is that key's."""
    from coincurve import PublicKey
    from coincurve.ecdsa import cdata_to_der, deserialize_compact, signature_normalize

    _was_high, low = signature_normalize(deserialize_compact(signature))
    return PublicKey(public).verify(cdata_to_der(low), message)


def add_to_secret(secret: LockedBytes, tweak: LockedBytes) -> LockedBytes:
    """Return secret + tweak modulo the order (BIP32); ValueError for the one in 2^127 that is no key."""
    from coincurve._libsecp256k1 import lib

    summed = secret.copy()
    if not lib.secp256k1_ec_seckey_tweak_add(_context(), _at(summed), _at(tweak)):
        raise ValueError("no key")
    return summed


def add_to_public(public: bytes, tweak: bytes) -> bytes:
    """Return the point public + tweak·G (BIP32); ValueError for the one in 2^127 that is no key."""
    from coincurve import PublicKey

    return PublicKey(public).add(tweak).format()


def _context() -> Any:
    from coincurve.context import GLOBAL_CONTEXT

    return GLOBAL_CONTEXT.ctx


def _at(secret: LockedBytes) -> Any:
    """Return a secret of 32 bytes by its address; coincurve's own classes would copy it."""
    from coincurve._libsecp256k1 import ffi

    return ffi.from_buffer("unsigned char[]", secret.view)


def hash160(raw: bytes) -> bytes:
    """Return RIPEMD-160 of SHA-256."""
    from hashlib import sha256

    return ripemd160(sha256(raw).digest())


def ripemd160(raw: bytes) -> bytes:
    """Return RIPEMD-160, from OpenSSL or, where its build leaves the old hashes out, from pycryptodome."""
    import hashlib

    try:
        return hashlib.new("ripemd160", raw, usedforsecurity=False).digest()
    except ValueError:
        from Crypto.Hash import RIPEMD160

        return bytes(RIPEMD160.new(raw).digest())
