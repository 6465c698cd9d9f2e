"""The door of a service: how many connections it has, and how long each may take for what.

Rules:
* A head has to be whole, a request answered and read, and an idle connection used again, each within its time; else
  the connection is ended. So nobody holds a place by sending or reading slowly.
* Connections beyond the limits are told so and closed before a byte of them is read.

It stands between the transport and aiohttp's own protocol and passes everything on.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, cast

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_morpheus.services.limits import Limits

_BUSY = b"HTTP/1.1 503 Service Unavailable\r\nRetry-After: 2\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Doors:
    """All connections of a server; a call of it makes the protocol of a new one."""

    def __init__(
        self, make_inner: Callable[[], asyncio.Protocol], limits: Limits, *, counts_addresses: bool = True
    ) -> None:
        self._make_inner = make_inner
        self.limits = limits
        self._counts_addresses = counts_addresses
        self.of_inner: dict[int, Door] = {}
        self._of_address: Counter[str] = Counter()
        self._open = 0

    def __call__(self) -> Door:
        """Make the protocol of a new connection."""
        return Door(self)

    def admitted(self, address: str) -> Door:
        """Make the protocol of a new connection that `admit` has counted."""
        return Door(self, address)

    def admit(self, address: str) -> bool:
        """Count a connection; return False, and do not, where there are too many."""
        of_one = self._of_address[address] if self._counts_addresses else 0
        if self._open >= self.limits.connections or of_one >= self.limits.connections_per_address:
            return False
        self._open += 1
        self._of_address[address] += 1
        return True

    def enter(self, door: Door) -> asyncio.Protocol:
        """Return the protocol that speaks through a door that was admitted."""
        inner = self._make_inner()
        self.of_inner[id(inner)] = door
        return inner

    def leave(self, address: str, inner: object = None) -> None:
        """Forget a connection that was admitted, and what spoke through it."""
        self.of_inner.pop(id(inner), None)
        self._open -= 1
        self._of_address[address] -= 1
        if not self._of_address[address]:
            del self._of_address[address]

    def answering(self, inner: object) -> None:
        """Be told that a head is whole and its answer begins."""
        if door := self.of_inner.get(id(inner)):
            door.give(self.limits.body_seconds + self.limits.answer_seconds)

    def answered(self, inner: object) -> None:
        """Be told that an answer was written."""
        if door := self.of_inner.get(id(inner)):
            door.rest()


class Door(asyncio.Protocol):
    """One connection."""

    def __init__(self, doors: Doors, address: str | None = None) -> None:
        self._doors = doors
        self._inner: asyncio.Protocol | None = None
        self._transport: asyncio.Transport | None = None
        self._deadline: asyncio.TimerHandle | None = None
        self._is_idle = False
        self._address = address or ""
        self._is_admitted = address is not None
        self.was_made = False

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Let a connection in, or turn it away."""
        self.was_made = True
        self._transport = cast("asyncio.Transport", transport)
        if not self._is_admitted:
            peer = transport.get_extra_info("peername")
            self._address = str(peer[0]) if isinstance(peer, tuple) and peer else ""
            if not self._doors.admit(self._address):
                self._transport.write(_BUSY)
                self._transport.close()
                return
        self._inner = self._doors.enter(self)
        self._inner.connection_made(transport)
        self.give(self._doors.limits.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        """End."""
        if self._deadline:
            self._deadline.cancel()
        if self._inner is not None:
            self._doors.leave(self._address, self._inner)
            self._inner.connection_lost(exc)
        self._inner = self._transport = None

    def data_received(self, data: bytes) -> None:
        """Pass bytes on; the first ones after a rest begin another head."""
        if self._inner is None:
            return
        if self._is_idle:
            self._is_idle = False
            self.give(self._doors.limits.head_seconds)
        self._inner.data_received(data)

    def eof_received(self) -> bool | None:
        """Pass the end of what is sent on."""
        return self._inner.eof_received() if self._inner is not None else None

    def pause_writing(self) -> None:
        """Pass on that the other side reads slowly."""
        if self._inner is not None:
            self._inner.pause_writing()

    def resume_writing(self) -> None:
        """Pass on that the other side has read."""
        if self._inner is not None:
            self._inner.resume_writing()

    def give(self, seconds: float) -> None:
        """Give the connection so much time from now for what it does."""
        if self._deadline:
            self._deadline.cancel()
        self._deadline = asyncio.get_running_loop().call_later(seconds, self._end)

    def rest(self) -> None:
        """Give the time in which another request may begin."""
        self._is_idle = True
        self.give(self._doors.limits.idle_seconds)

    def _end(self) -> None:
        if self._transport is not None:
            self._transport.abort()
