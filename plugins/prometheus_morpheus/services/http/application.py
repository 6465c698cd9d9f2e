"""The bridge between aiohttp and the answers: one handler for every route, one way for every refusal.

Rules:
* Before an answer is asked, in this order: how often the address asks, whether there is such a path, whether who asks
  may send a long body where not everybody may, the body. A short one is read first, for the reference complains of it
  before it looks at a token.
* Answers run in threads. Those that ask other machines have threads of their own, and so many at most.
* A long answer has a share of the memory too, until it is read: who is slow to read has few at one time.
* What an answer raises besides `Refused` is told to nobody but the log, and there without a word of what was sent.
* Nothing is cached by anybody, nothing runs as a script, and the program does not tell its version.
"""

from __future__ import annotations

import asyncio
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

from aiohttp import web

from prometheus.errors import StorageFailed
from prometheus.model.hosts import host_of, is_loopback
from prometheus_morpheus.services.http import refusals
from prometheus_morpheus.services.http.asked import Asked, Refused
from prometheus_morpheus.services.http.asking import AskingThreads
from prometheus_morpheus.services.http.payload import Memory, read_body
from prometheus_morpheus.services.http.rates import Rates
from prometheus_morpheus.services.http.written import is_long, response_of, write
from prometheus_morpheus.services.limits import SHORT_BODY

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from prometheus_morpheus.services.http.asked import Reply
    from prometheus_morpheus.services.http.door import Doors
    from prometheus_morpheus.services.http.journal import Journal
    from prometheus_morpheus.services.http.route import Route
    from prometheus_morpheus.services.limits import Limits

_NO_ROUTE = "none"
_EXPECTED = "100-continue"
_THREADS, _ASKING_THREADS = 4, 16


class Application:
    """The routes of one service, and what they share."""

    def __init__(
        self,
        routes: Iterable[Route],
        limits: Limits,
        journal: Journal,
        *,
        is_behind_proxy: bool,
        name_elsewhere: str | None = None,
    ) -> None:
        self._limits = limits
        self._journal = journal
        self._is_behind_proxy = is_behind_proxy
        self._name_elsewhere = name_elsewhere
        self._memory = Memory(limits.bytes_at_once, limits.bytes_per_address)
        self._answers = Memory(limits.answers_at_once, limits.answers_per_address)
        self._rates = Rates(limits.per_minute, limits.addresses)
        self._threads = ThreadPoolExecutor(_THREADS, "answer")
        self._asking_threads = AskingThreads(_ASKING_THREADS)
        self._asking = 0
        self._names: dict[object, str] = {}
        self.doors: Doors | None = None
        self.web = web.Application(client_max_size=limits.document, middlewares=[self._middleware()])
        for route in routes:
            self._add(route)

    def close(self) -> None:
        """End the threads: what they do is finished, what waits for one is not begun."""
        self._threads.shutdown(cancel_futures=True)

    def _add(self, route: Route) -> None:
        handler = self._handler(route)
        for path in route.paths:
            for written in {path, path.rstrip("/") + "/"}:
                self._names[self.web.router.add_route(route.method, written, handler)] = route.name

    def _handler(self, route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            headers = request.headers
            asked = Asked(
                request.match_info,
                request.query,
                None,
                _written_in_ascii(headers.get("Authorization")),
                headers.get("Accept", ""),
            )
            if route.before is not None and not _is_short(request):
                await asyncio.get_running_loop().run_in_executor(self._threads, route.before, asked)
            with self._memory.share(self._address(request)) as share:
                if route.method == "POST":
                    asked = asked._replace(body=await read_body(request, route.longest, self._limits, share))
                return response_of(await self._answer(route, asked))

        return handle

    async def _answer(self, route: Route, asked: Asked) -> Reply:
        if not route.asks_others:
            return await asyncio.get_running_loop().run_in_executor(self._threads, route.answer, asked)
        if self._asking >= self._limits.asking_at_once:
            raise refusals.busy()
        self._asking += 1
        try:
            return await self._asking_threads.run(lambda: route.answer(asked))
        finally:
            self._asking -= 1

    def _middleware(self) -> Callable[..., Awaitable[web.StreamResponse]]:
        @web.middleware
        async def around(
            request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
        ) -> web.StreamResponse:
            began = time.monotonic()
            if self.doors:
                self.doors.answering(request.protocol)
            response = await self._safely(request, handler)
            try:
                response = await self._write(request, response)
            finally:
                took = round((time.monotonic() - began) * 1000)
                self._journal.answered(self._name(request), response.status, took)
            if self.doors:
                self.doors.answered(request.protocol)
            return response

        return around

    async def _write(self, request: web.Request, response: web.StreamResponse) -> web.StreamResponse:
        """Write an answer, or that there is no memory for it to wait in; return what was written."""
        with self._answers.share(self._address(request)) as share:
            try:
                if is_long(response, self._limits):
                    share.take(response.content_length or 0)
            except Refused as refused:
                response = response_of(refused.reply)
            return await write(request, response, self._limits)

    async def entered(
        self, request: web.BaseRequest, handler: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Answer what is asked before any route: `handler` is aiohttp's way to the routes."""
        if request.headers.get("Expect", _EXPECTED).lower() != _EXPECTED:
            refused = refusals.not_expected()
        elif not self._is_called(request.headers.get("Host", "")):
            refused = refusals.not_here()
        else:
            return await handler(request)
        self._journal.answered(_NO_ROUTE, refused.reply.status, 0)
        response = response_of(refused.reply)
        response.force_close()
        return response

    def _is_called(self, host: str) -> bool:
        """Return whether a service of this machine alone has this name: a page of others gives itself its address."""
        called = host_of(f"http://{host}").lower()
        return self._name_elsewhere is None or not called or is_loopback(called) or called == self._name_elsewhere

    async def _safely(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        try:
            self._require_pause(request)
            return await handler(request)
        except Refused as refused:
            response = response_of(refused.reply)
        except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
            response = response_of(refusals.nowhere(request.method, request.rel_url.raw_path).reply)
        except StorageFailed as error:
            self._journal.failed(self._name(request), error)
            response = response_of(refusals.not_stored().reply)
        except Exception as error:  # noqa: BLE001 - whoever asks learns nothing of a bug; whoever runs it reads the log
            self._journal.failed(self._name(request), error)
            response = response_of(refusals.broken().reply)
        if request.can_read_body and not request.content.is_eof():
            response.force_close()
        return response

    def _require_pause(self, request: web.Request) -> None:
        wait = self._rates.wait(self._address(request), time.monotonic())
        if wait:
            raise refusals.too_often(wait)

    def _address(self, request: web.Request) -> str:
        """Return who asks: the proxy tells, where there is one, for the last address of the list is its own word."""
        if self._is_behind_proxy:
            told = request.headers.getall("X-Forwarded-For", [])
            if told:
                return told[-1].rpartition(",")[2].strip()
        return request.remote or ""

    def _name(self, request: web.Request) -> str:
        return self._names.get(request.match_info.route, _NO_ROUTE)


def _is_short(request: web.Request) -> bool:
    return request.content_length is not None and request.content_length <= SHORT_BODY


def _written_in_ascii(header: str | None) -> str | None:
    """Return a header with escapes for what is not ASCII: a refusal may repeat it."""
    return None if header is None else header.encode("ascii", "backslashreplace").decode()
