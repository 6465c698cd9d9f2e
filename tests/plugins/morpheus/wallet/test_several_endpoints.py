"""Several endpoints: what they differ about is shown, and one that is silent keeps no other from answering."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.bad_endpoint_world import bad_world
from prometheus_simulators.embedded_ledger import embedded_ledger
from prometheus_simulators.memory_node import CONFIGURATION, FakeNode, address_of, posted_transaction
from prometheus_simulators.wallet_world import Wallet

from prometheus.errors import Conflict
from prometheus_morpheus.client.errors import NotReached
from prometheus_morpheus.transactions.networks import network_keyed
from prometheus_morpheus.verbs.wallet.compared import compared_past, delegate_names
from prometheus_morpheus.verbs.wallet.past import page_of, past_page
from prometheus_morpheus.wallet.purse import Purse

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_simulators.house import House

    from prometheus_morpheus.client.answers import Block

KEY = bytes.fromhex("02372da9316f02d68e7875dd2f78b371241e89fbc4b3be5b12ec0739e47cd2609a")
TESTNET = network_keyed("testnet")
PURSE = Purse(TESTNET, 0, 0, KEY, address_of(KEY))
NOBODY = "http://127.0.0.1:1"


def test_endpoints_that_differ_are_both_shown(house: House, tmp_path: Path) -> None:
    with bad_world(tmp_path / "world") as world:
        wallet = Wallet(house, world.url)
        other = world.frozen()
        world.fund(wallet.address, 5 * 10**8)
        both = f"--ledger {wallet.url} --ledger {other}"
        said = house.unlocked(f"wallet balance {both} --json")
        assert said.code == 0
        (holding,) = said.document["wallets"]
        assert (holding["flakes"], len(holding["differing"])) == ("500000000", 1)
        assert f"{other} 0" in holding["differing"][0]
        assert "warning: the endpoints differ about" in said.err
        vote = house.unlocked(f"wallet vote genesis_1 {both} --dry-run --json")
        assert vote.code == 0, "they differ about coins, and not about votes"


def test_two_ledgers_are_two_chains_however_close_they_began(house: House) -> None:
    with embedded_ledger(0.2) as one, embedded_ledger(0.2) as other:
        wallet = Wallet(house, one)
        wallet.fund(5 * 10**8)
        vote = house.unlocked(f"wallet vote genesis_1 --ledger {one} --ledger {other} --dry-run --json")
        assert (vote.code, vote.document["code"]) == (11, "WALLET-REFUSED")
        assert f"{other} serves another chain than {one}" in vote.out


def test_an_endpoint_that_is_silent_is_told_and_the_other_answers(wallet: Wallet) -> None:
    wallet.fund(10**8)
    said = wallet.house.unlocked(f"wallet balance --network testnet --ledger {NOBODY} --ledger {wallet.url} --json")
    assert said.document["wallets"][0]["flakes"] == "100000000"
    assert NOBODY in said.err
    silent = wallet.house.unlocked(f"wallet balance --network testnet --ledger {NOBODY} --json")
    assert silent.code == 12


def test_the_network_of_an_endpoint_that_was_asked_once_is_known_without_it(house: House, ledger: str) -> None:
    wallet = Wallet(house, ledger)
    assert wallet.run("receive --offline").out == wallet.address + "\n"
    unknown = house.unlocked(f"wallet receive --offline --ledger {NOBODY} --json")
    assert (unknown.code, unknown.document["code"]) == (2, "NETWORK")


def payments(node: FakeNode, count: int) -> None:
    for number in range(1, count + 1):
        found = posted_transaction(
            {
                "version": 2,
                "network": 128,
                "typeGroup": 1,
                "type": 0,
                "nonce": str(number),
                "senderPublicKey": KEY.hex(),
                "fee": "10",
                "amount": str(number),
                "recipientId": "tXrrT9nVCyAwbKZiDKxnPnq2eSaiDHVKFP",
                "id": f"{number:064x}",
                "signature": "30",
            },
            128,
        )
        node.waiting[found.id] = found
        node.forge()


def test_the_first_node_that_answers_tells_the_past_with_heights() -> None:
    silent, node = FakeNode("http://127.0.0.1:1"), FakeNode("http://127.0.0.1:2")
    silent.fail("wallet_transactions", NotReached("silent"))
    payments(node, 3)
    past = asyncio.run(past_page([silent, node], PURSE, 1, 2))
    assert past.source == "http://127.0.0.1:2"
    assert [(each.height, each.amount) for each in past.movements] == [(13, -3), (12, -2)]
    assert past.pages == 2


def test_endpoints_that_tell_the_same_past_are_named_also_where_one_lags_behind() -> None:
    first, other = FakeNode("http://127.0.0.1:1"), FakeNode("http://127.0.0.1:2")
    payments(first, 4)
    payments(other, 3)
    past = asyncio.run(compared_past([first, other], PURSE, 1, 2))
    assert (past.agreed_by, past.differing) == (("http://127.0.0.1:2",), ())
    assert "http://127.0.0.1:2 tells the same" in past.whose_word()


def test_endpoints_that_tell_another_past_are_contradicted_by_name() -> None:
    first, other = FakeNode("http://127.0.0.1:1"), FakeNode("http://127.0.0.1:2")
    payments(first, 3)
    for _ in range(3):
        other.forge()
    past = asyncio.run(compared_past([first, other], PURSE, 1, 10))
    assert past.agreed_by == ()
    assert past.differing == (
        "http://127.0.0.1:2 contradicts http://127.0.0.1:1 about what came and went: 3 are missing there",
    )
    assert "not all endpoints tell the same" in past.whose_word()


def test_an_endpoint_that_is_silent_about_the_past_neither_agrees_nor_contradicts() -> None:
    silent, node = FakeNode("http://127.0.0.1:1"), FakeNode("http://127.0.0.1:2")
    silent.fail("wallet_transactions", NotReached("silent"))
    payments(node, 3)
    past = asyncio.run(compared_past([silent, node], PURSE, 1, 2))
    assert (past.page.source, past.agreed_by, past.differing) == ("http://127.0.0.1:2", (), ())
    assert past.silent == ("silent",)
    assert past.whose_word() == "as http://127.0.0.1:2 tells it: one endpoint's word"


def test_a_delegate_without_a_name_is_left_to_its_key() -> None:
    node = FakeNode("http://127.0.0.1:1")
    node.fail("wallet", NotReached("silent"))
    payments(node, 1)
    (paid,) = asyncio.run(page_of(node, PURSE, 1, 10)).movements
    voted = paid._replace(votes=("+" + KEY.hex(),))
    assert asyncio.run(delegate_names([node], "http://127.0.0.1:1", [voted])) == {}


def test_a_block_that_the_node_does_not_have_leaves_the_height_open() -> None:
    class Forgetful(FakeNode):
        async def block(self, height_or_id: int | str) -> Block | None:
            return None

    node = Forgetful()
    payments(node, 1)
    past = asyncio.run(page_of(node, PURSE, 1, 10))
    assert [each.height for each in past.movements] == [0]


def test_a_node_of_another_network_is_asked_nothing_about_a_wallet() -> None:
    node = FakeNode(configuration=CONFIGURATION._replace(address_byte=100))
    with pytest.raises(Conflict, match="another network"):
        asyncio.run(past_page([node], PURSE, 1, 10))
    assert "wallet_transactions" not in node.calls
