"""Numbers: the short cuts give what the reference's steps give, and the odd ones are as odd as there."""

from __future__ import annotations

import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.claims import numbers
from prometheus.claims.jsontext import parse
from prometheus.claims.numbers import format_double, parse_float, parse_int
from prometheus.errors import NotUnderstood

U64_MAX = 2**64 - 1


@st.composite
def number_texts(draw: st.DrawFn) -> str:
    whole = draw(st.text("0123456789", min_size=1, max_size=25)).lstrip("0") or "0"
    fraction = draw(st.text("0123456789", min_size=1, max_size=25))
    exponent = draw(st.none() | st.integers(-330, 300))
    sign = draw(st.sampled_from(["", "-"]))
    return f"{sign}{whole}.{fraction}" + ("" if exponent is None else f"e{exponent}")


def outcome(read: object, text: str) -> str:
    """Return the bits of what a reader gives, or its refusal."""
    assert callable(read)
    try:
        value = read(text)
    except NotUnderstood as refused:
        return refused.what
    return float(value).hex()


@given(number_texts())
def test_short_cuts_give_what_the_full_steps_give(text: str) -> None:
    assert outcome(parse_float, text) == outcome(numbers._exact, text)


@given(st.text("0123456789", min_size=1, max_size=17), st.integers(0, 16))
def test_short_decimals_are_read_as_the_nearest_double(digits: str, places: int) -> None:
    text = f"{int(digits)}.{'0' * places}5"
    if len(text) <= 16:
        assert parse_float(text) == float(text)


def test_a_long_mantissa_is_not_read_as_the_nearest_double() -> None:
    assert float("533842418.80849004") == 533842418.80849004
    assert format_double(parse_float("533842418.80849004")) == "533842418.8084901"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("18446744073709551615", U64_MAX),
        ("-9223372036854775808", -(2**63)),
        ("123456789012345678", 123456789012345678),
    ],
)
def test_whole_numbers_that_fit_stay_whole(text: str, value: int) -> None:
    assert parse_int(text) == value
    assert type(parse_int(text)) is int


@pytest.mark.parametrize("text", ["18446744073709551616", "-9223372036854775809", "1" * 300])
def test_whole_numbers_that_do_not_fit_become_doubles(text: str) -> None:
    assert type(parse_int(text)) is float


@pytest.mark.parametrize("text", ["-0", "-0.0", "-0e5", "-0.000"])
def test_minus_zero_is_a_double_with_its_sign(text: str) -> None:
    value = parse(text)
    assert isinstance(value, float)
    assert math.copysign(1, value) == -1
    assert format_double(value) == "-0.0"


@pytest.mark.parametrize("text", ["1e309", "-1e309", "1" * 310, "1e99999999999999999999", "1.8e308", "9" * 5000])
def test_what_is_larger_than_any_double_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood, match="number out of range"):
        parse(text)


@pytest.mark.parametrize(
    "text", ["1e-400", "1e-99999999999999999999", "0e99999999999999999999", "0." + "0" * 5000 + "1"]
)
def test_what_is_too_small_is_zero(text: str) -> None:
    assert parse(text) == 0


def test_one_decimal_that_fits_is_refused_where_exactly_one_digit_before_it_was_dropped() -> None:
    with pytest.raises(NotUnderstood, match="invalid number"):
        parse("18446744073709551616.5")
    assert parse("18446744073709551616.55") == 2.0**64
    assert parse("18446744073709551616.6") == 2.0**64
    assert parse("20000000000000000000.0") == 2e19
    assert parse("184467440737095516160.5") == 184467440737095500000.0


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1.0, "1.0"),
        (1e15, "1000000000000000.0"),
        (1e16, "1e16"),
        (1e21, "1e21"),
        (1.5e-7, "1.5e-7"),
        (0.00001, "0.00001"),
        (1.25e-5, "0.0000125"),
        (-1.25e-5, "-0.0000125"),
        (1e-6, "1e-6"),
        (5e-324, "5e-324"),
        (-0.0, "-0.0"),
        (123456789012345680.0, "1.2345678901234568e17"),
        (100000000000000.125, "100000000000000.12"),
    ],
)
def test_doubles_are_written_as_the_reference_writes_them(value: float, text: str) -> None:
    assert format_double(value) == text


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_written_double_names_the_same_double(value: float) -> None:
    text = format_double(value)
    assert float(text).hex() == value.hex()
    assert "+" not in text
    assert set(".e") & set(text)


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_reading_back_is_at_most_a_few_units_off(value: float) -> None:
    read = parse_float(format_double(value))
    if math.isfinite(read) and abs(value) > 1e-290:
        assert abs(Fraction(read) - Fraction(value)) <= 4 * Fraction(math.ulp(value))
