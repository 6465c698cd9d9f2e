"""`ledger broadcast` of what no node can take now, and of what is no transaction at all."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.sending_world import PAYER, Keys, MemoryStore, StrictNode

from prometheus.errors import NotUnderstood, RemoteRefused
from prometheus_morpheus.sending import maker, wishes
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.sending.given import pass_on, read_given

if TYPE_CHECKING:
    from prometheus_morpheus.sending.action import Action

KEYS = Keys()


def given(nonce: int) -> Action:
    wish = wishes.transfer(PAYER, KEYS.public_key, 128, KEYS.address, 5, title="rent")
    action = Desk(MemoryStore(), KEYS, FakeClock()).queue(wish)
    (found,) = read_given(maker.sign(KEYS, action, nonce=nonce, fee=10**7, expiration=0).text)
    return found


def passed_on(node: StrictNode, action: Action) -> Action:
    told: list[Action] = []
    return asyncio.run(pass_on((node,), action, told.append, waits=False))


def test_a_number_that_others_have_to_come_before_is_refused_at_once_and_not_posted() -> None:
    node = StrictNode()
    node.fund(KEYS.address, 10**12)
    node.nonces[KEYS.address] = 19
    with pytest.raises(
        RemoteRefused, match="nonce 99, the wallet's next is 20: 79 others have to come first"
    ) as caught:
        passed_on(node, given(99))
    assert caught.value.exit_code == 12
    assert node.arrived == []


def test_what_waits_in_a_pool_counts_as_come() -> None:
    node = StrictNode()
    node.fund(KEYS.address, 10**12)
    assert passed_on(node, given(1)).state == "pooled"
    assert passed_on(node, given(2)).state == "pooled"
    with pytest.raises(RemoteRefused, match="1 other has to come first"):
        passed_on(node, given(4))


@pytest.mark.parametrize("text", ["{}", "[1]", "7", '{"version": 2}', '{"senderPublicKey": "02"}'])
def test_what_is_no_signed_transaction_is_called_so(text: str) -> None:
    with pytest.raises(NotUnderstood, match="this is no signed transaction"):
        read_given(text)
