"""Any order of losses, deaths, refusals, reorganisations and two processes: nothing is paid twice, lost or misjudged.

Besides what networks do by themselves, somebody keeps every byte that ever left and posts it again at the worst moment.
"""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_node import posted_transaction
from prometheus_simulators.sending_world import PAYER, Death, Keys, MemoryStore, StrictNode, Way

from prometheus.errors import Conflict, NetworkError
from prometheus_morpheus.client.answers import Refusal
from prometheus_morpheus.sending import maker, moves, wishes
from prometheus_morpheus.sending.action import NOT_PAID
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.transactions.operations import before_proof

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.survey import Survey
    from prometheus_morpheus.sending.wishes import Wish

KEYS = Keys()
OTHER = Keys(b"\x07" * 32)
TROUBLES = st.lists(st.sampled_from(["", "", "", "", "lost", "unreached", "dead", "dead-after"]), max_size=12)
KINDS = st.sampled_from(["transfer", "forever", "proof"])
REFUSALS = st.sampled_from(["ERR_POOL_FULL", "ERR_APPLY", "ERR_LOW_FEE", "ERR_BAD_DATA", "ERR_DUPLICATE"])


class LossyLedger(RuleBasedStateMachine):
    desk_class: type[Desk] = Desk

    @initialize(seed=st.integers(0, 2**32))
    def begin(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.store = MemoryStore()
        self.clock = FakeClock()
        self.node = StrictNode()
        self.node.fund(KEYS.address, 10**15)
        self.wanted: dict[str, str] = {}
        self.count = 0

    def desk(self, troubles: Sequence[str] = ()) -> Desk:
        way: Any = Way(self.node, lambda: self.random.randrange(3))
        way.troubles = list(troubles)
        return self.desk_class(self.store, KEYS, self.clock, [way])

    def work(self, *jobs: Any) -> None:
        async def main() -> None:
            done = await asyncio.gather(*jobs, return_exceptions=True)
            for outcome in done:
                if isinstance(outcome, BaseException) and not isinstance(outcome, Death | NetworkError | Conflict):
                    raise outcome

        asyncio.run(main())
        self.store.die_in = -1

    @rule(kind=KINDS)
    def want(self, kind: str) -> None:
        self.count += 1
        tag = f"wish {self.count}"
        wish: Wish
        if kind == "proof":
            wish = wishes.operations(PAYER, KEYS.public_key, 128, [before_proof(tag)], title=tag)
        else:
            wish = wishes.transfer(
                PAYER,
                KEYS.public_key,
                128,
                OTHER.address,
                self.count,
                title=tag,
                vendor_field=tag,
                lifetime=0 if kind == "forever" else 60,
            )
        self.wanted[tag] = self.desk().queue(wish).id

    @rule(troubles=TROUBLES, die_in=st.integers(-6, 8), die_after=st.booleans())
    def send(self, troubles: list[str], die_in: int, die_after: bool) -> None:
        self.store.die_in, self.store.die_after = die_in, die_after
        self.work(self.desk(troubles).send())

    @rule(one=TROUBLES, two=TROUBLES, die_in=st.integers(-6, 8))
    def send_from_two_processes(self, one: list[str], two: list[str], die_in: int) -> None:
        self.store.die_in = die_in
        self.work(self.desk(one).send(), self.desk(two).send())

    @rule(one=TROUBLES, two=TROUBLES)
    def send_and_refresh_at_once(self, one: list[str], two: list[str]) -> None:
        self.work(self.desk(one).send(), self.desk(two).refresh())

    @rule(troubles=TROUBLES, which=st.integers(0, 99))
    def retry(self, troubles: list[str], which: int) -> None:
        failed = [action for action in self.actions() if action.state in {"refused", "expired"}]
        if failed:
            name = failed[which % len(failed)].id
            self.work(self.desk(troubles).retry(name), self.desk().retry(name), self.desk().refresh())

    @rule(blocks=st.sampled_from([1, 1, 1, 2, 6, 60]))
    def forge(self, blocks: int) -> None:
        for _ in range(blocks):
            self.node.forge(*self.node.waiting)

    @rule()
    def forge_an_empty_block(self) -> None:
        self.node.forge()

    @rule(depth=st.integers(1, 4), returns=st.booleans())
    def reorganise(self, depth: int, returns: bool) -> None:
        self.node.reorganise(max(10, len(self.node.blocks) - depth), returns_to_pool=returns)

    @rule()
    def lose_the_pool(self) -> None:
        self.node.forget_pool()

    @rule(kind=REFUSALS)
    def refuse_once(self, kind: str) -> None:
        self.node.refuse_next.append(Refusal(kind, "made up"))

    @rule(kind=KINDS, troubles=TROUBLES)
    def want_and_send(self, kind: str, troubles: list[str]) -> None:
        self.want(kind)
        self.work(self.desk(troubles).send())

    @rule()
    def layer_two_rejects_the_next_block(self) -> None:
        self.node.rejects |= set(self.node.waiting)
        self.node.forge(*self.node.waiting)

    @rule()
    def look_calmly(self) -> None:
        self.work(self.desk().refresh())
        self.judge(is_calm=False)

    @rule(which=st.integers(0, 99))
    def somebody_posts_old_bytes_again(self, which: int) -> None:
        known = sorted(self.node.bytes_seen)
        if known:
            self.node.cache.clear()
            asyncio.run(self.node.post([self.node.bytes_seen[known[which % len(known)]]]))

    @rule(first_loses_the_pool=st.booleans())
    def another_device_pays_with_the_same_wallet(self, first_loses_the_pool: bool) -> None:
        if first_loses_the_pool:
            self.node.forget_pool()
        self.count += 1
        elsewhere = Desk(MemoryStore(), KEYS, self.clock, [self.node])
        tag = f"elsewhere {self.count}"
        elsewhere.queue(wishes.transfer(PAYER, KEYS.public_key, 128, OTHER.address, 5, title=tag, vendor_field=tag))
        asyncio.run(elsewhere.send())

    @invariant()
    def nothing_is_paid_twice(self) -> None:
        twice = [tag for tag, times in Counter(self.node.tags_in_chain()).items() if times > 1]
        assert not twice, f"paid twice: {twice}"

    @invariant()
    def nothing_could_be_paid_twice(self) -> None:
        # Whatever left, at any time: all transactions of one wish share one nonce.
        nonces: dict[str, set[int]] = {}
        for each in self.node.bytes_seen.values():
            found = posted_transaction(each)
            nonces.setdefault(tag_in(found), set()).add(found.nonce)
        assert all(len(each) == 1 for each in nonces.values()), f"two nonces for one wish: {nonces}"

    @invariant()
    def nothing_is_lost(self) -> None:
        kept = {action.id: action for action in self.actions()}
        followed = {action.id for action in Desk(self.store, KEYS, self.clock).pending()}
        assert followed == {name for name, action in kept.items() if action.is_pending}
        assert set(self.wanted.values()) <= set(kept)
        known = {each.id for action in kept.values() for each in action.signings}
        ours = {name for name, each in self.node.bytes_seen.items() if is_ours(posted_transaction(each))}
        assert ours <= known, "bytes left that the vault does not know"

    def teardown(self) -> None:
        """Let it become calm: then each wish is in the chain and done, or not there and failed."""
        if not hasattr(self, "node"):
            return
        self.node.refuse_next.clear()
        for _ in range(6):
            self.work(self.desk().send())
            self.node.forge(*self.node.waiting)
            self.work(self.desk().refresh())
        self.judge(is_calm=True)

    def judge(self, *, is_calm: bool) -> None:
        in_chain = set(self.node.tags_in_chain())
        statuses = {tag_in(each): self.node.statuses.get(each.id) for each in self.node.forged.values()}
        actions = {action.title: action for action in self.actions()}
        for tag in self.wanted:
            action = actions[tag]
            if action.is_done:
                assert tag in in_chain
                assert statuses[tag] is not False, "rejected and shown as done"
            if action.state in NOT_PAID:
                assert tag not in in_chain, f"{tag} is shown as {action.state} and was paid"
            if is_calm and tag in in_chain:
                assert action.is_done or action.state == "rejected", (tag, action)
            if is_calm and action.is_pending:
                # A gap before it, which the next wish of the person fills.
                assert action.nonce > self.node.nonces[KEYS.address] + 1, (tag, action)

    def actions(self) -> tuple[Action, ...]:
        return Desk(self.store, KEYS, self.clock).all_actions()


def tag_in(found: Any) -> str:
    return str(found.vendor_field or found.asset["operationAttempts"][0]["contentId"])


def is_ours(found: Any) -> bool:
    return tag_in(found).startswith("wish")


CALM = settings(max_examples=60, stateful_step_count=40, deadline=None)
TestLossyLedger = LossyLedger.TestCase
TestLossyLedger.settings = CALM


class EagerDesk(Desk):
    """Signs anew, with a fresh nonce, whatever it got no answer for."""

    async def _push(self, action: Action, around: Survey) -> Action:
        if action.state == "sent":
            return await self._post(await self._with_new_nonce(action, around), around)
        return await super()._push(action, around)

    async def _with_new_nonce(self, action: Action, around: Survey) -> Action:
        wallet = await around.nodes[0].wallet(KEYS.address)
        pool = await around.nodes[0].pool()
        nonce = wallet.nonce + 1 + len(pool.items)
        signing = maker.sign(self._signer, action, nonce=nonce, fee=10**7, expiration=0)
        return self._drawer.change(action.id, lambda now: now._replace(nonce=nonce, signings=(*now.signings, signing)))


class HastyDesk(Desk):
    """Sends first and writes down what it sent afterwards."""

    async def _sign(self, action: Action, around: Survey) -> Action:
        wallet = await around.nodes[0].wallet(KEYS.address)
        pool = await around.nodes[0].pool()
        nonce = wallet.nonce + 1 + len(pool.items)
        signing = maker.sign(self._signer, action, nonce=nonce, fee=10**7, expiration=0)
        transaction: Any = json.loads(signing.text)
        await around.nodes[0].post([transaction])
        return self._drawer.change(
            action.id, lambda now: moves.leaving(moves.signed(now, around.chain, nonce, signing, "now"), "now")
        )


class CredulousDesk(Desk):
    """Takes a block for success, whatever layer 2 says."""

    async def _look(self, action: Action, around: Survey) -> Action:
        found = await super()._look(action, around)
        if found.state != "rejected":
            return found
        return self._drawer.change(action.id, lambda now: now.into("applied", "", "now"))


@pytest.mark.parametrize("broken", [EagerDesk, HastyDesk, CredulousDesk])
def test_a_desk_that_is_made_wrong_is_found_out(broken: type[Desk]) -> None:
    machine = type("Broken", (LossyLedger,), {"desk_class": broken})
    quick = settings(CALM, max_examples=400, phases=[Phase.generate], database=None, derandomize=True)
    with pytest.raises((AssertionError, ExceptionGroup)):
        run_state_machine_as_test(machine, settings=quick)


@pytest.mark.long
def test_many_more_orders_of_events_hold() -> None:
    run_state_machine_as_test(LossyLedger, settings=settings(CALM, max_examples=1000, stateful_step_count=60))
