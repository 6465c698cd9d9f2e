"""The node in memory behaves as tests rely on."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.memory_node import FakeNode, address_of
from prometheus_simulators.scripted_node import recording

from prometheus_morpheus.client.errors import LostAnswer

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from prometheus_morpheus.client.ports import LedgerNode

OPERATION: dict[str, Any] = recording(69)["request"]["body"]["transactions"][0]
PAYMENT: dict[str, Any] = recording(201)["request"]["body"]["transactions"][0]
PAYER = address_of(bytes.fromhex(PAYMENT["senderPublicKey"]))


def run(asked: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asked)


def funded() -> FakeNode:
    node = FakeNode()
    node.fund(PAYER, 10**12)
    node.nonces[PAYER] = int(PAYMENT["nonce"]) - 1
    return node


def test_it_is_a_node_to_the_type_checker() -> None:
    node: LedgerNode = FakeNode()
    assert run(node.tip()).height == 10


def test_what_is_posted_waits_then_is_forged_and_moves_money() -> None:
    node = funded()
    assert run(node.post([PAYMENT])).accepted == (PAYMENT["id"],)
    assert run(node.unconfirmed(PAYMENT["id"])).nonce == int(PAYMENT["nonce"])
    assert run(node.wallet(PAYER)).nonce == int(PAYMENT["nonce"]) - 1
    node.forge()
    assert run(node.unconfirmed(PAYMENT["id"])) is None
    assert run(node.transaction(PAYMENT["id"])).confirmations == 1
    assert run(node.wallet(PAYER)).nonce == int(PAYMENT["nonce"])
    assert run(node.wallet(PAYMENT["recipientId"])).balance == int(PAYMENT["amount"])


def test_what_came_before_is_told_as_a_real_node_tells_it() -> None:
    node = funded()
    run(node.post([PAYMENT]))
    assert run(node.post([PAYMENT])).refused[PAYMENT["id"]][0].type == "ERR_DUPLICATE"
    node.forge()
    assert run(node.post([PAYMENT])).refused[PAYMENT["id"]][0].type == "ERR_FORGED"
    assert run(node.post([PAYMENT | {"id": "ab" * 32}])).refused["ab" * 32][0].type == "ERR_APPLY"


def test_a_lost_answer_has_arrived_and_a_lost_question_has_not() -> None:
    node = funded()
    node.fail("post", LostAnswer("x"))
    with pytest.raises(LostAnswer):
        run(node.post([PAYMENT]))
    assert node.arrived == []
    node.fail("post", LostAnswer("x"), after=True)
    with pytest.raises(LostAnswer):
        run(node.post([PAYMENT]))
    assert node.arrived == [PAYMENT["id"]]


def test_a_reorganisation_takes_blocks_back() -> None:
    node = funded()
    run(node.post([PAYMENT]))
    node.forge()
    node.reorganise(10)
    assert run(node.transaction(PAYMENT["id"])) is None
    assert run(node.unconfirmed(PAYMENT["id"])) is not None
    assert run(node.wallet(PAYER)).nonce == int(PAYMENT["nonce"]) - 1
    node.forge()
    node.reorganise(10, returns_to_pool=False)
    assert run(node.unconfirmed(PAYMENT["id"])) is None


def test_layer_two_applies_unless_told_to_reject() -> None:
    node = FakeNode()
    payer = address_of(bytes.fromhex(OPERATION["senderPublicKey"]))
    node.fund(payer, 10**12)
    node.nonces[payer] = 2
    node.rejects.add(OPERATION["id"])
    run(node.post([OPERATION]))
    assert run(node.layer_two_status(OPERATION["id"])) is None
    node.forge()
    assert run(node.layer_two_status(OPERATION["id"])) is False
