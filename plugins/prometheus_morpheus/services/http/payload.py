"""Reads the body of a request: bounded in bytes, values, depth and time, and strict JSON or nothing.

Rules:
* The declared length is looked at before a byte is read, and the bytes are counted as they come.
* Only what is declared as ``application/json`` is read, and nothing compressed. An empty body is an empty object, as
  with the reference.
* Keys are unique, texts are UTF-8: what readers could take for different things is taken for nothing.
* All bodies together have a share of the memory; who comes when it is used up is told to come again.
"""

from __future__ import annotations

import asyncio
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from prometheus.claims.jsontext import parse
from prometheus.errors import InputError
from prometheus_morpheus.services.http import refusals

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.limits import Limits

_BEGIN_VALUES = (b",", b"[", b"{")


class Share:
    """What one request takes of the memory for bodies."""

    def __init__(self, memory: Memory) -> None:
        self._memory = memory
        self.taken = 0

    def take(self, count: int) -> None:
        """Take so many bytes more; refuse where there is no room for them."""
        if self._memory.taken + count > self._memory.most:
            raise refusals.busy()
        self._memory.taken += count
        self.taken += count


class Memory:
    """The bytes of bodies that are held at one time."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.taken = 0

    @contextmanager
    def share(self) -> Iterator[Share]:
        """Give a share that is given back at the end."""
        share = Share(self)
        try:
            yield share
        finally:
            self.taken -= share.taken


async def read_body(request: web.Request, longest: int, limits: Limits, share: Share) -> Json:
    """Return the value of a body.

    Raises:
        Refused: 400, 408, 413, 415 or 503.
    """
    if (request.content_length or 0) > longest:
        raise refusals.too_large()
    try:
        async with asyncio.timeout(limits.body_seconds):
            raw = await _bytes(request, longest, share)
    except TimeoutError:
        raise refusals.too_slow() from None
    except (web.RequestPayloadError, ConnectionError):
        raise refusals.not_json("the body ended too early") from None
    if not raw:
        return {}
    return _parsed(request, raw, limits.values)


async def _bytes(request: web.Request, longest: int, share: Share) -> bytes:
    body = bytearray()
    async for piece in request.content.iter_any():
        if len(body) + len(piece) > longest:
            raise refusals.too_large()
        share.take(len(piece))
        body += piece
    return bytes(body)


def _parsed(request: web.Request, raw: bytes, most_values: int) -> Json:
    declared = request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
    if declared != "application/json" or request.headers.get("Content-Encoding", "identity").lower() != "identity":
        raise refusals.wrong_type()
    if sum(raw.count(mark) for mark in _BEGIN_VALUES) > most_values:
        raise refusals.not_json(f"the body has more than {most_values} values")
    try:
        return parse(raw)
    except InputError as error:
        raise refusals.not_json(error.what) from None
