"""The desk against servers: the embedded ledger, and the Hydra development node where it is there."""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager, contextmanager
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.peers import GENESIS_WORDS, hydra_devnode, why_no_hydra_devnode
from prometheus_simulators.sending_world import PAYER, Keys, MemoryStore

from prometheus.compose.clock import SystemClock
from prometheus_morpheus.client.connecting import connected
from prometheus_morpheus.client.endpoint import parse_endpoint
from prometheus_morpheus.client.identity_pin import NewPins
from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.http.server import running
from prometheus_morpheus.ledger.rules import Rules
from prometheus_morpheus.sending import wishes
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.transactions.operations import before_proof

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterator

    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.wishes import Wish

HYD = 100_000_000
KEYS = Keys(hashlib.sha256(b"a wallet for tests").digest())
OWNER = Keys(hashlib.sha256(GENESIS_WORDS.encode()).digest())
OTHER = Keys(b"\x07" * 32)


@asynccontextmanager
async def desk_at(url: str, keys: Keys, store: MemoryStore) -> AsyncIterator[Desk]:
    async with connected([parse_endpoint(url)], NewPins(), SystemClock()) as nodes:
        yield Desk(store, keys, FakeClock(), nodes)


@asynccontextmanager
async def embedded() -> AsyncIterator[str]:
    ledger = DevLedger.open(None, SystemClock(), rules=Rules(block_time=1))
    ledger.fund(KEYS.address, 1000 * HYD)
    ledger.forge()
    async with running(ledger, block_time=0.4) as served:
        yield served.url
    ledger.close()


@asynccontextmanager
async def hydra(url: str) -> AsyncIterator[str]:
    async with desk_at(url, OWNER, MemoryStore()) as owner:
        wish = wishes.transfer(PAYER, OWNER.public_key, 128, KEYS.address, 1000 * HYD, title="fund")
        await done(owner, wish)
    yield url


@pytest.fixture(scope="module", params=["embedded", "hydra"])
def ledger(request: pytest.FixtureRequest) -> Iterator[str]:
    if request.param == "embedded":
        yield ""
        return
    if why := why_no_hydra_devnode():
        pytest.skip(why)
    with hydra_node() as url:
        yield url


@contextmanager
def hydra_node() -> Iterator[str]:
    with hydra_devnode(1500) as url:
        yield url


async def done(desk: Desk, wish: Wish) -> Action:
    action = desk.queue(wish, await desk.preview(wish))
    return await desk.wait(action.id, lambda _now: None, seconds=60)


def pay(amount: int, tag: str = "") -> Wish:
    return wishes.transfer(
        PAYER, KEYS.public_key, 128, OTHER.address, amount, title=tag or "pay", vendor_field=tag or None
    )


def prove(tag: str) -> Wish:
    return wishes.operations(PAYER, KEYS.public_key, 128, [before_proof(tag)], title=tag)


def test_the_desk_gets_everything_through_and_judges_it_right(ledger: str) -> None:
    async def life() -> None:
        async with hydra(ledger) if ledger else embedded() as url, desk_at(url, KEYS, MemoryStore()) as desk:
            await the_cheapest_fee_is_taken(desk)
            await several_are_in_flight(desk)
            await a_double_proof_is_rejected(desk)
            await too_much_is_refused_and_frees_its_nonce(desk)
            await several_are_paid_at_once(desk)
            assert not desk.pending()

    asyncio.run(life())


async def the_cheapest_fee_is_taken(desk: Desk) -> None:
    preview = await desk.preview(pay(HYD))
    action = await done(desk, pay(HYD, "the cheapest"))
    assert (action.state, preview.problem) == ("confirmed", "")
    assert action.fee < 300_000
    assert preview.before == 1000 * HYD


async def several_are_in_flight(desk: Desk) -> None:
    actions = [desk.queue(pay(number + 1, f"flight {number}")) for number in range(4)]
    await desk.send()
    for action in actions:
        assert (await desk.wait(action.id, lambda _now: None, seconds=60)).is_done
    nonces = [desk.find(action.id).nonce for action in actions]
    assert nonces == list(range(nonces[0], nonces[0] + 4))


async def a_double_proof_is_rejected(desk: Desk) -> None:
    assert (await done(desk, prove("cjuOnce"))).state == "applied"
    assert "already registered" in await desk.dry_run(prove("cjuOnce"))
    again = await done(desk, prove("cjuOnce"))
    assert (again.state, again.is_done) == ("rejected", False)


async def too_much_is_refused_and_frees_its_nonce(desk: Desk) -> None:
    preview = await desk.preview(pay(5000 * HYD))
    assert "needs" in preview.problem
    refused = await done(desk, pay(5000 * HYD))
    assert refused.state == "refused"
    assert "ERR_APPLY" in refused.reason
    following = await done(desk, pay(3, "after a refusal"))
    assert (following.state, following.nonce) == ("confirmed", refused.nonce)


async def several_are_paid_at_once(desk: Desk) -> None:
    payments = [(OTHER.address, 5), (OWNER.address, 6)]
    wish = wishes.multi_transfer(PAYER, KEYS.public_key, 128, payments, title="two at once")
    assert (await done(desk, wish)).state == "confirmed"
