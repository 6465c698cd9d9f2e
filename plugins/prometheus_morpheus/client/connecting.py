"""Nodes to ask, for as long as a command runs.

    async with connected(endpoints, pins, clock) as nodes: …

One session for all of them; nothing is sent before something is asked.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from prometheus_morpheus.client.http import Caller
from prometheus_morpheus.client.node import Node
from prometheus_morpheus.client.session import Patience, session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable

    from prometheus.ports import Clock
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.client.ports import PinStore


@asynccontextmanager
async def connected(
    endpoints: Iterable[Endpoint], pins: PinStore, clock: Clock, *, patience: Patience | None = None
) -> AsyncIterator[tuple[Node, ...]]:
    """Yield one node for each endpoint, in their order.

    Args:
        endpoints: Where to ask.
        pins: Where the identity of each endpoint's network is kept.
        clock: For dates that a node sends.
        patience: How long to wait; ordinary when None.
    """
    waits = patience or Patience()
    async with session(waits) as opened:
        yield tuple(Node(Caller(each, opened, clock, attempts=waits.attempts), pins) for each in endpoints)
