"""Lengths as variable length numbers: seven bits a byte, lowest first, the top bit says that more follow (LEB128)."""

from __future__ import annotations

from prometheus_morpheus.transactions.members import refusal

_LONGEST = 5


def varint(number: int) -> bytes:
    """Return the bytes of a number that is not negative."""
    written = bytearray()
    while number >= 0x80:
        written.append(number & 0x7F | 0x80)
        number >>= 7
    written.append(number)
    return bytes(written)


def read_varint(raw: bytes, at: int) -> tuple[int, int]:
    """Return the number that begins at a place and the place behind it.

    Raises:
        NotUnderstood: When the bytes end first, the number takes more than five, or a shorter way to write it exists.
    """
    number = 0
    for position, byte in enumerate(raw[at : at + _LONGEST]):
        number |= (byte & 0x7F) << 7 * position
        if byte < 0x80:
            if position and not byte:
                raise refusal("a length is written in more bytes than it takes")
            return number, at + position + 1
    raise refusal("a length does not end")
