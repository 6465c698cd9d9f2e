"""How a service is asked: patiently, in both generations of paths, with tokens where they are needed.

Rules:
* Everything may be sent again: a request that arrived twice gives the same link, and so with the rest. Three attempts
  at most, with pauses that grow; one that the service asks for is kept, up to half a minute.
* The plural path is tried first; where the service knows no such path at all, the singular one, and what answered is
  remembered. A 404 in the words of the interface is an answer.
* A token goes along where the call needs one. Where it is only welcome and the service does not know the key, the call
  is repeated without it.
"""

from __future__ import annotations

import asyncio
import re
from contextlib import asynccontextmanager
from html import unescape
from typing import TYPE_CHECKING, NamedTuple

from prometheus.claims import jsontext
from prometheus.claims.digest import content_id
from prometheus.errors import KeyUnavailable, NetworkError, NotFound, PrometheusError
from prometheus_morpheus.asking_services.errors import (
    ServiceBusy,
    ServiceGarbage,
    ServiceLate,
    ServiceOffline,
    ServiceRefused,
    ServiceUnproven,
)
from prometheus_morpheus.asking_services.tokens import Tokens
from prometheus_morpheus.client import pauses
from prometheus_morpheus.client.errors import quoted
from prometheus_morpheus.client.exchange import Exchange, Failures, Reply
from prometheus_morpheus.client.session import Patience, session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from typing import Literal

    from prometheus.api import Clock, Credentials, ServiceAddress
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.asking_services.paths import Paths

LONGEST = 1024 * 1024
LONGEST_DOCUMENT = 16 * 1024 * 1024
"""Bytes of a process, a request with its evidence, a presentation: as much as JSON is read at all."""
_GOOD = (200, 201, 202)
_TRANSIENT = (502, 503, 504)
_NO_SUCH_PATH = (404, 405)
_GONE = 410
_LONGEST_PAGE = 8192
_LINE_OF_PAGE = re.compile(r"<pre>([^<]{1,1000})")
_NO_REASON = "it gave no reason"
_FAILURES = Failures(
    ServiceOffline,
    ServiceUnproven,
    ServiceLate,
    ServiceGarbage,
    unreached_remedy="check the address and the connection; nothing is lost, and it may be repeated",
    stranger="answered what no such service answers",
    stranger_remedy="check the address; what it sent was not used",
)


class Wanted(NamedTuple):
    """One thing asked of a service."""

    method: str
    paths: Paths
    body: Json = None
    proof: Literal["none", "welcome", "needed"] = "none"
    """Whether a token of ours goes along."""
    longest: int = LONGEST


