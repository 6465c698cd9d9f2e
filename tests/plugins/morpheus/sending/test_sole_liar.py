"""One endpoint, asked alone, that lies about money: what was told as unpaid and wanted again is paid once at most."""

from __future__ import annotations

import asyncio
from copy import copy
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.sending_scene import KEYS, Scene, run

from prometheus.errors import Conflict
from prometheus_morpheus.client.answers import Posted, Refusal, Tip
from prometheus_morpheus.client.endpoint import Endpoint
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.sending.outcomes import failure_of, in_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prometheus_simulators.sending_world import StrictNode

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.answers import NodeTransaction, Page, Wallet
    from prometheus_morpheus.sending.action import Action


class KeepsBytes:
    """Keeps what it is handed, answers as told, and counts as told."""

    def __init__(self, node: StrictNode) -> None:
        self.node = node
        self.endpoint = node.endpoint
        self.kept: list[Mapping[str, Json]] = []
        self.counts_more = 0
        self.tip_more = 0
        self.refuses = True
        self.passes_on = False
        self.hides = False
        self.shown: tuple[NodeTransaction, ...] = ()

    def __getattr__(self, name: str) -> Any:
        return getattr(self.node, name)

    async def wallet(self, address: str) -> Wallet:
        found = await self.node.wallet(address)
        return found._replace(nonce=found.nonce + self.counts_more)

    async def tip(self) -> Tip:
        found = await self.node.tip()
        return found._replace(height=found.height + self.tip_more)

    async def transaction(self, transaction_id: str) -> NodeTransaction | None:
        return None if self.hides else await self.node.transaction(transaction_id)

    async def unconfirmed(self, transaction_id: str) -> NodeTransaction | None:
        return None if self.hides else await self.node.unconfirmed(transaction_id)

    async def pool(self, page: int = 1) -> Page[NodeTransaction]:
        found = await self.node.pool(page)
        return found._replace(items=()) if self.hides else found

    async def wallet_transactions(self, address: str, page: int = 1, limit: int = 100) -> Page[NodeTransaction]:
        found = await self.node.wallet_transactions(address, page, limit)
        return found._replace(items=(*self.shown, *found.items))

    async def post(self, transactions: Sequence[Mapping[str, Json]]) -> Posted:
        self.kept += transactions
        ids = tuple(str(each["id"]) for each in transactions)
        if self.refuses:
            return Posted((), (), (), {each: (Refusal("ERR_BAD_DATA", "try again"),) for each in ids})
        return await self.node.post(transactions) if self.passes_on else Posted(ids, ids, (), {})


class Alone:
    """A wallet whose only endpoint is a liar."""

    def __init__(self) -> None:
        self.scene = Scene()
        self.node = self.scene.node
        self.liar = KeepsBytes(self.node)
        liar: Any = self.liar
        self.desk = Desk(self.scene.store, KEYS, FakeClock(), [liar])

    def want(self, tag: str = "rent", **options: Any) -> Action:
        action = self.desk.queue(self.scene.pay(tag, **options))
        run(self.desk.send())
        return self.desk.find(action.id)

    def let_all_loose(self) -> list[str]:
        """Give everything that was kept to the honest ledger, again and again, and return what it took."""

        async def loose() -> None:
            for each in self.liar.kept:
                self.node.cache.clear()
                await self.node.post([each])

        for _ in range(3):
            asyncio.run(loose())
            self.node.forge(*self.node.waiting)
        return self.node.tags_in_chain()


def test_what_was_refused_is_not_paid_twice_when_its_number_is_told_as_used() -> None:
    alone = Alone()
    first = alone.want()
    assert first.state == "refused"
    alone.liar.counts_more = 1
    again = alone.want()
    assert (again.state, again.signings) == ("queued", ())
    assert "number 1" in again.reason
    assert alone.let_all_loose() == ["rent"]


def test_an_invented_transaction_takes_no_number() -> None:
    alone = Alone()
    alone.liar.refuses, alone.liar.passes_on = False, True
    first = alone.want()
    assert first.state == "pooled"
    waiting = next(iter(alone.node.waiting.values()))
    block = alone.node.blocks[-1].id
    alone.liar.shown = (waiting._replace(id="ab" * 32, signature=b"\x30\x06\x02\x01\x01\x02\x01\x01", block_id=block),)
    alone.liar.hides, alone.liar.counts_more = True, 1
    run(alone.desk.refresh())
    assert not alone.desk.find(first.id).is_failed
    assert alone.want("food").signings == ()
    alone.node.forge(*alone.node.waiting)
    assert alone.let_all_loose() == ["rent"]


def test_an_end_that_was_told_too_far_away_pays_nothing_twice() -> None:
    alone = Alone()
    alone.liar.refuses, alone.liar.tip_more = False, 10**6
    first = alone.want()
    assert first.signings[-1].expiration > 10**6
    alone.liar.tip_more = 2 * 10**6
    run(alone.desk.refresh())
    assert alone.desk.find(first.id).state == "expired"
    alone.liar.counts_more = 1
    assert alone.want().signings == ()
    assert alone.let_all_loose() == ["rent"]


def test_what_is_wanted_again_is_not_put_before_what_it_replaces() -> None:
    alone = Alone()
    alone.liar.counts_more = 2
    assert alone.want().nonce == 3
    alone.liar.counts_more = 0
    again = alone.want()
    assert (again.state, again.signings) == ("queued", ())
    alone.liar.refuses, alone.liar.passes_on = False, True
    for number in range(2):
        assert alone.want(f"food {number}", amount=7 + number).nonce == number + 1
        alone.node.forge(*alone.node.waiting)
    run(alone.desk.send())
    assert alone.desk.find(again.id).nonce == 3
    assert alone.let_all_loose().count("rent") == 1


