"""Answers on their way out: as aiohttp has them, and written no faster than they are read.

Rules: a long answer goes out in pieces, so that what waits for a slow reader is the answer once, which is counted, and
one piece; a piece that is not taken in its time ends the connection.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus_morpheus.services.http.asked import Reply
    from prometheus_morpheus.services.limits import Limits

_HEADERS = {
    "Server": "prometheus",
    "Cache-Control": "no-store",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
}


def response_of(reply: Reply) -> web.Response:
    """Return a reply as aiohttp has it; what UTF-8 cannot hold is spelt with escapes."""
    headers = {**_HEADERS, **dict(reply.headers)}
    body = reply.text.encode("utf-8", "backslashreplace")
    return web.Response(status=reply.status, body=body, content_type=reply.media_type, charset="utf-8", headers=headers)


def is_long(response: web.StreamResponse, limits: Limits) -> bool:
    """Return whether an answer goes out in pieces."""
    return (response.content_length or 0) > limits.pace_bytes


async def write(request: web.Request, response: web.StreamResponse, limits: Limits) -> web.StreamResponse:
    """Write an answer whole and return it as it was written; a connection that does not take it in time is ended."""
    body = response.body if isinstance(response, web.Response) else None
    if not isinstance(body, bytes) or not is_long(response, limits):
        await _in_time(request, limits, lambda: _at_once(request, response))
        return response
    piecewise = web.StreamResponse(status=response.status, headers=response.headers)
    piecewise.content_length = len(body)
    if response.keep_alive is False:
        piecewise.force_close()
    await piecewise.prepare(request)
    for at in range(0, len(body), limits.pace_bytes):
        piece = body[at : at + limits.pace_bytes]
        await _in_time(request, limits, lambda piece=piece: piecewise.write(piece))  # type: ignore[misc]
    await _in_time(request, limits, piecewise.write_eof)
    return piecewise


async def _at_once(request: web.Request, response: web.StreamResponse) -> None:
    await response.prepare(request)
    await response.write_eof()


async def _in_time(request: web.Request, limits: Limits, writing: Callable[[], Awaitable[None]]) -> None:
    try:
        async with asyncio.timeout(limits.pace_seconds):
            await writing()
    except TimeoutError:
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionAbortedError("the answer was not read") from None
