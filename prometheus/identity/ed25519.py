"""Ed25519 (RFC 8032) by libsodium; the only door to it for the whole house.

Rules:
* A public key is any 32 bytes that decompress to a point of the curve; the y coordinate is reduced modulo p first, so a
  non-canonical one is still a key. Whether it is a *good* key shows when something has to verify.
* Verification is libsodium's: S must be below the group order; keys or R of small order and non-canonical keys never
  verify. That is stricter than the IOP reference, which lets keys of small order verify; nobody can own such a key.
* A secret is the 32 byte seed, in locked memory; so is the expanded key while it is used.

Two ways lead to libsodium: `ed25519_direct` takes its C functions from PyNaCl's extension module, which saves the
fifteen milliseconds that importing ``nacl.bindings`` costs; `ed25519_bindings` is the public way and is taken when a
release of PyNaCl no longer offers the first. Both give the same answers (tested).
"""

from __future__ import annotations

try:
    from prometheus.identity.ed25519_direct import is_point, key_digest, public_key, sign, verify
except ImportError:
    from prometheus.identity.ed25519_bindings import is_point, key_digest, public_key, sign, verify

__all__ = ["is_point", "key_digest", "public_key", "sign", "verify"]
