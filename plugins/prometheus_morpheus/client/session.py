"""The one session that all endpoints of a command share, and how long it waits.

Redirects, cookies, compression and the proxies of the environment are off: the host that the person named is asked, and
no other.
"""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, NamedTuple

import aiohttp

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

ATTEMPTS = 3
_HEADERS = {"accept": "application/json", "accept-encoding": "identity", "user-agent": "prometheus"}


class Patience(NamedTuple):
    """How long to wait, in seconds: for a connection, for the next piece of an answer, for a whole answer."""

    connect: float = 5.0
    piece: float = 10.0
    whole: float = 30.0
    attempts: int = ATTEMPTS


@asynccontextmanager
async def session(patience: Patience | None = None) -> AsyncIterator[aiohttp.ClientSession]:
    """Open the one session that all endpoints of a command share, and close it at the end."""
    waits = patience or Patience()
    async with aiohttp.ClientSession(
        auto_decompress=False,
        cookie_jar=aiohttp.DummyCookieJar(),
        headers=_HEADERS,
        timeout=aiohttp.ClientTimeout(total=waits.whole, sock_connect=waits.connect, sock_read=waits.piece),
        trust_env=False,
        connector=aiohttp.TCPConnector(limit_per_host=8),
    ) as opened:
        yield opened