def test_a_number_that_another_payment_took_by_one_word_needs_a_word_of_the_person() -> None:
    alone = Alone()
    first = alone.want()
    other = alone.want("food", amount=5)
    assert (first.nonce, other.nonce) == (1, 1)
    kept = alone.liar.kept[1]
    run(alone.node.post([kept]))
    alone.node.forge()
    alone.node.forge(*alone.node.waiting)
    run(alone.desk.refresh())
    assert alone.desk.find(other.id).is_done
    again = alone.want()
    assert (again.state, again.signings) == ("queued", ())
    assert "http://127.0.0.1:4703" in again.reason
    assert "ledger retry" in again.reason
    alone.liar.refuses, alone.liar.passes_on = False, True
    assert run(alone.desk.retry(again.id)).nonce == 2


def test_taking_up_what_waited_for_something_else_is_no_such_word() -> None:
    alone = Alone()
    alone.want()
    waiting = alone.desk.queue(alone.scene.pay())
    alone.liar.counts_more = 1
    run(alone.desk.retry(waiting.id))
    assert alone.desk.find(waiting.id).instead_of
    assert alone.desk.find(waiting.id).signings == ()


def test_another_name_of_the_chain_does_not_pay_twice() -> None:
    alone = Alone()
    alone.want()
    alone.node.config = alone.node.config._replace(nethash="ab" * 32)
    alone.liar.counts_more = 1
    again = alone.want()
    assert (again.state, again.signings) == ("queued", ())


def test_two_endpoints_that_agree_need_no_word() -> None:
    alone = Alone()
    alone.want()
    alone.want("food", amount=5)
    run(alone.node.post([alone.liar.kept[1]]))
    alone.node.forge(*alone.node.waiting)
    other = copy(alone.node)
    desk = Desk(alone.scene.store, KEYS, FakeClock(), [alone.node, other])
    run(desk.refresh())
    again = desk.queue(alone.scene.pay())
    run(desk.send())
    assert desk.find(again.id).nonce == 0, "the control: two of one host are one word"
    other.endpoint = Endpoint("http://127.0.0.1:4709")
    run(desk.send())
    assert desk.find(again.id).nonce == 2


def test_what_turns_up_in_a_block_is_not_paid_again_by_itself() -> None:
    alone = Alone()
    first = alone.want()
    run(alone.node.post([alone.liar.kept[0]]))
    alone.node.forge(*alone.node.waiting)
    again = alone.want()
    assert alone.desk.find(first.id).is_done
    assert (again.state, again.signings) == ("queued", ())
    assert first.id[:8] in again.reason


def test_a_pool_that_is_told_does_not_free_the_next_number() -> None:
    alone = Alone()
    alone.want()
    run(alone.node.post([alone.liar.kept[0]]))
    alone.liar.hides = False
    waiting = alone.want("food", amount=5)
    assert waiting.signings == ()


def test_what_was_forgotten_still_keeps_its_number() -> None:
    alone = Alone()
    first = alone.want()
    alone.desk.forget(first.id)
    alone.liar.counts_more = 1
    assert alone.want().signings == ()
    alone.liar.counts_more = 0
    run(alone.desk.send())
    assert [each.nonce for each in alone.desk.all_actions()] == [1]


def test_a_number_by_hand_does_not_pass_over_one_that_was_signed_for() -> None:
    alone = Alone()
    alone.want()
    with pytest.raises(Conflict, match="nonce 2"):
        alone.desk.sign_by_hand(alone.scene.pay(), nonce=2, fee=10**7)


def test_another_device_with_the_same_wallet_is_believed_by_its_signature() -> None:
    alone = Alone()
    first = alone.want(lifetime=60)
    elsewhere = Scene()
    elsewhere.nodes[0] = elsewhere.node = alone.node
    elsewhere.desk = elsewhere.new_desk()
    elsewhere.sent(elsewhere.pay("elsewhere", amount=9, lifetime=60))
    alone.node.forge(*alone.node.waiting)
    # Nodes do not tell until when a transfer was good.
    found = next(iter(alone.node.forged.values()))
    alone.node.forged[found.id] = found._replace(expiration=0)
    alone.liar.refuses, alone.liar.passes_on = False, True
    assert alone.want("food", amount=5).nonce == first.nonce + 1


def test_one_word_is_told_as_one_word() -> None:
    alone = Alone()
    refused = alone.want()
    assert "says http://127.0.0.1:4703" in in_words(refused)
    failure = failure_of(refused)
    assert failure is not None
    assert "says http://127.0.0.1:4703" in failure.meaning
    alone.liar.refuses, alone.liar.passes_on = False, True
    paid = alone.want("food", amount=5)
    alone.node.forge(*alone.node.waiting)
    run(alone.desk.refresh())
    assert "says http://127.0.0.1:4703" in in_words(alone.desk.find(paid.id))


def test_what_two_say_is_not_told_as_one_word() -> None:
    scene = Scene(nodes=2)
    action = scene.sent(scene.pay())
    for node in scene.nodes:
        node.forge(*node.waiting)
    run(scene.desk.refresh())
    assert "says" not in in_words(scene.desk.find(action.id))
