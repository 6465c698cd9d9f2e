"""Asks the HTTP interface of the development ledger over a real connection, one request after the other.

    answers = asyncio.run(ask_all(routes, [Request("GET", "/api/blockchain")]))

Between two requests a test may do what it likes with the ledger: `Line` keeps the connection, and all of it happens in
one thread.
"""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from aiohttp import ClientSession, web
from yarl import URL

from prometheus_morpheus.ledger.http.application import application

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping

    from prometheus_morpheus.ledger.http.routes import Route


class Request(NamedTuple):
    """A request as it goes over the wire; `headers` are sent as they are and nothing is added to them."""

    method: str
    path: str
    headers: Mapping[str, str] = {}
    body: bytes = b""


class Reply(NamedTuple):
    """Status, declared type and parsed body of an answer."""

    status: int
    content_type: str
    body: Any


class Line:
    """A connection to a server on the loopback."""

    def __init__(self, session: ClientSession, origin: str) -> None:
        self.origin = origin
        self._session = session

    async def ask(self, request: Request) -> Reply:
        """Send a request and return the answer."""
        async with self._session.request(
            request.method,
            URL(self.origin + request.path, encoded=True),
            headers=dict(request.headers),
            data=request.body or None,
            skip_auto_headers=["Content-Type"],
        ) as answer:
            return Reply(answer.status, answer.headers.get("Content-Type", ""), json.loads(await answer.read()))

    async def get(self, path: str) -> Reply:
        """Ask for a path."""
        return await self.ask(Request("GET", path))

    async def post(self, path: str, value: Any) -> Reply:
        """Send JSON to a path."""
        return await self.ask(Request("POST", path, {"Content-Type": "application/json"}, json.dumps(value).encode()))


@asynccontextmanager
async def line_to(origin: str) -> AsyncIterator[Line]:
    """Yield a connection to a server that runs already."""
    async with ClientSession() as session:
        yield Line(session, origin)


@asynccontextmanager
async def serving(routes: Iterable[Route]) -> AsyncIterator[Line]:
    """Serve routes on a free port of the loopback and yield a connection."""
    runner = web.AppRunner(application(routes))
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        async with line_to(f"http://127.0.0.1:{runner.addresses[0][1]}") as line:
            yield line
    finally:
        await runner.cleanup()


async def ask_all(routes: Iterable[Route], requests: Iterable[Request]) -> list[Reply]:
    """Serve routes and return the answers to some requests, in their order."""
    async with serving(routes) as line:
        return [await line.ask(request) for request in requests]
