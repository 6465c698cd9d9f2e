"""Whether a transaction that a node shows was really signed by this wallet: its id and its signature are checked.

A node that says "another transaction of yours has this number" is believed when that transaction has the id that its
bytes give and the signature of the wallet's key; who lacks the key cannot make one. That it is in a block is still the
node's word. Nodes do not tell until when a transfer was good, and the id covers it: so the heights that it can have
had are tried, from the block that has it to `LONGEST_LIFE` blocks later.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.errors import PrometheusError
from prometheus_morpheus.transactions.kinds import TRANSFER
from prometheus_morpheus.transactions.serialized import transaction_id
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import parse_transaction

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_morpheus.client.answers import NodeTransaction

LONGEST_LIFE: Final = 4000
"""Blocks; ours live for two hours, which is 600 blocks of twelve seconds and 3,600 of two."""


def is_proven(found: NodeTransaction, network: int, height: int) -> bool:
    """Return whether a transaction has the id of its bytes and its sender's signature.

    Args:
        found: As a node shows it.
        network: The address byte of the network it has to be of.
        height: Of the block that the node names for it.
    """
    document = {name: value for name, value in found.as_json(network).items() if name != "id"}
    try:
        shown = parse_transaction(document)
        for end in _ends(found, height):
            candidate = shown._replace(expiration=end)
            if transaction_id(candidate) == found.id:
                return has_valid_signature(candidate)
    except PrometheusError:
        return False
    return False


def _ends(found: NodeTransaction, height: int) -> Iterable[int]:
    if found.expiration or (found.type_group, found.type) != (TRANSFER.group, TRANSFER.type):
        return (found.expiration,)
    return (0, *range(height, height + LONGEST_LIFE))
