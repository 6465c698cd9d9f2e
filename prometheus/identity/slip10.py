"""SLIP-0010 for Ed25519: one seed, a tree of keys, every step hardened.

Rules: the master is HMAC-SHA512 of the seed under ``ed25519 seed``; child i is HMAC-SHA512 of
``00 ‖ secret ‖ i + 2^31`` under the parent's chain code; each result splits into secret (32 bytes) and chain code.
There is no public derivation. An extended key prints no byte of itself.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus_memory import joined

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes, SecretBytes

HARDENED = 0x80000000
"""Added to every index; indices are written without it."""


class ExtendedKey(NamedTuple):
    """A secret with the chain code that derives its children; both are 32 bytes and secret, in locked memory."""

    secret: LockedBytes
    chain_code: LockedBytes

    def child(self, index: int) -> ExtendedKey:
        """Return the hardened child of an index from 0 to 2^31 - 1.

        Raises:
            NotUnderstood: ``Derivation index cannot be negative``, or when it is too large.
        """
        number = HARDENED + checked_index(index)
        with joined(b"\0", self.secret, number.to_bytes(4, "big")) as message:
            return _split(self.chain_code, message)

    def wipe(self) -> None:
        """Overwrite both."""
        self.secret.wipe()
        self.chain_code.wipe()

    def __repr__(self) -> str:
        return "ExtendedKey(hidden)"


def master(seed: SecretBytes) -> ExtendedKey:
    """Return the root of the tree of a seed of 16 to 64 bytes."""
    if not 16 <= len(seed) <= 64:
        raise NotUnderstood("a seed has 16 to 64 bytes", code="SEED")
    return _split(b"ed25519 seed", seed)


def derive(seed: SecretBytes, path: str) -> ExtendedKey:
    """Return the key at a path such as ``m/128164'/0'/3'``.

    Raises:
        NotUnderstood: When the path is malformed or a step is not hardened.
    """
    root, *steps = path.split("/")
    if root != "m":
        raise NotUnderstood("a derivation path begins with m", code="DERIVATION-PATH")
    key = master(seed)
    for step in steps:
        parent, key = key, key.child(_hardened_step(step))
        parent.wipe()
    return key


def checked_index(index: int) -> int:
    """Return a derivation index that is in range.

    Raises:
        NotUnderstood: ``Derivation index cannot be negative``, or when it is 2^31 or more.
    """
    if index < 0:
        raise NotUnderstood("Derivation index cannot be negative", code="DERIVATION-INDEX")
    if index >= HARDENED:
        raise NotUnderstood("Derivation index must be below 2147483648", code="DERIVATION-INDEX")
    return index


def _hardened_step(step: str) -> int:
    digits = step.removesuffix("'")
    if digits == step or not (digits.isascii() and digits.isdigit()) or len(digits) > 10:
        raise NotUnderstood(
            "each step of an Ed25519 path is a number with an apostrophe",
            code="DERIVATION-PATH",
            meaning="only hardened derivation exists for Ed25519",
        )
    return int(digits)


def _split(key: SecretBytes, message: SecretBytes) -> ExtendedKey:
    from prometheus.identity.openssl import hmac_sha512

    with hmac_sha512(key, message) as whole:
        return ExtendedKey(whole.copy(0, 32), whole.copy(32))
