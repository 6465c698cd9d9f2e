"""Numbers of JSON documents, read and written as the reference does.

The reference reads with serde_json without its exact-float option and writes doubles in the "pretty" form of the Ryu
algorithm. A content id covers the written form, so both directions must agree to the last digit.

Reading, by the text of the number:
* without point and exponent, from -2^63 to 2^64-1: an integer. ``-0`` is the double -0.0, anything larger a double.
* otherwise the digits are collected in an unsigned 64-bit significand, those that no longer fit are dropped, and the
  value is double(significand) times or divided by a power of ten. That is not always the nearest double.
* what overflows is refused.

Writing: the shortest digits that read back, plain between 1e-5 and 1e16, else ``d.ddde-7`` without ``+`` or padding.

What this is not: a parser of JSON texts. The texts that come in were already found to be well-formed numbers.
"""

from __future__ import annotations

from prometheus.errors import NotUnderstood

_U64_MAX = 18446744073709551615
_I64_MIN = -9223372036854775808
_MAX_POWER = 308
_POWERS = tuple(float(f"1e{exponent}") for exponent in range(_MAX_POWER + 1))
_I32_DIGITS = 10


def _out_of_range() -> NotUnderstood:
    return NotUnderstood("number out of range", code="JSON", meaning="no double is that large")


def parse_int(text: str) -> int | float:
    """Return the value of a number text that has neither point nor exponent.

    Raises:
        NotUnderstood: When it is larger than any double.
    """
    if len(text) < 19:
        return int(text) or (-0.0 if text[0] == "-" else 0)
    if len(text) <= 20:
        value = int(text)
        if _I64_MIN <= value <= _U64_MAX:
            return value
    return _exact(text)


def parse_float(text: str) -> float:
    """Return the double of a number text that has a point or an exponent.

    Raises:
        NotUnderstood: When it is larger than any double.
    """
    if "e" in text or "E" in text:
        return _exact(text)
    if len(text) <= 16:
        # At most 15 digits and a small power of ten: both are exact doubles, so the one division of the reference is
        # correctly rounded and gives what float() gives.
        return float(text)
    whole, _, fraction = text.partition(".")
    if len(text) <= 20:
        # At most 19 digits always fit into the significand.
        return int(whole + fraction) / _POWERS[len(fraction)] or (-0.0 if text[0] == "-" else 0.0)
    return _exact(text)


def parse_nearest(text: str) -> float:
    """Return a whole number of 64 bits, or the double nearest to a text; NotUnderstood where none is so large."""
    if len(text) <= 20 and text.isdigit() and int(text) <= _U64_MAX:
        return int(text)
    value = float(text)
    if value - value != 0:
        raise _out_of_range()
    return value


def _exact(text: str) -> float:
    """Follow the reference step by step; this is the rule, all else above is a short cut to the same result."""
    is_negative = text[0] == "-"
    mantissa, _, exponent_text = text.lower().partition("e")
    whole, _, fraction = mantissa.lstrip("-").partition(".")
    significand, exponent = _significand(whole, fraction)
    exponent += _exponent(exponent_text, significand)
    magnitude = _scale(float(significand), exponent)
    return -magnitude if is_negative else magnitude


def _significand(whole: str, fraction: str) -> tuple[int, int]:
    significand, taken = _collect(0, whole)
    exponent = len(whole) - taken
    if exponent == 1 and len(fraction) == 1 and significand * 10 + int(fraction) <= _U64_MAX:
        # After exactly one dropped digit the reference loses a first decimal that would fit, and then misses one.
        raise NotUnderstood("invalid number", code="JSON", meaning=f"{whole}.{fraction} is not readable everywhere")
    significand, taken = _collect(significand, fraction)
    return significand, exponent - taken


def _collect(significand: int, digits: str) -> tuple[int, int]:
    """Append digits while they fit into 64 bits; return the significand and how many were taken."""
    for position, digit in enumerate(digits):
        longer = significand * 10 + int(digit)
        if longer > _U64_MAX:
            return significand, position
        significand = longer
    return significand, len(digits)


def _exponent(text: str, significand: int) -> int:
    """Return the written exponent; one beyond 32 bits is refused where it is positive and means zero otherwise."""
    if not text:
        return 0
    digits = text.lstrip("+-").lstrip("0")
    is_negative = text[0] == "-"
    if len(digits) > _I32_DIGITS or int(digits or "0") > 0x7FFFFFFF:
        if significand and not is_negative:
            raise _out_of_range()
        return -0x7FFFFFFF if significand else 0
    return -int(digits or "0") if is_negative else int(digits or "0")


def _scale(magnitude: float, exponent: int) -> float:
    while exponent < -_MAX_POWER and magnitude:
        magnitude /= _POWERS[_MAX_POWER]
        exponent += _MAX_POWER
    if not magnitude:
        return 0.0
    if exponent < 0:
        return magnitude / _POWERS[-exponent]
    if exponent > _MAX_POWER:
        raise _out_of_range()
    magnitude *= _POWERS[exponent]
    if magnitude > 1.7976931348623157e308:
        raise _out_of_range()
    return magnitude


def format_double(value: float) -> str:
    """Return the text of a finite double as the reference writes it, such as ``1.0``, ``1e21`` or ``-0.0``."""
    text = repr(value)
    if "e" not in text:
        return text
    digits, _, exponent_text = text.partition("e")
    sign = "-" if digits[0] == "-" else ""
    digits = digits.lstrip("-")
    exponent = int(exponent_text)
    if exponent == -5:
        return f"{sign}0.0000{digits.replace('.', '')}"
    return f"{sign}{digits}e{exponent}"
