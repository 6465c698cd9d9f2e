"""Making transactions: unsigned, complete, and checked for what every node would refuse.

Rules: without a fee the usual one is taken (`fees.default_fee`). A transfer may have an expiration, the second layer
has none. What is made here is of the right form; whether the wallet can pay is known to the ledger alone.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.transactions.transaction import Transaction


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
    raise NotImplementedError


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
    raise NotImplementedError


def vote(network: int, sender: bytes, nonce: int, delegate: bytes, *, fee: int | None = None) -> Transaction:
    """Return a vote for the delegate with this compressed key."""
    raise NotImplementedError


def unvote(network: int, sender: bytes, nonce: int, delegate: bytes, *, fee: int | None = None) -> Transaction:
    """Return the end of a vote for the delegate with this compressed key."""
    raise NotImplementedError


def register_delegate(network: int, sender: bytes, nonce: int, username: str, *, fee: int | None = None) -> Transaction:
    """Return the registration of the sender as a delegate with that name."""
    raise NotImplementedError


def morpheus(
    network: int, sender: bytes, nonce: int, attempts: Sequence[Json], *, fee: int | None = None
) -> Transaction:
    """Return operation attempts for the second layer, in this order."""
    raise NotImplementedError
