from __future__ import annotations

from typing import Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_node import CONFIGURATION
from prometheus_simulators.sending_scene import HYD, KEYS, OTHER, Scene, run
from prometheus_simulators.sending_world import Death, MemoryStore

from prometheus.errors import Conflict, NetworkError, NotFound, Offline
from prometheus_morpheus.client.answers import Refusal
from prometheus_morpheus.client.errors import LostAnswer, NotReached
from prometheus_morpheus.sending.desk import Desk


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_a_wish_is_kept_before_anybody_is_asked(scene: Scene) -> None:
    action = scene.desk.queue(scene.pay())
    assert scene.new_desk().pending() == (action,)
    assert (action.state, scene.node.calls) == ("queued", [])


def test_a_payment_goes_through_pool_and_block(scene: Scene) -> None:
    action = scene.desk.queue(scene.pay())
    action = run(scene.desk.wait(action.id, scene.told.append))
    assert [each.state for each in scene.told] == ["pooled", "confirmed"]
    assert action.is_done
    assert scene.node.tags_in_chain() == ["rent"]
    assert scene.node.balances[OTHER.address] == HYD


def test_the_preview_shows_what_remains(scene: Scene) -> None:
    preview = run(scene.desk.preview(scene.pay(amount=3 * HYD)))
    assert preview.total == 3 * HYD + preview.fee
    assert preview.after == 1000 * HYD - preview.total
    assert (preview.nonce, preview.problem) == (1, "")


def test_what_waits_already_counts_in_the_preview(scene: Scene) -> None:
    waiting = scene.desk.queue(scene.pay(amount=999 * HYD))
    preview = run(scene.desk.preview(scene.pay(amount=2 * HYD)))
    assert preview.before == 1000 * HYD - 999 * HYD - waiting.fee_limit
    assert "needs" in preview.problem


def test_the_second_layer_is_asked_beforehand(scene: Scene) -> None:
    scene.node.objection = "Before proof cjuFILE is already registered"
    assert run(scene.desk.dry_run(scene.prove())) == scene.node.objection


def test_a_wallet_of_another_network_is_told_apart(scene: Scene) -> None:
    scene.node.config = CONFIGURATION._replace(address_byte=100)
    with pytest.raises(Conflict, match="another network"):
        run(scene.desk.preview(scene.pay()))
    action = scene.sent(scene.pay())
    assert (action.state, scene.node.arrived) == ("queued", [])


def test_several_are_in_flight_with_consecutive_nonces(scene: Scene) -> None:
    for number in range(5):
        scene.desk.queue(scene.pay(f"rent {number}"))
    run(scene.desk.send())
    assert [action.nonce for action in scene.desk.all_actions()] == [1, 2, 3, 4, 5]
    assert {action.state for action in scene.desk.all_actions()} == {"pooled"}


def test_a_lost_answer_is_looked_up_and_nothing_is_signed_anew(scene: Scene) -> None:
    scene.node.fail("post", LostAnswer("lost"), after=True)
    action = scene.sent(scene.pay())
    assert action.state == "pooled"
    assert scene.node.arrived == [action.transaction_id]


def test_a_request_that_never_arrived_is_sent_again_with_the_same_bytes(scene: Scene) -> None:
    scene.node.fail("post", LostAnswer("lost"))
    first = scene.sent(scene.pay())
    assert first.state == "sent"
    run(scene.desk.send())
    again = scene.desk.find(first.id)
    assert (again.state, again.signings) == ("pooled", first.signings)


def test_nothing_is_signed_while_an_earlier_one_is_unclear(scene: Scene) -> None:
    scene.node.fail("post", LostAnswer("lost"))
    first = scene.desk.queue(scene.pay("one"))
    second = scene.desk.queue(scene.pay("two"))
    run(scene.desk.send())
    assert [scene.desk.find(each.id).state for each in (first, second)] == ["sent", "queued"]
    assert "waits for" in scene.desk.find(second.id).reason
    run(scene.desk.send())
    assert [scene.desk.find(each.id).nonce for each in (first, second)] == [1, 2]


