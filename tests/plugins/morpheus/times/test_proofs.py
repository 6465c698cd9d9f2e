"""Times that a ledger proves: a registration counts with its transaction, a block by its id, and lies are told."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.memory_node import sealed
from prometheus_simulators.second_layer import operation, register, signed
from prometheus_simulators.second_layer_node import SecondLayerNode

from prometheus.errors import Conflict, Offline
from prometheus_morpheus.client import blocks
from prometheus_morpheus.resolving import proofs
from prometheus_morpheus.resolving.proofs import block_at, registered

if TYPE_CHECKING:
    from prometheus_morpheus.client.answers import NodeTransaction
    from prometheus_morpheus.resolving.proofs import BlockId, Times

ID = "cjukdJ4zbNc93M7SSIyp8jj4ZZAUemoP4t1oBuom5_96pM"


def times(*nodes: SecondLayerNode, content_id: str = ID) -> Times:
    return asyncio.run(registered(nodes, content_id))


def block(*nodes: SecondLayerNode, height: int = 5) -> BlockId:
    return asyncio.run(block_at(nodes, height))


@pytest.fixture
def node() -> SecondLayerNode:
    made = SecondLayerNode()
    made.change(register(ID))
    made.wait(3)
    return made


class TestRegistered:
    def test_a_registration_is_shown_by_its_transaction(self, node: SecondLayerNode) -> None:
        found = times(node)
        assert (found.height, found.disagreements) == (11, ())
        assert found.transaction_id in node.forged
        assert found.unix == node.blocks[10].unix

    def test_what_was_never_registered_has_no_height(self, node: SecondLayerNode) -> None:
        assert times(node, content_id="cju-other")[1:6:4] == (None, ())

    def test_the_first_of_two_counts(self, node: SecondLayerNode) -> None:
        node.change(register(ID))
        assert times(node).height == 11

    def test_one_that_registers_and_fails_otherwise_does_not_count(self) -> None:
        node = SecondLayerNode()
        failed = node.change(register(ID), signed("thief", operation("ana", "tombstoneDid", None)))
        assert times(node).height is None
        node.proofs_told[ID] = (11, failed)
        [one] = times(node).disagreements
        assert "the second layer did not apply" in one.what

    def test_a_height_without_a_transaction_is_not_believed(self, node: SecondLayerNode) -> None:
        node.proofs_told["cju-backdated"] = (3, "ab" * 32)
        found = times(node, content_id="cju-backdated")
        assert found.height is None
        assert "does not show the transaction" in found.disagreements[0].what

    def test_the_transaction_of_another_content_is_not_believed(self, node: SecondLayerNode) -> None:
        node.proofs_told["cju-backdated"] = (11, next(iter(node.forged)))
        assert "does not register this content id" in times(node, content_id="cju-backdated").disagreements[0].what

    def test_an_earlier_height_than_that_of_the_block_is_not_believed(self, node: SecondLayerNode) -> None:
        node.proofs_told[ID] = (4, next(iter(node.forged)))
        assert "not in a block of that height" in times(node).disagreements[0].what

    @pytest.mark.parametrize("change", ["asset", "signature", "sender"])
    def test_a_transaction_that_was_tampered_with_proves_nothing(self, node: SecondLayerNode, change: str) -> None:
        def tampered(found: NodeTransaction) -> NodeTransaction:
            changes: dict[str, Any] = {
                "asset": {"asset": {"operationAttempts": [register(ID), register("more")]}},
                "signature": {"signature": bytes([*found.signature[:-1], found.signature[-1] ^ 1])},
                "sender": {"sender": b"\2" + found.sender[1:]},
            }
            return found._replace(**changes[change])

        node.altered_transaction = tampered
        assert times(node).height is None
        assert len(times(node).disagreements) == 1

    def test_nodes_that_agree_prove_it(self, node: SecondLayerNode) -> None:
        found = times(node, node.twin())
        assert (found.height, found.is_agreed, len(found.agreeing)) == (11, True, 2)
        assert not times(node).is_agreed

    def test_one_that_hides_it_is_a_contradiction(self, node: SecondLayerNode) -> None:
        liar = node.twin()
        liar.hide(*liar.forged)
        found = times(node, liar)
        assert (found.height, "registered at height 11 or none" in found.disagreements[0].what) == (None, True)

    def test_one_that_has_not_come_so_far_is_none(self, node: SecondLayerNode) -> None:
        behind = SecondLayerNode("http://127.0.0.1:4704")
        found = times(behind, node)
        assert (found.height, found.disagreements, found.is_agreed) == (11, (), False)
        assert found.notes == (
            f"{behind.endpoint.base_url} has not come to height 11: {node.endpoint.base_url} alone says what is there",
        )

    def test_silent_and_mixed_nodes_are_told(self, node: SecondLayerNode) -> None:
        other = node.twin()
        other.fail("before_proof", Offline("it is off"))
        assert [one.source for one in times(node, other).silent] == [other.endpoint.base_url]
        other.config = other.config._replace(nethash="ab" * 32)
        with pytest.raises(Conflict):
            times(node, other)


class TestBlocks:
    def test_the_block_at_a_height_has_the_id_that_all_name(self, node: SecondLayerNode) -> None:
        found = block(node, node.twin())
        assert (found.block_id, found.unix) == (node.blocks[4].id, node.blocks[4].unix)

    def test_a_block_that_nobody_has_is_not_known(self, node: SecondLayerNode) -> None:
        assert block(node, height=999)[1:4] == (None, 0, ())

    def test_different_ids_are_a_contradiction(self, node: SecondLayerNode) -> None:
        liar = node.twin()
        liar.blocks[4] = other = sealed(liar.blocks[4]._replace(timestamp=999))
        [found] = block(node, liar).disagreements
        assert block(node, liar).block_id is None
        assert [side.answer["block"] for side in found.sides] == [node.blocks[4].id, other.id]

    def test_what_was_checked_of_a_block_and_what_cannot_be_is_told(self, node: SecondLayerNode) -> None:
        found = block(node)
        assert (found.held, blocks.TURN in found.open) == ((blocks.ID, blocks.SIGNATURE), True)
        first = block(node, height=1)
        assert (first.block_id, first.held, blocks.SIGNATURE in first.open) == (node.blocks[0].id, (), True)

    @pytest.mark.parametrize(
        ("changes", "failed"),
        [
            ({"id": "ab" * 32}, {blocks.ID}),
            ({"timestamp": 999}, {blocks.ID, blocks.SIGNATURE}),
            ({"generator": b"\2" * 33}, {blocks.ID, blocks.SIGNATURE}),
        ],
    )
    def test_a_block_that_its_header_or_signature_belies_is_not_believed_of_one_alone(
        self, node: SecondLayerNode, changes: dict[str, Any], failed: set[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        node.blocks[4] = node.blocks[4]._replace(**changes)
        found = block(node)
        assert found.block_id is None
        assert all(words in found.disagreements[0].what for words in failed)
        monkeypatch.setattr(proofs, "_unsound", lambda *_: ())
        assert block(node).block_id == node.blocks[4].id

    def test_a_registration_in_a_block_that_nobody_signed_is_not_believed(self, node: SecondLayerNode) -> None:
        node.blocks[10] = node.blocks[10]._replace(reward=1)
        [found] = times(node).disagreements
        assert blocks.SIGNATURE in found.what

    def test_checking_a_block_takes_no_further_question(self, node: SecondLayerNode) -> None:
        node.calls.clear()
        block(node)
        assert [name for name in node.calls if name != "configuration"] == ["block"]


class TestOneSource:
    """One host under two names is one source: what it alone says is not agreed."""

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ("http://localhost:4703", "http://127.0.0.1:4703"),
            ("http://[::1]:4703", "http://127.0.0.1:4703"),
            ("http://127.0.0.2:4703", "http://127.0.0.1:4703"),
            ("http://[::ffff:127.0.0.1]:4703", "http://127.1:4703"),
            ("http://0.0.0.0:4703", "http://localhost.:4703"),
            ("https://node.example", "https://node.example:443"),
            ("https://node.example", "http://node.example"),
            ("https://node.example:4703", "https://node.example:4705"),
            ("https://node.example", "https://NODE.Example."),
            ("https://xn--bcher-kva.example", "https://XN--BCHER-KVA.example/"),
            ("http://192.0.2.1:4703", "http://0xc0.0.2.1:4703"),
            ("http://[2001:db8::1]:4703", "http://[2001:DB8:0:0::1]:4703"),
        ],
    )
    def test_it_is_agreed_with_a_third_only(self, node: SecondLayerNode, one: str, other: str) -> None:
        first, second, third = node.twin(one), node.twin(other), node.twin("https://other.example")
        for found in (times(first, second), block(first, second)):
            assert (len(found.agreeing), found.is_agreed) == (2, False)
        assert times(first, second, third).is_agreed
        assert block(second, third).is_agreed
