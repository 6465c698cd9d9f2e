"""Reading the members of a transaction's JSON: decimal texts, small numbers, hex.

Rules: each reader checks the length before it reads, and refuses what would not be written back the same.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood, TooLarge
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

MAX_NUMBER = 2**63 - 1
"""The largest nonce, fee or amount: nodes keep them in signed 64 bit."""

MAX_VENDOR_FIELD = 255
MAX_SIGNATURE = 72
_MAX_DIGITS = 19
_DIGITS = frozenset("0123456789")
_HEX = frozenset("0123456789abcdefABCDEF")


def refusal(what: str, meaning: str = "") -> NotUnderstood:
    """Return the error for a transaction that does not have the form of one."""
    return NotUnderstood(what, code="TRANSACTION", meaning=meaning)


def decimal(members: dict[str, Json], name: str) -> int:
    """Return a number written as a decimal text; NotUnderstood for signs, leading zeros, other digits, above 2^63-1."""
    text = members.get(name)
    if not isinstance(text, str):
        raise refusal(f"the member {name} is a decimal text")
    if not text or not _DIGITS.issuperset(text[: _MAX_DIGITS + 1]):
        raise refusal("invalid digit found in string", f"at {name}")
    if len(text) > _MAX_DIGITS or int(text) > MAX_NUMBER:
        raise refusal(f"the number at {name} is above 2^63-1", "no node can hold it")
    if text[0] == "0" and text != "0":
        raise refusal(f"the number at {name} has a leading zero", "it would be written back without")
    return int(text)


def whole_number(members: dict[str, Json], name: str, largest: int) -> int:
    """Return a JSON integer from 0 to the largest; NotUnderstood for anything else."""
    number = members.get(name)
    if type(number) is not int or not 0 <= number <= largest:
        raise refusal(f"the member {name} is a whole number from 0 to {largest}")
    return number


def hex_bytes(members: dict[str, Json], name: str, size: int) -> bytes:
    """Return the bytes of a hex text of exactly that size."""
    text = members.get(name)
    if not isinstance(text, str) or len(text) != 2 * size or not _HEX.issuperset(text):
        raise refusal(f"the member {name} is {2 * size} hex digits")
    return bytes.fromhex(text)


def signature_bytes(members: dict[str, Json], name: str = "signature") -> bytes:
    """Return the bytes of the signature, or of a second one by its name, empty where there is none."""
    text = members.get(name)
    if text is None:
        return b""
    is_short = isinstance(text, str) and 2 <= len(text) <= 2 * MAX_SIGNATURE
    if not isinstance(text, str) or not is_short or len(text) % 2 or not _HEX.issuperset(text):
        raise refusal(f"the signature is up to {MAX_SIGNATURE} bytes in hex")
    return bytes.fromhex(text)


def vendor_field(value: Json) -> str | None:
    """Return a vendor field of at most 255 bytes, or None; an empty one is none, as for nodes."""
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise refusal("a vendor field is a text")
    if len(vendor_bytes(value)) > MAX_VENDOR_FIELD:
        raise TooLarge(f"the vendor field is longer than {MAX_VENDOR_FIELD} bytes", code="VENDOR-FIELD")
    return value


def vendor_bytes(text: str) -> bytes:
    """Return the bytes of a vendor field; NotUnderstood for half of a surrogate pair."""
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise refusal("the vendor field holds half of a surrogate pair") from None
