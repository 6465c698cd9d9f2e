"""Nodes are compared at what all have reached; a contradiction has every side and no winner."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from prometheus_simulators.memory_node import FakeNode, implicit_document

from prometheus_morpheus.client.errors import AnsweredLate, NotReached
from prometheus_morpheus.client.quorum import (
    common_height,
    compare,
    compared_before_proofs,
    compared_blocks,
    compared_documents,
    compared_wallets,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from prometheus.claims.jsontext import Json

DID = "did:morpheus:ezrgZ3BdwaUEjaZigFAic6Ls"
ADDED = "ieziFngC9Ct7Prwd7BrFMRqiL"


def run(asked: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asked)


def nodes(*heights: int) -> list[FakeNode]:
    return [FakeNode(f"http://n{place}", height=height) for place, height in enumerate(heights)]


def with_key(height: int, until: int | None = None) -> dict[str, Json]:
    """Return the JSON of a document with a second key, without rights."""
    document = implicit_document(DID, 30)
    keys: Any = document["keys"]
    added = {"auth": ADDED, "validFromHeight": height, "validUntilHeight": until, "index": 1, "valid": True}
    return document | {"keys": [*keys, added]}


def test_what_all_say_is_the_value() -> None:
    two = nodes(10, 10)
    found = run(compared_documents(two, DID))
    assert found.is_answered
    assert not found.is_contradiction
    assert found.agreed_by == (two[0].endpoint, two[1].endpoint)
    assert (found.value.document.did.text, found.height) == (DID, 10)


def test_the_lowest_height_counts() -> None:
    found = run(common_height(nodes(12, 10, 11)))
    assert found.common == 10
    assert sorted(found.reached.values()) == [10, 11, 12]
    assert run(compared_documents(nodes(12, 10), DID)).height == 10
    assert run(compared_documents(nodes(12, 10), DID, 7)).height == 7


def test_what_came_after_the_common_height_is_no_contradiction() -> None:
    ahead, behind = nodes(12, 10)
    ahead.documents[DID] = with_key(11) | {"tombstonedAtHeight": 12, "tombstoned": True}
    assert run(compared_documents([ahead, behind], DID)).is_answered
    ahead.documents[DID] = with_key(9, until=11)
    behind.documents[DID] = with_key(9)
    assert run(compared_documents([ahead, behind], DID)).is_answered


def test_a_key_that_one_side_does_not_know_is_a_contradiction_with_both_sides() -> None:
    honest, liar, other = nodes(12, 10, 10)
    for node in (honest, other):
        node.documents[DID] = with_key(9)
    found = run(compared_documents([honest, liar, other], DID))
    assert found.value is None
    assert found.agreed_by == ()
    assert [side.endpoints for side in found.disagreements] == [
        (honest.endpoint, other.endpoint),
        (liar.endpoint,),
    ]
    assert len(found.disagreements[0].value.raw["keys"]) == 2
    assert len(found.disagreements[1].value.raw["keys"]) == 1


def test_a_majority_does_not_win() -> None:
    many = nodes(*[10] * 9)
    many[0].documents[DID] = with_key(9)
    found = run(compared_documents(many, DID))
    assert found.value is None
    assert found.is_contradiction


def test_who_does_not_answer_neither_agrees_nor_disagrees() -> None:
    one, two = nodes(10, 10)
    two.fail("tip", NotReached("x"))
    found = run(compared_documents([one, two], DID))
    assert found.agreed_by == (one.endpoint,)
    assert [each.endpoint for each in found.silent] == [two.endpoint]
    two.fail("did_document", AnsweredLate("x"))
    found = run(compared_documents([one, two], DID))
    assert found.agreed_by == (one.endpoint,)
    assert [each.error.code for each in found.silent] == ["LEDGER-TIMED-OUT"]


def test_nobody_answering_is_neither_agreement_nor_contradiction() -> None:
    one, two = nodes(10, 10)
    for node in (one, two):
        node.fail("tip", NotReached("x"))
    found = run(compared_documents([one, two], DID))
    assert (found.value, found.is_answered, found.is_contradiction, found.height) == (None, False, False, None)
    assert len(found.silent) == 2
    assert not run(compared_documents([], DID)).is_answered


def test_a_forked_chain_shows_at_the_common_height() -> None:
    one, two = nodes(10, 10)
    assert run(compared_blocks([one, two])).is_answered
    two.reorganise(8)
    two.config = two.config._replace(block_time=5)
    two.statuses.clear()
    two.blocks[7] = two.blocks[7]._replace(id="ab" * 32)
    for _each in range(2):
        two.forge()
    found = run(compared_blocks([one, two]))
    assert found.is_contradiction
    assert {side.value.height for side in found.disagreements} == {10}


def test_before_proofs_count_up_to_the_common_height() -> None:
    ahead, behind = nodes(12, 10)
    ahead.proofs["cjuX"] = (11, "ab" * 32)
    assert run(compared_before_proofs([ahead, behind], "cjuX")).is_answered
    ahead.proofs["cjuX"] = (9, "ab" * 32)
    assert run(compared_before_proofs([ahead, behind], "cjuX")).is_contradiction
    behind.proofs["cjuX"] = (9, "ab" * 32)
    assert run(compared_before_proofs([ahead, behind], "cjuX")).is_answered


def test_balances_that_differ_are_shown() -> None:
    one, two = nodes(10, 10)
    one.fund("tX", 5)
    assert run(compared_wallets([one, two], "tX")).is_contradiction
    two.fund("tX", 5)
    assert run(compared_wallets([one, two], "tX")).value.balance == 5


def test_any_question_can_be_compared() -> None:
    found = run(compare(nodes(3, 3), lambda node: node.layer_two_height()))
    assert found.value == 3
