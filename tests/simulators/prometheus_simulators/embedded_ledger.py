"""The development ledger served in a thread, for tests that ask it over HTTP from any loop."""

from __future__ import annotations

import asyncio
import threading
from contextlib import contextmanager
from datetime import UTC, datetime
from queue import Queue
from time import monotonic
from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.http.server import running
from prometheus_morpheus.ledger.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Iterator

RULES = Rules(block_time=1)
"""Whoever waits for a block looks after a part of the time that the ledger says it takes, whatever it really takes."""


class Now:
    """The time as it is."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    def monotonic(self) -> float:
        return monotonic()


class _Up(NamedTuple):
    """What the thread tells: where it serves, how to end it; or why it does not."""

    url: str
    loop: asyncio.AbstractEventLoop | None
    done: asyncio.Event | None
    error: BaseException | None = None


@contextmanager
def embedded_ledger(block_time: float | None = 0.3, *, has_controls: bool = False) -> Iterator[str]:
    """Serve a new ledger in memory on a free port of the loopback; yield its base URL."""
    told: Queue[_Up] = Queue()

    async def serve() -> None:
        ledger = DevLedger.open(None, Now(), rules=RULES)
        try:
            async with running(ledger, 0, block_time, has_controls=has_controls) as served:
                done = asyncio.Event()
                told.put(_Up(served.url, asyncio.get_running_loop(), done))
                await done.wait()
        finally:
            ledger.close()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:  # noqa: BLE001  # whoever waits for the address has to hear it
            told.put(_Up("", None, None, error))

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    up = told.get(timeout=30)
    if up.loop is None or up.done is None:
        raise RuntimeError("the ledger did not come up") from up.error
    try:
        yield up.url
    finally:
        up.loop.call_soon_threadsafe(up.done.set)
        thread.join(30)
