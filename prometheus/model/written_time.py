"""Times as records and statements write them, read leniently: what names no moment is no error here.

A moment for the screen is in local time with its zone (`local`), and written so in this one place.

What this is not: the strict reader of a statement's times (`prometheus.claims.moments`).
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def moment(text: str) -> datetime | None:
    """Return the moment that a text names, without a zone one of UTC; None where it names none."""
    from datetime import UTC, datetime

    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)


def month(text: str) -> str | None:
    """Return the month of UTC that a text's moment lies in, such as ``2026-11``; None where it names no moment."""
    from datetime import UTC

    found = moment(text)
    if found is None:
        return None
    try:
        found = found.astimezone(UTC)
    except OverflowError:  # within a day of the first or the last year
        found = found.replace(tzinfo=UTC)
    return f"{found.year:04d}-{found.month:02d}"


def local(moment: datetime) -> str:
    """Return a moment for the screen, such as ``2026-11-22 19:03 CET``."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z")
