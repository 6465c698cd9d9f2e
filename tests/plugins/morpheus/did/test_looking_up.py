"""What the house learns of a ledger before a verdict: what all agree on, and contradictions beside it."""

from __future__ import annotations

import asyncio

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_node import implicit_document, sealed
from prometheus_simulators.second_layer import register
from prometheus_simulators.second_layer_node import SecondLayerNode
from prometheus_simulators.sending_world import MemoryStore
from prometheus_simulators.signed_world import did

from prometheus.api import LedgerKnowledge, LedgerQuestion, LedgerSources
from prometheus.errors import NotUnderstood, Offline
from prometheus_morpheus.client.chain_name import chain_name
from prometheus_morpheus.looking_up import LookingUp, look_up_at
from prometheus_morpheus.resolving.cache import remember

ANA = did("ana")
TESTNET = chain_name("4e0c60c1" + "0" * 56)
QUESTION = LedgerQuestion((ANA,), ("cju-one", "cju-none"), (5, 999))


@pytest.fixture
def node() -> SecondLayerNode:
    made = SecondLayerNode()
    made.do("ana", "ana", "addKey", auth="phone")
    made.change(register("cju-one"))
    return made


def looked(*nodes: SecondLayerNode, question: LedgerQuestion = QUESTION) -> LedgerKnowledge:
    urls = tuple(node.endpoint.base_url for node in nodes)
    return asyncio.run(look_up_at(nodes, question, LedgerSources(urls, FakeClock())))


def test_everything_that_was_asked_for_is_answered(node: SecondLayerNode) -> None:
    found = looked(node, node.twin())
    [known] = found.documents
    assert (known.document.did.text, len(known.document.keys), known.age_s) == (ANA, 2, 0)
    assert known.source == "http://127.0.0.1:4703, http://127.0.0.1:4704"
    assert (found.before_proofs, found.agreed_proofs) == ({"cju-one": 12}, frozenset(("cju-one",)))
    assert looked(node).agreed_proofs == frozenset()
    assert found.block_ids == {5: node.blocks[4].id}
    assert (found.contradictions, found.notes) == ((), ())


def test_what_is_contradicted_is_in_no_other_part(node: SecondLayerNode) -> None:
    liar = node.twin()
    liar.hide(*liar.forged)
    liar.blocks[4] = sealed(liar.blocks[4]._replace(timestamp=liar.blocks[4].timestamp + 4))
    found = looked(node, liar)
    assert (found.documents, found.before_proofs, found.block_ids) == ((), {}, {})
    assert len(found.contradictions) == 3


def test_a_past_height_can_be_asked_for(node: SecondLayerNode) -> None:
    found = looked(node, question=LedgerQuestion((ANA,), as_of=10))
    assert [len(known.document.keys) for known in found.documents] == [1]


def test_nobody_answering_is_an_error(node: SecondLayerNode) -> None:
    node.fail("configuration", Offline("it is off"), times=9)
    with pytest.raises(Offline):
        looked(node)


def test_offline_answers_from_what_was_learnt() -> None:
    store, clock = MemoryStore(), FakeClock()
    with store.transaction() as transaction:
        raw = implicit_document(ANA, 9)
        remember(transaction, TESTNET, raw, sources=("a node",), now=clock.now(), is_recomputed=True)
    clock.advance(120)
    sources = LedgerSources(("testnet",), clock, is_offline=True, store=store)
    found = LookingUp().look_up(QUESTION, sources)
    assert [(known.source, known.age_s) for known in found.documents] == [("a node", 120)]
    assert LookingUp().look_up(QUESTION, sources._replace(store=None)).documents == ()
    assert LookingUp().look_up(QUESTION, sources._replace(endpoints=())).documents == found.documents
    for elsewhere in ("mainnet", "https://never.asked.example"):
        assert LookingUp().look_up(QUESTION, sources._replace(endpoints=(elsewhere,))).documents == ()


def test_offline_what_is_remembered_of_two_chains_is_told_and_not_guessed() -> None:
    store, clock = MemoryStore(), FakeClock()
    with store.transaction() as transaction:
        for chain in (TESTNET, chain_name("ab" * 32, "cd" * 32)):
            raw = implicit_document(ANA, 9)
            remember(transaction, chain, raw, sources=("a node",), now=clock.now(), is_recomputed=True)
    found = LookingUp().look_up(QUESTION, LedgerSources((), clock, is_offline=True, store=store))
    assert (found.documents, len(found.notes)) == ((), 2)
    assert "remembered on several chains" in found.notes[1]
    named = LookingUp().look_up(QUESTION, LedgerSources(("testnet",), clock, is_offline=True, store=store))
    assert (len(named.documents), len(named.notes)) == (1, 1)


def test_what_is_no_endpoint_is_refused() -> None:
    with pytest.raises(NotUnderstood):
        LookingUp().look_up(QUESTION, LedgerSources(("ftp://node",), FakeClock()))
