"""How a service is asked: in the generation of paths that it has.

Rules: the plural path is tried first; where the service knows no such path at all, the singular one, and what answered
is remembered. A 404 in the words of the interface is an answer. How often is asked says `attempts`, what an answer
without success means `refusals`. What is asked over the same connections is so long together as one document may be,
for else a service could send documents without end.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

from prometheus.claims import jsontext
from prometheus.errors import PrometheusError
from prometheus_morpheus.asking_services.attempts import LONGEST_DOCUMENT, Attempts
from prometheus_morpheus.asking_services.refusals import FAILURES, Refusals, is_no_such_path
from prometheus_morpheus.asking_services.tokens import Tokens
from prometheus_morpheus.client.exchange import Exchange
from prometheus_morpheus.client.session import Patience, session

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable

    from prometheus.api import Clock, Credentials, ServiceAddress
    from prometheus.claims.jsontext import Json
    from prometheus.errors import NetworkError
    from prometheus_morpheus.asking_services.attempts import Wanted
    from prometheus_morpheus.client.exchange import Reply

_GOOD = (200, 201, 202)
_AS_MANY_WHOLE = 4


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
        self._patience = patience or Patience()
        self._tokens = Tokens(credentials, clock, pause, address.url) if credentials else None
        self._refusals = Refusals(address.url, credentials.public_key if credentials else "", clock)
        self._attempts = Attempts(self._refusals, self._tokens, self._patience, pause)
        self._is_singular: bool | None = None
        self.longest_call = self._patience.whole * _AS_MANY_WHOLE
        """Seconds for everything that one call fetches."""

    @asynccontextmanager
    async def talking(self) -> AsyncIterator[Conversation]:
        """Open the connections for some questions."""
        async with session(self._patience) as opened:
            yield Conversation(self, Exchange(self.url, self._host, opened, FAILURES))

    async def reply_to(self, exchange: Exchange, wanted: Wanted) -> Reply:
        """Return the reply from the generation of paths that the service has."""
        paths = wanted.paths.in_order
        if len(paths) > 1 and self._is_singular is not None:
            paths = (paths[self._is_singular],)
        reply = await self._attempts.reply(exchange, wanted, paths[0])
        for number, path in enumerate(paths[1:], start=1):
            if not is_no_such_path(reply):
                break
            if self._tokens:
                self._tokens.was_not_seen()
            other = await self._attempts.reply(exchange, wanted, path, has_left=True)
            if not is_no_such_path(other):
                self._is_singular, reply = bool(number), other
        if len(paths) > 1 and self._is_singular is None and not is_no_such_path(reply):
            self._is_singular = False
        return reply

    def refusal(self, reply: Reply) -> PrometheusError:
        """Return the error that a reply without success is."""
        return self._refusals.of(reply)

    def garbage(self, meaning: str) -> NetworkError:
        """Return the error for an answer that no such service gives."""
        return self._refusals.garbage(meaning)


class Conversation:
    """Some questions over the same connections."""

    def __init__(self, caller: Caller, exchange: Exchange) -> None:
        self.caller = caller
        self._exchange = exchange
        self._bytes_left = LONGEST_DOCUMENT

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
        self._bytes_left -= len(reply.body)
        if self._bytes_left < 0:
            raise self.caller.garbage(f"its answers have more than {LONGEST_DOCUMENT} bytes together")
        return self.parsed(reply)

    def parsed(self, reply: Reply) -> Json:
        """Return the JSON of a reply."""
        try:
            return jsontext.parse(reply.body)
        except PrometheusError as error:
            raise self.caller.garbage(f"its answer is not strict JSON: {error.what}") from error
