"""Padmé lengths (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", 2019), never below 64.

Only the leading bits of a length show, at a cost of at most an eighth.
"""

from __future__ import annotations

SHORTEST = 64


def padded_length(length: int) -> int:
    """Return the length that a plaintext of this many bytes is padded to."""
    if length <= SHORTEST:
        return SHORTEST
    exponent = length.bit_length() - 1
    mask = (1 << (exponent - exponent.bit_length())) - 1
    return (length + mask) & ~mask


def pad(plaintext: bytes) -> bytes:
    """Return the plaintext followed by zeros up to its padded length."""
    return plaintext.ljust(padded_length(len(plaintext)), b"\0")
