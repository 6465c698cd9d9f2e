"""One endpoint lies as it likes, one is honest: whatever is told as done or as not paid is so on the honest chain."""

from __future__ import annotations

import asyncio
import random
from typing import TYPE_CHECKING, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.sending_scene import KEYS, Scene

from prometheus_morpheus.client.answers import Posted, Refusal, Tip
from prometheus_morpheus.client.endpoint import Endpoint
from prometheus_morpheus.client.errors import Garbage
from prometheus_morpheus.sending.action import NOT_PAID
from prometheus_morpheus.sending.desk import Desk

if TYPE_CHECKING:
    from prometheus_simulators.sending_world import StrictNode

LIES = (
    "tip_far_ahead",
    "hides_the_chain",
    "hides_the_pool",
    "invents_blocks",
    "swallows",
    "refuses",
    "turns_layer_two",
    "miscounts",
    "babbles",
    "invents_rivals",
)


class Liar:
    """Answers like a node, with one of its lies whenever it feels like it."""

    def __init__(self, node: StrictNode, lies: frozenset[str], seed: int) -> None:
        self.node = node
        self.endpoint = Endpoint("http://127.0.0.1:4666")
        self._lies = lies
        self._random = random.Random(seed)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.node, name)

    def lies(self, lie: str) -> bool:
        return lie in self._lies and self._random.random() < 0.7

    async def tip(self) -> Tip:
        if self.lies("babbles"):
            raise Garbage("nonsense")
        found = await self.node.tip()
        return found._replace(height=found.height + 10**6) if self.lies("tip_far_ahead") else found

    async def transaction(self, transaction_id: str) -> Any:
        if self.lies("hides_the_chain"):
            return None
        waiting = self.node.waiting.get(transaction_id)
        if waiting is not None and self.lies("invents_blocks"):
            return waiting._replace(block_id=self.node.blocks[-1].id, confirmations=1)
        return await self.node.transaction(transaction_id)

    async def unconfirmed(self, transaction_id: str) -> Any:
        return None if self.lies("hides_the_pool") else await self.node.unconfirmed(transaction_id)

    async def layer_two_status(self, transaction_id: str) -> bool | None:
        found = await self.node.layer_two_status(transaction_id)
        return not found if self.lies("turns_layer_two") else found

    async def wallet(self, address: str) -> Any:
        found = await self.node.wallet(address)
        return found._replace(nonce=found.nonce + 50) if self.lies("miscounts") else found

    async def wallet_transactions(self, address: str, page: int = 1, limit: int = 100) -> Any:
        found = await self.node.wallet_transactions(address, page, limit)
        if not self.lies("invents_rivals"):
            return found
        rivals = tuple(
            each._replace(id="ab" * 32, block_id=self.node.blocks[-1].id) for each in self.node.waiting.values()
        )
        return found._replace(items=(*rivals, *found.items))

    async def post(self, transactions: Any) -> Posted:
        ids = tuple(str(each["id"]) for each in transactions)
        if self.lies("swallows"):
            return Posted(ids, ids, (), {})
        if self.lies("refuses"):
            return Posted((), (), (), {each: (Refusal("ERR_BAD_DATA", "no"),) for each in ids})
        return await self.node.post(transactions)


class Story:
    def __init__(self, lies: frozenset[str], seed: int, *, liar_is_first: bool) -> None:
        self.scene = Scene()
        self.random = random.Random(seed)
        liar: Any = Liar(self.scene.node, lies, seed)
        nodes = [liar, self.scene.node] if liar_is_first else [self.scene.node, liar]
        self.desk = Desk(self.scene.store, KEYS, FakeClock(), nodes)

    def live(self) -> None:
        node = self.scene.node
        for number in range(7):
            wish = self.scene.prove(f"wish {number}") if number % 2 else self.scene.pay(f"wish {number}", lifetime=60)
            self.desk.queue(wish)
            asyncio.run(self.desk.send())
            if self.random.random() < 0.3:
                node.rejects |= set(node.waiting)
            if self.random.random() < 0.8:
                node.forge(*node.waiting)
            asyncio.run(self.desk.refresh())
            self.judge(self.desk)

    def judge(self, desk: Desk) -> None:
        node = self.scene.node
        chain = node.tags_in_chain()
        assert len(chain) == len(set(chain))
        for action in desk.all_actions():
            if action.is_done:
                assert action.title in chain
                assert not action.needs_layer_two or node.statuses[action.transaction_id]
            if action.state == "rejected":
                assert node.statuses[action.transaction_id] is False
            if action.state in NOT_PAID:
                assert action.title not in chain

    def believe_alone(self) -> None:
        """Ask the liar alone, as a control: then lies are believed."""
        self.desk = Desk(self.scene.store, KEYS, FakeClock(), self.desk._nodes[:1])


@given(st.frozensets(st.sampled_from(LIES)), st.integers(0, 2**32), st.booleans())
@settings(max_examples=30, deadline=None)
def test_no_lie_makes_something_done_or_unpaid_that_is_not(lies: frozenset[str], seed: int, first: bool) -> None:
    Story(lies, seed, liar_is_first=first).live()


def test_the_same_lies_are_believed_where_nobody_contradicts() -> None:
    believed = 0
    for seed in range(8):
        story = Story(frozenset({"turns_layer_two", "invents_blocks"}), seed, liar_is_first=True)
        story.believe_alone()
        try:
            story.live()
        except AssertionError:
            believed += 1
    assert believed > 2


def test_when_the_lies_end_everything_comes_right() -> None:
    for seed in range(3):
        story = Story(frozenset(LIES) - {"miscounts"}, seed, liar_is_first=True)
        story.live()
        honest = Desk(story.scene.store, KEYS, FakeClock(), [story.scene.node])
        for _ in range(6):
            asyncio.run(honest.send())
            story.scene.node.forge(*story.scene.node.waiting)
            asyncio.run(honest.refresh())
        story.judge(honest)
        assert not honest.pending()
