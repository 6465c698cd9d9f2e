"""Anybody can name anybody's DID in a transaction that nobody can read: it makes no DID unresolvable."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.second_layer import register
from prometheus_simulators.second_layer_node import SecondLayerNode
from prometheus_simulators.signed_world import did

from prometheus.api import LedgerQuestion, LedgerSources
from prometheus.errors import TooLarge
from prometheus_morpheus.client.answers import TransactionAt
from prometheus_morpheus.client.errors import AnsweredLate, Garbage
from prometheus_morpheus.looking_up import look_up_at
from prometheus_morpheus.resolving import asking, collecting, each_node
from prometheus_morpheus.resolving.proofs import registered

if TYPE_CHECKING:
    from prometheus_morpheus.client.answers import NodeTransaction
    from prometheus_morpheus.resolving.asking import Resolved
    from prometheus_morpheus.resolving.proofs import Times

ANA = did("ana")
LETTER = "cju-letter"


def asked(*nodes: SecondLayerNode) -> Resolved:
    return asyncio.run(asking.resolve(nodes, ANA, FakeClock()))


def times(*nodes: SecondLayerNode) -> Times:
    return asyncio.run(registered(nodes, LETTER))


class UnreadableNode(SecondLayerNode):
    """A node that shows some transactions in a form that nobody can read, as strangers sent them."""

    def __init__(self, base_url: str = "http://127.0.0.1:4703", *, height: int = 10) -> None:
        super().__init__(base_url, height=height)
        self.how: dict[str, str] = {}

    async def transaction(self, transaction_id: str) -> NodeTransaction | None:
        found = await super().transaction(transaction_id)
        how = self.how.get(transaction_id)
        if how == "garbage":
            raise Garbage("an answer that no Hydra node gives")
        if how == "too large":
            raise TooLarge("an answer of 8 MiB", code="X")
        if found is None or how is None:
            return found
        changes: dict[str, dict[str, Any]] = {
            "several keys": {"signature": b""},
            "beyond ASCII": {"asset": {"operationAttempts": [{**register("a"), "more": "é"}]}},
            "another id": {"asset": {"operationAttempts": []}},
        }
        return found._replace(**changes[how])


WAYS = ("garbage", "too large", "several keys", "beyond ASCII")


@pytest.fixture
def node() -> UnreadableNode:
    made = UnreadableNode()
    made.do("ana", "ana", "addKey", auth="phone")
    return made


@pytest.mark.parametrize("how", [*WAYS, "another id"])
def test_what_had_no_effect_and_cannot_be_read_changes_nothing(node: UnreadableNode, how: str) -> None:
    name = node.do("thief", "ana", "tombstoneDid")
    assert node.statuses[name] is False
    node.how[name] = how
    found = asked(node)
    assert found.best is not None
    assert (len(found.best.document.keys), found.disagreements, found.doubts) == (2, (), ())
    assert any(name in note and "without effect" in note for note in found.notes)


@pytest.mark.parametrize("how", WAYS)
def test_what_had_an_effect_and_cannot_be_read_is_a_doubt_and_no_contradiction(node: UnreadableNode, how: str) -> None:
    name = node.do("ana", "ana", "addKey", auth="watch")
    node.how[name] = how
    found = asked(node)
    assert (found.best, found.disagreements) == (None, ())
    assert name in found.doubts[0]


def test_what_had_an_effect_and_is_another_transaction_is_a_contradiction(node: UnreadableNode) -> None:
    node.how[node.do("ana", "ana", "addKey", auth="watch")] = "another id"
    found = asked(node)
    assert (found.best, found.doubts, len(found.disagreements)) == (None, (), 1)


def test_one_that_shows_what_another_cannot_settles_the_doubt(node: UnreadableNode) -> None:
    name = node.do("ana", "ana", "addKey", auth="watch")
    other = node.twin()
    node.how[name] = "garbage"
    found = asked(node, other)
    assert found.best is not None
    assert (found.best.source, found.disagreements) == (other.endpoint.base_url, ())
    assert any(name in note for note in found.notes)


def test_a_doubt_hides_no_contradiction(node: UnreadableNode) -> None:
    name = node.do("ana", "ana", "addKey", auth="watch")
    other = node.twin()
    node.how[name] = "garbage"
    node.altered = lambda raw: {**raw, "tombstonedAtHeight": 12, "tombstoned": True}
    assert asked(node, other).best is None
    assert asked(node, other).disagreements != ()


def test_a_doubt_makes_a_verdict_unknown_and_names_no_document(node: UnreadableNode) -> None:
    node.how[node.do("ana", "ana", "addKey", auth="watch")] = "garbage"
    question = LedgerQuestion((ANA,), (), ())
    found = asyncio.run(look_up_at((node,), question, LedgerSources((), FakeClock())))
    assert (found.documents, found.contradictions, len(found.doubts)) == ((), (), 1)


def test_floods_of_transactions_without_effect_are_cut(node: UnreadableNode, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(collecting, "MOST_WITHOUT_EFFECT", 3)
    for _ in range(5):
        node.do("thief", "ana", "tombstoneDid")
    found = asked(node)
    assert found.best is not None
    assert (len(found.best.collected.history), found.best.collected.left_out) == (4, 2)
    assert any("2 transactions without effect" in note for note in found.notes)


def test_a_registration_that_cannot_be_read_is_a_doubt(node: UnreadableNode) -> None:
    for how in WAYS[:3]:
        node.how[node.change(register(LETTER))] = how
        found = times(node)
        assert (found.height, found.disagreements, len(found.doubts)) == (None, (), 1)
    assert times(node, node.twin()).height == node.state.before_proof(LETTER)[0]  # type: ignore[index]  # it is there


class TestOneOfTwo:
    """Whatever one endpoint does, the other one answers."""

    def test_one_with_too_many_transactions_is_silent(self, node: UnreadableNode) -> None:
        liar = node.twin()

        async def many(*_: Any, **__: Any) -> tuple[TransactionAt, ...]:
            return tuple(TransactionAt(f"{number:064x}", 5) for number in range(5001))

        liar.transaction_ids_of = many  # type: ignore[method-assign]  # the lie
        for nodes in ((node, liar), (liar, node)):
            found = asked(*nodes)
            assert found.best is not None
            assert [one.source for one in found.silent] == [liar.endpoint.base_url]
        with pytest.raises(TooLarge):
            asked(liar)

    def test_one_that_is_too_slow_as_a_whole_is_silent(
        self, node: UnreadableNode, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slow = node.twin()

        async def wait(*_: Any, **__: Any) -> tuple[TransactionAt, ...]:
            await asyncio.sleep(60)
            return ()

        slow.transaction_ids_of = wait  # type: ignore[method-assign]  # the lie
        monkeypatch.setattr(each_node, "PATIENCE_S", 0.05)
        found = asked(node, slow)
        assert found.best is not None
        assert [one.source for one in found.silent] == [slow.endpoint.base_url]
        with pytest.raises(AnsweredLate):
            asked(slow)

    def test_a_slow_one_is_waited_for_once_however_much_is_asked(
        self, node: UnreadableNode, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        slow = node.twin()
        calls: list[str] = []

        async def wait(name: str) -> Any:
            calls.append(name)
            await asyncio.sleep(60)

        slow.before_proof = wait  # type: ignore[method-assign, assignment]  # the lie
        monkeypatch.setattr(each_node, "PATIENCE_S", 0.05)
        question = LedgerQuestion((), tuple(f"cju-{number}" for number in range(20)), ())
        asyncio.run(look_up_at((node, slow), question, LedgerSources((), FakeClock())))
        assert len(calls) == 1

    def test_one_that_hides_its_newest_block_leaves_the_answer(self, node: UnreadableNode) -> None:
        far = SecondLayerNode("https://node.example:4705")
        far.fail("block", Garbage("no block"), times=9)
        found = asked(far)
        assert found.best is not None
        assert any("newest block" in note for note in found.notes)
