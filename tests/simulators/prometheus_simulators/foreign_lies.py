"""What the foreign services can do instead of answering honestly: fail, say something else, hang up, be late."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from aiohttp import web

from prometheus.claims.jsontext import compact

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    Act = Callable[[web.Request], Awaitable[web.StreamResponse]]
    Lie = Callable[[Act, web.Request], Awaitable[web.StreamResponse]]


def fails(status: int, text: str = "Internal Server Error", *, retry_after: str = "") -> Lie:
    """Answer with a status and a text instead, having done nothing."""
    headers = {"Retry-After": retry_after} if retry_after else None

    async def lie(_act: Act, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=status, text=text, content_type="text/html", headers=headers)

    return lie


def says(value: Any, status: int = 200) -> Lie:
    """Answer with another value instead, having done nothing."""

    async def lie(_act: Act, _request: web.Request) -> web.StreamResponse:
        return web.Response(text=compact(value), status=status, content_type="application/json")

    return lie


def garbage(content: bytes = b'{"half": ') -> Lie:
    """Answer with bytes that are said to be JSON."""

    async def lie(_act: Act, _request: web.Request) -> web.StreamResponse:
        return web.Response(body=content, content_type="application/json")

    return lie


def lost() -> Lie:
    """Do what was asked and hang up instead of answering."""

    return done_but(hangs_up())


def done_but(answer: Lie) -> Lie:
    """Do what was asked and lie about it."""

    async def lie(act: Act, request: web.Request) -> web.StreamResponse:
        await act(request)
        return await answer(act, request)

    return lie


def hangs_up() -> Lie:
    """Hang up, having done nothing."""

    async def lie(_act: Act, request: web.Request) -> web.StreamResponse:
        if request.transport is not None:
            request.transport.abort()
        raise ConnectionResetError

    return lie


def is_slow(seconds: float) -> Lie:
    """Answer properly after some time."""

    async def lie(act: Act, request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(seconds)
        return await act(request)

    return lie


def moves_away(to: str) -> Lie:
    """Send the caller elsewhere."""

    async def lie(_act: Act, _request: web.Request) -> web.StreamResponse:
        return web.Response(status=302, headers={"Location": to})

    return lie