def test_being_offline_is_calm_and_loses_nothing(scene: Scene) -> None:
    scene.node.fail("configuration", NotReached("no connection"), times=2)
    action = scene.desk.queue(scene.pay())
    assert run(scene.desk.send()) == ()
    assert run(scene.desk.refresh()) == ()
    assert scene.desk.trouble == ("no connection",)
    assert run(scene.desk.wait(action.id, scene.told.append)).is_done


def test_without_an_endpoint_previews_say_so() -> None:
    desk = Desk(MemoryStore(), KEYS, FakeClock())
    with pytest.raises(Offline, match="no endpoint"):
        run(desk.preview(Scene().pay()))


def test_a_refused_payment_is_refused_with_its_reason_and_frees_its_nonce(scene: Scene) -> None:
    refused = scene.sent(scene.pay("too much", amount=5000 * HYD))
    assert refused.state == "refused"
    assert "Insufficient balance" in refused.reason
    other = scene.sent(scene.pay("rent"))
    assert (other.nonce, other.state) == (refused.nonce, "pooled")


def test_a_refused_payment_is_taken_up_with_its_own_nonce(scene: Scene) -> None:
    refused = scene.sent(scene.pay(amount=5000 * HYD))
    scene.node.fund(KEYS.address, 5000 * HYD)
    scene.node.forge()
    again = run(scene.desk.retry(refused.id))
    assert (again.state, again.nonce) == ("pooled", refused.nonce)


def test_a_nonce_that_was_given_on_is_not_taken_back(scene: Scene) -> None:
    refused = scene.sent(scene.pay("too much", amount=5000 * HYD))
    scene.sent(scene.pay("rent"))
    with pytest.raises(Conflict, match="was given to"):
        run(scene.desk.retry(refused.id))


def test_what_is_taken_up_after_it_was_settled_is_followed_again(scene: Scene) -> None:
    refused = scene.sent(scene.pay("too much", amount=5000 * HYD))
    scene.sent(scene.pay("rent"))
    for _ in range(60):
        scene.node.forge(*scene.node.waiting)
    run(scene.desk.refresh())
    assert scene.desk.find(refused.id).is_settled
    scene.node.fail("configuration", NotReached("no connection"))
    assert run(scene.desk.retry(refused.id)).state == "sent"
    run(scene.desk.refresh())
    assert scene.desk.find(refused.id).state == "replaced"
    assert scene.node.tags_in_chain() == ["rent"]


def test_the_memory_of_a_node_for_ids_is_outwaited(scene: Scene) -> None:
    scene.node.refuse_next.append(Refusal("ERR_POOL_FULL", "Pool is full"))
    action = scene.sent(scene.pay())
    assert action.state == "sent"
    run(scene.desk.send())
    assert "Already in cache" in scene.desk.find(action.id).reason
    before = len(scene.node.arrived)
    run(scene.desk.send())
    assert len(scene.node.arrived) == before
    scene.node.forge()
    run(scene.desk.send())
    assert scene.desk.find(action.id).state == "pooled"


def test_a_higher_price_is_paid_up_to_what_was_agreed(scene: Scene) -> None:
    scene.node.refuse_next.append(Refusal("ERR_LOW_FEE", "too low"))
    action = scene.desk.queue(scene.pay())
    scene.node.config = CONFIGURATION
    run(scene.desk.send())
    assert scene.desk.find(action.id).state == "refused"
    scene.node.config = CONFIGURATION._replace(minimum_rate=10**9)
    dear = scene.sent(scene.pay("dear"))
    assert (dear.state, dear.signings) == ("queued", ())
    assert "agreed" in dear.reason


def test_a_fee_that_went_up_meanwhile_keeps_the_nonce(scene: Scene) -> None:
    action = scene.desk.queue(scene.pay())
    signed_low = scene.node.config
    raised = CONFIGURATION._replace(minimum_rate=2000)
    original = scene.node.post

    async def post(transactions: Any) -> Any:
        scene.node.config = raised
        scene.node.post = original  # type: ignore[method-assign]  # once only
        return await original(transactions)

    scene.node.post = post  # type: ignore[method-assign]  # the price rises between question and sending
    assert signed_low.minimum_rate == 1000
    run(scene.desk.send())
    moved = scene.desk.find(action.id)
    assert moved.state == "refused"
    again = run(scene.desk.retry(action.id))
    assert (again.state, again.nonce, len(again.signings)) == ("pooled", 1, 2)


