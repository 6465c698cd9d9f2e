"""The ledger takes blocks back: what vanished is sent again as it was, nothing is paid twice or wrongly called done."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.bad_endpoint_wallet import HYD, KEYS, Person, paid
from prometheus_simulators.second_layer import register

from prometheus_morpheus.sending import moves

if TYPE_CHECKING:
    from prometheus_simulators.bad_endpoint_world import World

KEPT = pytest.mark.parametrize("keep", [True, False], ids=["returning to the pool", "vanishing"])


def person_at(world: World, endpoints: int = 1) -> Person:
    world.fund(KEYS.address, 1000 * HYD)
    return Person(world, [world.endpoint() for _ in range(endpoints)])


def pulled(world: World, blocks: int, *, keep: bool) -> None:
    world.run(lambda ledger: ledger.revert_to(ledger.tip.height - blocks, keep=keep))


@KEPT
def test_a_payment_that_was_taken_back_is_paid_once_in_the_end(world: World, keep: bool) -> None:
    person = person_at(world, 2)
    person.pay("rent")
    world.forge(2)
    person.look()
    assert (person.action("rent").state, person.action("rent").confirmations) == ("confirmed", 2)
    pulled(world, 2, keep=keep)
    person.look()
    action = person.action("rent")
    assert (action.state, action.is_done) == ("pooled" if keep else "sent", False)
    assert "reorganisation" in action.reason or any("reorganisation" in step.reason for step in action.journal)
    person.send()
    world.forge()
    person.look()
    assert (person.action("rent").state, paid(world)["rent"]) == ("confirmed", 1)
    sent = {each["id"] for endpoint in person.endpoints for each in endpoint.arrived}
    assert sent == {person.action("rent").transaction_id}


@KEPT
def test_an_operation_that_was_taken_back_may_fare_otherwise(world: World, keep: bool) -> None:
    person = person_at(world)
    person.prove("cju-mine")
    world.forge()
    person.look()
    assert person.action("cju-mine").state == "applied"
    pulled(world, 1, keep=False)
    world.change(register("cju-mine"))
    person.look()
    person.send()
    world.forge()
    person.look()
    assert (person.action("cju-mine").state, person.action("cju-mine").is_done) == ("rejected", False)


def test_what_is_taken_back_after_it_counts_as_settled_is_missed(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(moves, "SETTLED_DEPTH", 0)
    person = person_at(world)
    person.pay("rent")
    world.forge()
    person.look()
    pulled(world, 1, keep=False)
    person.look()
    person.send()
    assert (person.action("rent").state, paid(world)["rent"]) == ("confirmed", 0)


def test_another_device_may_take_the_nonce_meanwhile(world: World) -> None:
    person = person_at(world)
    person.pay("rent")
    world.forge()
    person.look()
    pulled(world, 1, keep=False)
    other = Person(world, person.endpoints)
    assert other.pay("food").nonce == person.action("rent").nonce
    world.forge(2)
    person.look()
    action = person.action("rent")
    assert (action.state, paid(world)) == ("replaced", {"food": 1})
    pulled(world, 2, keep=False)
    person.look()
    assert not person.action("rent").is_done
    assert paid(world) == {}


@KEPT
def test_several_in_flight_keep_their_order_and_number(world: World, keep: bool) -> None:
    person = person_at(world, 2)
    for number in range(4):
        person.pay(f"bill {number}")
        if number % 2:
            world.forge()
    person.look()
    pulled(world, 2, keep=keep)
    for _ in range(5):
        person.send()
        world.forge()
        person.look()
    assert paid(world) == {f"bill {number}": 1 for number in range(4)}
    assert [action.nonce for action in person.actions()] == [1, 2, 3, 4]
    assert all(action.is_done for action in person.actions())
