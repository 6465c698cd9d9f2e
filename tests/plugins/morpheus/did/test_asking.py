"""Several nodes are asked for a DID, each answer is worked out again, and no lie passes for an answer."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.second_layer import operation, register, signed
from prometheus_simulators.second_layer_node import SecondLayerNode
from prometheus_simulators.signed_world import did, public, secret

from prometheus.claims.did_document import IMPERSONATE, UPDATE, has_right_at
from prometheus.errors import Conflict, NotFound, Offline
from prometheus_morpheus.client.answers import TransactionAt
from prometheus_morpheus.resolving.asking import FAR_AHEAD, OLD_BLOCKS, resolve
from prometheus_morpheus.resolving.recomputing import in_order, signers

if TYPE_CHECKING:
    from prometheus_morpheus.client.answers import NodeTransaction
    from prometheus_morpheus.resolving.asking import Resolved

ANA = did("ana")


def asked(*nodes: SecondLayerNode, of: str = ANA, height: int | None = None, clock: Any = None) -> Resolved:
    return asyncio.run(resolve(nodes, of, clock or FakeClock(), height))


@pytest.fixture
def node() -> SecondLayerNode:
    """Ana has given her phone both rights, and the phone has taken her first key off."""
    made = SecondLayerNode()
    made.do("ana", "ana", "addKey", auth="phone")
    made.do("ana", "ana", "addRight", auth="phone", right="update")
    made.do("ana", "ana", "addRight", auth="phone", right="impersonate")
    made.do("phone", "ana", "revokeKey", auth="ana")
    return made


def may(found: Resolved, name: str, right: str, height: int | None = None) -> bool:
    assert found.best is not None
    document = found.best.document
    return has_right_at(document, secret(name).public_key(), right, height or document.queried_at)


class TestOneNode:
    def test_the_document_is_worked_out_from_the_transactions(self, node: SecondLayerNode) -> None:
        found = asked(node)
        assert found.best is not None
        assert (found.disagreements, found.best.recomputed.is_certain) == ((), True)
        assert [may(found, "phone", right) for right in (IMPERSONATE, UPDATE)] == [True, True]
        assert [may(found, "ana", right) for right in (IMPERSONATE, UPDATE)] == [False, False]
        assert found.best.recomputed.operations_checked == 4

    def test_a_past_height_knows_nothing_of_what_came_later(self, node: SecondLayerNode) -> None:
        found = asked(node, height=13)
        assert found.best is not None
        assert (found.height, found.best.document.keys[0].valid_until) == (13, None)
        assert (may(found, "ana", UPDATE), may(found, "phone", UPDATE)) == (True, True)
        assert not may(asked(node, height=11), "phone", UPDATE)

    def test_a_did_that_nobody_touched_has_its_default_key(self, node: SecondLayerNode) -> None:
        found = asked(node, of=did("nobody"))
        assert may(found, "nobody", IMPERSONATE)
        assert found.best is not None
        assert found.best.recomputed.findings == ()

    def test_a_height_that_is_not_there_yet_is_told(self, node: SecondLayerNode) -> None:
        with pytest.raises(NotFound, match="has not come to height 1000"):
            asked(node, height=1000)

    def test_attempts_that_were_refused_change_nothing(self, node: SecondLayerNode) -> None:
        refused = node.do("stranger", "ana", "addKey", auth="stranger")
        found = asked(node)
        assert found.best is not None
        assert found.best.recomputed.findings[-1].txid == refused
        assert "has no right to update" in found.best.recomputed.findings[-1].reason
        assert found.disagreements == ()

    def test_transactions_of_several_dids_bring_their_histories_along(self) -> None:
        node = SecondLayerNode()
        node.do("bob", "bob", "addKey", auth="tablet")
        last = node.last("bob")
        node.change(
            signed("ana", operation("ana", "addKey", None, auth="phone")),
            signed("bob", operation("bob", "addKey", last, auth="watch")),
        )
        stale = signed("bob", operation("bob", "addKey", last, auth="lamp"))
        node.change(signed("ana", operation("ana", "addKey", node.last("ana"), auth="lamp")), stale)
        found = asked(node)
        assert found.best is not None
        assert (found.disagreements, found.best.recomputed.is_certain) == ((), True)
        assert [len(found.best.document.keys), did("bob") in found.best.collected.histories] == [2, True]

    def test_the_keys_behind_key_ids_are_known_once_they_signed(self, node: SecondLayerNode) -> None:
        found = asked(node)
        assert found.best is not None
        assert {key.text for key in signers(found.best.collected)} == {public("ana"), public("phone")}


class TestOneLiar:
    def test_a_document_that_does_not_follow_is_a_contradiction(self, node: SecondLayerNode) -> None:
        node.altered = lambda raw: {**raw, "tombstonedAtHeight": 12, "tombstoned": True}
        found = asked(node)
        assert found.best is None
        [one] = found.disagreements
        assert "given up at height 12 or -" in one.what
        assert [side.source for side in one.sides] == [
            node.endpoint.base_url,
            f"{node.endpoint.base_url}: its own transactions",
        ]
        assert one.sides[0].answer["tombstonedAtHeight"] == 12

    def test_an_invented_key_is_a_contradiction(self, node: SecondLayerNode) -> None:
        def with_key(raw: dict[str, Any]) -> dict[str, Any]:
            key = {"index": len(raw["keys"]), "auth": public("thief"), "validFromHeight": 11, "validUntilHeight": None}
            entry = {"keyLink": f"#{len(raw['keys'])}", "history": [{"height": 11, "valid": True}], "valid": True}
            rights = {right: [*entries, entry] for right, entries in raw["rights"].items()}
            return {**raw, "keys": [*raw["keys"], {**key, "valid": True}], "rights": rights}

        node.altered = with_key
        found = asked(node)
        assert found.best is None
        assert "2 or 3 keys" in found.disagreements[0].what or "3 or 2 keys" in found.disagreements[0].what

    @pytest.mark.parametrize("change", ["asset", "signature", "id"])
    def test_a_transaction_that_was_tampered_with_is_no_evidence(self, node: SecondLayerNode, change: str) -> None:
        def tampered(found: NodeTransaction) -> NodeTransaction:
            if change == "asset":
                return found._replace(asset={"operationAttempts": []})
            if change == "signature":
                return found._replace(signature=found.signature[:-1] + bytes([found.signature[-1] ^ 1]))
            return found._replace(fee=found.fee + 1)

        node.altered_transaction = tampered
        found = asked(node)
        assert found.best is None
        assert "is no evidence" in found.disagreements[0].what

    def test_a_transaction_left_out_in_the_middle_shows(self, node: SecondLayerNode) -> None:
        names = [name for name, _ in node.state.transactions(ANA, 0, None, attempts=False)]
        node.hide(names[2])
        found = asked(node)
        assert found.best is None
        assert f"transaction {names[2]} is left out" in found.disagreements[0].what

    def test_leaving_out_the_newest_cannot_be_seen_with_one_node(self, node: SecondLayerNode) -> None:
        names = [name for name, _ in node.state.transactions(ANA, 0, None, attempts=False)]
        node.hide(names[0])
        assert may(asked(node), "ana", UPDATE)


class TestTwoNodes:
    def test_nodes_that_agree_answer(self, node: SecondLayerNode) -> None:
        found = asked(node, node.twin())
        assert (found.disagreements, len(found.sources)) == ((), 2)
        assert may(found, "phone", UPDATE)

    def test_one_that_lags_behind_does_not_contradict(self, node: SecondLayerNode) -> None:
        behind = node.twin()
        node.wait(3)
        node.do("phone", "ana", "addKey", auth="watch")
        found = asked(behind, node)
        assert found.best is not None
        assert (found.disagreements, found.height) == ((), behind.state.last_height)
        assert (found.best.source, len(found.best.document.keys)) == (node.endpoint.base_url, 3)

    def test_one_that_leaves_the_newest_out_is_contradicted_with_the_evidence(self, node: SecondLayerNode) -> None:
        liar = node.twin()
        newest = node.last("ana")
        assert newest is not None
        liar.hide(newest)
        found = asked(node, liar)
        assert found.best is None
        [one] = found.disagreements
        honest, dishonest = one.sides
        assert [each["transaction"]["id"] for each in honest.answer["only_here"]] == [newest]
        assert dishonest.answer["only_here"] == []

    def test_the_order_of_endpoints_decides_nothing(self, node: SecondLayerNode) -> None:
        liar = node.twin()
        liar.hide(str(node.last("ana")))
        assert [asked(node, liar).best, asked(liar, node).best] == [None, None]

    def test_one_that_is_silent_is_named(self, node: SecondLayerNode) -> None:
        quiet = node.twin()
        quiet.fail("configuration", Offline("it is off"), times=9)
        found = asked(node, quiet)
        assert found.best is not None
        assert [(one.source, one.error.what) for one in found.silent] == [(quiet.endpoint.base_url, "it is off")]
        assert any("could not be asked: it is off" in note for note in found.notes)

    def test_where_all_are_silent_the_reason_is_raised(self, node: SecondLayerNode) -> None:
        node.fail("configuration", Offline("it is off"), times=9)
        with pytest.raises(Offline, match="it is off"):
            asked(node)

    def test_nodes_of_different_networks_are_not_compared(self, node: SecondLayerNode) -> None:
        other = node.twin()
        other.config = other.config._replace(nethash="ab" * 32)
        with pytest.raises(Conflict, match="different networks"):
            asked(node, other)

    def test_one_that_claims_to_be_far_ahead_is_not_followed(self, node: SecondLayerNode) -> None:
        boaster = node.twin()
        boaster.claimed_height = node.state.last_height + FAR_AHEAD + 1
        found = asked(boaster, node)
        assert found.best is not None
        assert found.best.height == node.state.last_height
        assert any("blocks ahead" in note for note in found.notes)
        boaster.claimed_height -= 1
        near = asked(boaster, node)
        assert near.best is not None
        assert near.best.height == boaster.claimed_height


class TestAge:
    def test_a_node_of_another_machine_whose_blocks_are_old_is_told(self, node: SecondLayerNode) -> None:
        far = SecondLayerNode("https://node.example:4705")
        last = far.blocks[-1]
        clock = FakeClock()
        fresh = int(clock.now().timestamp()) - OLD_BLOCKS * far.config.block_time
        far.blocks[-1] = last._replace(unix=fresh)
        assert (asked(far, clock=clock).age_s, asked(far, clock=clock).notes) == (200, ())
        far.blocks[-1] = last._replace(unix=fresh - 1)
        found = asked(far, clock=clock)
        assert found.age_s == 201
        assert "seconds old" in found.notes[0]
        assert asked(node).age_s == 0


class TestOrder:
    def test_histories_are_merged_in_an_order_that_agrees_with_each(self) -> None:
        def at(name: str, height: int = 5) -> TransactionAt:
            return TransactionAt(name, height)

        one = (at("a", 1), at("c"), at("d"), at("z", 9))
        other = (at("b"), at("c"), at("e"), at("z", 9))
        merged = [found.id for found in in_order([one, other])]
        assert sorted(merged) == ["a", "b", "c", "d", "e", "z"]
        for history in (one, other):
            places = [merged.index(found.id) for found in history]
            assert places == sorted(places)

    def test_histories_that_contradict_each_other_end_too(self) -> None:
        one, other = TransactionAt("a", 5), TransactionAt("b", 5)
        assert [found.id for found in in_order([(one, other), (other, one)])] == ["a", "b"]

    def test_two_changes_in_one_block_count_in_their_order(self) -> None:
        node = SecondLayerNode()
        first = signed("ana", operation("ana", "addKey", None, auth="phone"))
        [txid] = node.twin().block_of((first,))
        second = signed("ana", operation("ana", "addKey", txid, auth="watch"))
        node.block_of((first,), (second,))
        found = asked(node)
        assert found.best is not None
        assert (found.disagreements, len(found.best.document.keys)) == ((), 3)

    def test_a_registration_in_the_same_transaction_leaves_a_doubt_and_no_contradiction(self) -> None:
        node = SecondLayerNode()
        node.change(register("cju-other"))
        node.change(register("cju-mine"), signed("ana", operation("ana", "addKey", None, auth="phone")))
        node.change(register("cju-other"), signed("ana", operation("ana", "addKey", node.last("ana"), auth="watch")))
        found = asked(node)
        assert found.best is not None
        assert (found.disagreements, len(found.best.document.keys)) == ((), 2)
        assert not found.best.recomputed.is_certain


def test_operations_are_counted_one_by_one_and_signatures_by_group(node: SecondLayerNode) -> None:
    last = node.last("ana")
    node.change(
        signed(
            "phone",
            operation("ana", "addKey", last, auth="watch"),
            operation("ana", "addRight", last, auth="watch", right="update"),
        )
    )
    found = asked(node).best
    assert found is not None
    assert (found.recomputed.operations_checked, found.recomputed.signatures_checked) == (6, 5)


def test_what_an_owner_names_in_vain_is_a_note_where_no_source_has_it(node: SecondLayerNode) -> None:
    vain = operation("ana", "addRight", "ab" * 32, auth="phone", right="impersonate")
    sent = node.change(signed("phone", vain))
    found = asked(node, node.twin())
    assert found.disagreements == ()
    assert found.best is not None
    assert any(sent in note and "which no source has" in note for note in found.notes)
    assert not found.best.recomputed.is_certain


def test_what_one_source_alone_does_not_have_is_left_out_by_it(node: SecondLayerNode) -> None:
    twin = node.twin()
    names = [name for name, _ in node.state.transactions(ANA, 0, None, attempts=False)]
    node.hide(names[2])
    found = asked(node, twin)
    assert found.best is None
    assert f"transaction {names[2]} is left out" in found.disagreements[0].what
