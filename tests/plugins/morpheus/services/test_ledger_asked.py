"""What services learn from the ledger: worked out again, compared between endpoints, never from one's word alone."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.embedded_ledger import Now, embedded_ledger
from prometheus_simulators.second_layer import register
from prometheus_simulators.second_layer_node import SecondLayerNode
from prometheus_simulators.signed_world import did, secret

from prometheus.claims.did_document import IMPERSONATE, has_right_at
from prometheus.claims.digest import content_id
from prometheus.errors import NetworkError, NotTrusted, Offline
from prometheus_morpheus.client.endpoint import parse_endpoints
from prometheus_morpheus.services.ledger import AskedLedger, NewestBlock, Told, learnt_from, newest_of

if TYPE_CHECKING:
    from prometheus_morpheus.services.ledger import Learnt

AUTHORITY = did("authority")
PROVEN = content_id({"said": "before"})


class Pins:
    """Pins in memory."""

    def __init__(self) -> None:
        self.pins: dict[str, dict[str, Any]] = {}

    def get(self, name: str) -> dict[str, Any] | None:
        return self.pins.get(name)

    def put(self, name: str, value: dict[str, Any]) -> None:
        self.pins[name] = value


@pytest.fixture
def node() -> SecondLayerNode:
    """The authority lets a clerk speak for it, and a content id is registered."""
    made = SecondLayerNode()
    made.do("authority", "authority", "addKey", auth="clerk")
    made.do("authority", "authority", "addRight", auth="clerk", right="impersonate")
    made.change(register(PROVEN))
    return made


def learnt(*nodes: SecondLayerNode, height: int | None = None) -> Learnt:
    return asyncio.run(learnt_from(nodes, FakeClock(), AUTHORITY, PROVEN, height))


def may_speak(found: Learnt) -> bool:
    assert found.document is not None
    clerk = secret("clerk").public_key()
    return has_right_at(found.document, clerk, IMPERSONATE, found.document.queried_at)


def test_one_endpoint_tells_rights_but_no_times(node: SecondLayerNode) -> None:
    found = learnt(node, height=11)
    assert (may_speak(found), found.faults) == (True, ())
    assert found.registered_at == Told(13, is_agreed=False)
    assert found.block == Told(node.blocks[10].id, is_agreed=False)


def test_two_endpoints_that_say_the_same_prove_a_time(node: SecondLayerNode) -> None:
    found = learnt(node, node.twin(), height=11)
    assert (may_speak(found), found.faults) == (True, ())
    assert (found.registered_at, found.block) == (Told(13, is_agreed=True), Told(node.blocks[10].id, is_agreed=True))


def test_a_revoked_clerk_is_seen_to_be_one(node: SecondLayerNode) -> None:
    node.do("authority", "authority", "revokeRight", auth="clerk", right="impersonate")
    assert not may_speak(learnt(node))


def test_an_endpoint_that_hides_a_revocation_is_a_fault(node: SecondLayerNode) -> None:
    node.do("authority", "authority", "revokeRight", auth="clerk", right="impersonate")
    liar = node.twin()
    liar.hide(list(liar.forged)[-1])
    found = learnt(node, liar)
    assert found.document is None
    assert found.faults


def test_a_did_that_nobody_changed_has_its_implicit_document(node: SecondLayerNode) -> None:
    found = asyncio.run(learnt_from([node], FakeClock(), did("maria"), None, None))
    assert found.document is not None
    key = secret("maria").public_key()
    assert has_right_at(found.document, key, IMPERSONATE, found.document.queried_at)


def test_the_newest_block_is_the_lowest_that_all_know(node: SecondLayerNode) -> None:
    behind = node.twin()
    node.wait(3)
    height = len(behind.blocks)
    assert asyncio.run(newest_of([node, behind])) == NewestBlock(height, behind.blocks[-1].id)


def test_endpoints_that_differ_about_a_block_have_no_newest_one(node: SecondLayerNode) -> None:
    other = node.twin()
    other.blocks[-1] = other.blocks[-1]._replace(id="ef" * 32)
    with pytest.raises(NotTrusted, match="differ about the block"):
        asyncio.run(newest_of([node, other]))


def test_one_endpoint_alone_of_several_tells_no_newest_block(node: SecondLayerNode) -> None:
    silent = node.twin()
    silent.fail("tip", Offline("it is off"))
    with pytest.raises(NotTrusted, match="one ledger alone"):
        asyncio.run(newest_of([node, silent]))
    third = node.twin()
    assert asyncio.run(newest_of([node, silent, third])).height == len(node.blocks), "the control: two agree"


def test_a_ledger_that_nobody_answers_for_is_an_error(node: SecondLayerNode) -> None:
    node.fail("tip", Offline("it is off"))
    with pytest.raises(Offline):
        asyncio.run(newest_of([node]))


class TestOverHttp:
    """The same over real connections, from any thread."""

    @staticmethod
    def ledger(*urls: str) -> AskedLedger:
        pins = Pins()
        return AskedLedger(parse_endpoints(" ".join(urls)), Now(), lambda: pins)

    def test_a_development_ledger_is_asked(self) -> None:
        with embedded_ledger() as url:
            ledger = self.ledger(url)
            assert ledger.newest_block().height >= 1
            found = ledger.learn(did("maria"), PROVEN, 1)
        assert found.document is not None
        assert (found.registered_at, found.faults) == (None, ())
        assert found.block is not None
        assert not found.block.is_agreed

    def test_a_ledger_that_is_not_there_is_an_error(self) -> None:
        with pytest.raises(NetworkError):
            self.ledger("http://127.0.0.1:9").learn(did("maria"))
