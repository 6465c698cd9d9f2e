"""What an action costs at a node, and what it moves: integers of flakes, no float ever.

The lowest fee follows from the rates that a node tells; they are its own words, so a fee never goes beyond what the
person agreed to (`Action.fee_limit`), however much a node asks for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.assets import payments_of
from prometheus_morpheus.transactions.fees import default_fee, minimum_fee
from prometheus_morpheus.transactions.kinds import MULTI_PAYMENT

if TYPE_CHECKING:
    from prometheus_morpheus.client.answers import NodeConfiguration
    from prometheus_morpheus.transactions.transaction import Transaction


def lowest_fee(draft: Transaction, configuration: NodeConfiguration) -> int:
    """Return the lowest fee that a node takes for a draft, signed with the longest signature."""
    if not configuration.has_dynamic_fees:
        return default_fee(draft)
    least = minimum_fee(draft, rate=configuration.minimum_rate, addon_bytes=configuration.addon_bytes)
    return max(least, 1)


def amount_of(draft: Transaction) -> int:
    """Return how much a transaction pays, to whomever, its fee left out: the wallet has to hold that much."""
    if draft.kind is MULTI_PAYMENT:
        return sum(amount for _, amount in payments_of(draft.asset))
    return draft.amount


def leaving(draft: Transaction) -> int:
    """Return how much a transaction takes away from who pays it, its fee left out: what they pay themselves stays."""
    payments = payments_of(draft.asset) if draft.kind is MULTI_PAYMENT else [(draft.recipient, draft.amount)]
    own = sender_address(draft.sender, draft.network)
    return sum(amount for payee, amount in payments if payee != own)
