"""Reads the body of a request: bounded in bytes, values, depth and time, and strict JSON or nothing.

Rules:
* The declared length is looked at before a byte is read, and the bytes are counted as they come.
* Only what is declared as ``application/json`` is read, and nothing compressed. An empty body is an empty object, as
  with the reference.
* Keys are unique, texts are UTF-8: what readers could take for different things is taken for nothing.
* All bodies together have so much of the memory, and those of one address an eighth of it; who comes when it is used
  up is told to come again. The last eighth of it is for short bodies, so a few large ones do not keep those out.
* A body that comes slower than its pace is refused, whatever of its time is left.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from contextlib import contextmanager
from typing import TYPE_CHECKING

from aiohttp import web

from prometheus.claims.jsontext import parse
from prometheus.errors import InputError
from prometheus_morpheus.services.http import refusals
from prometheus_morpheus.services.http.rates import subscriber
from prometheus_morpheus.services.limits import SHORT_BODY

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.limits import Limits

_BEGIN_VALUES = (b",", b"[", b"{")


class Share:
    """What one request takes of the memory for bodies."""

    def __init__(self, memory: Memory, address: str) -> None:
        self._memory = memory
        self._address = address
        self.taken = 0

    def take(self, count: int) -> None:
        """Take so many bytes more; refuse where there is no room for them."""
        self._memory.take(self._address, count, is_short=self.taken + count <= SHORT_BODY)
        self.taken += count


class Memory:
    """The bytes of bodies that are held at one time: of all, and of each address."""

    def __init__(self, most: int, most_of_one: int) -> None:
        self._most = most
        self._most_of_one = most_of_one
        self._taken = 0
        self._of_one: Counter[str] = Counter()

    @contextmanager
    def share(self, address: str) -> Iterator[Share]:
        """Give an address a share that is given back at the end."""
        share = Share(self, subscriber(address))
        try:
            yield share
        finally:
            self._give_back(subscriber(address), share.taken)

    def take(self, address: str, count: int, *, is_short: bool) -> None:
        """Count bytes; `Refused` with 503 where there is no room for them."""
        most = self._most if is_short else self._most - self._most // 8
        if self._taken + count > most or self._of_one[address] + count > self._most_of_one:
            raise refusals.busy()
        self._taken += count
        self._of_one[address] += count

    def _give_back(self, address: str, count: int) -> None:
        self._taken -= count
        self._of_one[address] -= count
        if not self._of_one[address]:
            del self._of_one[address]


async def read_body(request: web.Request, longest: int, limits: Limits, share: Share) -> Json:
    """Return the value of a body.

    Raises:
        Refused: 400, 408, 413, 415 or 503.
    """
    if (request.content_length or 0) > longest:
        raise refusals.too_large()
    try:
        async with asyncio.timeout(limits.body_seconds):
            raw = await _bytes(request, longest, limits, share)
    except TimeoutError:
        raise refusals.too_slow() from None
    except (web.RequestPayloadError, ConnectionError):
        raise refusals.not_json("the body ended too early") from None
    if not raw:
        return {}
    return _parsed(request, raw, limits.values)


async def _bytes(request: web.Request, longest: int, limits: Limits, share: Share) -> bytes:
    body, paced_from = bytearray(), 0
    async with asyncio.timeout(limits.pace_seconds) as pace:
        async for piece in request.content.iter_any():
            if len(body) + len(piece) > longest:
                raise refusals.too_large()
            share.take(len(piece))
            body += piece
            if len(body) - paced_from >= limits.pace_bytes:
                paced_from = len(body)
                pace.reschedule(asyncio.get_running_loop().time() + limits.pace_seconds)
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
