"""What the ledger answers of blocks, transactions, wallets, delegates and fees."""

from __future__ import annotations

import itertools

import pytest
from prometheus_simulators.dev_ledger import LedgerWorld
from prometheus_simulators.made_transactions import address, public_key

from prometheus.errors import NotUnderstood, PolicyForbids
from prometheus_morpheus.ledger.genesis import SUPPLY, genesis
from prometheus_morpheus.ledger.rules import Rules
from prometheus_morpheus.transactions.operations import before_proof


@pytest.fixture(scope="module")
def world() -> LedgerWorld:
    world = LedgerWorld()
    world.enrich("alice", "bob")
    world.send(world.pay("alice", "carol", 7, vendor_field="grüße"))
    world.forge()
    world.send(world.pay("alice", "alice", 1), world.morpheus("bob", [before_proof("content")]))
    world.forge()
    return world


def test_blocks_are_found_by_height_and_id_and_listed_newest_first(world: LedgerWorld) -> None:
    ledger = world.ledger
    tip = ledger.tip
    assert tip.height == 6
    assert ledger.block(tip.id) == ledger.block(tip.id.upper()) == ledger.block("6") == tip
    for missing in ("0", "7", "99999999999999999999999", "-1", "six", "", "٦", "ab" * 32):
        assert ledger.block(missing) is None
    page = ledger.blocks(1, 2)
    assert (page.total, [block.height for block in page.rows]) == (6, [5, 4])
    assert ledger.blocks(6, 10).rows == []
    assert ledger.block("1") == genesis().block


def test_each_block_follows_the_one_before_in_time_and_by_id(world: LedgerWorld) -> None:
    rows = world.ledger.blocks(0, 100).rows
    for block, previous in itertools.pairwise(rows):
        assert (block.previous, block.height) == (previous.id, previous.height + 1)
        assert block.timestamp >= previous.timestamp
        assert block.timestamp % 4 == 0


def test_transactions_are_found_with_all_they_hold(world: LedgerWorld) -> None:
    ledger = world.ledger
    [placed] = ledger.block_transactions(ledger.blocks(1, 1).rows[0], 0, 10).rows
    assert ledger.transaction(placed.id) == ledger.transaction(placed.id.upper()) == placed
    assert (placed.vendor_field, placed.amount, placed.nonce, placed.recipient) == ("grüße", 7, 1, address("carol"))
    assert (placed.sender, placed.sender_key) == (address("alice"), public_key("alice").hex())
    assert placed.block is not None
    assert placed.block.height == 5
    for missing in ("ab" * 32, "nothex", ""):
        assert ledger.transaction(missing) is None


def test_transactions_are_searched_by_kind_sender_and_recipient(world: LedgerWorld) -> None:
    ledger = world.ledger
    everything = ledger.transactions(0, 100)
    assert everything.total == len(everything.rows) == 6 + 2 + 1 + 2
    assert [one.block.height for one in everything.rows if one.block] == sorted(
        (one.block.height for one in everything.rows if one.block), reverse=True
    )
    assert ledger.transactions(0, 100, type_group=4242).total == 1
    assert ledger.transactions(0, 100, type_group=1, type_number=2).total == 5
    assert ledger.transactions(0, 100, sender_key=public_key("alice").hex()).total == 2
    assert ledger.transactions(0, 100, recipient=address("alice")).total == 2
    assert ledger.transactions(0, 100, sender_key=public_key("alice").hex(), recipient=address("carol")).total == 1
    for nonsense in ("", "zz", "00" * 33):
        assert ledger.transactions(0, 100, sender_key=nonsense).total == 0
    assert ledger.transactions(0, 100, recipient="").total == 0


def test_wallets_are_found_by_address_key_and_name(world: LedgerWorld) -> None:
    ledger = world.ledger
    alice = ledger.wallet(address("alice"))
    assert alice is not None
    assert ledger.wallet(public_key("alice").hex()) == alice
    assert ledger.wallet(public_key("alice").hex().upper()) == alice
    carol = ledger.wallet(address("carol"))
    assert carol is not None
    assert (carol.public_key, carol.nonce, carol.balance) == ("", 0, 7)
    assert ledger.wallet(public_key("carol").hex()) is None  # nobody told the chain this key
    for missing in (address("dave"), "", "nobody", "z" * 66):
        assert ledger.wallet(missing) is None


