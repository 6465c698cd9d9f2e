"""A change of a DID is planned by the ledger's rules: before, after, or the reason why not, and nothing leaves."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.second_layer import key_id, operation, signed
from prometheus_simulators.second_layer_node import SecondLayerNode
from prometheus_simulators.signed_world import OneKey, did, public, secret

from prometheus.api import Persona
from prometheus.errors import RefusedError
from prometheus_morpheus.changing.planning import Plan, Wanted, plan
from prometheus_morpheus.changing.signing import signed_group, stand_in, who_signs
from prometheus_morpheus.resolving.asking import resolve
from prometheus_morpheus.transactions.operations import attempt_is_signed

if TYPE_CHECKING:
    from prometheus_morpheus.resolving.recomputing import Checked


def persona(name: str) -> Persona:
    rest: dict[str, Any] = dict.fromkeys(Persona._fields, "")
    return Persona(**{**rest, "public_key": public(name), "did": did(name), "label": name})


@pytest.fixture
def node() -> SecondLayerNode:
    made = SecondLayerNode()
    made.do("ana", "ana", "addKey", auth="phone")
    made.do("ana", "ana", "addRight", auth="phone", right="update")
    return made


def present(node: SecondLayerNode) -> Checked:
    found = asyncio.run(resolve((node,), did("ana"), FakeClock()))
    assert found.best is not None
    return found.best


def planned(node: SecondLayerNode, *wanted: Wanted, by: str = "ana") -> Plan:
    return plan(present(node), wanted, secret(by).public_key())


def test_the_document_after_is_what_the_ledger_makes_of_it(node: SecondLayerNode) -> None:
    watch = key_id("watch")
    made = planned(node, Wanted("addKey", watch, expires_at=99), Wanted("addRight", watch, "impersonate"))
    node.change(signed("ana", *[one.as_json() for one in made.operations]))
    assert present(node).document == made.after
    assert len(made.before.keys) + 1 == len(made.after.keys)


def test_every_operation_names_the_last_transaction(node: SecondLayerNode) -> None:
    made = planned(node, Wanted("addKey", key_id("watch")), Wanted("tombstoneDid"))
    assert [one.as_json()["lastTxId"] for one in made.operations] == [node.last("ana")] * 2
    fresh = asyncio.run(resolve((node,), did("bob"), FakeClock())).best
    assert fresh is not None
    assert plan(fresh, [Wanted("tombstoneDid")], secret("bob").public_key()).operations[0].last_tx_id is None


@pytest.mark.parametrize(
    ("by", "wanted", "reason"),
    [
        ("ana", Wanted("addKey", key_id("phone")), "already has a still valid key"),
        ("ana", Wanted("revokeKey", key_id("ana")), "cannot modify its own authorization"),
        ("ana", Wanted("revokeKey", key_id("watch")), "does not have a key matching"),
        ("ana", Wanted("addRight", key_id("phone"), "update"), "was already set to true"),
        ("ana", Wanted("addRight", key_id("phone"), "fly"), "unknown variant `fly`"),
        ("ana", Wanted("revokeRight", key_id("watch"), "update"), "has no key matching"),
        ("stranger", Wanted("addKey", key_id("watch")), "has no right to update"),
    ],
)
def test_what_the_rules_forbid_is_refused_in_the_words_of_the_ledger(
    node: SecondLayerNode, by: str, wanted: Wanted, reason: str
) -> None:
    with pytest.raises(RefusedError) as refused:
        planned(node, wanted, by=by)
    assert reason in refused.value.meaning
    sent = node.do(by, "ana", wanted.change, auth=wanted.auth, **({"right": wanted.right} if wanted.right else {}))
    assert present(node).recomputed.findings[-1][::3] == (sent, refused.value.meaning)


def test_nothing_can_be_done_after_a_tombstone(node: SecondLayerNode) -> None:
    node.do("ana", "ana", "tombstoneDid")
    with pytest.raises(RefusedError) as refused:
        planned(node, Wanted("addKey", key_id("watch")))
    assert "The DID is tombstoned" in refused.value.meaning


def test_planning_asks_no_node_and_changes_nothing(node: SecondLayerNode) -> None:
    found = present(node)
    before = list(node.calls)
    first = plan(found, [Wanted("revokeKey", key_id("phone"))], secret("ana").public_key())
    assert first == plan(found, [Wanted("revokeKey", key_id("phone"))], secret("ana").public_key())
    assert node.calls == before


class TestWhoSigns:
    def test_the_first_who_may_and_is_not_the_one_that_is_changed(self, node: SecondLayerNode) -> None:
        document, people = present(node).document, [persona("bob"), persona("ana"), persona("phone")]
        assert who_signs(people, document, None).label == "ana"
        assert who_signs(people, document, secret("ana").public_key().key_id()).label == "phone"

    def test_the_changed_one_where_nobody_else_may(self, node: SecondLayerNode) -> None:
        assert who_signs([persona("ana")], present(node).document, secret("ana").public_key()).label == "ana"

    def test_nobody_is_refused(self, node: SecondLayerNode) -> None:
        with pytest.raises(RefusedError, match="no key of this vault"):
            who_signs([persona("bob")], present(node).document, None)
        node.do("ana", "ana", "tombstoneDid")
        with pytest.raises(RefusedError) as refused:
            who_signs([persona("ana")], present(node).document, None)
        assert "given up for good at height 13" in refused.value.meaning


def test_a_stand_in_is_as_long_as_the_signed_group_and_no_signature(node: SecondLayerNode) -> None:
    made, ana = planned(node, Wanted("revokeKey", key_id("phone"))), persona("ana")
    real, false = signed_group(made.operations, ana, OneKey("ana")), stand_in(made.operations, ana)
    assert (attempt_is_signed(real), attempt_is_signed(false)) == (True, False)
    assert len(str(real["signature"])) == len(str(false["signature"]))
    assert {**real, "signature": ""} == {**false, "signature": ""}


def test_a_signed_plan_is_applied(node: SecondLayerNode) -> None:
    made = planned(node, Wanted("revokeKey", key_id("ana")), by="phone")
    node.change(signed_group(made.operations, persona("phone"), OneKey("phone")))
    assert present(node).document == made.after
    assert operation("ana", "revokeKey")["did"] == did("ana")
