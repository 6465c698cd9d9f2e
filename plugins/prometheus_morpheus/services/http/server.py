"""Serves the routes of a service on a socket, until the context ends.

Rules:
* The loopback address unless another is asked for. A port that is taken is refused before anything is served.
* When it stops, no connection is taken any more, and answers that were begun are finished, within their time.
* What aiohttp itself would log is not written: it holds addresses and parts of requests.

What this is not: the choice of what is served (`prometheus_morpheus.services.running`).
"""

from __future__ import annotations

import asyncio
import logging
import resource
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any

from aiohttp import web

from prometheus_morpheus.listening import LOOPBACK, listen, url_of
from prometheus_morpheus.services.http.accepting import accepting
from prometheus_morpheus.services.http.application import Application
from prometheus_morpheus.services.http.door import Doors
from prometheus_morpheus.services.http.journal import Journal
from prometheus_morpheus.services.http.speaking import Speaking

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import AsyncIterator, Iterable

    from prometheus.ports import Clock
    from prometheus_morpheus.services.http.route import Route
    from prometheus_morpheus.services.limits import Limits

_BACKLOG = 1024
_SPARE_FILES = 64
_silent = logging.getLogger("prometheus_morpheus.services.aiohttp")
_silent.addHandler(logging.NullHandler())
_silent.propagate = False


class Served:
    """A service that is being served."""

    def __init__(self, url: str, port: int) -> None:
        self.url = url
        self.port = port


@asynccontextmanager
async def running(
    routes: Iterable[Route],
    limits: Limits,
    clock: Clock,
    *,
    door: socket.socket | None = None,
    journal: Journal | None = None,
    tls: ssl.SSLContext | None = None,
    is_behind_proxy: bool = False,
    name_elsewhere: str | None = None,
) -> AsyncIterator[Served]:
    """Serve routes while the context is open.

    Args:
        routes: What is answered.
        limits: How much is taken.
        clock: The time in the log.
        door: The socket, as `prometheus_morpheus.listening` gives it; a free port of the loopback when left out.
        journal: The log; nothing is written when left out.
        tls: The certificate and its key; plain HTTP when left out.
        is_behind_proxy: Whether a proxy on the way tells who asks.
        name_elsewhere: For a service of this machine alone: what else than this machine it may be called, or nothing;
            any name is taken when left out.
    """
    door = door or listen(LOOPBACK, 0, what="a service", option="--listen")
    journal = journal or Journal(clock, None)
    made = Application(routes, limits, journal, is_behind_proxy=is_behind_proxy, name_elsewhere=name_elsewhere)
    settings: dict[str, Any] = {
        "access_log": None,
        "logger": _silent,
        "keepalive_timeout": limits.idle_seconds,
        "lingering_time": 1.0,
        "auto_decompress": False,
    }
    half = limits.stop_seconds / 2  # aiohttp waits so long twice: for answers, and for what it then cancelled
    runner = web.AppRunner(made.web, shutdown_timeout=half, **settings)
    try:
        await runner.setup()
        server = runner.server
        if server is None:
            raise RuntimeError("aiohttp made no server")
        routed = server.request_handler
        server.request_handler = lambda request: made.entered(request, routed)
        made.doors = Doors(
            lambda: Speaking(server, journal, settings), _within_files(limits), counts_addresses=not is_behind_proxy
        )
        async with _taking(made.doors, door, tls), _failures_told(journal):
            yield Served(url_of(door, has_tls=tls is not None), door.getsockname()[1])
    finally:
        await runner.cleanup()
        made.close()
        door.close()


@asynccontextmanager
async def _taking(doors: Doors, door: socket.socket, tls: ssl.SSLContext | None) -> AsyncIterator[None]:
    if tls is not None:
        async with accepting(doors, door, tls):
            yield
        return
    listening = await asyncio.get_running_loop().create_server(doors, sock=door, backlog=_BACKLOG)
    try:
        yield
    finally:
        listening.close()


@asynccontextmanager
async def _failures_told(journal: Journal) -> AsyncIterator[None]:
    """Write failures that nothing waits for into the log, in its form; the loop itself would tell all it knows."""
    loop = asyncio.get_running_loop()
    before = loop.get_exception_handler()
    loop.set_exception_handler(lambda _loop, met: journal.failed("loop", met.get("exception") or RuntimeError()))
    try:
        yield
    finally:
        loop.set_exception_handler(before)


def _within_files(limits: Limits) -> Limits:
    """Return limits with no more connections than this process may have files, after asking for enough of those."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.connections + _SPARE_FILES
    if soft < wanted:
        soft = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
        with suppress(OSError, ValueError):
            resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    soft = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
    return limits._replace(connections=max(1, min(limits.connections, soft - _SPARE_FILES)))
