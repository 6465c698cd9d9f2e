"""Making transactions: unsigned, complete, and checked for what every node would refuse.

Rules: without a fee the usual one is taken (`fees.default_fee`). A transfer may have an expiration, the second layer
has none. What is made here is of the right form; whether the wallet can pay is known to the ledger alone.

All functions raise what `transaction.parse_transaction` raises.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.transactions.fees import default_fee
from prometheus_morpheus.transactions.kinds import DELEGATE, MORPHEUS, MULTI_PAYMENT, TRANSFER, VOTE
from prometheus_morpheus.transactions.operations import morpheus_asset
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.transaction import Transaction, parse_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.transactions.kinds import Kind


def transfer(
    network: int,
    sender: bytes,
    nonce: int,
    recipient: str,
    amount: int,
    *,
    fee: int | None = None,
    vendor_field: str | None = None,
    expiration: int = 0,
) -> Transaction:
    """Return a payment of an amount in flakes to an address."""
    made = _made(TRANSFER, network, sender, nonce)
    made = made._replace(recipient=recipient, amount=amount, vendor_field=vendor_field, expiration=expiration)
    return _complete(made, fee)


def multi_transfer(
    network: int,
    sender: bytes,
    nonce: int,
    payments: Sequence[tuple[str, int]],
    *,
    fee: int | None = None,
    vendor_field: str | None = None,
) -> Transaction:
    """Return 2 to 256 payments, addresses and amounts in flakes, under one fee."""
    written: list[Json] = [{"amount": str(amount), "recipientId": address} for address, amount in payments]
    made = _made(MULTI_PAYMENT, network, sender, nonce, {"payments": written})
    return _complete(made._replace(vendor_field=vendor_field), fee)


def vote(network: int, sender: bytes, nonce: int, delegate: bytes, *, fee: int | None = None) -> Transaction:
    """Return a vote for the delegate with this compressed key."""
    return _complete(_made(VOTE, network, sender, nonce, {"votes": ["+" + delegate.hex()]}), fee)


def unvote(network: int, sender: bytes, nonce: int, delegate: bytes, *, fee: int | None = None) -> Transaction:
    """Return the end of a vote for the delegate with this compressed key."""
    return _complete(_made(VOTE, network, sender, nonce, {"votes": ["-" + delegate.hex()]}), fee)


def register_delegate(network: int, sender: bytes, nonce: int, username: str, *, fee: int | None = None) -> Transaction:
    """Return the registration of the sender as a delegate with that name."""
    return _complete(_made(DELEGATE, network, sender, nonce, {"delegate": {"username": username}}), fee)


def morpheus(
    network: int, sender: bytes, nonce: int, attempts: Sequence[Json], *, fee: int | None = None
) -> Transaction:
    """Return operation attempts for the second layer, in this order."""
    return _complete(_made(MORPHEUS, network, sender, nonce, morpheus_asset(attempts)), fee)


def _made(kind: Kind, network: int, sender: bytes, nonce: int, asset: Json = None) -> Transaction:
    return Transaction(network, kind.group, kind.type, nonce, sender, fee=kind.fee, amount=0, asset=asset)


def _complete(made: Transaction, fee: int | None) -> Transaction:
    """Return the transaction with its fee, after it went the way of one that a stranger hands in."""
    return parse_transaction(transaction_json(made._replace(fee=default_fee(made) if fee is None else fee)))
