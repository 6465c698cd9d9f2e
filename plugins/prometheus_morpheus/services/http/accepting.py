"""Takes connections that begin with a handshake of TLS, each counted from the moment it is there.

The protocol of a connection hears of it only after the handshake; until then whoever connects and stays silent would
hold a place that nobody counts.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import socket
    import ssl
    from collections.abc import AsyncIterator

    from prometheus_morpheus.services.http.door import Doors

_PAUSE_SECONDS = 0.2
"""After no connection could be taken, for want of files for instance."""


@asynccontextmanager
async def accepting(doors: Doors, listening: socket.socket, tls: ssl.SSLContext) -> AsyncIterator[None]:
    """Take connections while the context is open; at its end, handshakes under way are given up."""
    listening.settimeout(0)
    task = asyncio.create_task(_accept(doors, listening, tls))
    try:
        yield
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


async def _accept(doors: Doors, listening: socket.socket, tls: ssl.SSLContext) -> None:
    loop, shaking = asyncio.get_running_loop(), set[asyncio.Task[None]]()
    try:
        while True:
            try:
                line, peer = await loop.sock_accept(listening)
            except OSError:
                await asyncio.sleep(_PAUSE_SECONDS)
                continue
            address = str(peer[0])
            if not doors.admit(address):
                line.close()
                continue
            task = asyncio.create_task(_shake(doors, line, address, tls))
            shaking.add(task)
            task.add_done_callback(shaking.discard)
    finally:
        for task in shaking:
            task.cancel()


async def _shake(doors: Doors, line: socket.socket, address: str, tls: ssl.SSLContext) -> None:
    door = doors.admitted(address)
    try:
        await asyncio.get_running_loop().connect_accepted_socket(
            lambda: door, line, ssl=tls, ssl_handshake_timeout=doors.limits.head_seconds
        )
    except OSError:  # no handshake, or none in time
        line.close()
    finally:
        if not door.was_made:
            doors.leave(address)
