"""A thousand people at one moment: each request is checked, kept on the disk and has a link of its own."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession, ClientTimeout, TCPConnector
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor, served
from prometheus_simulators.service_world import PROCESS, request_of

from prometheus.claims.digest import content_id
from prometheus_morpheus.services.authority.routes import authority_routes
from prometheus_morpheus.services.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine
    from pathlib import Path

CROWD = 1000
REQUESTS = [request_of(label=str(number)) for number in range(CROWD)]
LIMITS = Limits(per_minute=None)


def at_once(question: Callable[[ClientSession, int], Coroutine[Any, Any, Any]]) -> list[Any]:
    """Ask a thousand things over as many connections, and return the answers in their order."""

    async def ask() -> list[Any]:
        line = TCPConnector(limit=CROWD)
        async with ClientSession(connector=line, timeout=ClientTimeout(120)) as session:
            return await asyncio.gather(*(question(session, number) for number in range(CROWD)))

    return asyncio.run(ask())


def test_a_thousand_at_once_lose_nothing_and_get_a_link_each(tmp_path: Path) -> None:
    clock, key, folder = FakeClock(), os.urandom(32), str(tmp_path / "town")
    floor = laid_floor(clock, processes=[PROCESS], folder=folder, key=key, limits=LIMITS)
    with served(authority_routes(floor), clock, LIMITS) as url:

        async def send(session: ClientSession, number: int) -> str:
            async with session.post(f"{url}/requests", json=REQUESTS[number]) as answer:
                assert answer.status == 202
                return str((await answer.json())["capabilityLink"])

        async def status(session: ClientSession, number: int) -> str:
            async with session.get(f"{url}/requests/{links[number]}/status") as answer:
                return str((await answer.json())["status"])

        links = at_once(send)
        assert at_once(status) == ["pending"] * CROWD
    floor.store.close()
    assert len(set(links)) == CROWD

    again = laid_floor(clock, processes=[PROCESS], folder=folder, key=key, limits=LIMITS)
    for link, request in zip(links, REQUESTS, strict=True):
        row = again.store.requests.by_link(link)
        assert row is not None
        assert row.request_id == content_id(request)
        assert again.store.requests.document(row.request_id) == request
    again.store.close()
