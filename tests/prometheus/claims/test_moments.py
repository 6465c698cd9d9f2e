from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.claims.moments import after_duration, read_moment, write_moment
from prometheus.errors import NotUnderstood

START = datetime(2026, 1, 31, 12, 0, tzinfo=UTC)
MOMENTS = st.datetimes(min_value=datetime(1900, 1, 1), max_value=datetime(2200, 1, 1))  # noqa: DTZ001 - UTC is put on below


@given(MOMENTS, st.integers(-14 * 60, 14 * 60))
def test_what_is_written_reads_back_to_the_second(moment: datetime, offset: int) -> None:
    aware = moment.replace(tzinfo=timezone(timedelta(minutes=offset)))
    text = write_moment(aware)
    read = read_moment(text)
    assert read is not None
    assert read.has_offset
    assert 0 <= aware.timestamp() - read.seconds < 1
    assert len(text) == 20


@given(st.text(max_size=45) | st.text("0123456789-:TZ+.W ", max_size=30))
def test_no_text_breaks_the_reader(text: str) -> None:
    read_moment(text)


@pytest.mark.parametrize(
    "text",
    ["", "now", "2026", "26-11-22", "2026-11-22Z18:02", "2026-11-22T", "2026-02-30", "2026-11-22T25:00Z", "1" * 41],
)
def test_what_is_no_time_is_not_read(text: str) -> None:
    assert read_moment(text) is None


@pytest.mark.parametrize(
    ("duration", "expected"),
    [
        ("P5D", "2026-02-05T12:00:00Z"),
        ("P1W", "2026-02-07T12:00:00Z"),
        ("PT2M", "2026-01-31T12:02:00Z"),
        ("PT1H30M5S", "2026-01-31T13:30:05Z"),
        ("P1M", "2026-02-28T12:00:00Z"),
        ("P1Y1M", "2027-02-28T12:00:00Z"),
        ("P11M", "2026-12-31T12:00:00Z"),
        ("P2Y3DT4H", "2028-02-03T16:00:00Z"),
        ("P0D", "2026-01-31T12:00:00Z"),
    ],
)
def test_durations_go_by_the_calendar(duration: str, expected: str) -> None:
    assert write_moment(after_duration(START, duration)) == expected


@pytest.mark.parametrize(
    "duration",
    [
        "",
        "P",
        "PT",
        "5D",
        "P5",
        "PD",
        "P1D1Y",
        "P1H",
        "PT1D",
        "P1.5D",
        "P-1D",
        "p5d",
        "P5DT",
        "P1D1D",
        "P\u0665D",
        "P9999Y",
    ],
)
def test_what_is_no_duration_is_refused(duration: str) -> None:
    with pytest.raises(NotUnderstood):
        after_duration(START, duration)
