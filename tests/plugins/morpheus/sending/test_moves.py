from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import Malformed
from prometheus_morpheus.sending import moves, refusals
from prometheus_morpheus.sending.action import (
    IN_A_BLOCK,
    NOT_PAID,
    STATES,
    Action,
    Payer,
    Signing,
    Step,
)
from prometheus_morpheus.sending.moves import Misplaced
from prometheus_morpheus.sending.outcomes import as_document, failure_of, in_words
from prometheus_morpheus.sending.record import action_of, fields_of
from prometheus_morpheus.sending.refusals import Reply, meaning_of
from prometheus_morpheus.sending.sightings import Glance, Sighting, together

NOW = "2026-11-22T18:00:00Z"
FIRST = Signing("aa" * 32, 10, 0, "{}")
SECOND = Signing("bb" * 32, 12, 0, "{}")


def action(state: Any = "sent", *, layer_two: bool = False, **changes: Any) -> Action:
    group = 4242 if layer_two else 1
    begun = Action("a" * 24, 1, "rent", group, 1, 128, Payer("HYD testnet", 0, 0), "02", "{}", NOW, 7200, 0, 10)
    signed = {} if state == "queued" else {"nonce": 7, "chain": "ff", "signings": (FIRST,)}
    return begun._replace(**{"state": state, **signed, **changes})


def in_block(**changes: Any) -> Sighting:
    seen = Sighting(1, 20, forged_id=FIRST.id, block="cc", height=18, confirmations=3, is_agreed=True)
    return seen._replace(**changes)


NOWHERE = Sighting(1, 20)


def test_an_action_keeps_its_nonce() -> None:
    with pytest.raises(Misplaced):
        moves.signed(action(), "ff", 8, SECOND, NOW)
    with pytest.raises(Misplaced):
        moves.signed(action(), "ee", 7, SECOND, NOW)
    assert moves.signed(action(), "ff", 7, SECOND, NOW).signings == (FIRST, SECOND)


@pytest.mark.parametrize("state", sorted({*IN_A_BLOCK, "replaced"}))
def test_what_is_in_a_block_or_replaced_is_not_signed_again(state: str) -> None:
    with pytest.raises(Misplaced):
        moves.signed(action(state), "ff", 7, SECOND, NOW)


def test_what_is_not_signed_cannot_leave() -> None:
    with pytest.raises(Misplaced):
        moves.leaving(action("queued"), NOW)
    with pytest.raises(Misplaced):
        moves.answered(action("signed"), Reply("accepted"), 20, NOW)


@pytest.mark.parametrize("state", ["refused", "expired", "replaced", "sent", "pooled"])
def test_a_sighting_in_a_block_outweighs_everything(state: str) -> None:
    found = moves.seen(action(state), in_block(), NOW)
    assert (found.state, found.height, found.confirmations) == ("confirmed", 18, 3)


@pytest.mark.parametrize("state", sorted(IN_A_BLOCK))
def test_only_a_reorganisation_leads_back_from_a_block(state: str) -> None:
    placed = action(state, forged_id=FIRST.id, height=18, block="cc", confirmations=3)
    assert moves.answered(placed, Reply("final", "no"), 20, NOW) == placed
    gone = moves.seen(placed, NOWHERE, NOW)
    assert (gone.state, gone.height, gone.forged_id, gone.confirmations) == ("sent", 0, "", 0)
    assert "reorganisation" in gone.reason


@pytest.mark.parametrize("state", STATES)
def test_nothing_moves_when_nobody_answered(state: Any) -> None:
    assert moves.seen(action(state), Sighting(0, 0), NOW) == action(state)


@pytest.mark.parametrize("said", [True, False, None])
def test_layer_two_alone_decides_over_operations(said: bool | None) -> None:
    found = moves.seen(action(layer_two=True), in_block(layer_two=said), NOW)
    assert found.state == {True: "applied", False: "rejected", None: "confirmed"}[said]
    assert found.is_done is (said is True)


@pytest.mark.parametrize("changes", [{"quarrel": "they differ"}, {"is_agreed": False}, {"confirmations": 0}])
def test_what_is_not_agreed_on_is_not_done(changes: dict[str, Any]) -> None:
    found = moves.seen(action(), in_block(**changes), NOW)
    assert (found.state, found.is_done) == ("forged", False)


def test_a_replaced_one_does_not_come_to_life_by_itself() -> None:
    assert moves.seen(action("replaced"), NOWHERE, NOW).state == "replaced"


@pytest.mark.parametrize("state", ["refused", "expired"])
def test_a_rival_settles_what_was_not_paid(state: Any) -> None:
    found = moves.seen(action(state), Sighting(1, 90, rival="dd", rival_depth=53), NOW)
    assert (found.state, found.is_settled) == (state, True)


