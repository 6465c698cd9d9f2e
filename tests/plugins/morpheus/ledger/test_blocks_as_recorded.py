"""Blocks are real: from the same transactions at the same times come the very blocks that a Hydra node made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from prometheus_simulators.clock import FakeClock

from prometheus_morpheus.ledger.block import is_genuine, parse_sealed, sealed_bytes
from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.genesis import block_document, genesis
from prometheus_morpheus.ledger.rules import Rules
from prometheus_morpheus.ledger.turns import order_of_round
from prometheus_morpheus.ledger.views import Block

RECORDINGS = Path(__file__).parents[3] / "vectors" / "hydra"
TIME_OF_BLOCK_THREE = "2026-11-22T05:25:20+00:00"


def recording(name: str) -> Any:
    return json.loads((RECORDINGS / f"{name}.json").read_text())


def body(name: str) -> Any:
    return recording(name)["response"]["body"]["data"]


def as_block(data: dict[str, Any]) -> Block:
    """Return a recorded block in our form."""
    return Block(
        data["id"],
        data["height"],
        data["version"],
        data["timestamp"]["epoch"],
        data["previous"],
        data["transactions"],
        int(data["forged"]["amount"]),
        int(data["forged"]["fee"]),
        int(data["forged"]["reward"]),
        data["payload"]["length"],
        data["payload"]["hash"],
        data["generator"]["publicKey"],
        data["signature"],
    )


def test_the_first_block_is_the_recorded_one_with_all_its_signatures() -> None:
    network = body("005-node-configuration-crypto")
    assert json.dumps(block_document()) == json.dumps(network["genesisBlock"])
    assert is_genuine(genesis().block)


def test_constants_of_all_heights_are_the_recorded_ones() -> None:
    for milestone in body("005-node-configuration-crypto")["milestones"]:
        assert json.dumps(Rules().milestone(milestone["height"])) == json.dumps(milestone)


def test_recorded_blocks_come_out_byte_for_byte() -> None:
    clock = FakeClock(TIME_OF_BLOCK_THREE)
    ledger = DevLedger.open(None, clock, rules=Rules(is_unique=False))
    fourth, third = (as_block(data) for data in body("011-blocks-page"))
    assert ledger.tip == third
    clock.advance(4)
    assert ledger.forge() == fourth
    [transfer] = recording("031-sdk-transfer-from-genesis")["request"]["body"]["transactions"]
    assert ledger.submit([transfer]).accept == [transfer["id"]]
    clock.advance(4)
    assert ledger.forge() == as_block(body("039-block-of-tx"))


def test_two_ledgers_begun_in_the_same_moment_share_the_first_block_alone() -> None:
    one, other = (DevLedger.open(None, FakeClock(TIME_OF_BLOCK_THREE)) for _ in range(2))
    assert one.block("1") == other.block("1")
    for ledger, another in ((one, other), (other, one)):
        for height in ("2", "3"):
            block = ledger.block(height)
            assert block is not None
            assert is_genuine(block)
            assert block != another.block(height)


def test_recorded_blocks_are_genuine_and_altered_ones_are_not() -> None:
    block = as_block(body("039-block-of-tx"))
    assert is_genuine(block)
    assert parse_sealed(sealed_bytes(block)) == block
    assert not is_genuine(block._replace(amount=block.amount + 1))
    assert not is_genuine(block._replace(id="00" * 32))
    resealed = parse_sealed(sealed_bytes(block._replace(fee=1)))
    assert not is_genuine(resealed)  # its id is right and its signature is not
    assert not is_genuine(parse_sealed(sealed_bytes(block._replace(generator="ff" * 33))))


def test_too_few_bytes_are_no_block() -> None:
    with pytest.raises(ValueError, match="longer"):
        parse_sealed(bytes(60))


def test_every_delegate_has_one_turn_in_a_round_and_rounds_differ() -> None:
    orders = [order_of_round(number) for number in range(1, 40)]
    assert all(sorted(order) == [0, 1, 2, 3, 4] for order in orders)
    assert len(set(orders)) > 10
