"""Asking one node over HTTP from a test that is no coroutine: a loop and a session for each question."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from prometheus_morpheus.client.endpoint import parse_endpoint
from prometheus_morpheus.client.http import Caller
from prometheus_morpheus.client.identity_pin import NewPins
from prometheus_morpheus.client.node import Node
from prometheus_morpheus.client.session import Patience, session
from prometheus_simulators.clock import FakeClock

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

_Value = TypeVar("_Value")

IMPATIENT = Patience(piece=0.3, whole=0.6)
"""For answers that never end; others may come late on a busy machine."""


class Asker:
    """Asks a scripted node in a loop and a session of its own; pauses are noted and not made."""

    def __init__(self, url: str) -> None:
        self.endpoint = parse_endpoint(url)
        self.pins = NewPins()
        self.pauses: list[float] = []
        self.patience = Patience()

    def __call__(self, ask: Callable[[Node], Awaitable[_Value]]) -> _Value:
        async def run() -> _Value:
            async with session(self.patience) as opened:
                return await ask(Node(Caller(self.endpoint, opened, FakeClock(), pause=self._pause), self.pins))

        return asyncio.run(run())

    async def _pause(self, seconds: float) -> None:
        self.pauses.append(seconds)
