"""Between us and a real ledger things get lost; the id tells what arrived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.asker import Asker
from prometheus_simulators.embedded_ledger import embedded_ledger
from prometheus_simulators.memory_node import address_of
from prometheus_simulators.scripted_node import (
    arrived,
    die_midway,
    hang_up,
    refusal,
    reply,
    scripted_node,
    stall,
    stall_midway,
)

from prometheus_morpheus.client.errors import Garbage, LostAnswer, RateLimited
from prometheus_morpheus.client.session import Patience
from prometheus_morpheus.ledger.genesis import genesis
from prometheus_morpheus.transactions import making, signing
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.serialized import transaction_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_simulators.scripted_node import ScriptedNode, Step

    from prometheus_morpheus.client.node import Node

POST = "/api/transactions"
RICH = genesis().faucet
KEY = RICH.public_key.format()
HALF: dict[str, Any] = {"data": {"accept": [], "broadcast": [], "excess": [], "invalid": []}}

LOSSES = {
    "hang up": hang_up(),
    "die midway": die_midway(HALF),
    "stall": stall(),
    "stall midway": stall_midway(HALF),
    "garbage": reply(raw=b"<html>"),
    "gateway": refusal(504, "timeout"),
}


@pytest.fixture(scope="module")
def ledger() -> Iterator[str]:
    with embedded_ledger(None) as url:
        yield url


@pytest.fixture
def way(ledger: str) -> Iterator[ScriptedNode]:
    with scripted_node(before=ledger) as found:
        yield found


@pytest.fixture
def across(way: ScriptedNode) -> Asker:
    found = Asker(way.url)
    found.patience = Patience(piece=1.5)
    return found


async def payment(node: Node) -> dict[str, Any]:
    """Return a payment that the ledger would take now."""
    sender = address_of(KEY)
    waiting = [each for each in (await node.pool()).items if each.sender == KEY]
    nonce = (await node.wallet(sender)).nonce + len(waiting) + 1
    signed = signing.with_signature(making.transfer(128, KEY, nonce, sender, nonce), RICH.sign)
    return {**transaction_json(signed), "id": transaction_id(signed)}


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_after_a_lost_answer_the_transaction_is_there_once(way: ScriptedNode, across: Asker, loss: Step) -> None:
    paid = across(payment)
    way.once(POST, arrived(loss))
    with pytest.raises(LostAnswer):
        across(lambda node: node.post([paid]))
    assert across(lambda node: node.unconfirmed(paid["id"])) is not None
    again = across(lambda node: node.post([paid]))
    assert again.refused[paid["id"]][0].type == "ERR_DUPLICATE"
    assert [each.id for each in across(lambda node: node.pool()).items].count(paid["id"]) == 1


@pytest.mark.parametrize("loss", LOSSES.values(), ids=LOSSES)
def test_after_a_lost_question_it_is_not_there_and_can_be_sent(way: ScriptedNode, across: Asker, loss: Step) -> None:
    paid = across(payment)
    way.once(POST, loss)
    with pytest.raises(LostAnswer):
        across(lambda node: node.post([paid]))
    assert across(lambda node: node.unconfirmed(paid["id"])) is None
    assert across(lambda node: node.post([paid])).accepted == (paid["id"],)


def test_what_was_refused_for_haste_did_not_arrive(way: ScriptedNode, across: Asker) -> None:
    paid = across(payment)
    way.once(POST, refusal(429, "slow down"))
    with pytest.raises(RateLimited):
        across(lambda node: node.post([paid]))
    assert across(lambda node: node.unconfirmed(paid["id"])) is None


def test_a_way_that_answers_garbage_to_everything_says_nothing_of_the_ledger(way: ScriptedNode, across: Asker) -> None:
    across(lambda node: node.tip())
    way.serve("/api/blockchain", step=reply(raw=b"<html>"))
    with pytest.raises(Garbage):
        across(lambda node: node.tip())


def test_the_way_alone_changes_nothing(across: Asker) -> None:
    paid = across(payment)
    assert across(lambda node: node.post([paid])).accepted == (paid["id"],)