def test_a_transfer_expires_and_says_that_nothing_was_paid(scene: Scene) -> None:
    action = scene.sent(scene.pay(lifetime=40))
    assert action.signings[0].expiration == 20
    scene.node.forget_pool()
    for _ in range(20):
        scene.node.forge()
    run(scene.desk.refresh())
    assert scene.desk.find(action.id).state == "expired"
    assert scene.node.tags_in_chain() == []


def test_operations_have_no_expiration(scene: Scene) -> None:
    assert scene.sent(scene.prove()).signings[0].expiration == 0


def test_a_lost_pool_is_filled_again_with_the_same_bytes(scene: Scene) -> None:
    action = scene.sent(scene.pay())
    scene.node.forget_pool()
    scene.node.forge()
    run(scene.desk.send())
    assert list(scene.node.waiting) == [action.transaction_id]


def test_what_layer_two_rejects_is_never_done(scene: Scene) -> None:
    action = scene.sent(scene.prove())
    scene.node.rejects.add(action.transaction_id)
    scene.node.forge()
    run(scene.desk.refresh())
    rejected = scene.desk.find(action.id)
    assert (rejected.state, rejected.is_done, rejected.is_failed) == ("rejected", False, True)


def test_a_block_without_a_word_of_layer_two_is_not_done(scene: Scene) -> None:
    action = scene.sent(scene.prove())
    scene.node.forge()
    scene.node.statuses.clear()
    run(scene.desk.refresh())
    assert (scene.desk.find(action.id).state, scene.desk.find(action.id).is_done) == ("confirmed", False)


def test_a_reorganisation_is_seen_and_the_same_bytes_go_again(scene: Scene) -> None:
    action = scene.sent(scene.prove())
    scene.node.forge()
    run(scene.desk.refresh())
    assert scene.desk.find(action.id).state == "applied"
    scene.node.reorganise(10, returns_to_pool=False)
    run(scene.desk.refresh())
    back = scene.desk.find(action.id)
    assert back.state == "sent"
    assert "reorganisation took it out of block 11" in back.reason
    run(scene.desk.send())
    scene.node.forge()
    run(scene.desk.refresh())
    assert scene.desk.find(action.id).is_done
    assert scene.desk.find(action.id).signings == action.signings


def test_another_device_with_the_same_wallet_replaces_it(scene: Scene) -> None:
    scene.node.fail("post", LostAnswer("lost"))
    action = scene.sent(scene.pay("mine"))
    other = Desk(MemoryStore(), KEYS, scene.clock, scene.nodes)
    other.queue(scene.pay("theirs"))
    run(other.send())
    scene.node.forge(*scene.node.waiting)
    run(scene.desk.refresh())
    assert scene.desk.find(action.id).state == "replaced"
    assert scene.node.tags_in_chain() == ["theirs"]


def test_what_waits_in_the_pool_from_another_device_is_counted(scene: Scene) -> None:
    other = Desk(MemoryStore(), KEYS, scene.clock, scene.nodes)
    other.queue(scene.pay("theirs"))
    run(other.send())
    assert scene.sent(scene.pay("mine")).nonce == 2


def test_a_node_that_shows_another_transaction_under_our_id_is_not_believed(scene: Scene) -> None:
    action = scene.sent(scene.pay())
    scene.node.forge(*scene.node.waiting)
    found = scene.node.forged[action.transaction_id]
    scene.node.forged[action.transaction_id] = found._replace(fee=found.fee + 1)
    run(scene.desk.refresh())
    assert scene.desk.find(action.id).state == "pooled"


def test_what_is_forgotten_is_gone(scene: Scene) -> None:
    action = scene.desk.queue(scene.pay())
    scene.desk.forget(action.id)
    with pytest.raises(NotFound):
        scene.desk.find(action.id)


