"""Serves a ledger on a port and makes its blocks in time.

Rules:
* The loopback address unless another is asked for. A port that is taken is refused before anything is served.
* One thread: requests and blocks take turns, so the ledger has its one writer.
* A block is made every so many seconds, empty or not, as on the real network: heights are the network's clock, and
  confirmations count by them. With `only_when_needed` an empty pool makes no block.
* When making a block fails (a full disk), making stops and `Served.failure` holds why; reading goes on.

What this is not: the choice of folder or time, nor the person's terminal (see the verb ``ledger dev``).
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

from aiohttp import web

from prometheus_morpheus.ledger.http import routes
from prometheus_morpheus.ledger.http.application import application
from prometheus_morpheus.ledger.http.controls import Desk
from prometheus_morpheus.ledger.http.layer_two import LayerTwo
from prometheus_morpheus.ledger.http.node import LayerOne
from prometheus_morpheus.listening import LOOPBACK, listen

if TYPE_CHECKING:
    import socket
    from collections.abc import AsyncIterator, Callable, Iterable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.ledger.http.routes import Route
    from prometheus_morpheus.ledger.views import Block

_GRACE = 2.0
"""Seconds that answers under way have when the server stops."""


def _quiet(_block: Block) -> None:
    """Say nothing of a block."""


class Served:
    """A ledger that is being served."""

    def __init__(self, host: str, port: int, making: asyncio.Task[None] | None) -> None:
        self.port = port
        self.url = f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
        self._making = making

    async def failure(self) -> BaseException:
        """Wait until making blocks has failed and return why; for ever, where none are made in time."""
        while self._making is None:
            await asyncio.Event().wait()
        await asyncio.wait([self._making])
        return self._making.exception() or asyncio.CancelledError()


@asynccontextmanager
async def running(
    ledger: DevLedger,
    port: int = 0,
    block_time: float | None = None,
    *,
    host: str = LOOPBACK,
    has_controls: bool = False,
    only_when_needed: bool = False,
    on_block: Callable[[Block], None] = _quiet,
) -> AsyncIterator[Served]:
    """Serve a ledger while the context is open.

    Args:
        ledger: The ledger; it stays open afterwards.
        port: 0 takes a free one.
        block_time: Seconds between blocks; None makes none, so that only `DevLedger.forge` or the controls do.
        host: The address to listen at.
        has_controls: Whether clock, blocks and reorganisations can be controlled over HTTP.
        only_when_needed: Whether an empty pool makes no block.
        on_block: Called with each block made in time.

    Raises:
        Conflict: When the port is taken.
        NotUnderstood: When the host is no address of this machine.
    """
    door = listen(host, port, what="a ledger", option="--port")
    port = door.getsockname()[1]
    async with _serving(door, all_routes(ledger, port, has_controls=has_controls)):
        making = None
        if block_time is not None:
            blocks = _make_blocks(ledger, block_time, on_block, only_when_needed=only_when_needed)
            making = asyncio.create_task(blocks)
        try:
            yield Served(host, port, making)
        finally:
            if making:
                making.cancel()
                with suppress(asyncio.CancelledError, Exception):
                    await making


def all_routes(ledger: DevLedger, port: int, *, has_controls: bool) -> list[Route]:
    """Return the whole interface over a ledger."""

    def asset_of(txid: str) -> Json:
        found = ledger.transaction(txid)
        return found.asset if found else None

    return [
        *routes.of_layer_one(LayerOne(ledger, port)),
        *routes.of_layer_two(LayerTwo(lambda: ledger.layer_two, asset_of)),
        *routes.of_naming(),
        *routes.of_controls(Desk(ledger, has_controls)),
    ]


@asynccontextmanager
async def _serving(door: socket.socket, served: Iterable[Route]) -> AsyncIterator[None]:
    runner = web.AppRunner(application(served), access_log=None, shutdown_timeout=_GRACE)
    try:
        await runner.setup()
        await web.SockSite(runner, door).start()
        yield
    finally:
        await runner.cleanup()
        door.close()


async def _make_blocks(
    ledger: DevLedger, block_time: float, on_block: Callable[[Block], None], *, only_when_needed: bool
) -> None:
    loop = asyncio.get_running_loop()
    due = loop.time()
    while True:
        due = max(due + block_time, loop.time())
        await asyncio.sleep(due - loop.time())
        if not only_when_needed or ledger.pool(0, 1).total:
            on_block(ledger.forge())
