from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from prometheus_morpheus.sending.nonces import Held, next_nonce

HELD = st.dictionaries(st.integers(1, 12), st.builds(Held, st.just("x"), st.booleans()))


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


@given(st.integers(0, 10), st.integers(0, 10), HELD, st.frozensets(st.integers(1, 12)))
def test_what_is_given_is_free_and_nothing_below_is(
    used: int, settled: int, held: dict[int, Held], pooled: frozenset[int]
) -> None:
    found = next_nonce(used=used, settled=settled, held=held, pooled=pooled)
    if found.nonce:
        assert found.nonce not in held
        assert found.nonce not in pooled
        assert found.nonce > max(used, settled)
        below = range(max(used, settled) + 1, found.nonce)
        assert all(each in pooled or held[each].is_on_its_way for each in below)
    else:
        assert found.reason
