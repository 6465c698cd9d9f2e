"""Addresses as transactions carry them: 21 bytes, the network's address byte and 20 of the key's hash.

What this is not: which key an address belongs to (`prometheus.identity.networks`).
"""

from __future__ import annotations

from prometheus.errors import InputError, NotUnderstood
from prometheus.identity.base58check import decode_checked, encode_checked
from prometheus.identity.networks import wrong_prefix

ADDRESS_SIZE = 21
_LONGEST_ADDRESS = 40


def address_payload(address: str, network: int) -> bytes:
    """Return the 21 bytes of an address of the network with that address byte.

    Raises:
        NotUnderstood: ``Invalid base string``, ``Incorrect checksum``, ``Invalid network prefix found: 5a``.
    """
    if len(address) > _LONGEST_ADDRESS:
        raise _bad_length()
    payload = decode_checked(address)
    if payload[:1] != bytes([network]):
        raise wrong_prefix(payload[:1])
    if len(payload) != ADDRESS_SIZE:
        raise _bad_length()
    return payload


def is_address(text: str) -> bool:
    """Return whether a text is an address of some network: letters and digits with a checksum that fits."""
    try:
        return len(text) <= _LONGEST_ADDRESS and len(decode_checked(text)) == ADDRESS_SIZE
    except InputError:
        return False


def address_text(payload: bytes, network: int) -> str:
    """Return the address of 21 bytes that belong to the network with that address byte."""
    if payload[:1] != bytes([network]):
        raise wrong_prefix(payload[:1])
    return encode_checked(payload)


def sender_address(public_key: bytes, network: int) -> str:
    """Return the address of a compressed secp256k1 key: RIPEMD-160 of the key, without SHA-256 before it."""
    from prometheus.identity.secp256k1 import ripemd160

    return encode_checked(bytes([network]) + ripemd160(public_key))


def _bad_length() -> NotUnderstood:
    return NotUnderstood("Invalid address length", code="ADDRESS")
