"""Base58Check: base58 with the first four bytes of a double SHA-256 behind the payload.

Rules: characters first, then the checksum, then (by the caller) the version bytes in front. A text shorter than a
checksum is refused like a wrong one.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.identity.multibase import b58_decode, b58_encode

_CHECKSUM_SIZE = 4


def encode_checked(payload: bytes) -> str:
    """Return the text of a payload with its checksum."""
    return b58_encode(payload + _checksum(payload))


def decode_checked(text: str) -> bytes:
    """Return the payload of a text.

    Raises:
        NotUnderstood: ``Invalid base string`` or ``Incorrect checksum``.
    """
    whole = b58_decode(text)
    payload, checksum = whole[:-_CHECKSUM_SIZE], whole[-_CHECKSUM_SIZE:]
    if len(whole) < _CHECKSUM_SIZE or checksum != _checksum(payload):
        raise NotUnderstood("Incorrect checksum", code="CHECKSUM", remedy="copy the whole text again")
    return payload


def _checksum(payload: bytes) -> bytes:
    from hashlib import sha256

    return sha256(sha256(payload).digest()).digest()[:_CHECKSUM_SIZE]
