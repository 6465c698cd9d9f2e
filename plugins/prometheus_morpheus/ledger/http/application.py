"""The bridge between aiohttp and the answers: one handler for every route, one form for every refusal.

Rules:
* A body is read up to its limit and parsed by its declared type before an answer sees it.
* What an answer raises besides `Refused` is status 500 without a word about it, and is logged here.
* The paths under ``/dev`` answer only to ``localhost`` or an address, and only to declared JSON, so that no web page
  can use them through the browser of somebody who runs a ledger.
"""

from __future__ import annotations

import logging
from ipaddress import ip_address
from typing import TYPE_CHECKING

from aiohttp import web

from prometheus.claims.jsontext import compact
from prometheus_morpheus.ledger.http.asked import Asked, Refused, broken, nowhere
from prometheus_morpheus.ledger.http.payload import LARGEST, read_body

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.http.routes import Route

_log = logging.getLogger(__name__)


def application(routes: Iterable[Route]) -> web.Application:
    """Return an application that answers these routes, and everything else with Hydra's refusal."""
    made = web.Application(client_max_size=LARGEST, middlewares=[_in_one_form])
    for route in routes:
        handler = _handler(route)
        for path in {route.path, route.path.rstrip("/") + "/"}:
            made.router.add_route(route.method, path, handler)
    return made


def _handler(route: Route) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    is_control = route.path.startswith("/dev")

    async def handle(request: web.Request) -> web.StreamResponse:
        if is_control:
            _require_own_host(request)
        body = await _body(request, is_control=is_control) if route.method == "POST" else None
        return _json(200, route.answer(Asked(request.match_info, request.query, body)))

    return handle


async def _body(request: web.Request, *, is_control: bool) -> Json:
    declared = request.headers.get("Content-Type", "")
    if is_control and declared.partition(";")[0].strip().lower() != "application/json":
        raise Refused(415, "Unsupported Media Type")
    return read_body(declared, await request.read())


def _require_own_host(request: web.Request) -> None:
    """Refuse a name that somebody's name server may point at this machine."""
    host = request.url.host or ""
    try:
        ip_address(host)
    except ValueError:
        if host != "localhost":
            raise Refused(403, "ask by address or as localhost") from None


@web.middleware
async def _in_one_form(
    request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    try:
        return await handler(request)
    except Refused as refused:
        return _json(refused.status, refused.as_body())
    except web.HTTPRequestEntityTooLarge:
        return _refusal(Refused(413, f"Payload content length greater than maximum allowed: {LARGEST}"))
    except (web.HTTPNotFound, web.HTTPMethodNotAllowed):
        return _refusal(nowhere())
    except Exception:  # noqa: BLE001 - a bug must look as it does at a node; whoever runs this one reads it in the log
        _log.exception("an answer failed")
        return _refusal(broken())


def _refusal(refused: Refused) -> web.Response:
    return _json(refused.status, refused.as_body())


def _json(status: int, value: Json) -> web.Response:
    return web.Response(status=status, text=compact(value), content_type="application/json")
