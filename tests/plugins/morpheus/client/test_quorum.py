"""Nodes are compared at what all have reached; a contradiction has every side and no winner."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.memory_node import FakeNode

from prometheus_morpheus.client.errors import AnsweredLate, NotReached
from prometheus_morpheus.client.quorum import (
    common_height,
    compare,
    compared_blocks,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from prometheus_morpheus.client.ports import LedgerNode


def run(asked: Coroutine[Any, Any, Any]) -> Any:
    return asyncio.run(asked)


def nodes(*heights: int) -> list[FakeNode]:
    return [FakeNode(f"http://n{place}", height=height) for place, height in enumerate(heights)]


def balances(*amounts: int) -> list[FakeNode]:
    found = nodes(*[10] * len(amounts))
    for node, amount in zip(found, amounts, strict=True):
        node.fund("tX", amount)
    return found


async def balance(node: LedgerNode) -> int:
    return (await node.wallet("tX")).balance


def test_what_all_say_is_the_value() -> None:
    two = balances(5, 5)
    found = run(compare(two, balance, height=9))
    assert found.is_answered
    assert not found.is_contradiction
    assert found.agreed_by == (two[0].endpoint, two[1].endpoint)
    assert (found.value, found.height) == (5, 9)


def test_the_lowest_height_counts() -> None:
    found = run(common_height(nodes(12, 10, 11)))
    assert found.common == 10
    assert sorted(found.reached.values()) == [10, 11, 12]
    assert run(compared_blocks(nodes(12, 10))).height == 10
    assert run(compared_blocks(nodes(12, 10), 7)).height == 7


def test_a_contradiction_has_every_side_and_no_value() -> None:
    honest, liar, other = three = balances(5, 6, 5)
    found = run(compare(three, balance))
    assert (found.value, found.agreed_by) == (None, ())
    assert [(side.endpoints, side.value) for side in found.disagreements] == [
        ((honest.endpoint, other.endpoint), 5),
        ((liar.endpoint,), 6),
    ]


def test_a_majority_does_not_win() -> None:
    found = run(compare(balances(6, *[5] * 9), balance))
    assert found.value is None
    assert found.is_contradiction


def test_who_does_not_answer_neither_agrees_nor_disagrees() -> None:
    one, two = balances(5, 5)
    two.fail("wallet", AnsweredLate("x"))
    found = run(compare([one, two], balance))
    assert found.agreed_by == (one.endpoint,)
    assert [(each.endpoint, each.error.code) for each in found.silent] == [(two.endpoint, "LEDGER-TIMED-OUT")]
    two.fail("tip", NotReached("x"))
    found = run(compared_blocks([one, two]))
    assert found.agreed_by == (one.endpoint,)
    assert [each.endpoint for each in found.silent] == [two.endpoint]


def test_nobody_answering_is_neither_agreement_nor_contradiction() -> None:
    one, two = nodes(10, 10)
    for node in (one, two):
        node.fail("tip", NotReached("x"))
    found = run(compared_blocks([one, two]))
    assert (found.value, found.is_answered, found.is_contradiction, found.height) == (None, False, False, None)
    assert len(found.silent) == 2
    assert not run(compared_blocks([])).is_answered


def test_a_bug_is_not_taken_for_silence() -> None:
    one, two = balances(5, 5)
    two.fail("wallet", KeyError("x"))
    with pytest.raises(KeyError):
        run(compare([one, two], balance))


def test_a_forked_chain_shows_at_the_common_height() -> None:
    one, two = nodes(10, 10)
    assert run(compared_blocks([one, two])).is_answered
    two.reorganise(8)
    two.blocks[7] = two.blocks[7]._replace(id="ab" * 32)
    for _each in range(2):
        two.forge()
    found = run(compared_blocks([one, two]))
    assert found.is_contradiction
    assert {side.value.height for side in found.disagreements} == {10}


def test_a_block_that_one_side_withholds_is_a_contradiction() -> None:
    one, two = nodes(10, 10)
    del two.blocks[4]
    assert run(compared_blocks([one, two], 5)).is_contradiction
