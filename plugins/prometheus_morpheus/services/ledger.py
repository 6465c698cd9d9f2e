"""What the services learn from the ledger, from every endpoint that was named at start.

Rules:
* Documents are worked out again from signed transactions, and endpoints compared, as everywhere in this plugin.
* A contradiction, and what is shown and cannot be read, is a fault: whoever asked must not go on as if it were not.
* Endpoints are told by their place among those named at start: strangers read it, and addresses are within a house.
* A time has `is_agreed` only where two endpoints or more tell it; one can make it up. So where several were named, the
  newest block is not told on the word of one alone.

Every call waits for the network, and opens and closes its connections by itself: it may come from any thread.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

from prometheus.errors import PrometheusError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from prometheus.claims.did_document import DidDocument
    from prometheus.ports import Clock
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.client.ports import LedgerNode, PinStore
    from prometheus_morpheus.services.floor import Floor

Answer = TypeVar("Answer")


class NewestBlock(NamedTuple):
    """The newest block that all endpoints that answered know: its height and id."""

    height: int
    block_id: str


class Told(NamedTuple):
    """A height or a block's id, and whether more than one endpoint tells it."""

    value: int | str
    is_agreed: bool


class Learnt(NamedTuple):
    """What is known of a DID, since when a content id is registered, and which block stands at a height.

    `faults` are contradictions between endpoints, and what they show and nobody can read.
    """

    document: DidDocument | None = None
    registered_at: Told | None = None
    block: Told | None = None
    faults: tuple[str, ...] = ()


class Ledger(Protocol):
    """What the services ask."""

    def newest_block(self) -> NewestBlock:
        """Return the newest block.

        Raises:
            NetworkError: When no endpoint answered, one alone of several did, or they contradict each other.
        """
        ...

    def learn(self, did: str, content_id: str | None = None, height: int | None = None) -> Learnt:
        """Return what the endpoints say of a DID, a content id and a height, where those are given.

        Raises:
            NetworkError: When no endpoint answered.
        """
        ...


class AskedLedger:
    """The ledger behind endpoints."""

    def __init__(self, endpoints: tuple[Endpoint, ...], clock: Clock, pins: Callable[[], PinStore]) -> None:
        self._endpoints = endpoints
        self._clock = clock
        self._pins = pins

    def newest_block(self) -> NewestBlock:
        """Return the newest block that all endpoints know; errors as `Ledger.newest_block`."""
        return self._ask(newest_of)

    def learn(self, did: str, content_id: str | None = None, height: int | None = None) -> Learnt:
        """Return what the endpoints say; errors as `Ledger.learn`."""
        learnt = self._ask(lambda nodes: learnt_from(nodes, self._clock, did, content_id, height))
        return learnt._replace(faults=tuple(self._unnamed(fault) for fault in learnt.faults))

    def _ask(self, question: Callable[[Sequence[LedgerNode]], Awaitable[Answer]]) -> Answer:
        import asyncio

        from prometheus_morpheus.client.connecting import connected

        async def ask() -> list[Answer]:
            async with connected(self._endpoints, self._pins(), self._clock) as nodes:
                return [await question(nodes)]

        try:
            return asyncio.run(ask())[0]
        except PrometheusError as error:
            error.what, error.meaning = self._unnamed(error.what), self._unnamed(error.meaning)
            raise

    def _unnamed(self, text: str) -> str:
        """Return a text with numbers for the addresses of endpoints."""
        named = [(endpoint.base_url, number) for number, endpoint in enumerate(self._endpoints, 1)]
        named += [(url.partition("://")[2], number) for url, number in named]
        for address, number in sorted(named, key=lambda one: -len(one[0])):
            text = text.replace(address, f"endpoint {number}")
        return text


def ledger_of(floor: Floor) -> Ledger | None:
    """Return the ledger that a service was told to ask, None where it was told of none.

    Raises:
        NotUnderstood: When an endpoint is none.
    """
    if not floor.ledgers:
        return None
    import os

    from prometheus.model.places import find_places
    from prometheus_morpheus.client.endpoint import parse_endpoints
    from prometheus_morpheus.pins import file_pins

    def pins() -> PinStore:
        return file_pins(find_places(os.environ))  # read anew each time: other programs of this machine write it too

    return AskedLedger(parse_endpoints(" ".join(floor.ledgers)), floor.clock, pins)


async def newest_of(nodes: Sequence[LedgerNode]) -> NewestBlock:
    """Return the newest block that all nodes that answered know; errors as `Ledger.newest_block`."""
    from prometheus.errors import NotTrusted
    from prometheus_morpheus.resolving.each_node import Patience, ask_each, common_chain
    from prometheus_morpheus.resolving.proofs import block_at

    patience = Patience()
    tips, _silent = await ask_each(nodes, lambda node: node.tip(), patience)
    await common_chain([node for node in nodes if node.endpoint.base_url in tips])
    lowest = min(tips.values(), key=lambda tip: tip.height)
    if len(tips) == 1 < len(nodes):
        raise NotTrusted("one ledger alone of those that were named answered", code="LEDGER-ALONE")
    if len(nodes) == 1:
        return NewestBlock(lowest.height, lowest.block_id)
    found = await block_at(nodes, lowest.height, patience)
    if found.disagreements or found.block_id is None:
        raise NotTrusted(f"the endpoints differ about the block at height {lowest.height}", code="LEDGER-FORK")
    if not found.is_agreed:
        raise NotTrusted(f"one ledger alone tells the block at height {lowest.height}", code="LEDGER-ALONE")
    return NewestBlock(lowest.height, found.block_id)


async def learnt_from(
    nodes: Sequence[LedgerNode], clock: Clock, did: str, content_id: str | None, height: int | None
) -> Learnt:
    """Return what these nodes say; errors as `Ledger.learn`."""
    from prometheus_morpheus.resolving.asking import resolve
    from prometheus_morpheus.resolving.each_node import Patience
    from prometheus_morpheus.resolving.proofs import block_at, registered

    patience = Patience()
    found = await resolve(nodes, did, clock, patience=patience)
    disagreements, doubts = [*found.disagreements], [*found.doubts]
    learnt = Learnt(document=None if found.best is None else found.best.document)
    if content_id is not None:
        times = await registered(nodes, content_id, patience)
        disagreements += times.disagreements
        doubts += times.doubts
        if times.height is not None:
            learnt = learnt._replace(registered_at=Told(times.height, times.is_agreed))
    if height is not None:
        block = await block_at(nodes, height, patience)
        disagreements += block.disagreements
        if block.block_id is not None:
            learnt = learnt._replace(block=Told(block.block_id, block.is_agreed))
    told = (f"The ledgers asked differ about {one.about} at height {one.height}: {one.what}" for one in disagreements)
    return learnt._replace(faults=(*told, *doubts))
