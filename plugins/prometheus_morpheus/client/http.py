"""How a node is asked: one question at a time, with limits on everything that the other side decides.

Rules:
* Questions may be asked again: three times at most, to each of which the library adds one of its own when a connection
  was closed without a word. Pauses grow and chance stretches them, so that many clients do not come back in step; one
  that the node asks for (429 or 503 with Retry-After) is kept, up to half a minute.
* A transaction is posted once. What happened is told apart: `NotReached` (nothing left), a refusal (nothing happened),
  `LostAnswer` (it may have arrived).
* An answer has at most `MAX_ANSWER` bytes, of which whoever asks may allow less, and is strict JSON; the other limits
  are those of `exchange`. A 404 means "none" only in the words of the interface: a server that knows no such path at
  all is no node.

What this is not: a judge of what is in an answer; that is `reading` and whoever compares.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from prometheus.claims import jsontext
from prometheus.errors import NetworkError, PrometheusError
from prometheus_morpheus.client import pauses
from prometheus_morpheus.client.errors import (
    AnsweredLate,
    Garbage,
    LostAnswer,
    NotProven,
    NotReached,
    RateLimited,
    RefusedRequest,
)
from prometheus_morpheus.client.exchange import Exchange, Failures, Reply
from prometheus_morpheus.client.session import ATTEMPTS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    import aiohttp

    from prometheus.claims.jsontext import Json
    from prometheus.ports import Clock
    from prometheus_morpheus.client.endpoint import Endpoint

MAX_ANSWER = 8 * 1024 * 1024
_TRANSIENT = (502, 503, 504)
_FAILURES = Failures(
    NotReached,
    NotProven,
    AnsweredLate,
    Garbage,
    unreached_remedy="check the address and the connection; what is queued here stays queued",
    stranger="answered what no Hydra node answers",
    stranger_remedy="is it a Hydra node? name another endpoint with --ledger",
)


class Answer(NamedTuple):
    """A body that came with status 200."""

    body: Json


class Caller:
    """Asks one endpoint."""

    def __init__(
        self,
        endpoint: Endpoint,
        opened: aiohttp.ClientSession,
        clock: Clock,
        *,
        attempts: int = ATTEMPTS,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """Ask an endpoint in a session; ``pause`` waits between attempts, ``clock`` reads dates in Retry-After."""
        self.endpoint = endpoint
        self._exchange = Exchange(endpoint.base_url, endpoint.host, opened, _FAILURES)
        self._clock = clock
        self._attempts = attempts
        self._pause = pause

    async def ask(self, path: str) -> Json:
        """Return the body of a GET."""
        return self._good_body(await self._patiently("GET", path))

    async def ask_for(self, path: str, *, missing: str, longest: int | None = None) -> Answer | None:
        """Return the body of a GET of at most so many bytes, or None where the node says 404 in the words given."""
        reply = await self._patiently("GET", path, longest=longest)
        if reply.status == 404 and missing in self._message(reply):
            return None
        return Answer(self._good_body(reply))

    async def ask_with(self, path: str, body: Json) -> Json:
        """Return the body of a POST that only asks and may be asked again."""
        return self._good_body(await self._patiently("POST", path, jsontext.compact(body).encode()))

    async def send_once(self, path: str, body: Json) -> Json:
        """Return the body of a POST that does something; it is made once.

        Raises:
            NotReached: When there was no connection.
            RateLimited: When the node did not look at it.
            RefusedRequest: When the node refused it before doing anything (a status of 300 to 499).
            LostAnswer: When the connection stood and no usable answer came, or the node failed.
        """
        try:
            reply = await self._request("POST", path, jsontext.compact(body).encode())
        except AnsweredLate as error:
            raise self._lost(error.what) from error
        except Garbage as error:
            raise self._lost(error.meaning) from error
        if reply.status == 429:
            raise RateLimited(self.endpoint.base_url, self._wished_pause(reply))
        if reply.status >= 500:
            raise self._lost(f"it answered with status {reply.status}")
        if reply.status != 200:
            raise RefusedRequest(self.endpoint.base_url, reply.status, self._message(reply))
        try:
            return self._json(reply)
        except Garbage as error:
            raise self._lost(error.meaning) from error

    async def _patiently(
        self, method: str, path: str, body: bytes | None = None, *, longest: int | None = None
    ) -> Reply:
        """Ask until there is an answer, or attempts run out; raise what the last one met."""
        met: NetworkError | None = None
        for attempt in range(self._attempts):
            wished: float | None = None
            try:
                reply = await self._request(method, path, body, longest)
            except NotProven:
                raise
            except (NotReached, AnsweredLate) as error:
                met = error
            else:
                if reply.status not in (429, *_TRANSIENT):
                    return reply
                wished = self._wished_pause(reply)
                met = self._refusal(reply, wished)
            if attempt + 1 == self._attempts or (wished is not None and wished > pauses.LONGEST):
                break
            is_too_often = isinstance(met, RateLimited)
            await self._pause(pauses.before_attempt(attempt + 1, wished, was_too_often=is_too_often))
        raise met or NotReached(f"{self.endpoint.base_url} was not asked")

    async def _request(self, method: str, path: str, body: bytes | None, longest: int | None = None) -> Reply:
        return await self._exchange.once(method, path, body, longest or MAX_ANSWER)

    def _good_body(self, reply: Reply) -> Json:
        if reply.status != 200:
            raise self._refusal(reply, self._wished_pause(reply))
        return self._json(reply)

    def _refusal(self, reply: Reply, wished: float | None) -> NetworkError:
        if reply.status == 429:
            return RateLimited(self.endpoint.base_url, wished)
        if 300 <= reply.status < 400:
            return self._garbage("it sends elsewhere, and other hosts than the one named are not asked")
        if reply.status < 500 and not self._is_worded_as_hydra(reply):
            return self._garbage(f"it refuses with status {reply.status}, and not in the words of a node")
        return RefusedRequest(self.endpoint.base_url, reply.status, self._message(reply))

    def _message(self, reply: Reply) -> str:
        """Return the node's own words in an error body, or what kind of body came instead."""
        try:
            body = self._json(reply)
        except Garbage:
            return "its answer is not JSON"
        message = body.get("message") if isinstance(body, dict) else None
        return message if isinstance(message, str) else "it gave no reason"

    def _is_worded_as_hydra(self, reply: Reply) -> bool:
        try:
            body = self._json(reply)
        except Garbage:
            return False
        return isinstance(body, dict) and body.get("statusCode") == reply.status

    def _json(self, reply: Reply) -> Json:
        try:
            return jsontext.parse(reply.body, nearest=True)
        except PrometheusError as error:
            raise self._garbage(error.what) from error

    def _wished_pause(self, reply: Reply) -> float | None:
        return pauses.asked_for(reply.retry_after, self._clock.now())

    def _garbage(self, meaning: str) -> NetworkError:
        return _FAILURES.garbage_of(self.endpoint.base_url, meaning)

    def _lost(self, meaning: str) -> LostAnswer:
        return LostAnswer(
            f"the answer of {self.endpoint.base_url} to a transaction was lost",
            meaning=meaning,
            remedy="it may have arrived: run prometheus ledger pending, which looks it up before anything else",
        )
