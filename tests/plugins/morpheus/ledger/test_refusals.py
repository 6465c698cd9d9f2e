"""What is refused, with Hydra's own types and texts."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.dev_ledger import SECOND_DELEGATE, LedgerWorld, Posted
from prometheus_simulators.made_transactions import TESTNET, address, public_key

from prometheus_morpheus.ledger.accounts import COLD
from prometheus_morpheus.ledger.chain import UnfitRequest
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.operations import before_proof

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

LOW_FEE = ("ERR_LOW_FEE", "The fee is too low to broadcast and accept the transaction")
UNVERIFIED = ("ERR_BAD_DATA", "Transaction didn't pass the verification process.")
POOR = ("ERR_APPLY", "Insufficient balance in the wallet.")
CACHED = ("ERR_DUPLICATE", "Already in cache.")


@pytest.fixture
def world() -> LedgerWorld:
    world = LedgerWorld()
    world.enrich("alice", "bob")
    return world


def failed(why: str) -> tuple[str, str]:
    return "ERR_APPLY", f"Failed to apply transaction, because {why}."


def test_the_next_nonce_is_taken_and_no_other(world: LedgerWorld) -> None:
    def wrong(nonce: int, has: int) -> tuple[str, str]:
        sender = public_key("alice").hex()
        return "ERR_APPLY", f"Cannot apply a transaction with nonce {nonce}: the sender {sender} has nonce {has}."

    assert world.refusal(world.pay("alice", "bob", nonce=2)) == wrong(2, 0)
    assert world.refusal(world.pay("alice", "bob", nonce=0)) == wrong(0, 0)
    assert world.refusal(world.pay("alice", "bob", 1, nonce=1)) is None
    assert world.refusal(world.pay("alice", "bob", 2, nonce=1)) == wrong(1, 1)
    world.forge()
    assert world.refusal(world.pay("alice", "bob", 3, nonce=1)) == wrong(1, 1)
    assert world.refusal(world.pay("alice", "bob", 3, nonce=2)) is None


def test_a_wallet_spends_no_more_than_it_has_with_what_waits(world: LedgerWorld) -> None:
    wallet = world.ledger.wallet(address("alice"))
    assert wallet is not None
    fee = 10**7
    assert world.refusal(world.pay("alice", "bob", wallet.balance - fee + 1)) == POOR
    assert world.refusal(world.pay("alice", "bob", wallet.balance - 2 * fee)) is None
    assert world.refusal(world.pay("alice", "bob", 1, fee=fee)) == POOR
    assert world.refusal(world.pay("alice", "bob", 1, fee=fee - 1)) is None
    world.forge()
    assert world.ledger.wallet(address("alice")) == wallet._replace(
        nonce=2, balance=0, public_key=public_key("alice").hex()
    )


def test_a_wallet_never_paid_is_cold(world: LedgerWorld) -> None:
    assert world.refusal(world.pay("dave", "bob")) == ("ERR_APPLY", COLD)
    assert world.refusal(world.pay("alice", "dave", 10**9)) is None
    assert world.refusal(world.pay("dave", "bob", 2)) == ("ERR_APPLY", COLD)  # not before it is confirmed
    world.forge()
    assert world.refusal(world.pay("dave", "bob", 3)) is None


@pytest.mark.parametrize("change", [{"amount": "78"}, {"nonce": "2"}, {"fee": "10000001"}, {"signature": "30" * 70}])
def test_an_altered_transaction_is_not_verified(world: LedgerWorld, change: Posted) -> None:
    assert world.refusal(world.pay("alice", "bob", 77) | change) == UNVERIFIED


def test_a_fee_is_enough_exactly_at_the_least(world: LedgerWorld) -> None:
    size = 59 + 33 + 70  # a transfer with the shortest usual signature
    least = ((size + 1) // 2 + 100) * 1000
    assert world.refusal(world.pay("alice", "bob", fee=1)) == LOW_FEE
    assert world.refusal(world.pay("alice", "bob", fee=least - 2000)) == LOW_FEE
    assert world.refusal(world.pay("alice", "bob", fee=least + 2000)) is None


def test_the_second_layer_has_a_least_fee_of_its_own(world: LedgerWorld) -> None:
    attempts = [before_proof("cjunI8lB1BEtampkcvotOpF-zr1XmsCRNvntciGl3puOkg")]
    least = (15 + len('[{"operation":"registerBeforeProof","contentId":""}]') + 46) * 3000
    text = f"The fee for this transaction must be at least {least}"
    assert world.refusal(world.morpheus("alice", attempts, fee=least - 1)) == ("ERR_LOW_FEE", text)
    assert world.refusal(world.morpheus("alice", attempts, fee=least)) is None
    assert world.refusal(world.morpheus("bob", [], fee=51000)) == LOW_FEE


def test_addresses_of_other_networks_and_misspelt_ones_are_refused(world: LedgerWorld) -> None:
    posted, foreign = world.pay("alice", "bob"), address("bob", 90)
    text = f"Recipient {foreign} is not on the same network: 128"
    assert world.refusal(posted | {"recipientId": foreign}) == ("ERR_INVALID_RECIPIENT", text)
    misspelt = address("bob")[:-1] + ("a" if address("bob")[-1] != "a" else "b")
    assert world.refusal(posted | {"recipientId": misspelt, "id": "ab" * 32}) == ("ERR_UNKNOWN", "Invalid checksum")


def test_what_expires_in_the_next_block_is_refused(world: LedgerWorld) -> None:
    height = world.ledger.tip.height
    posted = world.pay("alice", "bob", 1, expiration=height + 1)
    assert world.refusal(posted) == ("ERR_EXPIRED", f"Transaction {posted['id']} is expired since -1 blocks.")
    assert world.refusal(world.pay("alice", "bob", 1, expiration=height + 2)) is None
    assert world.forge().transaction_count == 1


def test_what_is_from_the_future_is_refused(world: LedgerWorld) -> None:
    now = world.ledger.now() - world.ledger.rules.epoch
    posted = world.pay("alice", "bob") | {"timestamp": now + 3601}
    text = f"Transaction {posted['id']} is 3601 seconds in the future"
    assert world.refusal(posted) == ("ERR_FROM_FUTURE", text)
    assert world.refusal(world.pay("alice", "bob", 2) | {"timestamp": now + 3600}) is None


def test_kinds_that_are_not_kept_are_refused_by_name(world: LedgerWorld) -> None:
    def unsupported(name: str) -> tuple[str, str]:
        return "ERR_UNSUPPORTED", f"Invalidating transaction of unsupported type '{name}'"

    assert world.refusal(world.pay("alice", "bob") | {"typeGroup": 9999}) == unsupported("Transfer")
    assert world.refusal(world.pay("alice", "bob", 2) | {"type": 8}) == unsupported("HtlcLock")


def test_old_versions_and_second_signatures_are_refused(world: LedgerWorld) -> None:
    old = world.pay("alice", "bob") | {"version": 1, "timestamp": 5}
    assert world.refusal(old) == ("ERR_UNKNOWN", "Version 1 not supported.")
    second = world.pay("alice", "bob", 2) | {"secondSignature": "30" * 70}
    assert world.refusal(second) == failed("wallet does not allow second signatures")


def test_votes_follow_hydras_rules(world: LedgerWorld) -> None:
    assert world.refusal(world.unvote("alice")) == failed("the wallet has not voted")
    assert world.refusal(world.vote("alice", public_key("bob"))) == failed("only delegates can be voted")
    assert world.refusal(world.vote("alice")) is None
    pending = f"Sender {public_key('alice').hex()} already has a transaction of type 'Vote' in the pool"
    assert world.refusal(world.vote("alice", SECOND_DELEGATE)) == ("ERR_PENDING", pending)
    world.forge()
    assert world.refusal(world.vote("alice", SECOND_DELEGATE)) == failed("the sender wallet has already voted")
    assert world.refusal(world.unvote("alice", SECOND_DELEGATE)) == failed("the wallet vote does not match")
    voted = world.ledger.wallet("genesis_1")
    assert voted is not None
    assert voted.delegate is not None
    balance = world.ledger.wallet(address("alice"))
    assert balance is not None
    assert (voted.delegate.votes, voted.delegate.rank) == (balance.balance, 1)
    assert world.refusal(world.unvote("alice")) is None
    world.forge()
    assert world.refusal(world.vote("alice", SECOND_DELEGATE)) is None


def test_a_delegates_name_is_given_once(world: LedgerWorld) -> None:
    both = world.send(world.register("alice", "zed"), world.register("bob", "zed"))
    conflict = ("ERR_CONFLICT", 'Multiple delegate registrations for "zed" in transaction payload')
    assert list(both.errors.values()) == [[conflict], [conflict]]
    assert world.refusal(world.register("alice", "zed", fee=26 * 10**8)) is None
    pending = ("ERR_PENDING", 'Delegate registration for "zed" already in the pool')
    assert world.refusal(world.register("bob", "zed", fee=26 * 10**8)) == pending
    world.forge()
    assert world.refusal(world.register("bob", "zed", fee=27 * 10**8)) == failed(
        "the username 'zed' is already registered"
    )
    assert world.refusal(world.register("alice", "other")) == failed("the wallet already has a registered username")
    wallet = world.ledger.wallet("zed")
    assert wallet is not None
    assert wallet.address == address("alice")


def test_several_payments_under_one_fee(world: LedgerWorld) -> None:
    def pay(*amounts: int) -> Posted:
        payments = [(address(name), amount) for name, amount in zip(("bob", "carol"), amounts, strict=False)]
        nonce = world.nonce("alice")
        return world.post("alice", making.multi_transfer(TESTNET, public_key("alice"), nonce, payments))

    assert world.refusal(pay(10**13, 1)) == POOR
    assert world.refusal(pay(5, 7)) is None
    world.forge()
    carol = world.ledger.wallet(address("carol"))
    assert carol is not None
    assert carol.balance == 7
    assert world.ledger.wallet_transactions(carol, 0, 10, "received").total == 1
    short = pay(5, 8)
    short["asset"]["payments"].pop()
    text = "data.asset.payments should NOT have fewer than 2 items"
    assert world.refusal(short) == ("ERR_TRANSACTION_SCHEMA", text)
    foreign = pay(5, 9)
    foreign["asset"]["payments"][0]["recipientId"] = address("bob", 90)
    text = (
        "Failed to deserialize transaction, encountered invalid bytes: Expected address network byte 128, but got 90."
    )
    assert world.refusal(foreign) == ("ERR_UNKNOWN", text)


def test_an_id_is_known_until_the_next_block_even_when_it_was_refused(world: LedgerWorld) -> None:
    right = world.pay("alice", "bob", 77)
    assert world.refusal(right | {"amount": "78"}) == UNVERIFIED
    assert world.refusal(right) == CACHED
    waits = world.pay("bob", "alice", 5)
    assert world.refusal(waits) is None
    assert world.refusal(waits) == CACHED
    world.forge()
    assert world.refusal(right) is None
    assert world.refusal(waits) == ("ERR_FORGED", "Already forged.")


def test_an_id_that_waits_through_a_block_is_a_duplicate() -> None:
    world = LedgerWorld(block_transactions=1)
    world.enrich("alice")
    first, second = world.pay("alice", "bob", 1, nonce=1), world.pay("alice", "bob", 2, nonce=2)
    assert world.send(first, second).accept == [first["id"], second["id"]]
    world.forge()
    assert world.refusal(second) == ("ERR_DUPLICATE", f"Duplicate transaction {second['id']}")


def test_the_good_of_a_request_are_taken_and_the_bad_are_not(world: LedgerWorld) -> None:
    good = [world.pay("alice", "bob", 1, nonce=nonce) for nonce in (1, 2)]
    bad = world.pay("alice", "bob", 1, nonce=3, fee=5)
    answer = world.send(good[0], bad, good[1])
    assert answer.accept == [good[0]["id"], good[1]["id"]]
    assert answer.invalid == [bad["id"]]
    assert answer.errors == {bad["id"]: [LOW_FEE]}


def test_a_given_id_counts_for_nothing_but_the_memory_of_ids(world: LedgerWorld) -> None:
    posted = world.pay("alice", "bob")
    answer = world.send(posted | {"id": "ab" * 32})
    assert answer.accept == [posted["id"]]
    assert world.refusal(posted) == ("ERR_DUPLICATE", f"Duplicate transaction {posted['id']}")


UNFIT: list[tuple[str, Json]] = [
    ("should be array", {}),
    ("should NOT have fewer than 1 items", []),
    ("should NOT have more than 40 items", [1] * 41),
    ("should be object", ["x"]),
    ("should have required property '.id'", [{}]),
]


@pytest.mark.parametrize(("text", "request_body"), UNFIT)
def test_a_request_without_form_is_refused_whole(world: LedgerWorld, text: str, request_body: Json) -> None:
    with pytest.raises(UnfitRequest) as caught:
        world.ledger.submit(request_body)
    assert caught.value.what == text


UNFIT_MEMBERS = [
    {"id": None},
    {"id": "ab"},
    {"id": 7},
    {"signature": None},
    {"signature": "not hex!"},
    {"version": 3},
    {"version": None},
    {"version": True},
    {"network": 90},
    {"type": 99},
    {"type": None},
    {"type": "0"},
    {"type": -1},
    {"typeGroup": 2**32},
    {"nonce": None},
    {"nonce": "x"},
    {"nonce": "1" * 50},
    {"fee": "0"},
    {"fee": "-1"},
    {"fee": 1.5},
    {"amount": "0"},
    {"amount": True},
    {"amount": str(2**63)},
    {"senderPublicKey": "02"},
    {"senderPublicKey": None},
    {"recipientId": "notanaddress"},
    {"recipientId": None},
    {"recipientId": "0" * 34},
    {"vendorField": "x" * 256},
    {"vendorField": "ü" * 128},
    {"vendorField": 5},
    {"expiration": "5"},
    {"expiration": -1},
    {"timestamp": 1.5},
]


@pytest.mark.parametrize("member", UNFIT_MEMBERS, ids=str)
def test_a_member_without_form_refuses_the_request(world: LedgerWorld, member: Posted) -> None:
    with pytest.raises(UnfitRequest):
        world.send(world.pay("alice", "bob", 1), world.pay("alice", "bob", 2) | member)
    assert world.ledger.pool(0, 10).total == 0


UNFIT_ATTEMPTS: list[object] = [
    None,
    {},
    {"operationAttempts": {}},
    {"operationAttempts": ["x"]},
    {"operationAttempts": [{"operation": "fly"}]},
    {"operationAttempts": [{"operation": "registerBeforeProof"}]},
    {"operationAttempts": [{"operation": "registerBeforeProof", "contentId": 5}]},
    {"operationAttempts": [{"operation": "signed", "signerPublicKey": "p", "signature": "s"}]},
    {"operationAttempts": [{"operation": "signed", "signerPublicKey": "p", "signature": "s", "signables": [{}]}]},
    {
        "operationAttempts": [
            {
                "operation": "signed",
                "signerPublicKey": "p",
                "signature": "s",
                "signables": [{"operation": "addKey", "did": "d", "lastTxId": None}],
            }
        ]
    },
]


@pytest.mark.parametrize("asset", UNFIT_ATTEMPTS, ids=str)
def test_an_asset_without_form_refuses_the_request(world: LedgerWorld, asset: object) -> None:
    with pytest.raises(UnfitRequest):
        world.send(world.morpheus("alice", [before_proof("x")]) | {"asset": asset})


def test_numbers_may_be_numbers_and_a_network_may_be_missing(world: LedgerWorld) -> None:
    posted = world.pay("alice", "bob", 13) | {"amount": 13, "nonce": 1, "fee": 10**7}
    del posted["network"]
    assert world.refusal(posted) is None
