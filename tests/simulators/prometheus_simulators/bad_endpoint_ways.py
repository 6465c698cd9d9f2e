"""How a bad endpoint's answers go out: not at all, late, half, as nonsense, too often, too long.

Each takes the endpoint, the request and what was asked. `BEFORE` the request took effect the ledger behind never hears
of it; `AFTER` means that it did, and that nobody is told.
"""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING

from aiohttp import web

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus_simulators.bad_endpoint import Asked, BadEndpoint

    Way = Callable[[BadEndpoint, web.Request, Asked], Awaitable[web.StreamResponse]]

_TOO_LONG = 9 * 1024 * 1024
_FOR_EVER = 3600.0


async def stall(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Take the request and never answer; it has no effect."""
    await asyncio.sleep(_FOR_EVER)
    return await _hung_up(request)


async def stall_after(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Let the request take effect and never answer."""
    await endpoint.told(request, asked)
    return await stall(endpoint, request, asked)


async def stall_midway(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Let the request take effect, begin the answer and never end it."""
    response = await _begun(endpoint, request, asked)
    await asyncio.sleep(_FOR_EVER)
    return response


async def die_before(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Hang up; the request has no effect."""
    return await _hung_up(request)


async def die_after(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Let the request take effect and hang up."""
    await endpoint.told(request, asked)
    return await _hung_up(request)


async def die_midway(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Let the request take effect, begin the answer and hang up."""
    response = await _begun(endpoint, request, asked)
    _abort(request)
    return response


async def garbage(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Let the request take effect and answer with something that is not JSON."""
    await endpoint.told(request, asked)
    return web.Response(body=b'\xff\xfe{"data": [1, 2', content_type="application/json")


async def garbage_before(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Answer with a web page of some other server; the request has no effect."""
    return web.Response(text="<html>Welcome to nginx!</html>", content_type="text/html")


async def two_answers(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Answer with an object that has its member twice: which one counts depends on the reader."""
    told = await endpoint.told(request, asked)
    text = json.dumps(told.body)
    twice = text if not text.startswith("{") else text[:-1] + ', "data": {"block": {"height": 1, "id": "' + "0" * 64
    return web.Response(text=twice + '"}}}' if twice != text else text, content_type="application/json")


async def too_many(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Say that it was asked too often; the request has no effect."""
    refusal = {"statusCode": 429, "error": "Too Many Requests", "message": "Rate limit exceeded"}
    return web.json_response(refusal, status=429, headers={"retry-after": "0"})


async def oversize(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Let the request take effect and answer rightly, with nine million spaces before the end."""
    told = await endpoint.told(request, asked)
    text = json.dumps(told.body)
    return web.Response(status=told.status, body=(text + " " * _TOO_LONG).encode(), content_type="application/json")


async def fail_before(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Answer with status 502; the request has no effect."""
    return web.json_response({"statusCode": 502, "error": "Bad Gateway", "message": "no"}, status=502)


async def fail_after(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Let the request take effect and answer with status 500."""
    await endpoint.told(request, asked)
    return web.json_response({"statusCode": 500, "error": "Internal Server Error", "message": "no"}, status=500)


async def swallow(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    """Say that every posted transaction was accepted, and throw them away."""
    ids = [each["id"] for each in asked.body["transactions"]]
    return web.json_response({"data": {"accept": ids, "broadcast": ids, "excess": [], "invalid": []}})


WITHOUT_EFFECT: tuple[Way, ...] = (stall, die_before, garbage_before, too_many, fail_before)
"""After these the ledger has not heard of the request."""
WITH_EFFECT: tuple[Way, ...] = (stall_after, stall_midway, die_after, die_midway, garbage, oversize, fail_after)
"""After these it has, and who asked does not know."""
ALL: tuple[Way, ...] = (*WITHOUT_EFFECT, *WITH_EFFECT)


async def _begun(endpoint: BadEndpoint, request: web.Request, asked: Asked) -> web.StreamResponse:
    content = json.dumps((await endpoint.told(request, asked)).body).encode()
    response = web.StreamResponse(headers={"content-type": "application/json", "content-length": str(len(content))})
    await response.prepare(request)
    await response.write(content[: len(content) // 2])
    return response


async def _hung_up(request: web.Request) -> web.StreamResponse:
    _abort(request)
    return web.Response()


def _abort(request: web.Request) -> None:
    if request.transport is not None:
        request.transport.abort()
