"""One life of a wallet on the Hydra development node, whose rules are not ours."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.peers import GENESIS_WORDS, hydra_devnode, why_no_hydra_devnode
from prometheus_simulators.sending_world import PAYER, Keys, MemoryStore
from prometheus_simulators.wallet_world import Wallet

from prometheus.compose.clock import SystemClock
from prometheus_morpheus.client.connecting import connected
from prometheus_morpheus.client.endpoint import parse_endpoint
from prometheus_morpheus.client.identity_pin import NewPins
from prometheus_morpheus.sending import wishes
from prometheus_morpheus.sending.desk import Desk

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_simulators.house import House

COIN = 10**8
OWNER = Keys(hashlib.sha256(GENESIS_WORDS.encode()).digest())


@pytest.fixture(scope="module")
def node() -> Iterator[str]:
    if why := why_no_hydra_devnode():
        pytest.skip(why)
    with hydra_devnode() as url:
        yield url


async def pay_from_the_owner(url: str, address: str, flakes: int) -> None:
    async with connected([parse_endpoint(url)], NewPins(), SystemClock()) as nodes:
        desk = Desk(MemoryStore(), OWNER, FakeClock(), nodes)
        action = desk.queue(wishes.transfer(PAYER, OWNER.public_key, 128, address, flakes, title="fund"))
        assert (await desk.wait(action.id, lambda _action: None)).is_done


def test_a_wallet_pays_several_votes_and_reads_its_history_from_a_real_node(house: House, node: str) -> None:
    wallet = Wallet(house, node)
    asyncio.run(pay_from_the_owner(node, wallet.address, 100 * COIN))
    first, second = wallet.receive(1), wallet.receive(2)
    wallet.run(f"address add Ana {first}", ledger=False)

    for line in (
        "send ana 1.5 --note 'for the book'",
        f"send ana 2 {second} 0.25",
        "vote genesis_1",
        "unvote",
    ):
        said = wallet.run(f"{line} --yes --json")
        assert said.code == 0, said.out + said.err
        assert said.document["action"]["done"], line
        before, fee, amount = (int(said.document[f"{name}_flakes"]) for name in ("before", "fee", "amount"))
        assert (int(said.document["action"]["fee"]), wallet.balance()) == (fee, before - fee - amount), line

    assert (wallet.balance("ana"), wallet.balance(second)) == (350_000_000, 25_000_000)
    past = wallet.document("history")["movements"]
    assert [each["kind"] for each in past] == ["unvote", "vote", "multi-payment", "transfer", "transfer"]
    assert [each["amount_flakes"] for each in past] == ["0", "0", "-225000000", "-150000000", str(100 * COIN)]
    assert sum(int(each["change_flakes"]) for each in past) == wallet.balance()
    assert all(each["height"] > 1 for each in past)
    assert (past[3]["names"], past[3]["note"]) == (["Ana"], "for the book")
    refused = wallet.run("send ana 1000 --yes --above-limit --json")
    assert (refused.code, refused.document["code"]) == (11, "WALLET-EMPTY")
