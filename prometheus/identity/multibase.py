"""Multibase: bytes as text whose first character names the base.

Rules:
* We write ``z`` (base58, Bitcoin alphabet) everywhere, and ``u`` (base64url without padding) for encrypted things.
* We read every prefix of the multibase table. ``z f F u m`` are here; the others are rare and are loaded when met.
* No white space, no padding where the base has none, no spare bits: a text of a base64 form has one spelling only.
* Number-like bases cost the square of their length, so their texts end at 1024 characters.

Base58 is written here with Python's own integers and not taken from the ``base58`` package: importing that costs five
milliseconds of the fifty that ``claim verify`` may take, and it forgives trailing white space, which has to be an error
here. The package is the oracle of the tests.
"""

from __future__ import annotations

from binascii import a2b_base64, b2a_base64, unhexlify

from prometheus.errors import NotUnderstood, TooLarge

LONGEST_NUMBER_TEXT = 1024
"""Characters of the longest base58 text that is read."""

_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
_BASE58_VALUE = {character: value for value, character in enumerate(_BASE58)}
_URL_SAFE = bytes.maketrans(b"+/", b"-_")
_FROM_URL_SAFE = str.maketrans("-_", "+/")
_OTHER_PREFIXES = "079bBcCvVtThkKZMU"


def invalid_base_string() -> NotUnderstood:
    """Return the error for a payload that its base cannot read."""
    return NotUnderstood("Invalid base string", code="BASE-STRING")


def decode(text: str) -> bytes:
    """Return the bytes behind a multibase text.

    Raises:
        NotUnderstood: ``Unknown base code: c`` or ``Invalid base string``; TooLarge for an overlong number text.
    """
    if not text:
        raise invalid_base_string()
    prefix, payload = text[0], text[1:]
    if prefix == "z":
        return b58_decode(payload)
    if prefix == "u":
        return b64u_decode(payload)
    if prefix in "fF":
        return _hex_decode(payload)
    if prefix == "m":
        return _b64_decode(payload)
    if prefix in _OTHER_PREFIXES:
        from prometheus.identity.rare_bases import decode_rare

        return decode_rare(prefix, payload)
    raise NotUnderstood(f"Unknown base code: {prefix}", code="BASE-CODE")


def encode_b58(raw: bytes) -> str:
    """Return the multibase text ``z…`` of bytes."""
    return "z" + b58_encode(raw)


def encode_b64u(raw: bytes) -> str:
    """Return the multibase text ``u…`` of bytes."""
    return "u" + b64u_encode(raw)


def b58_encode(raw: bytes) -> str:
    """Return bytes in base58, without a prefix; a leading zero byte becomes ``1``."""
    number = int.from_bytes(raw, "big")
    digits: list[str] = []
    while number:
        number, digit = divmod(number, 58)
        digits.append(_BASE58[digit])
    zeros = len(raw) - len(raw.lstrip(b"\0"))
    return "1" * zeros + "".join(reversed(digits))


def b58_decode(text: str) -> bytes:
    """Return the bytes of a base58 text without a prefix.

    Raises:
        NotUnderstood: ``Invalid base string``; TooLarge when it is longer than 1024 characters.
    """
    if len(text) > LONGEST_NUMBER_TEXT:
        raise too_long_for_a_number()
    number = 0
    try:
        # Ten digits fit into a small integer, which is much faster to build up than the whole.
        for start in range(0, len(text), 10):
            ten, piece = 0, text[start : start + 10]
            for character in piece:
                ten = ten * 58 + _BASE58_VALUE[character]
            number = number * 58 ** len(piece) + ten
    except KeyError:
        raise invalid_base_string() from None
    zeros = len(text) - len(text.lstrip("1"))
    return bytes(zeros) + number.to_bytes((number.bit_length() + 7) // 8, "big")


def too_long_for_a_number() -> TooLarge:
    """Return the error for a number text beyond the limit."""
    return TooLarge(f"a text in this base has at most {LONGEST_NUMBER_TEXT} characters", code="BASE-STRING-LONG")


def b64u_encode(raw: bytes) -> str:
    """Return bytes in base64url without padding and without a prefix."""
    return b2a_base64(raw, newline=False).translate(_URL_SAFE).rstrip(b"=").decode("ascii")


def b64u_decode(text: str) -> bytes:
    """Return the bytes of a base64url text without padding and without a prefix.

    Raises:
        NotUnderstood: ``Invalid base string``, also for padding and for bits that stand for nothing.
    """
    try:
        raw = a2b_base64(text.translate(_FROM_URL_SAFE) + "=" * (-len(text) % 4))
    except ValueError:
        raise invalid_base_string() from None
    # The C function forgives foreign characters and spare bits; writing it back shows whether anything was forgiven.
    if b64u_encode(raw) != text:
        raise invalid_base_string()
    return raw


def _b64_decode(text: str) -> bytes:
    if "-" in text or "_" in text:
        raise invalid_base_string()
    return b64u_decode(text.replace("+", "-").replace("/", "_"))


def _hex_decode(text: str) -> bytes:
    try:
        return unhexlify(text)
    except ValueError:
        raise invalid_base_string() from None