class Caller:
    """Asks one service; what it finds out about its paths lasts as long as the object."""

    def __init__(
        self,
        address: ServiceAddress,
        credentials: Credentials | None,
        clock: Clock,
        *,
        patience: Patience | None = None,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self.url = address.url
        self._host = address.host
        self._clock = clock
        self._patience = patience or Patience()
        self._pause = pause
        self._tokens = Tokens(credentials, clock, pause) if credentials else None
        self._is_singular: bool | None = None
        self._is_unwelcome = False

    @asynccontextmanager
    async def talking(self) -> AsyncIterator[Conversation]:
        """Open the connections for some questions."""
        async with session(self._patience) as opened:
            yield Conversation(self, Exchange(self.url, self._host, opened, _FAILURES))

    async def reply_to(self, exchange: Exchange, wanted: Wanted) -> Reply:
        """Return the reply from the generation of paths that the service has."""
        paths = wanted.paths.in_order
        if len(paths) > 1 and self._is_singular is not None:
            paths = (paths[self._is_singular],)
        reply = await self._patiently(exchange, wanted, paths[0])
        for number, path in enumerate(paths[1:], start=1):
            if not is_no_such_path(reply):
                break
            if self._tokens:
                self._tokens.was_not_seen()
            other = await self._patiently(exchange, wanted, path)
            if not is_no_such_path(other):
                self._is_singular, reply = bool(number), other
        if len(paths) > 1 and self._is_singular is None and not is_no_such_path(reply):
            self._is_singular = False
        return reply

    def refusal(self, reply: Reply) -> PrometheusError:
        """Return the error that a reply without success is."""
        words, status = words_of(reply), reply.status
        if status == 429:
            return ServiceBusy(self.url, self._wished_pause(reply))
        if 300 <= status < 400:
            return self.garbage("it sends elsewhere, and other hosts than the one named are not asked")
        if status in _NO_SUCH_PATH:
            if is_no_such_path(reply):
                return self.garbage("it knows no such path")
            return NotFound(f"{self.url} does not know it", code="SERVICE-UNKNOWN", meaning=quoted(words))
        if status == _GONE:
            return NotFound(f"{self.url} does not have it any more", code="SERVICE-PURGED", meaning=quoted(words))
        return ServiceRefused(self.url, status, words, self._help_against(words))

    def garbage(self, meaning: str) -> NetworkError:
        """Return the error for an answer that no such service gives."""
        return _FAILURES.garbage_of(self.url, meaning)

    async def _patiently(self, exchange: Exchange, wanted: Wanted, path: str) -> Reply:
        """Ask until there is an answer, or attempts run out; raise what the last one met."""
        body = None if wanted.body is None else jsontext.compact(wanted.body).encode()
        met: PrometheusError | None = None
        tokens_left = self._patience.attempts
        attempt = 0
        while True:
            wished: float | None = None
            try:
                reply = await exchange.once(
                    wanted.method, path, body, wanted.longest, await self._authorization(wanted)
                )
            except ServiceUnproven:
                raise
            except (ServiceOffline, ServiceLate) as error:
                met = error
            else:
                tokens_left -= 1
                if tokens_left > 0 and self._may_do_with_another_token(reply, wanted):
                    continue
                if reply.status not in (429, *_TRANSIENT):
                    return reply
                wished, met = self._wished_pause(reply), self.refusal(reply)
            attempt += 1
            if attempt >= self._patience.attempts or (wished is not None and wished > pauses.LONGEST):
                raise met
            await self._pause(pauses.before_attempt(attempt, wished, was_too_often=isinstance(met, ServiceBusy)))

    async def _authorization(self, wanted: Wanted) -> dict[str, str]:
        if wanted.proof == "none" or (wanted.proof == "welcome" and (self._tokens is None or self._is_unwelcome)):
            return {}
        if self._tokens is None:
            raise KeyUnavailable(
                f"{self.url} answers this only to a key that it knows", remedy="name the persona that it lists"
            )
        bound_to = content_id(wanted.body) if isinstance(wanted.body, dict) else None
        return {"authorization": f"Bearer {await self._tokens.next(bound_to)}"}

    def _may_do_with_another_token(self, reply: Reply, wanted: Wanted) -> bool:
        """Whether a refusal was about the token, and the next try has another one, or none."""
        if reply.status not in (401, 403) or wanted.proof == "none" or self._tokens is None:
            return False
        words = words_of(reply)
        if wanted.proof == "welcome" and not self._is_unwelcome and "is not authorized" in words:
            self._is_unwelcome = True
            return True
        return self._tokens.continue_after(words)

    def _help_against(self, words: str) -> str:
        key = self._tokens.public_key if self._tokens else "the key of your persona"
        if "is not authorized" in words or "No authorization header" in words:
            return f"whoever runs it has to list {key}"
        if "not yet ready" in words or "has expired" in words or "not created after" in words:
            return "the clock of this machine or that of the service is wrong"
        return ""

    def _wished_pause(self, reply: Reply) -> float | None:
        return pauses.asked_for(reply.retry_after, self._clock.now())


class Conversation:
    """Some questions over the same connections."""

    def __init__(self, caller: Caller, exchange: Exchange) -> None:
        self.caller = caller
        self._exchange = exchange

    async def reply(self, wanted: Wanted) -> Reply:
        """Return the reply as it came."""
        return await self.caller.reply_to(self._exchange, wanted)

    async def answer(self, wanted: Wanted) -> Json:
        """Return the JSON of a reply with success.

        Raises:
            NotFound: When the service does not know what is asked for.
            NetworkError: See `errors`.
        """
        reply = await self.reply(wanted)
        if reply.status not in _GOOD:
            raise self.caller.refusal(reply)
        return self.parsed(reply)

    def parsed(self, reply: Reply) -> Json:
        """Return the JSON of a reply."""
        try:
            return jsontext.parse(reply.body)
        except PrometheusError as error:
            raise self.caller.garbage(f"its answer is not strict JSON: {error.what}") from error


def words_of(reply: Reply) -> str:
    """Return why a service says no: a JSON text, the member ``error``, plain text, or the one line of an error page."""
    try:
        body = jsontext.parse(reply.body)
    except PrometheusError:
        text = reply.body[:_LONGEST_PAGE].decode("utf-8", "replace").strip()
        if text.startswith("<"):
            line = _LINE_OF_PAGE.search(text)
            text = unescape(line[1]) if line else ""
        return text or _NO_REASON
    if isinstance(body, dict):
        body = body.get("error", body.get("message"))
    return body if isinstance(body, str) else _NO_REASON


def is_no_such_path(reply: Reply) -> bool:
    """Whether a reply says that there is no such path, and not that it does not know what was asked for."""
    return reply.status in _NO_SUCH_PATH and not words_of(reply).startswith("Unknown")
