"""A wallet whose only endpoint lies as it likes, in any order: what was told as unpaid and wanted again is paid once.

The endpoint keeps every byte and passes on what it likes to an honest ledger that the wallet never sees. It refuses,
swallows, miscounts in both directions, hides, tells far tips, names blocks for what is in none, and shows transactions
of the wallet, true and made up, as users of a number.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_node import posted_transaction
from prometheus_simulators.sending_scene import KEYS, Scene

from prometheus.errors import Conflict, NetworkError, NotFound
from prometheus_morpheus.client.answers import Posted, Refusal, Tip
from prometheus_morpheus.sending import again
from prometheus_morpheus.sending.action import NOT_PAID
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.sending.drawer import Drawer
from prometheus_morpheus.sending.nonces import NextNonce

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.answers import NodeTransaction, Page, Wallet

MOODS = ("refuse", "swallow", "pass on", "expire")


class SoleLiar:
    """An endpoint with one mood at a time, over an honest ledger."""

    def __init__(self, scene: Scene, seed: int) -> None:
        self.node = scene.node
        self.endpoint = scene.node.endpoint
        self.random = random.Random(seed)
        self.kept: dict[str, Mapping[str, Json]] = {}
        self.mood = "pass on"
        self.counts_more = 0
        self.tip_more = 0
        self.hides = False
        self.in_blocks: set[str] = set()
        self.invents = False

    def __getattr__(self, name: str) -> Any:
        return getattr(self.node, name)

    async def wallet(self, address: str) -> Wallet:
        found = await self.node.wallet(address)
        return found._replace(nonce=max(0, found.nonce + self.counts_more))

    async def tip(self) -> Tip:
        found = await self.node.tip()
        return found._replace(height=found.height + self.tip_more)

    async def transaction(self, transaction_id: str) -> NodeTransaction | None:
        if transaction_id in self.in_blocks:
            return self._as_forged(transaction_id)
        return None if self.hides else await self.node.transaction(transaction_id)

    async def unconfirmed(self, transaction_id: str) -> NodeTransaction | None:
        return None if self.hides else await self.node.unconfirmed(transaction_id)

    async def pool(self, page: int = 1) -> Page[NodeTransaction]:
        found = await self.node.pool(page)
        if self.hides:
            return found._replace(items=())
        made_up = [posted_transaction(each) for each in self.kept.values()] if self.invents else []
        return found._replace(items=(*found.items, *made_up))

    async def wallet_transactions(self, address: str, page: int = 1, limit: int = 100) -> Page[NodeTransaction]:
        found = await self.node.wallet_transactions(address, page, limit)
        shown = [self._as_forged(name) for name in sorted(self.in_blocks)]
        if self.invents:
            shown += [self._as_forged(name)._replace(id="ab" * 32) for name in sorted(self.kept)]
        return found._replace(items=(*shown, *(() if self.hides else found.items)))

    async def post(self, transactions: Sequence[Mapping[str, Json]]) -> Posted:
        ids = tuple(str(each["id"]) for each in transactions)
        self.kept |= {str(each["id"]): each for each in transactions}
        if self.mood in {"refuse", "expire"}:
            kind = "ERR_BAD_DATA" if self.mood == "refuse" else "ERR_EXPIRED"
            return Posted((), (), (), {each: (Refusal(kind, "no"),) for each in ids})
        return await self.node.post(transactions) if self.mood == "pass on" else Posted(ids, ids, (), {})

    def let_loose(self, which: int) -> None:
        """Pass something that was kept on to the honest ledger."""
        names = sorted(self.kept)
        self.node.cache.clear()
        if names:
            asyncio.run(self.node.post([self.kept[names[which % len(names)]]]))

    def _as_forged(self, name: str) -> NodeTransaction:
        return posted_transaction(self.kept[name])._replace(block_id=self.node.blocks[-1].id, confirmations=1)


class WalletOfOneLiar(RuleBasedStateMachine):
    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.scene = Scene()
        self.liar = SoleLiar(self.scene, seed)
        liar: Any = self.liar
        self.desk = Desk(self.scene.store, KEYS, FakeClock(), [liar])
        self.count = 0
        self.family: dict[str, str] = {}
        """The wish that each action stands for: what is wanted again because it was told as unpaid is of one family."""

    @rule(proof=st.booleans())
    def want(self, *, proof: bool) -> None:
        self.count += 1
        tag = f"wish {self.count}"
        wish = self.scene.prove(tag) if proof else self.scene.pay(tag, amount=self.count, lifetime=60)
        self.family[self.desk.queue(wish).id] = tag
        self.do(self.desk.send())

    @rule(which=st.integers(0, 99))
    def want_again_what_was_told_as_unpaid(self, which: int) -> None:
        families = {self.family[each.id]: each for each in self.desk.all_actions() if each.state in NOT_PAID}
        for each in self.desk.all_actions():
            if each.state not in NOT_PAID:
                families.pop(self.family[each.id], None)
        if not families:
            return
        tag = sorted(families)[which % len(families)]
        amount = int(tag.partition(" ")[2])
        is_proof = families[tag].needs_layer_two
        wish = self.scene.prove(tag) if is_proof else self.scene.pay(tag, amount=amount, lifetime=60)
        self.family[self.desk.queue(wish).id] = tag
        self.do(self.desk.send())

    @rule(which=st.integers(0, 99))
    def retry(self, which: int) -> None:
        known = self.desk.all_actions()
        failed = [each for each in known if each.state in {"refused", "expired", "queued"} and not again.is_asked(each)]
        if failed:
            self.do(self.desk.retry(failed[which % len(failed)].id))

    @rule()
    def send(self) -> None:
        self.do(self.desk.send())

    @rule()
    def refresh(self) -> None:
        self.do(self.desk.refresh())

    @rule(mood=st.sampled_from(MOODS), counts_more=st.integers(-2, 3), hides=st.booleans(), invents=st.booleans())
    def turn(self, mood: str, counts_more: int, *, hides: bool, invents: bool) -> None:
        self.liar.mood, self.liar.counts_more = mood, counts_more
        self.liar.hides, self.liar.invents = hides, invents

    @rule(tip_more=st.sampled_from([0, 0, 1, 60, 10**6, 2 * 10**6]))
    def tell_a_tip(self, tip_more: int) -> None:
        self.liar.tip_more = tip_more

    @rule(which=st.integers(0, 99), more=st.booleans())
    def name_a_block(self, which: int, *, more: bool) -> None:
        names = sorted(self.liar.kept)
        if not more:
            self.liar.in_blocks.clear()
        elif names:
            self.liar.in_blocks.add(names[which % len(names)])

    @rule(which=st.integers(0, 99))
    def let_loose(self, which: int) -> None:
        self.liar.let_loose(which)

    @rule()
    def forge(self) -> None:
        self.liar.node.forge(*self.liar.node.waiting)

    @invariant()
    def no_wish_could_be_paid_twice(self) -> None:
        # Whatever was handed over, at any time: all transactions of one wish share one nonce.
        nonces: dict[str, set[int]] = {}
        for action in self.desk.all_actions():
            if action.signings:
                nonces.setdefault(self.family[action.id], set()).add(action.nonce)
        assert all(len(each) == 1 for each in nonces.values()), f"two nonces for one wish: {nonces}"

    def teardown(self) -> None:
        if not hasattr(self, "liar"):
            return
        for _ in range(3):
            for which in range(len(self.liar.kept)):
                self.liar.let_loose(which)
                self.liar.node.forge(*self.liar.node.waiting)
        twice = [tag for tag, times in Counter(self.liar.node.tags_in_chain()).items() if times > 1]
        assert not twice, f"paid twice: {twice}"

    def do(self, work: Any) -> None:
        async def main() -> None:
            try:
                await work
            except (Conflict, NetworkError, NotFound):
                return

        asyncio.run(main())


CALM = settings(max_examples=30, stateful_step_count=40, deadline=None)
TestWalletOfOneLiar = WalletOfOneLiar.TestCase
TestWalletOfOneLiar.settings = CALM


def believes_the_count(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take the next number after what the endpoint says."""

    def next_nonce(self: Drawer, chain: str, sender: str, used: int, pooled: Any = ()) -> NextNonce:
        return NextNonce(used + 1)

    monkeypatch.setattr(Drawer, "next_nonce", next_nonce)
    monkeypatch.setattr(
        "prometheus_morpheus.sending.drawer._next", lambda _store, _chain, _s, used, _p: NextNonce(used + 1)
    )
    forgets_what_it_stands_for(monkeypatch)


