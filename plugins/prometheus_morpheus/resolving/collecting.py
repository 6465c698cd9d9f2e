"""Fetch from one node what it says of a DID, and everything that this has to follow from.

The node's document is one thing; the transactions of layer 1 that touched the DID are another, and they carry
signatures that the node cannot make. Because a transaction takes effect wholly or not at all, the histories of other
DIDs in the same transactions belong to it: they are fetched when somebody asks for them.

Anybody can name any DID in a transaction that has no effect, and what he writes there need not be readable. So what
cannot be read is kept as a name, and of transactions without effect only the newest are fetched.

Limits: 5,000 transactions of one DID with effect and 500 without, 32 DIDs, 8 questions to a node at once, and about
32 MiB for the transactions of one round: what comes beyond them counts as unreadable. Those with effect come first.
Not here: judging any of it (`recomputing`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.errors import TooLarge
from prometheus_morpheus.client.errors import Garbage
from prometheus_morpheus.resolving.weighing import LARGEST_SUM, weight

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prometheus.errors import PrometheusError
    from prometheus_morpheus.client.answers import DocumentAnswer, NodeTransaction, TransactionAt
    from prometheus_morpheus.client.ports import LedgerNode

MOST_TRANSACTIONS: Final = 5000
MOST_WITHOUT_EFFECT: Final = 500
MOST_DIDS: Final = 32
_AT_ONCE: Final = 8


class Collected(NamedTuple):
    """What one node gave: its document of the DID, and histories (oldest first) with the transactions they name.

    `height` is how far its second layer had come; `missing` are ids in a history that layer 1 of the same node does
    not have, `unreadable` those whose answer cannot be read; `confirmed` are those that had an effect, as the node
    says; `left_out` counts those without effect that were not fetched.
    """

    source: str
    did: str
    height: int
    address_byte: int
    document: DocumentAnswer
    histories: dict[str, tuple[TransactionAt, ...]]
    transactions: dict[str, NodeTransaction]
    missing: tuple[str, ...] = ()
    confirmed: frozenset[str] = frozenset()
    unreadable: frozenset[str] = frozenset()
    left_out: int = 0

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
        Garbage: When the node has no readable answer about any of the transactions that had an effect.
    """
    new = [did for did in dict.fromkeys(dids) if did not in collected.histories]
    if len(new) + len(collected.histories) > MOST_DIDS:
        raise TooLarge(f"more than {MOST_DIDS} DIDs share transactions", code="LEDGER-TOO-MUCH")
    histories, confirmed, left_out = dict(collected.histories), set(collected.confirmed), collected.left_out
    for did in new:
        history, with_effect, left = await _history(node, did, collected.height)
        histories[did] = history
        confirmed |= with_effect
        left_out += left
    known = {*collected.transactions, *collected.missing, *collected.unreadable}
    wanted = dict.fromkeys(at.id for did in new for at in histories[did] if at.id not in known)
    # Those with effect come first: what strangers attach to a DID cannot use up the room for them.
    fetched, unreadable = await _fetch(node, sorted(wanted, key=lambda name: name not in confirmed), told)
    weighty = confirmed & wanted.keys()
    if weighty and weighty <= unreadable.keys():
        raise unreadable[min(weighty)]
    missing = tuple(name for name, transaction in fetched.items() if transaction is None)
    transactions = {name: found for name, found in fetched.items() if found is not None}
    return collected._replace(
        histories=histories,
        transactions={**collected.transactions, **transactions},
        missing=(*collected.missing, *missing),
        confirmed=frozenset(confirmed),
        unreadable=collected.unreadable | unreadable.keys(),
        left_out=left_out,
    )


async def _history(node: LedgerNode, did: str, height: int) -> tuple[tuple[TransactionAt, ...], frozenset[str], int]:
    """Return a DID's transactions, oldest first, the ids of those with effect, and how many others were left out."""
    confirmed = frozenset(at.id for at in await node.transaction_ids_of(did, 0, height))
    if len(confirmed) > MOST_TRANSACTIONS:
        raise TooLarge(f"{did} has more than {MOST_TRANSACTIONS} transactions", code="LEDGER-TOO-MUCH")
    found = await node.transaction_ids_of(did, 0, height, attempts=True)
    without = [at.id for at in found if at.id not in confirmed]
    dropped = frozenset(without[MOST_WITHOUT_EFFECT:])
    return tuple(at for at in reversed(found) if at.id not in dropped), confirmed, len(dropped)


async def _fetch(
    node: LedgerNode, names: list[str], told: Callable[[int, int], None]
) -> tuple[dict[str, NodeTransaction | None], dict[str, PrometheusError]]:
    """Return the transactions of these ids, None for those in no block, and why others cannot be read."""
    turns = asyncio.Semaphore(_AT_ONCE)
    found: dict[str, NodeTransaction | None] = {}
    unreadable: dict[str, PrometheusError] = {}
    taken = 0

    async def fetch(name: str) -> None:
        nonlocal taken
        async with turns:
            try:
                transaction = await node.transaction(name)
                taken += 0 if transaction is None else weight(transaction.asset)
                found[name] = _bounded(transaction, taken)
            except (Garbage, TooLarge) as error:
                unreadable[name] = error
        told(len(found) + len(unreadable), len(names))

    try:
        async with asyncio.TaskGroup() as group:
            for name in names:
                group.create_task(fetch(name))
    except BaseExceptionGroup as several:
        raise several.exceptions[0] from None
    return found, unreadable


def _bounded(transaction: NodeTransaction | None, taken: int) -> NodeTransaction | None:
    """Return a transaction while there is room for it.

    Raises:
        TooLarge: When all that was fetched together takes more than `LARGEST_SUM`.
    """
    if taken > LARGEST_SUM:
        raise TooLarge("the transactions of these DIDs are too large together", code="LEDGER-TOO-MUCH")
    return transaction
