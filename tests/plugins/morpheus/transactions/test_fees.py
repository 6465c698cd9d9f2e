from __future__ import annotations

import json
from math import ceil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.made_transactions import TESTNET, address, public_key, signed_by, transactions

from prometheus_morpheus.transactions import making, operations
from prometheus_morpheus.transactions.fees import default_fee, minimum_fee, morpheus_minimum
from prometheus_morpheus.transactions.serialized import whole_bytes
from prometheus_morpheus.transactions.transaction import Transaction, parse_transaction

RECORDED = Path(__file__).parents[3] / "vectors" / "hydra"
ADDON_BYTES = {"transfer": 100, "delegateRegistration": 400_000, "vote": 100, "multiPayment": 500}
RATE = 1000
ALICE = public_key("alice")


def _recorded(name: str) -> tuple[Transaction, Any]:
    recording = json.loads((RECORDED / f"{name}.json").read_text("utf-8"))
    (posted,) = recording["request"]["body"]["transactions"]
    return parse_transaction(posted, network=TESTNET), recording["response"]["body"]


@pytest.mark.parametrize("name", ["232-l1-ok-transfer-fee-exact-min", "214-l1-ok-morpheus-fee-exact-min"])
def test_a_node_takes_exactly_the_least_fee(name: str) -> None:
    transaction, answer = _recorded(name)
    assert len(answer["data"]["accept"]) == 1
    assert transaction.fee == minimum_fee(transaction, rate=RATE, addon_bytes=ADDON_BYTES)


@pytest.mark.parametrize(
    "name",
    ["231-l1-err-transfer-fee-one-below-min", "213-l1-err-morpheus-fee-one-below-min", "188-l1-err-low-fee-1"],
)
def test_a_node_refuses_less_than_the_least_fee(name: str) -> None:
    transaction, answer = _recorded(name)
    assert [error["type"] for errors in answer["errors"].values() for error in errors] == ["ERR_LOW_FEE"]
    assert transaction.fee < minimum_fee(transaction, rate=RATE, addon_bytes=ADDON_BYTES)


def test_the_least_fee_of_an_unsigned_transaction_is_enough_for_any_signature() -> None:
    made = making.transfer(TESTNET, ALICE, 1, address("bob"), 5)
    signed = signed_by("alice", made)
    before, after = (minimum_fee(one, rate=RATE, addon_bytes=ADDON_BYTES) for one in (made, signed))
    assert after <= before <= after + 4 * RATE


@pytest.mark.parametrize("length", range(1, 5))
def test_half_a_byte_is_paid_like_a_whole_one(length: int) -> None:
    made = signed_by("alice", making.transfer(TESTNET, ALICE, 1, address("bob"), 5, vendor_field="x" * length))
    assert minimum_fee(made, rate=2, addon_bytes={"transfer": 100}) == 200 + 2 * ceil(len(whole_bytes(made)) / 2)


def test_usual_fees_are_the_fixed_ones_of_the_ledger() -> None:
    made = [
        making.transfer(TESTNET, ALICE, 1, address("bob"), 5),
        making.multi_transfer(TESTNET, ALICE, 1, [(address("bob"), 1), (address("carol"), 2)]),
        making.vote(TESTNET, ALICE, 1, ALICE),
        making.unvote(TESTNET, ALICE, 1, ALICE),
        making.register_delegate(TESTNET, ALICE, 1, "alice"),
    ]
    assert [one.fee for one in made] == [10_000_000, 10_000_000, 100_000_000, 100_000_000, 2_500_000_000]


def test_the_usual_morpheus_fee_is_above_the_least_by_the_frame_of_the_attempts() -> None:
    made = making.morpheus(TESTNET, ALICE, 1, [operations.before_proof("cju1")])
    assert made.fee - morpheus_minimum(made.asset) == len('{"operationAttempts":}') * 3000


def test_the_rate_of_a_node_counts_where_it_asks_for_more_than_the_second_layer() -> None:
    made = making.morpheus(TESTNET, ALICE, 1, [])
    assert minimum_fee(made, rate=0, addon_bytes={}) == morpheus_minimum(made.asset) == 17 * 3000
    assert minimum_fee(made, rate=10_000, addon_bytes={}) > morpheus_minimum(made.asset)


@given(transactions(), st.integers(0, 10_000))
def test_the_least_fee_grows_with_the_rate_and_is_a_whole_number(made: Transaction, rate: int) -> None:
    least = minimum_fee(made, rate=rate, addon_bytes=ADDON_BYTES)
    assert type(least) is int
    assert least <= minimum_fee(made, rate=rate + 1, addon_bytes=ADDON_BYTES)
    assert type(default_fee(made)) is int


def test_a_kind_without_a_name_in_tables_has_no_addon_whatever_a_table_says() -> None:
    made = making.morpheus(TESTNET, ALICE, 1, [operations.before_proof("cjuAny")])
    plain = minimum_fee(made, rate=RATE, addon_bytes={})
    assert minimum_fee(made, rate=RATE, addon_bytes={"": 10**8}) == plain
