"""How long to wait before asking again.

A server says it with Retry-After (RFC 9110, 10.2.3): a number of seconds or an HTTP date; anything else, and what lies
in the past, is as if it had not been sent. Without it pauses grow, stretched by chance so that many clients do not come
back in step; they begin longer where the server said that it was asked too often.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

FIRST = 0.3
FIRST_WHEN_TOO_OFTEN = 5.0
LONGEST = 30.0
_MAX_DIGITS = 9
_MAX_FIELD = 40


def before_attempt(attempt: int, wished: float | None = None, *, was_too_often: bool = False) -> float:
    """Return the seconds before the next attempt, at most `LONGEST`.

    Args:
        attempt: How many were made, from 1.
        wished: What the server asked for; a little is added to it.
        was_too_often: Whether it said that it was asked too often.
    """
    import random

    stretch = random.uniform(0.5, 1.5)  # noqa: S311  # spreads clients out; nothing secret depends on it
    if wished is not None:
        return min(wished + FIRST * stretch, LONGEST)
    first = FIRST_WHEN_TOO_OFTEN if was_too_often else FIRST
    return min(first * float(2 ** (attempt - 1)) * stretch, LONGEST)


def asked_for(field: str | None, now: datetime) -> float | None:
    """Return the seconds that a Retry-After field asks for, or None where it asks for none that can be understood."""
    text = (field or "").strip()
    if not text or len(text) > _MAX_FIELD:
        return None
    if text.isascii() and text.isdigit():
        return float(text) if len(text) <= _MAX_DIGITS else None
    return _until(text, now)


def _until(text: str, now: datetime) -> float | None:
    from email.utils import parsedate_to_datetime

    try:
        moment = parsedate_to_datetime(text)
    except (ValueError, OverflowError, TypeError):
        return None
    if moment.tzinfo is None:
        return None
    pause = (moment - now).total_seconds()
    return pause if pause >= 0 else None
