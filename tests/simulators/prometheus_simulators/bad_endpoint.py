"""An endpoint on the loopback that stands before a real ledger and lies, stalls or dies on cue; honest until told.

    endpoint.lie(telling("/api/blockchain", …))        # the real answer goes out changed, see `bad_endpoint_lies`
    endpoint.go(DIE_AFTER, path="/api/transactions")   # how answers go out, see `bad_endpoint_ways`
    endpoint.behind = other.url                        # from now on it serves another ledger
    endpoint.honest()                                  # forgets all of this

Rules: whatever nobody lies about is passed on to the ledger behind and comes from it, status and bytes. What was asked
and which transactions arrived is kept, whatever was answered. It runs in the thread of a `bad_endpoint_world.World`.
"""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, NamedTuple

from aiohttp import ClientSession, web
from yarl import URL

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

LAYER_TWO = "/morpheus/v1"


class Asked(NamedTuple):
    """A request; the path has no query, the body is parsed JSON or None."""

    method: str
    path: str
    body: Any


class Told(NamedTuple):
    """An answer: status and parsed JSON."""

    status: int
    body: Any


class Going(NamedTuple):
    """How answers to some requests go out, and how often still; None for ever."""

    way: Callable[[BadEndpoint, web.Request, Asked], Awaitable[web.StreamResponse]]
    path: re.Pattern[str]
    method: str
    times: int | None

    def fits(self, asked: Asked) -> bool:
        return self.method in ("", asked.method) and self.path.search(asked.path) is not None


class BadEndpoint:
    """One endpoint; its members may be set from any thread between two questions."""

    def __init__(self, behind: str) -> None:
        self.url = ""
        self.behind = behind
        self.layer_two_behind = ""
        self.asked: list[Asked] = []
        self.arrived: list[dict[str, Any]] = []
        """Every transaction that was posted here, in its bytes as JSON, whatever became of it."""
        self._origin = behind
        self._lies: list[Callable[[Asked, Told], Told]] = []
        self._goings: list[Going] = []
        self._session: ClientSession | None = None
        self._runner: web.AppRunner | None = None

    # --- what a test says ------------------------------------------------------------------------------------------

    def lie(self, *lies: Callable[[Asked, Told], Told]) -> None:
        """Change answers from now on; later lies see what earlier ones made."""
        self._lies = [*self._lies, *lies]

    def go(
        self,
        way: Callable[[BadEndpoint, web.Request, Asked], Awaitable[web.StreamResponse]],
        *,
        path: str = "",
        method: str = "",
        times: int | None = None,
    ) -> None:
        """Let answers go out in a way; `path` is searched as a regular expression."""
        self._goings = [*self._goings, Going(way, re.compile(path), method, times)]

    @property
    def is_going_badly(self) -> bool:
        """Whether some answers still would not go out as they should."""
        return any(going.times != 0 for going in self._goings)

    def honest(self) -> None:
        """Be an ordinary node of the first ledger again."""
        self._lies, self._goings = [], []
        self.behind, self.layer_two_behind = self._origin, ""

    # --- serving ---------------------------------------------------------------------------------------------------

    async def start(self) -> None:
        """Listen on a free port."""
        self._session = ClientSession(auto_decompress=False)
        made = web.Application(client_max_size=2**25)
        made.router.add_route("*", "/{path:.*}", self._handle)
        self._runner = web.AppRunner(made, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()
        if self._session is not None:
            await self._session.close()

    async def told(self, request: web.Request, asked: Asked) -> Told:
        """Return what it says: the real answer, after every lie. The request takes effect behind."""
        told = await self._passed_on(request, asked)
        for lie in self._lies:
            told = lie(asked, told)
        return told

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        asked = await _asked(request)
        self.asked.append(asked)
        if asked.method == "POST" and asked.path.endswith("/transactions") and isinstance(asked.body, dict):
            self.arrived += asked.body.get("transactions", [])
        way = self._way(asked)
        if way is not None:
            return await way(self, request, asked)
        return answer(await self.told(request, asked))

    def _way(self, asked: Asked) -> Callable[[BadEndpoint, web.Request, Asked], Awaitable[web.StreamResponse]] | None:
        for place, going in enumerate(self._goings):
            if going.fits(asked) and going.times != 0:
                if going.times is not None:
                    self._goings[place] = going._replace(times=going.times - 1)
                return going.way
        return None

    async def _passed_on(self, request: web.Request, asked: Asked) -> Told:
        assert self._session is not None
        is_layer_two = asked.path.startswith(LAYER_TWO) and asked.method == "GET"
        origin = (self.layer_two_behind if is_layer_two else "") or self.behind
        body = await request.read()
        async with self._session.request(
            request.method,
            URL(origin + request.raw_path, encoded=True),
            data=body or None,
            headers={"content-type": request.headers.get("content-type", "application/json")},
        ) as reply:
            return Told(reply.status, json.loads(await reply.read()))


async def _asked(request: web.Request) -> Asked:
    body = await request.read()
    try:
        parsed = json.loads(body) if body else None
    except ValueError:
        parsed = None
    return Asked(request.method, request.path, parsed)


def answer(told: Told) -> web.Response:
    """Return an answer as it goes over the wire."""
    text = json.dumps(told.body, ensure_ascii=False, separators=(",", ":"))
    return web.Response(status=told.status, text=text, content_type="application/json")
