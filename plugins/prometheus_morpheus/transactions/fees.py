"""What a transaction costs: the usual fee, and the least that nodes take. All in flakes, 10^8 to a HYD.

Rules:
* Usual: a fixed fee for each kind; for the second layer 3000 for each byte of the asset's text and for 15 more.
* Least, by the rate of a node and its table of addon bytes (dynamic fees): half of the bytes, rounded up, and the addon
  of the kind, times the rate.
* Least for Morpheus besides: 3000 for each character of the JSON text of the attempts alone and for 15 more, whatever
  the node's rate is.

What this is not: the rates themselves; a node tells them.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING
from prometheus_morpheus.transactions.assets import asset_text
from prometheus_morpheus.transactions.kinds import IOP_GROUP, MORPHEUS
from prometheus_morpheus.transactions.serialized import bytes_to_sign

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.transactions.transaction import Transaction

FLAKES_PER_BYTE = 3000
EXTRA_BYTES = 15
LONGEST_SIGNATURE = 72


def default_fee(transaction: Transaction) -> int:
    """Return the fee that the reference takes when none is named."""
    kind = transaction.kind
    if kind.group != IOP_GROUP:
        return kind.fee
    return (len(asset_text(transaction.asset).encode()) + EXTRA_BYTES) * FLAKES_PER_BYTE


def minimum_fee(transaction: Transaction, *, rate: int, addon_bytes: Mapping[str, int]) -> int:
    """Return the least fee that a node takes; of an unsigned transaction as if its signature had the most bytes.

    Args:
        transaction: What is to be paid for.
        rate: What the node calls ``minFeePool``, flakes for a byte.
        addon_bytes: The node's table by names such as ``transfer``; kinds that it does not name have none, nor have
            those that have no name in such tables.
    """
    size = len(bytes_to_sign(transaction)) + (len(transaction.signature) or LONGEST_SIGNATURE)
    name = transaction.kind.fee_name
    addon = addon_bytes.get(name, 0) if name else 0
    least = ((size + 1) // 2 + addon) * rate
    return max(least, morpheus_minimum(transaction.asset)) if transaction.kind is MORPHEUS else least


def morpheus_minimum(asset: Json) -> int:
    """Return the least fee that the second layer takes for an asset of operation attempts."""
    attempts = asset.get("operationAttempts") if isinstance(asset, dict) else None
    return (len(asset_text(attempts)) + EXTRA_BYTES) * FLAKES_PER_BYTE
