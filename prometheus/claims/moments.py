"""Times as texts: any ISO 8601 time is read, one form is written.

Rules: written is UTC, seconds, ``YYYY-MM-DDTHH:MM:SSZ``. Read is any ISO 8601 date or time up to 40 characters; a date
alone means its first moment; a time without offset is taken as UTC and the reader is told. Durations are ISO 8601
(``P5D``, ``PT2M``, ``P1M``); months and years go by the calendar, and a day that a month lacks becomes its last.
Not here: the present moment, which comes from a `Clock`.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from datetime import datetime

MAX_TIME_TEXT = 40
_MONTHS_IN_YEAR = 12
_DATE_UNITS = "YMWD"
_TIME_UNITS = "HMS"


class Moment(NamedTuple):
    """A moment in seconds since 1970, and whether its text named an offset from UTC."""

    seconds: float
    has_offset: bool


def read_moment(text: str) -> Moment | None:
    """Return the moment that a text names, or None when it names none."""
    from datetime import UTC, date, datetime, time

    if len(text) > MAX_TIME_TEXT or not text.isascii():
        return None
    day, separator, clock = text.upper().replace(" ", "T", 1).partition("T")
    try:
        found = datetime.combine(date.fromisoformat(day), time.fromisoformat(clock) if separator else time())
        has_offset = found.tzinfo is not None
        return Moment((found if has_offset else found.replace(tzinfo=UTC)).timestamp(), has_offset)
    except (ValueError, OverflowError):
        return None


def write_moment(when: datetime) -> str:
    """Return the text of an aware moment, cut to seconds."""
    from datetime import UTC

    return when.astimezone(UTC).isoformat(timespec="seconds").removesuffix("+00:00") + "Z"


def after_duration(start: datetime, duration: str) -> datetime:
    """Return the moment that lies a duration after a start.

    Raises:
        NotUnderstood: When the text is no ISO 8601 duration in whole numbers, is empty, or leads out of the calendar.
    """
    from datetime import timedelta

    counts = _counts(duration)
    try:
        moved = _by_months(start, counts.get("Y", 0) * _MONTHS_IN_YEAR + counts.get("M", 0))
        return moved + timedelta(
            weeks=counts.get("W", 0),
            days=counts.get("D", 0),
            hours=counts.get("TH", 0),
            minutes=counts.get("TM", 0),
            seconds=counts.get("TS", 0),
        )
    except (ValueError, OverflowError):
        raise _refusal(duration) from None


def _refusal(duration: str) -> NotUnderstood:
    return NotUnderstood(
        f"{duration[:MAX_TIME_TEXT]!r} is not a duration",
        code="DURATION",
        meaning="a duration is written like P5D, PT2M or P1Y6M",
        remedy="write it in that form, in whole numbers",
    )


def _counts(duration: str) -> dict[str, int]:
    """Return the numbers of a duration by unit; units after the T carry it in front."""
    if not duration.startswith("P") or len(duration) > MAX_TIME_TEXT:
        raise _refusal(duration)
    date_part, has_time, time_part = duration[1:].partition("T")
    counts = _units(date_part, _DATE_UNITS, "", duration) | _units(time_part, _TIME_UNITS, "T", duration)
    if not counts or (has_time and not time_part):
        raise _refusal(duration)
    return counts


def _units(part: str, units: str, prefix: str, duration: str) -> dict[str, int]:
    counts: dict[str, int] = {}
    digits = ""
    for character in part:
        if character.isascii() and character.isdigit():
            digits += character
            continue
        if character not in units or not digits:
            raise _refusal(duration)
        counts[prefix + character] = int(digits)
        units = units[units.index(character) + 1 :]
        digits = ""
    if digits:
        raise _refusal(duration)
    return counts


def _by_months(start: datetime, months: int) -> datetime:
    years, month = divmod(start.month - 1 + months, _MONTHS_IN_YEAR)
    for day in range(start.day, start.day - 4, -1):
        try:
            return start.replace(year=start.year + years, month=month + 1, day=day)
        except ValueError:
            continue
    raise _refusal(f"{months} months")
