"""The client against nodes that run: the hydra-devnode peer, made of Hydra's own libraries, and our embedded ledger."""

from __future__ import annotations

import asyncio
import hashlib
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from coincurve import PrivateKey
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.embedded_ledger import embedded_ledger
from prometheus_simulators.memory_node import address_of
from prometheus_simulators.peers import GENESIS_WORDS, hydra_devnode, why_no_hydra_devnode

from prometheus_morpheus.client import blocks
from prometheus_morpheus.client.blocks import check_block
from prometheus_morpheus.client.connecting import connected
from prometheus_morpheus.client.endpoint import parse_endpoints
from prometheus_morpheus.client.identity_pin import NewPins
from prometheus_morpheus.client.quorum import compared_blocks
from prometheus_morpheus.ledger.genesis import genesis
from prometheus_morpheus.transactions import making, operations, signing
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.serialized import transaction_id
from prometheus_morpheus.transactions.transaction import parse_transaction

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from prometheus_morpheus.client.node import Node
    from prometheus_morpheus.transactions.transaction import Transaction

PEER_RICH = PrivateKey(hashlib.sha256(GENESIS_WORDS.encode()).digest())
POOR = address_of(PrivateKey(b"\x01" * 32).public_key.format())
DID = "did:morpheus:ezrgZ3BdwaUEjaZigFAic6Ls"
CONTENT_ID = "cjuTheClientMeetsARealNode"


class Seen(NamedTuple):
    """What was sent, by what it was for, and what the node said of each when it was in a block."""

    sent: dict[str, Transaction]
    url: str


