"""Numbers that change on their way are not signed: nobody who gets them as text could verify them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.claims.jsontext import compact, parse
from prometheus.usecases.claim_data import content_faults

SCHEMA = {"type": "object"}


@pytest.mark.parametrize("text", ["4.4462105605076063e-13", "5.054203736480441e-19", "2.386951768978419e-10"])
def test_a_number_that_changes_when_it_is_sent_is_a_fault(text: str) -> None:
    (fault,) = content_faults(SCHEMA, parse(f'{{"a": [{{"b": {text}}}]}}'))  # type: ignore[arg-type]  # it is JSON
    assert fault.path == ".a.0.b"
    assert "digits" in fault.message


@given(st.one_of(st.integers(-(2**53), 2**53), st.floats(-1e6, 1e6).map(lambda number: round(number, 6))))
def test_ordinary_numbers_are_none(number: float) -> None:
    content = parse(compact({"a": number}))
    assert content_faults(SCHEMA, content) == ()  # type: ignore[arg-type]  # it is JSON
