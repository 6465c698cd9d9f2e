"""A document worked out again from transactions, where a source forges, garbles, leaves out or does not know all."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.second_layer import asset, operation, register, signed, txid, view
from prometheus_simulators.signed_world import did, public

from prometheus.errors import NotUnderstood
from prometheus.identity import secp256k1
from prometheus.identity.multicipher import SecretKey
from prometheus_morpheus.state.machine import MorpheusState
from prometheus_morpheus.state.recomputed import (
    CONFIRMED,
    NO_EVIDENCE,
    REJECTED,
    Doubt,
    LedgerTransaction,
    Missing,
    Recomputed,
    recompute,
)
from prometheus_morpheus.transactions.making import morpheus, transfer
from prometheus_morpheus.transactions.serialized import transaction_id
from prometheus_morpheus.transactions.signing import with_signature

if TYPE_CHECKING:
    from prometheus_morpheus.transactions.transaction import Transaction

ANN, BEN, CAM = "ann", "ben", "cam"
NETWORK, OTHER_NETWORK = 128, 100
ADDRESS = "tpKmroNvdZeLdsd8LojtwUWNsacYPjLHKA"
PAYER = SecretKey("s", hashlib.sha256(b"who pays for it").digest())


def paid(transaction: Transaction, height: int = 0, position: int = 0) -> LedgerTransaction:
    ready = with_signature(transaction, lambda message: secp256k1.sign_der(PAYER.locked, message))
    return LedgerTransaction(transaction_id(ready), height, ready, position)


class Ledger:
    """Transactions that were really paid for and signed, in blocks of their own."""

    def __init__(self) -> None:
        self.height = 2
        self.transactions: list[LedgerTransaction] = []
        self.state = MorpheusState()

    def send(self, *attempts: dict[str, Any]) -> LedgerTransaction:
        self.height += 1
        self.state.begin_block(self.height)
        made = morpheus(NETWORK, PAYER.public_key().raw, self.height, list(attempts))
        item = paid(made, self.height)
        self.state.apply(item.txid, made.asset)
        self.transactions.append(item)
        return item

    def do(self, by: str, of: str, kind: str, **members: Any) -> LedgerTransaction:
        return self.send(signed(by, operation(of, kind, self.last(of), **members)))

    def last(self, of: str) -> str | None:
        last = self.state.last_transaction(did(of))
        return last[0] if last else None

    def ask(self, of: str = ANN, **how: Any) -> Recomputed:
        return recompute(did(of), self.transactions, self.height, network=NETWORK, **how)


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger()
    ledger.do(ANN, ANN, "addKey", auth=BEN)
    ledger.do(ANN, ANN, "addRight", auth=BEN, right="update")
    ledger.do(CAM, ANN, "tombstoneDid")
    ledger.do(BEN, ANN, "revokeKey", auth=ANN)
    return ledger


def outcomes(found: Recomputed) -> list[str]:
    return [finding.outcome for finding in found.findings]


def test_the_document_is_that_of_an_honest_node(ledger: Ledger) -> None:
    found = ledger.ask()
    assert found.document == ledger.state.document(did(ANN), None)
    assert found.last_transaction == ledger.state.last_transaction(did(ANN))
    assert outcomes(found) == [CONFIRMED, CONFIRMED, REJECTED, CONFIRMED]
    assert found.findings[2].reason == f"{public(CAM)} has no right to update {did(ANN)} at height 5"
    assert found.operations_checked == 4
    assert found.is_certain


def test_a_past_document_is_that_of_an_honest_node(ledger: Ledger) -> None:
    found = recompute(did(ANN), ledger.transactions, 4, network=NETWORK)
    assert found.document == ledger.state.document(did(ANN), 4)


def test_the_order_and_the_number_of_copies_do_not_count(ledger: Ledger) -> None:
    once = ledger.ask()
    ledger.transactions = [*reversed(ledger.transactions), *ledger.transactions]
    assert ledger.ask() == once


def test_places_in_a_block_count() -> None:
    ledger = Ledger()
    first, second = ledger.do(ANN, ANN, "addKey", auth=BEN), ledger.do(ANN, ANN, "addKey", auth=CAM)
    for_both = [second._replace(height=3, position=1), first._replace(height=3, position=0)]
    assert outcomes(recompute(did(ANN), for_both, 3, network=NETWORK)) == [CONFIRMED, CONFIRMED]
    swapped = [second._replace(height=3, position=0), first._replace(height=3, position=1)]
    assert outcomes(recompute(did(ANN), swapped, 3, network=NETWORK)) == [REJECTED, CONFIRMED]


# --- what is no evidence -------------------------------------------------------------------------------------------


def without_signature(item: LedgerTransaction) -> LedgerTransaction:
    bare = item.transaction._replace(signature=b"")
    return item._replace(txid=transaction_id(bare), transaction=bare)


def by_another_sender(item: LedgerTransaction) -> LedgerTransaction:
    other = SecretKey("s", bytes(31) + b"\x07").public_key().raw
    changed = item.transaction._replace(sender=other)
    return item._replace(txid=transaction_id(changed), transaction=changed)


def under_another_id(item: LedgerTransaction) -> LedgerTransaction:
    return item._replace(txid=txid("made up"))


def with_another_asset(item: LedgerTransaction) -> LedgerTransaction:
    return item._replace(transaction=item.transaction._replace(asset=asset(register("x"))))


def of_another_network(item: LedgerTransaction) -> LedgerTransaction:
    return paid(item.transaction._replace(network=OTHER_NETWORK, signature=b""), item.height)


def that_is_a_payment(item: LedgerTransaction) -> LedgerTransaction:
    return paid(transfer(NETWORK, PAYER.public_key().raw, 1, ADDRESS, 1), item.height)


FORGERIES = [
    without_signature,
    by_another_sender,
    under_another_id,
    with_another_asset,
    of_another_network,
    that_is_a_payment,
]


@pytest.mark.parametrize("forge", FORGERIES)
def test_what_is_no_evidence_is_told_and_changes_nothing(ledger: Ledger, forge: Any) -> None:
    last = ledger.transactions.pop()
    without = ledger.ask()
    ledger.transactions.append(forge(last))
    found = ledger.ask()
    assert found.document == without.document
    assert [finding.outcome for finding in found.rejected_evidence] == [NO_EVIDENCE]
    assert not found.is_certain


def test_a_transaction_at_two_heights_is_a_contradiction(ledger: Ledger) -> None:
    ledger.transactions.append(ledger.transactions[0]._replace(height=9))
    assert [finding.reason for finding in ledger.ask().rejected_evidence] == ["it was given at height 3 too"]


def test_an_operation_that_its_key_did_not_sign_is_rejected() -> None:
    ledger = Ledger()
    group = signed(ANN, operation(ANN, "addKey", auth=BEN))
    group["signables"][0]["auth"] = public(CAM)
    ledger.send(group)
    found = ledger.ask()
    assert [(finding.outcome, finding.reason) for finding in found.findings] == [(REJECTED, "Invalid signature")]
    assert len(found.document["keys"]) == 1  # type: ignore[arg-type]  # a list, as every document has


# --- what was left out ---------------------------------------------------------------------------------------------


def test_a_transaction_left_out_in_the_middle_is_named_by_the_next(ledger: Ledger) -> None:
    left_out = ledger.transactions.pop(0)
    found = ledger.ask()
    assert Missing(left_out.txid, ledger.transactions[0].txid, is_weighty=True) in found.missing
    assert not found.is_certain


def test_a_stranger_who_names_what_never_was_casts_no_doubt(ledger: Ledger) -> None:
    stranger = ledger.send(signed(CAM, operation(ANN, "tombstoneDid", txid("never"))))
    found = ledger.ask()
    assert found.missing == (Missing(txid("never"), stranger.txid, is_weighty=False),)
    assert found.is_certain


def test_the_newest_transactions_can_be_left_out_unnoticed(ledger: Ledger) -> None:
    ledger.transactions.pop()
    found = ledger.ask()
    assert found.is_certain
    assert found.document != ledger.state.document(did(ANN), None)


# --- what hangs on others ------------------------------------------------------------------------------------------


def together(ledger: Ledger) -> LedgerTransaction:
    """Send one transaction that changes two DIDs."""
    return ledger.send(
        signed(ANN, operation(ANN, "addKey", ledger.last(ANN), auth=CAM)),
        signed(BEN, operation(BEN, "addKey", ledger.last(BEN), auth=CAM)),
    )


def test_a_transaction_that_names_a_did_not_given_is_a_doubt() -> None:
    ledger = Ledger()
    item = together(ledger)
    found = ledger.ask()
    assert found.doubts == (Doubt(item.txid, 3, (did(BEN),), (), is_assumed_confirmed=True),)
    assert found.unknown_dids == (did(BEN),)
    assert not found.is_certain
    assert len(found.document["keys"]) == 2  # type: ignore[arg-type]  # a list, as every document has


def test_a_doubt_goes_by_what_the_source_claims() -> None:
    ledger = Ledger()
    item = together(ledger)
    found = ledger.ask(claimed={item.txid: False})
    assert outcomes(found) == [REJECTED]
    assert found.last_transaction is None
    assert not found.is_certain


def test_the_history_of_the_other_did_settles_a_doubt() -> None:
    ledger = Ledger()
    ledger.do(BEN, BEN, "tombstoneDid")
    item = together(ledger)
    assert ledger.ask().doubts
    found = ledger.ask(complete=[did(BEN)], claimed={item.txid: True})
    assert found.is_certain
    assert outcomes(found) == [CONFIRMED, REJECTED]
    assert found.document == ledger.state.document(did(ANN), None)


def test_no_claim_saves_what_the_rules_forbid() -> None:
    ledger = Ledger()
    ledger.send(signed(CAM, operation(ANN, "tombstoneDid"), operation(BEN, "tombstoneDid")))
    found = ledger.ask(claimed={ledger.transactions[0].txid: True})
    assert outcomes(found) == [REJECTED]
    assert found.is_certain


def test_a_content_id_beside_an_operation_is_a_doubt() -> None:
    ledger = Ledger()
    item = ledger.send(register("cju"), signed(ANN, operation(ANN, "addKey", auth=BEN)))
    assert ledger.ask().doubts == (Doubt(item.txid, 3, (), ("cju",), is_assumed_confirmed=True),)


def test_a_content_id_alone_touches_no_did() -> None:
    ledger = Ledger()
    ledger.send(register("cju"))
    assert ledger.ask().is_certain


def test_what_is_no_did_is_refused() -> None:
    with pytest.raises(NotUnderstood):
        recompute("did:web:example.com", [], 1, network=NETWORK)


def test_without_transactions_the_document_is_the_implicit_one() -> None:
    empty = MorpheusState()
    empty.begin_block(7)
    found = recompute(did(ANN), [], 7, network=NETWORK)
    assert found.document == view(empty, [ANN], [], [])["documents"][0]
    assert found.is_certain
