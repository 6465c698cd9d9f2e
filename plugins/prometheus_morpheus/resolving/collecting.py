"""Fetch from one node what it says of a DID, and everything that this has to follow from.

The node's document is one thing; the transactions of layer 1 that touched the DID are another, and they carry
signatures that the node cannot make. Because a transaction takes effect wholly or not at all, the histories of other
DIDs in the same transactions belong to it: they are fetched when somebody asks for them.

Limits: 5,000 transactions of one DID, 32 DIDs, 8 questions to a node at once.
Not here: judging any of it (`recomputing`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.errors import TooLarge

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prometheus_morpheus.client.answers import DocumentAnswer, NodeTransaction, TransactionAt
    from prometheus_morpheus.client.ports import LedgerNode

MOST_TRANSACTIONS: Final = 5000
MOST_DIDS: Final = 32
_AT_ONCE: Final = 8


class Collected(NamedTuple):
    """What one node gave: its document of the DID, and histories (oldest first) with the transactions they name.

    `height` is how far its second layer had come; `missing` are ids in a history that layer 1 of the same node does
    not have.
    """

    source: str
    did: str
    height: int
    address_byte: int
    document: DocumentAnswer
    histories: dict[str, tuple[TransactionAt, ...]]
    transactions: dict[str, NodeTransaction]
    missing: tuple[str, ...] = ()

    @property
    def history(self) -> tuple[TransactionAt, ...]:
        """Every transaction that touched the DID, attempts too, oldest first."""
        return self.histories[self.did]


async def collect(
    node: LedgerNode, did: str, height: int | None = None, told: Callable[[int, int], None] = lambda _done, _all: None
) -> Collected:
    """Return what a node says of a DID.

    Args:
        node: Whom to ask.
        did: In its one spelling.
        height: Up to which height; as far as the node has come when None.
        told: Is told how many transactions have been fetched, and of how many.

    Raises:
        TooLarge: When the DID has too many transactions.
        NetworkError: As the node.
    """
    configuration = await node.configuration()
    top = await node.layer_two_height()
    reached = top if height is None else min(top, height)
    document = await node.did_document(did, reached)
    empty = Collected(node.endpoint.base_url, did, reached, configuration.address_byte, document, {}, {})
    return await extended(node, empty, (did,), told)


async def extended(
    node: LedgerNode,
    collected: Collected,
    dids: Iterable[str],
    told: Callable[[int, int], None] = lambda _done, _all: None,
) -> Collected:
    """Return what was collected with the histories of more DIDs.

    Raises:
        TooLarge: When there are too many DIDs or transactions.
    """
    new = [did for did in dict.fromkeys(dids) if did not in collected.histories]
    if len(new) + len(collected.histories) > MOST_DIDS:
        raise TooLarge(f"more than {MOST_DIDS} DIDs share transactions", code="LEDGER-TOO-MUCH")
    histories = dict(collected.histories)
    for did in new:
        found = await node.transaction_ids_of(did, 0, collected.height, attempts=True)
        if len(found) > MOST_TRANSACTIONS:
            raise TooLarge(f"{did} has more than {MOST_TRANSACTIONS} transactions", code="LEDGER-TOO-MUCH")
        histories[did] = tuple(reversed(found))
    wanted = [at.id for did in new for at in histories[did] if at.id not in collected.transactions]
    fetched = await _fetch(node, list(dict.fromkeys(wanted)), told)
    missing = tuple(name for name, transaction in fetched.items() if transaction is None)
    transactions = {name: found for name, found in fetched.items() if found is not None}
    return collected._replace(
        histories=histories,
        transactions={**collected.transactions, **transactions},
        missing=(*collected.missing, *missing),
    )


async def _fetch(
    node: LedgerNode, names: list[str], told: Callable[[int, int], None]
) -> dict[str, NodeTransaction | None]:
    """Return the transactions of these ids; None for those that the node does not have in a block."""
    turns = asyncio.Semaphore(_AT_ONCE)
    found: dict[str, NodeTransaction | None] = {}

    async def fetch(name: str) -> None:
        async with turns:
            found[name] = await node.transaction(name)
        told(len(found), len(names))

    try:
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(fetch(name))
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    return found
