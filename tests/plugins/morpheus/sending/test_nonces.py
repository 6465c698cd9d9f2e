from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prometheus_morpheus.sending.nonces import Held, next_nonce

LOOSE = Held("a", is_on_its_way=False, is_live=False, is_loose=True)
POOLED = Held("", is_on_its_way=True)
HELD = st.dictionaries(
    st.integers(1, 12), st.builds(Held, st.just("x"), st.booleans(), st.booleans(), st.booleans(), st.booleans())
)


def test_the_first_nonce_of_a_wallet_is_one() -> None:
    assert next_nonce(used=0, settled=0, held={}).nonce == 1


def test_what_waits_in_a_pool_is_passed_over() -> None:
    assert next_nonce(used=4, settled=0, held={5: Held("a", is_on_its_way=True)}, pooled={6}).nonce == 7


def test_nothing_goes_behind_what_was_not_seen() -> None:
    found = next_nonce(used=4, settled=0, held={5: Held("a", is_on_its_way=False)})
    assert (found.nonce, "waits for a" in found.reason) == (0, True)


def test_a_gap_is_filled_before_anything_else() -> None:
    assert next_nonce(used=4, settled=0, held={6: Held("b", is_on_its_way=False)}).nonce == 5


def test_a_node_that_is_behind_does_not_give_a_settled_nonce_again() -> None:
    found = next_nonce(used=2, settled=9, held={})
    assert (found.nonce, "is it behind" in found.reason) == (0, True)


def test_a_number_that_was_signed_with_is_not_passed_over_because_it_is_said_to_be_used() -> None:
    found = next_nonce(used=5, settled=0, held={5: LOOSE})
    assert (found.nonce, "number 5" in found.reason) == (0, True)
    assert next_nonce(used=5, settled=0, held={5: LOOSE._replace(is_shown=True)}).nonce == 6


def test_a_number_whose_action_was_told_as_unpaid_is_given_again_and_nothing_beyond_it() -> None:
    assert next_nonce(used=4, settled=0, held={5: LOOSE}).nonce == 5
    taken = LOOSE._replace(is_live=True, is_on_its_way=True)
    assert next_nonce(used=4, settled=0, held={5: taken}).nonce == 0
    assert next_nonce(used=4, settled=0, held={5: LOOSE}, pooled={5}).nonce == 0


def test_a_number_whose_user_fell_out_of_the_chain_again_is_not_passed_over() -> None:
    fallen = LOOSE._replace(is_shown=True)
    behind = Held("b", is_on_its_way=False)
    assert next_nonce(used=1, settled=1, held={2: fallen, 3: behind}).nonce == 2
    assert next_nonce(used=1, settled=1, held={2: fallen}, pooled={2}).nonce == 3


@given(st.integers(0, 10), st.integers(0, 10), HELD, st.frozensets(st.integers(1, 12)))
def test_what_is_given_is_free_and_nothing_below_is_open(
    used: int, settled: int, held: dict[int, Held], pooled: frozenset[int]
) -> None:
    found = next_nonce(used=used, settled=settled, held=held, pooled=pooled)
    if not found.nonce:
        assert found.reason
        return
    assert found.nonce not in held or not held[found.nonce].is_live
    assert found.nonce not in pooled
    assert found.nonce > max(used, settled)
    assert all(one.is_shown for nonce, one in held.items() if nonce <= used)
    for nonce in range(used + 1, found.nonce):
        one = held.get(nonce, POOLED)
        assert one.is_live or nonce in pooled
        assert one.is_shown or ((one.is_on_its_way or nonce in pooled) and not one.is_loose)
