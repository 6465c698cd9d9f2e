"""Reading members of what was posted: texts by a pattern, numbers in two forms, small whole numbers.

Rules: the words of a refusal are those of Hydra's validator. A text is no longer than its pattern allows before it is
read as a number.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from prometheus.errors import InputError
from prometheus_morpheus.transactions.members import MAX_NUMBER

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

ADDRESS = re.compile(r"[1-9A-HJ-NP-Za-km-z]{34}")
_NUMBER = re.compile(r"[0-9]{1,40}")


class UnfitRequest(InputError):
    """The request has a form no Hydra node takes: status 422 with this text."""


def text_of(value: dict[str, Json], name: str, pattern: re.Pattern[str]) -> str:
    """Return a text that has to be there and to match a pattern whole."""
    text = value.get(name)
    if text is None:
        raise UnfitRequest(f"should have required property '.{name}'")
    if not isinstance(text, str):
        raise UnfitRequest("should be string")
    if not pattern.fullmatch(text):
        raise UnfitRequest(f'should match pattern "{pattern.pattern}"')
    return text


def number_of(value: dict[str, Json], name: str, least: int) -> int:
    """Return a number that may be written as a text or as a number."""
    number = value.get(name)
    if number is None:
        raise UnfitRequest(f"should have required property '.{name}'")
    if isinstance(number, str) and _NUMBER.fullmatch(number):
        number = int(number)
    if type(number) is not int or not least <= number <= MAX_NUMBER:
        raise UnfitRequest('should pass "bignumber" keyword validation')
    return number


def whole_of(value: dict[str, Json], name: str, missing: int | None) -> int:
    """Return a number of 32 bits; `missing` where there is none, unless that is None."""
    number = value.get(name, missing)
    if number is None:
        raise UnfitRequest(f"should have required property '.{name}'")
    if type(number) is not int or not 0 <= number < 2**32:
        raise UnfitRequest("should be integer")
    return number


def as_object(value: Json) -> dict[str, Json]:
    """Return a value that has to be an object."""
    if not isinstance(value, dict):
        raise UnfitRequest("should be object")
    return value


def as_array(value: Json) -> list[Json]:
    """Return a value that has to be a list."""
    if not isinstance(value, list):
        raise UnfitRequest("should be array")
    return value