def test_an_action_is_found_by_the_beginning_of_either_id(scene: Scene) -> None:
    action = scene.sent(scene.pay())
    assert scene.desk.find(action.transaction_id[:8]).id == action.id
    assert scene.desk.find(action.id[:6]).id == action.id
    with pytest.raises(NotFound):
        scene.desk.find(action.id[:5])


def test_what_lies_deep_is_settled_and_not_asked_for_again(scene: Scene) -> None:
    action = scene.sent(scene.pay())
    for _ in range(60):
        scene.node.forge(*scene.node.waiting)
    run(scene.desk.refresh())
    assert scene.desk.find(action.id).is_settled
    calls = len(scene.node.calls)
    run(scene.desk.refresh())
    assert "transaction" not in scene.node.calls[calls:]
    scene.node.nonces[KEYS.address] = 0
    assert "is it behind" in scene.sent(scene.pay("later")).reason


def test_acts_go_into_the_log(scene: Scene) -> None:
    scene.sent(scene.pay())
    assert scene.store.acts == ["morpheus.queue", "morpheus.sign", "morpheus.send"]


def test_waiting_ends_with_the_time_that_was_given(scene: Scene) -> None:
    action = scene.desk.queue(scene.pay())
    scene.node.fail("configuration", NetworkError("down"), times=100)
    found = run(scene.desk.wait(action.id, scene.told.append, seconds=30))
    assert found.state == "queued"


def test_a_payment_that_waited_too_long_asks_again(scene: Scene) -> None:
    action = scene.desk.queue(scene.pay())
    scene.clock.advance(3 * 60 * 60)
    run(scene.desk.send())
    waiting = scene.desk.find(action.id)
    assert (waiting.state, waiting.signings) == ("queued", ())
    assert "ledger retry" in waiting.reason
    assert run(scene.desk.retry(action.id)).state == "pooled"


def test_an_old_copy_of_the_vault_pays_nothing_by_itself(scene: Scene) -> None:
    scene.desk.queue(scene.pay())
    old_copy = dict(scene.store.records)
    run(scene.desk.send())
    scene.node.forge(*scene.node.waiting)
    scene.store.records = old_copy
    scene.clock.advance(3 * 60 * 60)
    run(scene.new_desk().send())
    assert scene.node.arrived == [next(iter(scene.node.forged))]


def test_what_was_signed_long_ago_and_never_left_asks_again(scene: Scene) -> None:
    action = scene.desk.queue(scene.pay())
    scene.store.die_in, scene.store.die_after = 2, True
    with pytest.raises(Death):
        run(scene.desk.send())
    scene.clock.advance(3 * 60 * 60)
    run(scene.new_desk().send())
    assert (scene.desk.find(action.id).state, scene.node.arrived) == ("signed", [])
    again = run(scene.new_desk().retry(action.id))
    assert (again.state, again.nonce) == ("pooled", 1)


def test_operations_may_wait_for_long(scene: Scene) -> None:
    action = scene.desk.queue(scene.prove())
    scene.clock.advance(10**6)
    run(scene.desk.send())
    assert scene.desk.find(action.id).state == "pooled"


def test_a_higher_fee_is_agreed_to_by_trying_again(scene: Scene) -> None:
    action = scene.desk.queue(scene.pay())
    scene.node.config = CONFIGURATION._replace(minimum_rate=10**6)
    run(scene.desk.send())
    assert scene.desk.find(action.id).state == "queued"
    again = run(scene.desk.retry(action.id, fee=10 * HYD))
    assert (again.state, again.fee) == ("pooled", 10 * HYD)


def test_something_forgotten_meanwhile_disturbs_nothing(scene: Scene) -> None:
    first, second = scene.desk.queue(scene.pay("one")), scene.desk.queue(scene.pay("two"))
    original = scene.node.wallet

    async def wallet(address: str) -> Any:
        if first.id in {action.id for action in scene.desk.all_actions()}:
            scene.desk.forget(first.id)
        return await original(address)

    scene.node.wallet = wallet  # type: ignore[method-assign]  # somebody forgets it while the node is asked
    run(scene.desk.send())
    assert scene.desk.find(second.id).state == "pooled"
    assert scene.node.arrived == [scene.desk.find(second.id).transaction_id]