def forgets_what_it_stands_for(monkeypatch: pytest.MonkeyPatch) -> None:
    """Treat what is wanted again as something new."""
    monkeypatch.setattr(again, "stands_for", lambda _draft, _earlier: ())


@pytest.mark.parametrize("break_it", [believes_the_count, forgets_what_it_stands_for])
def test_a_wallet_that_believes_more_is_found_out(
    break_it: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    live_with_a_refusal_that_was_none()
    break_it(monkeypatch)
    with pytest.raises(AssertionError, match="two nonces for one wish"):
        live_with_a_refusal_that_was_none()


def live_with_a_refusal_that_was_none() -> None:
    """Play the shortest life in which a wallet that is made wrong gives one wish two numbers."""
    life = WalletOfOneLiar()
    life.begin(seed=0)
    life.turn("refuse", 2, hides=False, invents=False)
    life.want(proof=False)
    life.turn("refuse", 0, hides=False, invents=False)
    life.want_again_what_was_told_as_unpaid(which=0)
    life.no_wish_could_be_paid_twice()
    life.teardown()


@pytest.mark.long
@pytest.mark.parametrize("break_it", [believes_the_count, forgets_what_it_stands_for])
def test_random_lives_find_it_too(
    break_it: Callable[[pytest.MonkeyPatch], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    break_it(monkeypatch)
    quick = settings(CALM, max_examples=600, phases=[Phase.generate], database=None, derandomize=True)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(WalletOfOneLiar, settings=quick)


@pytest.mark.long
def test_many_more_lies_hold() -> None:
    run_state_machine_as_test(WalletOfOneLiar, settings=settings(CALM, max_examples=1500, stateful_step_count=60))
