"""Threads for answers that ask other machines: so many at one time, and none that the end of the program waits for.

A ledger that hangs keeps such a thread for as long as its own patience, which is longer than stopping may take.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Answer = TypeVar("Answer")


class AskingThreads:
    """Runs functions, each in a thread of its own."""

    def __init__(self, most: int) -> None:
        self._turns = asyncio.Semaphore(most)

    async def run(self, function: Callable[[], Answer]) -> Answer:
        """Return what a function returns, or raise what it raises."""
        async with self._turns:
            loop = asyncio.get_running_loop()
            future: asyncio.Future[Answer] = loop.create_future()
            Thread(target=_into, args=(function, future, loop), name="asking", daemon=True).start()
            return await future


def _into(function: Callable[[], Answer], future: asyncio.Future[Answer], loop: asyncio.AbstractEventLoop) -> None:
    def tell(error: BaseException | None, answer: Answer | None) -> None:
        if future.done():
            return
        if error is not None:
            future.set_exception(error)
        else:
            future.set_result(answer)  # type: ignore[arg-type]

    error, answer = None, None
    try:
        answer = function()
    except Exception as met:  # noqa: BLE001 - it is raised where the answer is waited for
        error = met
    with suppress(RuntimeError):  # the loop has ended, and with it whoever waited
        loop.call_soon_threadsafe(tell, error, answer)
