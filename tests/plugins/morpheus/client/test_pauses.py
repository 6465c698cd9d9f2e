"""How long is waited where a server says how long: whatever it says, the answer is a pause or none."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus_morpheus.client.pauses import asked_for

NOW = datetime(2027, 1, 15, 8, 0, 0, tzinfo=UTC)
MONTHS = ("Jan", "Dec", "Feb", "12", "")
NUMBERS = st.integers(min_value=0, max_value=10**13).map(str)


@pytest.mark.parametrize(
    ("field", "seconds"),
    [
        ("5", 5.0),
        ("Fri, 15 Jan 2027 08:00:07 GMT", 7.0),
        ("Fri, 15 Jan 2027 07:59:59 GMT", None),
        ("Fri, 31 Dec 99999999999 23:59:59 GMT", None),
        ("Fri, 31 Dec 9999 23:59:59 +99999999999", None),
        ("Fri, 99999999999 Dec 2027 23:59:59 GMT", None),
        ("9" * 30, None),
        ("-5", None),
        ("soon", None),
        ("", None),
        (None, None),
    ],
)
def test_a_pause_is_a_number_of_seconds_or_a_moment_to_come(field: str | None, seconds: float | None) -> None:
    assert asked_for(field, NOW) == seconds


@given(
    st.tuples(
        NUMBERS, st.sampled_from(MONTHS), NUMBERS, NUMBERS, st.sampled_from(["GMT", "+0000", "+9999", "-99999999"])
    )
)
def test_no_date_breaks_it(parts: tuple[str, ...]) -> None:
    day, month, year, hour, zone = parts
    found = asked_for(f"{day[:3]} {month} {year} {hour[:2]}:0:0 {zone}", NOW)
    assert found is None or found >= 0
