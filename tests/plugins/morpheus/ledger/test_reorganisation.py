"""Blocks that are pulled again: everything is as it was before them, and their transactions wait or vanish as asked."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from prometheus_simulators.dev_ledger import FIRST_DELEGATE, SECOND_DELEGATE, LedgerWorld
from prometheus_simulators.made_transactions import address, public_key

from prometheus.errors import InputError
from prometheus_morpheus.ledger.accounts import Accounts
from prometheus_morpheus.ledger.genesis import SUPPLY
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.operations import before_proof

NAMES = ("alice", "bob", "carol")


def test_pulled_transactions_wait_again_and_come_back() -> None:
    world = LedgerWorld()
    world.enrich("alice")
    height, before = world.ledger.tip.height, world.snapshot()
    sent = [world.pay("alice", "bob", nonce=nonce) for nonce in (1, 2)]
    world.send(sent[0])
    world.forge()
    world.send(sent[1])
    world.forge(2)
    after = world.ledger.wallet(address("bob"))
    ids = [posted["id"] for posted in sent]
    assert world.ledger.revert_to(height) == ids
    assert world.snapshot() == before
    assert [one.id for one in world.ledger.pool(0, 10).rows] == ids
    assert world.forge().transaction_count == 2
    assert world.ledger.wallet(address("bob")) == after


def test_pulled_transactions_vanish_when_they_are_not_to_be_kept() -> None:
    world = LedgerWorld()
    world.enrich("alice")
    height = world.ledger.tip.height
    posted = world.pay("alice", "bob")
    world.send(posted)
    world.forge()
    world.send(world.pay("alice", "bob", 2))
    assert world.ledger.revert_to(height, keep=False) == [posted["id"]]
    assert world.ledger.pool(0, 10).total == 0  # the one that waited has a nonce that nothing leads to any more
    assert world.ledger.transaction(posted["id"]) is None
    assert world.refusal(posted) is None


def test_what_waited_already_comes_after_what_was_pulled() -> None:
    world = LedgerWorld()
    world.enrich("alice")
    height = world.ledger.tip.height
    first, second = world.pay("alice", "bob", nonce=1), world.pay("alice", "bob", nonce=2)
    world.send(first)
    world.forge()
    world.send(second)
    world.ledger.revert_to(height)
    assert [one.id for one in world.ledger.pool(0, 10).rows] == [first["id"], second["id"]]


def test_money_that_came_from_a_pulled_block_cannot_be_spent() -> None:
    world = LedgerWorld()
    height = world.ledger.tip.height
    world.enrich("alice")
    world.send(world.pay("alice", "bob"))
    world.ledger.revert_to(height, keep=False)
    assert world.ledger.pool(0, 10).total == 0
    assert world.ledger.wallet(address("alice")) is None


def test_layer_two_forgets_what_was_pulled() -> None:
    world = LedgerWorld()
    world.enrich("alice")
    height = world.ledger.tip.height
    posted = world.morpheus("alice", [before_proof("content")])
    world.send(posted)
    world.forge()
    assert world.ledger.layer_two.before_proof("content") == (height + 1, posted["id"])
    world.ledger.revert_to(height)
    assert world.ledger.layer_two.before_proof("content") is None
    assert world.ledger.layer_two.is_confirmed(posted["id"]) is None
    assert world.ledger.layer_two.last_height == height
    world.forge(2)
    assert world.ledger.layer_two.before_proof("content") == (height + 1, posted["id"])


def test_a_reorganisation_is_still_there_after_a_restart(tmp_path: Any) -> None:
    world = LedgerWorld(str(tmp_path))
    world.enrich("alice")
    world.forge(5)
    world.ledger.revert_to(3)
    world.forge()
    before = world.snapshot()
    world.reopen()
    assert world.snapshot() == before
    assert before["tip"].height == 4


def test_only_heights_that_are_there_can_be_gone_back_to() -> None:
    world = LedgerWorld()
    for height in (0, -1, world.ledger.tip.height + 1):
        with pytest.raises(InputError):
            world.ledger.revert_to(height)
    tip = world.ledger.tip
    assert world.ledger.revert_to(tip.height) == []
    assert world.ledger.tip == tip
    world.ledger.revert_to(1)
    assert world.forge().height == 2


class Reorganising(RuleBasedStateMachine):
    """Sends, forges and pulls in any order; whatever was seen at a height is seen there again after pulling to it."""

    @initialize()
    def begin(self) -> None:
        self.world = LedgerWorld()
        self.world.enrich(*NAMES)
        self.seen: dict[int, dict[str, Any]] = {}
        self.sent = 0
        self._remember()

    def _remember(self) -> None:
        self.seen[self.world.ledger.tip.height] = self.world.snapshot()

    @rule(name=st.sampled_from(NAMES), to=st.sampled_from((*NAMES, "dave")), amount=st.integers(1, 10**12))
    def pay(self, name: str, to: str, amount: int) -> None:
        self.world.send(self.world.pay(name, to, amount))

    @rule(name=st.sampled_from(NAMES), delegate=st.sampled_from((FIRST_DELEGATE, SECOND_DELEGATE)))
    def vote(self, name: str, delegate: bytes) -> None:
        wallet = self.world.ledger.wallet(address(name))
        is_voter = wallet is not None and wallet.vote
        self.world.send(self.world.unvote(name, delegate) if is_voter else self.world.vote(name, delegate))

    @rule(name=st.sampled_from(NAMES))
    def register(self, name: str) -> None:
        self.world.send(self.world.register(name, f"by_{name}"))

    @rule(name=st.sampled_from(NAMES), content=st.sampled_from(("content", "other")))
    def timestamp(self, name: str, content: str) -> None:
        self.world.send(self.world.morpheus(name, [before_proof(content)]))

    @rule(name=st.sampled_from(NAMES))
    def pay_several(self, name: str) -> None:
        payments = [(address("dave"), 5), (address("alice"), 7)]
        nonce = self.world.nonce(name)
        self.world.send(self.world.post(name, making.multi_transfer(128, public_key(name), nonce, payments)))

    @rule()
    def forge(self) -> None:
        self.world.forge()
        self._remember()

    @rule(data=st.data(), keep=st.booleans())
    def pull(self, data: st.DataObject, keep: bool) -> None:
        height = data.draw(st.sampled_from(sorted(self.seen)))
        self.world.ledger.revert_to(height, keep=keep)
        assert self.world.snapshot() == self.seen[height]
        self.seen = {at: seen for at, seen in self.seen.items() if at <= height}

    @invariant()
    def no_money_appears_or_vanishes(self) -> None:
        accounts = self.world.ledger._accounts._by_address.values()
        assert sum(account.balance for account in accounts if account.balance > 0) == SUPPLY
        assert sum(account.balance < 0 for account in accounts) == 1


Reorganising.TestCase.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestReorganising = Reorganising.TestCase


def test_a_revert_that_forgets_the_payee_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    world = LedgerWorld()
    world.enrich("alice")
    before = world.snapshot()
    world.send(world.pay("alice", "bob"))
    world.forge()

    def careless(self: Accounts, transaction: Any) -> None:
        account = self.of_key(transaction.sender)
        account.balance += transaction.amount + transaction.fee
        account.nonce -= 1

    monkeypatch.setattr(Accounts, "revert", careless)
    world.ledger.revert_to(before["tip"].height)
    assert world.snapshot() != before
