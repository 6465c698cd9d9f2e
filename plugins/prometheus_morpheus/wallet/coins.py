"""Amounts as people write them, and as they are: whole flakes, 10^8 to a coin; a float never comes near them.

Rules: digits, and at most one point with one to eight digits behind it. No sign, no exponent, no separator of
thousands: a comma is a point to some people and none to others, and what is unclear about money is refused.
"""

from __future__ import annotations

from typing import Final

from prometheus.errors import NotUnderstood

DECIMALS: Final = 8
FLAKES: Final = 10**DECIMALS
"""Flakes in a coin."""
LARGEST: Final = 2**63 - 1
"""Flakes that a node can hold."""
_DIGITS: Final = frozenset("0123456789")
_MOST_DIGITS: Final = 20


def flakes_of(text: str) -> int:
    """Return the flakes of an amount in coins, which may be none.

    Raises:
        NotUnderstood: When it is no exact amount, or more than a node can hold.
    """
    whole, point, part = text.partition(".")
    if not _is_number(whole) or (point and not _is_number(part)):
        raise _refusal(text, "write it like 12 or 0.25: digits, and a point where there is a part of a coin")
    if len(part) > DECIMALS:
        raise _refusal(text, f"a coin has {DECIMALS} decimals and no more; nothing is rounded")
    flakes = int(whole) * FLAKES + int(part.ljust(DECIMALS, "0"))
    if flakes > LARGEST:
        raise _refusal(text, "it is more than a ledger can hold")
    return flakes


def payment_of(text: str) -> int:
    """Return the flakes of an amount that is to be paid: at least one; errors as `flakes_of`."""
    flakes = flakes_of(text)
    if not flakes:
        raise _refusal(text, f"a payment is of at least {coins_of(1)}")
    return flakes


def coins_of(flakes: int) -> str:
    """Return an amount of flakes in coins, exactly and as short as it can be."""
    whole, part = divmod(abs(flakes), FLAKES)
    decimals = f"{part:0{DECIMALS}d}".rstrip("0")
    return ("-" if flakes < 0 else "") + (f"{whole}.{decimals}" if decimals else str(whole))


def shown(flakes: int, token: str) -> str:
    """Return an amount with the name of its coin, such as ``1.5 HYD``."""
    return f"{coins_of(flakes)} {token}"


def _is_number(text: str) -> bool:
    return 0 < len(text) <= _MOST_DIGITS and _DIGITS.issuperset(text)


def _refusal(text: str, meaning: str) -> NotUnderstood:
    return NotUnderstood(f"{text[:40]!r} is no amount", code="AMOUNT", meaning=meaning)