def test_a_wallets_transactions_are_told_once_each(world: LedgerWorld) -> None:
    ledger = world.ledger
    alice = ledger.wallet(address("alice"))
    assert alice is not None
    assert ledger.wallet_transactions(alice, 0, 10, "sent").total == 2
    assert ledger.wallet_transactions(alice, 0, 10, "received").total == 2
    both = ledger.wallet_transactions(alice, 0, 10, "all")
    assert both.total == len(both.rows) == 3
    assert ledger.wallet_transactions(alice, 1, 1, "all").rows == both.rows[1:2]


def test_delegates_stand_by_votes_then_by_key_and_know_their_blocks(world: LedgerWorld) -> None:
    page = world.ledger.delegates(0, 10)
    assert page.total == 5
    assert [one.public_key for one in page.rows] == sorted(one.public_key for one in page.rows)
    delegates = [one.delegate for one in page.rows if one.delegate]
    assert [one.rank for one in delegates] == [1, 2, 3, 4, 5]
    assert sum(one.produced for one in delegates) == 5
    forged = next(one for one in page.rows if one.public_key == world.ledger.tip.generator)
    assert forged.delegate is not None
    assert forged.delegate.last_block == world.ledger.tip
    assert sum(one.forged_fees for one in delegates) == sum(block.fee for block in world.ledger.blocks(0, 99).rows)


def test_fees_are_told_from_a_time_on(world: LedgerWorld) -> None:
    everything = world.ledger.fees_paid(0)
    assert [(row.type_group, row.type) for row in everything] == [(1, 0), (1, 2), (4242, 1)]
    last = world.ledger.fees_paid(world.ledger.tip.timestamp + world.ledger.rules.epoch)
    assert next((row.type_group, row.type, row.total) for row in last) == (1, 0, 10**7)
    assert world.ledger.fees_paid(world.ledger.now() + 1000) == []


def test_the_second_layer_saw_the_block(world: LedgerWorld) -> None:
    assert world.ledger.layer_two.last_height == 6
    proof = world.ledger.layer_two.before_proof("content")
    assert proof is not None
    assert proof[0] == 6


def test_money_is_only_moved_and_rewarded_by_the_rules() -> None:
    world = LedgerWorld(reward_from=5, reward=11)
    world.enrich("alice")
    assert world.ledger.supply == SUPPLY
    world.forge(3)
    assert world.ledger.tip.reward == 11
    assert world.ledger.supply == SUPPLY + 33


def test_the_clock_can_be_set_and_runs_on() -> None:
    world = LedgerWorld()
    world.ledger.set_time(2_000_000_000)
    assert world.ledger.now() == 2_000_000_000
    world.clock.advance(5)
    assert world.ledger.now() == 2_000_000_005
    assert world.ledger.forge().timestamp == (2_000_000_005 - Rules().epoch) // 4 * 4
    world.ledger.set_time(None)
    assert world.ledger.now() == int(world.clock.now().timestamp())
    assert world.ledger.forge().timestamp == (2_000_000_005 - Rules().epoch) // 4 * 4  # time never goes back


def test_the_faucet_pays_and_says_when_it_cannot() -> None:
    world = LedgerWorld()
    txid = world.ledger.fund(address("alice"), 5)
    assert world.ledger.pooled(txid) is not None
    assert world.ledger.fund(address("alice"), 6) != txid
    with pytest.raises(PolicyForbids) as caught:
        world.ledger.fund(address("alice"), SUPPLY)
    assert "Insufficient balance" in caught.value.meaning
    for wrong in (address("alice", 90), "nonsense", ""):
        with pytest.raises(NotUnderstood):
            world.ledger.fund(wrong, 5)
