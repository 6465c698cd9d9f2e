"""The multibase forms that hardly anybody writes: bases 2, 8, 10, 32, 36, the other base58, and padded base64.

Rules: as in `multibase`. Bases 32 and 36 are read in either case, as the reference does; z-base-32 only in its own.
A padded form must be padded exactly. Bits left over must be zero and fewer than a digit's.
This only reads: nothing here is ever written by us.
"""

from __future__ import annotations

from prometheus.identity.multibase import LONGEST_NUMBER_TEXT, invalid_base_string, too_long_for_a_number
from prometheus.model.frozen import NamedTuple

_BASE32 = "abcdefghijklmnopqrstuvwxyz234567"
_BASE32_HEX = "0123456789abcdefghijklmnopqrstuv"
_BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_BASE36 = "0123456789abcdefghijklmnopqrstuvwxyz"


class _BitBase(NamedTuple):
    """A base whose digits are whole bits; `block` is the length that padding fills up to, 0 for none."""

    digits: str
    bits: int
    block: int = 0
    any_case: bool = False


_BIT_BASES = {
    "0": _BitBase("01", 1),
    "7": _BitBase("01234567", 3),
    "b": _BitBase(_BASE32, 5, any_case=True),
    "B": _BitBase(_BASE32, 5, any_case=True),
    "c": _BitBase(_BASE32, 5, 8, any_case=True),
    "C": _BitBase(_BASE32, 5, 8, any_case=True),
    "v": _BitBase(_BASE32_HEX, 5, any_case=True),
    "V": _BitBase(_BASE32_HEX, 5, any_case=True),
    "t": _BitBase(_BASE32_HEX, 5, 8, any_case=True),
    "T": _BitBase(_BASE32_HEX, 5, 8, any_case=True),
    "h": _BitBase("ybndrfg8ejkmcpqxot1uwisza345h769", 5),
    "M": _BitBase(_BASE64 + "+/", 6, 4),
    "U": _BitBase(_BASE64 + "-_", 6, 4),
}
_NUMBER_BASES = {
    "9": "0123456789",
    "k": _BASE36,
    "K": _BASE36,
    "Z": "123456789abcdefghijkmnopqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ",
}


def decode_rare(prefix: str, text: str) -> bytes:
    """Return the bytes of a payload in one of the rare bases.

    Raises:
        NotUnderstood: ``Invalid base string``; TooLarge when it is longer than 1024 characters.
    """
    if len(text) > LONGEST_NUMBER_TEXT:
        raise too_long_for_a_number()
    if prefix in _BIT_BASES:
        return _decode_bits(_BIT_BASES[prefix], text)
    alphabet = _NUMBER_BASES[prefix]
    return _decode_number(alphabet, text.lower() if alphabet is _BASE36 and text.isascii() else text)


def _decode_bits(base: _BitBase, text: str) -> bytes:
    digits = _without_padding(base, text)
    number = _as_number(base.digits, digits.lower() if base.any_case and digits.isascii() else digits)
    size, spare = divmod(len(digits) * base.bits, 8)
    if spare >= base.bits or number & ((1 << spare) - 1):
        raise invalid_base_string()
    return (number >> spare).to_bytes(size, "big")


def _without_padding(base: _BitBase, text: str) -> str:
    if not base.block:
        return text
    digits = text.rstrip("=")
    if len(text) != len(digits) + -len(digits) % base.block:
        raise invalid_base_string()
    return digits


def _decode_number(alphabet: str, text: str) -> bytes:
    number = _as_number(alphabet, text)
    zeros = len(text) - len(text.lstrip(alphabet[0]))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def _as_number(alphabet: str, text: str) -> int:
    number = 0
    for character in text:
        value = alphabet.find(character)
        if value < 0:
            raise invalid_base_string()
        number = number * len(alphabet) + value
    return number