def ask(url: str, question: Callable[[Node], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with connected(parse_endpoints(url), NewPins(), FakeClock()) as (node,):
            return await question(node)

    return asyncio.run(run())


async def until(holds: Callable[[], Awaitable[bool]]) -> None:
    for _each in range(100):
        if await holds():
            return
        await asyncio.sleep(0.3)
    raise TimeoutError


@pytest.fixture(scope="module", params=["hydra-devnode", "embedded"])
def seen(request: pytest.FixtureRequest) -> Iterator[Seen]:
    if request.param == "embedded":
        with embedded_ledger() as url:
            yield Seen(ask(url, lambda node: send_all(node, genesis().faucet)), url)
        return
    if why := why_no_hydra_devnode():
        pytest.skip(why)
    with hydra_devnode() as url:
        yield Seen(ask(url, lambda node: send_all(node, PEER_RICH)), url)


async def send_all(node: Node, rich: PrivateKey) -> dict[str, Transaction]:
    """Send one of each kind in one request, and wait until all are in a block."""
    byte = (await node.configuration()).address_byte

    async def is_begun() -> bool:
        return (await node.tip()).height >= 3

    async def is_done() -> bool:
        return await node.layer_two_status(transaction_id(sent["double"])) is not None

    await until(is_begun)
    key = rich.public_key.format()
    nonce = (await node.wallet(address_of(key))).nonce
    unsigned = {
        "payment": making.transfer(byte, key, nonce + 1, POOR, 150_000_000, vendor_field="ünï"),
        "payments": making.multi_transfer(byte, key, nonce + 2, [(POOR, 5), (POOR, 7)]),
        "proof": making.morpheus(byte, key, nonce + 3, [operations.before_proof(CONTENT_ID)]),
        "double": making.morpheus(byte, key, nonce + 4, [operations.before_proof(CONTENT_ID)]),
    }
    sent = {kind: signing.with_signature(each, rich.sign) for kind, each in unsigned.items()}
    posted = await node.post([transaction_json(each) for each in sent.values()])
    assert posted.refused == {}
    assert len(posted.accepted) == len(sent)
    waiting = await node.pool()
    assert {each.id for each in waiting.items} <= set(posted.accepted)
    await until(is_done)
    return sent


@pytest.mark.parametrize("kind", ["payment", "payments", "proof", "double"])
def test_what_the_node_tells_of_a_transaction_gives_its_id_and_signature_again(seen: Seen, kind: str) -> None:
    sent = seen.sent[kind]
    told = ask(seen.url, lambda node: node.transaction(transaction_id(sent)))
    again = parse_transaction(told.as_json(128))
    assert transaction_id(again) == transaction_id(sent)
    assert signing.has_valid_signature(again)


def test_money_arrived_to_the_flake(seen: Seen) -> None:
    assert ask(seen.url, lambda node: node.wallet(POOR)).balance == 150_000_012
    page = ask(seen.url, lambda node: node.wallet_transactions(POOR))
    assert {each.id for each in page.items} >= {transaction_id(seen.sent["payment"])}


def test_layer_two_applies_the_first_and_rejects_the_second(seen: Seen) -> None:
    first, second = (transaction_id(seen.sent[kind]) for kind in ("proof", "double"))
    assert ask(seen.url, lambda node: node.layer_two_status(first)) is True
    assert ask(seen.url, lambda node: node.layer_two_status(second)) is False
    assert ask(seen.url, lambda node: node.before_proof(CONTENT_ID)).transaction_id == first
    assert "already registered" in ask(seen.url, lambda node: node.check([operations.before_proof(CONTENT_ID)]))


def test_every_block_is_signed_and_they_are_a_chain(seen: Seen) -> None:
    async def all_blocks(node: Node) -> list[Any]:
        return [await node.block(height) for height in range(1, (await node.tip()).height + 1)]

    found = ask(seen.url, all_blocks)
    checked = [check_block(block, previous=before) for before, block in pairwise(found)]
    assert [each.failed for each in checked] == [()] * (len(found) - 1)
    assert all(each.is_sound and blocks.PREVIOUS in each.held for each in checked)


def test_the_block_of_our_transactions_has_them_in_its_payload(seen: Seen) -> None:
    async def its_block(node: Node) -> Any:
        told = await node.transaction(transaction_id(seen.sent["payment"]))
        assert told is not None
        block, page = await node.block(told.block_id), await node.block_transactions(told.block_id)
        assert block is not None
        return check_block(block, transaction_ids=[each.id for each in page.items])

    assert blocks.PAYLOAD in ask(seen.url, its_block).held


def test_a_did_nobody_touched_has_its_implicit_document(seen: Seen) -> None:
    assert len(ask(seen.url, lambda node: node.did_document(DID, 2)).document.keys) == 1
    assert ask(seen.url, lambda node: node.last_transaction_of(DID)) is None
    assert ask(seen.url, lambda node: node.transaction_ids_of(DID, attempts=True)) == ()
    assert ask(seen.url, lambda node: node.operations(DID)) == ()


def test_what_is_not_there_is_none(seen: Seen) -> None:
    assert ask(seen.url, lambda node: node.block(10_000_000)) is None
    assert ask(seen.url, lambda node: node.transaction("ab" * 32)) is None
    assert ask(seen.url, lambda node: node.unconfirmed("ab" * 32)) is None
    assert ask(seen.url, lambda node: node.layer_two_status("ab" * 32)) is None


def test_refusals_come_with_their_type(seen: Seen) -> None:
    again = seen.sent["payment"]
    posted = ask(seen.url, lambda node: node.post([transaction_json(again)]))
    assert posted.refused[transaction_id(again)][0].type == "ERR_FORGED"


def test_a_node_counts_once_by_whatever_name_it_is_asked(seen: Seen) -> None:
    async def compared() -> Any:
        both = parse_endpoints(f"{seen.url} {seen.url.replace('127.0.0.1', 'localhost')}")
        async with connected(both, NewPins(), FakeClock()) as nodes:
            return await compared_blocks(nodes)

    assert len(asyncio.run(compared()).agreed_by) == 1


def test_the_first_block_and_what_is_in_it_can_be_read(seen: Seen) -> None:
    first = ask(seen.url, lambda node: node.block(1))
    page = ask(seen.url, lambda node: node.block_transactions(1))
    assert len(page.items) == first.transactions
    assert {each.version for each in page.items} == {1}
