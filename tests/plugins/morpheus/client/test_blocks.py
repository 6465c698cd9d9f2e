"""Recorded blocks are genuine, and any change to one is noticed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.scripted_node import recording

from prometheus_morpheus.client import blocks, reading
from prometheus_morpheus.client.blocks import check_block, follows

if TYPE_CHECKING:
    from prometheus_morpheus.client.answers import Block

PAID = "70ab0c6e66e2f5871cddbb4c88b2cc3e0ea6322696ee22d013df7d0a89cd1cb7"


def block(number: int) -> Block:
    return reading.block_of(recording(number)["response"]["body"]["data"])


FIRST, FOURTH, FIFTH = block(12), block(14), block(39)


def listed() -> list[Block]:
    """Return the two newest blocks of a recorded list, lowest first."""
    data: list[Any] = recording(11)["response"]["body"]["data"]
    return [reading.block_of(each) for each in data][::-1]


@pytest.mark.parametrize("found", [FOURTH, FIFTH, *listed()])
def test_id_and_signature_of_recorded_blocks_hold(found: Block) -> None:
    checked = check_block(found)
    assert checked.is_sound
    assert checked.held == (blocks.ID, blocks.SIGNATURE)
    assert blocks.TURN in checked.open


def test_the_transactions_of_a_block_are_bound_by_its_payload_hash() -> None:
    assert blocks.PAYLOAD in check_block(FIFTH, transaction_ids=[PAID]).held
    assert blocks.PAYLOAD in check_block(FIFTH, transaction_ids=["ab" * 32]).failed
    assert blocks.PAYLOAD in check_block(FIFTH, transaction_ids=[]).failed
    assert blocks.PAYLOAD in check_block(FOURTH, transaction_ids=[]).held


def test_blocks_that_follow_one_another_are_a_chain() -> None:
    third, fourth = listed()
    assert follows(FIFTH, fourth)
    assert blocks.PREVIOUS in check_block(FIFTH, previous=fourth).held
    assert blocks.PREVIOUS in check_block(fourth, previous=third).held
    assert blocks.PREVIOUS in check_block(FIFTH, previous=third).failed
    assert blocks.PREVIOUS in check_block(FIFTH, previous=fourth._replace(timestamp=FIFTH.timestamp + 1)).failed


def test_the_first_block_is_known_by_its_id_and_nothing_is_claimed_of_it() -> None:
    checked = check_block(FIRST)
    assert not checked.is_sound
    assert (checked.held, checked.failed) == ((), ())


def test_a_generator_outside_the_delegates_given_is_told() -> None:
    assert blocks.GENERATOR in check_block(FIFTH, delegates=[FIFTH.generator]).held
    assert blocks.GENERATOR in check_block(FIFTH, delegates=[FIRST.generator]).failed


CHANGES = {
    "height": 6,
    "version": 1,
    "timestamp": 1,
    "transactions": 2,
    "amount": 1,
    "fee": 1,
    "reward": 1,
    "payload_length": 64,
    "payload_hash": "ab" * 32,
    "previous": "ab" * 32,
    "generator": FOURTH.generator,
    "signature": FOURTH.signature,
}


@pytest.mark.parametrize("field", CHANGES)
def test_a_changed_field_fails_id_and_signature(field: str) -> None:
    changed = FIFTH._replace(**{field: CHANGES[field]})  # type: ignore[arg-type]  # each value is of its field's type
    assert set(check_block(changed).failed) == {blocks.ID, blocks.SIGNATURE}


def test_a_wrong_id_alone_fails_only_the_id() -> None:
    assert check_block(FIFTH._replace(id="ab" * 32)).failed == (blocks.ID,)


@given(noise=st.binary(min_size=1, max_size=72))
def test_a_signature_of_noise_is_refused_and_breaks_nothing(noise: bytes) -> None:
    assert blocks.SIGNATURE in check_block(FIFTH._replace(signature=noise)).failed
