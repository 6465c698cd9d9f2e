"""The pool: order, limits, what is dropped from it and when."""

from __future__ import annotations

from prometheus_simulators.dev_ledger import LedgerWorld
from prometheus_simulators.made_transactions import address, public_key

from prometheus_morpheus.ledger.pool import Pool, Waiting
from prometheus_morpheus.transactions.making import transfer


def test_a_block_takes_the_oldest_and_no_more_than_its_limit() -> None:
    world = LedgerWorld(block_transactions=3)
    world.enrich("alice", "bob")
    sent = [world.pay("alice", "carol", nonce=nonce) for nonce in range(1, 6)]
    assert world.send(*sent).accept == [posted["id"] for posted in sent]
    assert world.forge().transaction_count == 3
    assert [one.id for one in world.ledger.pool(0, 10).rows] == [posted["id"] for posted in sent[3:]]
    assert [one.id for one in world.ledger.block_transactions(world.ledger.tip, 1, 2).rows] == [
        posted["id"] for posted in sent[1:3]
    ]
    assert world.forge().transaction_count == 2
    assert world.forge().transaction_count == 0


def test_more_than_a_sender_may_have_waiting_is_excess_and_not_invalid() -> None:
    world = LedgerWorld(sender_transactions=2)
    world.enrich("alice", "bob")
    first = [world.pay("alice", "carol", nonce=nonce) for nonce in (1, 2)]
    world.send(*first)
    surplus = world.pay("alice", "carol", nonce=3)
    answer = world.send(surplus, world.pay("bob", "carol"))
    assert (answer.excess, answer.invalid, len(answer.accept)) == ([surplus["id"]], [], 1)


def test_a_full_pool_refuses() -> None:
    world = LedgerWorld(pool_transactions=1)
    world.enrich("alice")
    first, second = (world.pay("alice", "carol", nonce=nonce) for nonce in (1, 2))
    assert world.refusal(first) is None
    assert world.refusal(second) == ("ERR_POOL_FULL", "Pool is full (has 1 transactions)")


def test_what_expires_while_it_waits_is_dropped_with_what_follows_it() -> None:
    world = LedgerWorld(block_transactions=1)
    world.enrich("alice", "bob")
    tip = world.ledger.tip.height
    bobs = world.pay("bob", "carol", nonce=1)
    soon = world.pay("alice", "carol", nonce=1, expiration=tip + 2)
    after = world.pay("alice", "carol", nonce=2)
    assert len(world.send(bobs, soon, after).accept) == 3
    assert world.forge().transaction_count == 1
    assert world.forge().transaction_count == 0
    assert world.ledger.pool(0, 10).total == 0
    assert world.nonce("alice") == 1
    assert world.refusal(world.pay("alice", "carol", 2)) is None


def test_what_waits_too_long_is_dropped() -> None:
    world = LedgerWorld(block_transactions=1, pool_age=2)
    world.enrich("alice")
    world.send(*(world.pay("alice", "carol", nonce=nonce) for nonce in range(1, 6)))
    assert [world.forge().transaction_count for _ in range(4)] == [1, 1, 0, 0]
    assert world.ledger.pool(0, 10).total == 0


def test_ids_are_forgotten_beyond_a_limit_oldest_first() -> None:
    pool = Pool(2)
    assert [pool.remember(txid) for txid in ("a", "b", "a", "c", "b", "a")] == [True, True, False, True, False, True]
    pool.forget_ids()
    assert pool.remember("c")


def test_a_line_counts_what_waits_and_what_it_costs() -> None:
    pool = Pool(10)
    sender = public_key("alice")
    waiting = [
        Waiting(str(nonce), transfer(128, sender, nonce, address("bob"), 5, fee=100), b"", 1) for nonce in (1, 2)
    ]
    for one in waiting:
        pool.add(one)
    assert (len(pool.line_of(sender).entries), pool.line_of(sender).outlay) == (2, 210)
    pool.remove(waiting[0])
    assert (len(pool), pool.line_of(sender).outlay, "1" in pool, "2" in pool) == (1, 105, False, True)
    pool.remove(waiting[1])
    assert (list(pool), pool.line_of(sender).outlay) == ([], 0)