def test_an_expired_one_waits_for_a_few_blocks_more() -> None:
    ending = action(signings=(FIRST._replace(expiration=20),))
    assert moves.seen(ending, Sighting(1, 22), NOW).state == "sent"
    assert moves.seen(ending, Sighting(1, 23), NOW).state == "expired"
    assert not moves.seen(ending, Sighting(1, 23), NOW).is_settled
    assert moves.seen(ending, Sighting(1, 73), NOW).is_settled


def test_one_signature_without_an_end_keeps_it_alive() -> None:
    open_ended = action(signings=(FIRST._replace(expiration=20), SECOND))
    assert moves.seen(open_ended, Sighting(1, 99), NOW).state == "sent"


@pytest.mark.parametrize(
    ("type_", "is_free", "meaning"),
    [
        ("ERR_APPLY", True, "final"),
        ("ERR_APPLY", False, "unclear"),
        ("ERR_DUPLICATE", False, "known"),
        ("ERR_FORGED", False, "known"),
        ("ERR_LOW_FEE", False, "cheap"),
        ("ERR_EXPIRED", False, "expired"),
        ("ERR_POOL_FULL", False, "later"),
        ("ERR_SOMETHING_NEW", False, "final"),
    ],
)
def test_refusals_mean_what_nodes_mean(type_: str, is_free: bool, meaning: str) -> None:
    assert meaning_of(type_, nonce_is_free=is_free) == meaning


def test_the_most_hopeful_reply_counts() -> None:
    assert refusals.together([Reply("final", "no"), Reply("unclear", "lost")]).meaning == "unclear"
    assert refusals.together([]).meaning == "unclear"


@given(st.sampled_from(STATES), st.integers(0, 2**63), st.integers(0, 2**63), st.booleans() | st.none())
def test_a_record_says_what_the_action_was(state: Any, fee: int, nonce: int, said: bool | None) -> None:
    kept = action(state, nonce=nonce, layer_two=True)._replace(
        layer_two=said, signings=(FIRST._replace(fee=fee),), journal=(Step(NOW, state, "why"),)
    )
    assert action_of(fields_of(kept)) == kept


@pytest.mark.parametrize("change", [{"state": "flying"}, {"nonce": "x"}, {"payer": {}}, {"signings": [{}]}])
def test_a_record_of_something_else_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(Malformed):
        action_of(fields_of(action()) | change)


@pytest.mark.parametrize("state", STATES)
def test_failure_and_success_are_never_both(state: Any) -> None:
    for layer_two in (False, True):
        found = action(state, layer_two=layer_two)
        assert found.is_done + found.is_failed + found.is_pending == 1
        assert (failure_of(found) is not None) == found.is_failed
        assert in_words(found)
        assert as_document(found)["done"] == found.is_done
        if state in NOT_PAID:
            assert not found.holds_nonce


def glance(name: str, **changes: Any) -> Glance:
    return Glance(name, 20)._replace(**changes)


def placed(name: str, **changes: Any) -> Glance:
    return glance(name, forged_id=FIRST.id, block="cc", height=18, **changes)


def test_all_that_answer_have_to_agree_on_the_block() -> None:
    assert together([placed("one"), placed("two")]).is_agreed
    behind = together([placed("one"), glance("two")])
    assert (behind.is_agreed, behind.forged_id) == (False, FIRST.id)
    assert "two has not seen it" in behind.quarrel
    fork = together([placed("one"), placed("two")._replace(block="dd")])
    assert "different blocks" in fork.quarrel


@pytest.mark.parametrize(("one", "two", "said"), [(True, True, True), (False, False, False), (True, None, None)])
def test_layer_two_counts_when_all_say_the_same(one: Any, two: Any, said: Any) -> None:
    assert together([placed("one", layer_two=one), placed("two", layer_two=two)]).layer_two is said


def test_a_quarrel_over_layer_two_leaves_it_open() -> None:
    seen = together([placed("one", layer_two=True), placed("two", layer_two=False)])
    assert (seen.layer_two, seen.is_agreed) == (None, False)
    assert "two alone" in seen.quarrel


def test_the_smallest_depth_counts() -> None:
    assert together([placed("one"), placed("two")._replace(tip=30)]).confirmations == 3


def test_a_liar_spoils_certainty_and_cannot_make_it() -> None:
    liar = glance("two", lie="two shows another transaction")
    assert together([liar]).answers == 0
    assert not together([placed("one"), liar]).is_agreed


def test_a_rival_needs_the_word_of_all() -> None:
    rival = glance("one", rival="ee", rival_height=10)
    assert together([rival, glance("two")]).rival == ""
    assert together([rival]).rival_depth == 11
