"""The machine of a request: pending, then decided or taken back, once."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import Conflict
from prometheus_morpheus.services.authority.lifecycle import (
    APPROVED,
    PENDING,
    REJECTED,
    STATES,
    WITHDRAWN,
    State,
    is_allowed,
    require_allowed,
)

ANY = st.sampled_from(STATES)


@pytest.mark.parametrize("wanted", [APPROVED, REJECTED, WITHDRAWN])
def test_what_is_pending_can_be_decided_or_taken_back(wanted: State) -> None:
    require_allowed("cju1", PENDING, wanted)


def test_to_take_back_twice_is_no_fault() -> None:
    assert is_allowed(WITHDRAWN, WITHDRAWN)


@pytest.mark.parametrize("state", STATES)
def test_nothing_comes_back_to_pending(state: State) -> None:
    assert not is_allowed(state, PENDING)


def test_a_second_answer_is_refused_in_the_words_of_the_reference() -> None:
    with pytest.raises(Conflict) as caught:
        require_allowed("cju1", APPROVED, REJECTED)
    assert caught.value.what == "Request 'cju1' cannot be rejected in state approved"


@given(wishes=st.lists(ANY, max_size=12))
def test_whatever_is_wished_the_first_decision_stays(wishes: list[State]) -> None:
    state: State = PENDING
    decided: list[State] = []
    for wish in wishes:
        if is_allowed(state, wish):
            state = wish
            decided.append(wish)
    assert len(set(decided)) <= 1
    assert state == (decided[0] if decided else PENDING)
