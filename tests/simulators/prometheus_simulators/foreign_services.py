"""A foreign authority, inspector and verifier on the loopback: answers as the reference services were recorded to.

    with foreign_services() as service:
        process_id = service.publish_process(document)            # its schemas become blobs of their own
        service.clerks.add(public_key)                            # who may list, approve and reject
        service.url, service.asked                                # routes in the order they were asked

    foreign_services(generation="singular")                       # the paths of the later wallets
    service.lie("status", fails(500), times=1)                    # instead of the next answer
    service.lie("approve", lost())                                # done, and the answer is lost

It can lie by itself (`service.blobs[id] = other`, `service.requests[link].statement = other`) and on its way (`lie`).
It checks tokens, their order included, and the form of nothing: what comes in is kept as it came. It runs in a thread
of its own, so that what is tested may use any loop.
"""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections import defaultdict, deque
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

from aiohttp import web

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import compact, parse
from prometheus.claims.jwt import parse_token
from prometheus.claims.signed import parse_signed
from prometheus.errors import PrometheusError
from prometheus.identity.multibase import b64u_encode
from prometheus_simulators.foreign_lies import fails, garbage, hangs_up, is_slow, lost, moves_away, says
from prometheus_simulators.foreign_routes import ROUTES, WITH_TOKEN

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json
    from prometheus.ports import Clock
    from prometheus_simulators.foreign_lies import Act, Lie

__all__ = [
    "ForeignServices",
    "Waiting",
    "fails",
    "foreign_services",
    "garbage",
    "hangs_up",
    "is_slow",
    "lost",
    "moves_away",
    "says",
]
Generation = Literal["plural", "singular"]
LARGEST = 16 * 2**20
_SCHEMAS = ("claimSchema", "evidenceSchema", "constraintsSchema", "resultSchema")


class Waiting:
    """A request as the service keeps it."""

    def __init__(self, link: str, document: Any, request_id: str, date: str) -> None:
        self.link = link
        self.document = document
        self.request_id = request_id
        self.date = date
        self.process_id = str(document["content"].get("processId", ""))
        self.status = "pending"
        self.statement: Any = None
        self.reason: str | None = None


class Asked(NamedTuple):
    """One request that came in: name of its route, path, and the key that its token names."""

    route: str
    path: str
    key: str | None


class _Refusal(Exception):
    def __init__(self, response: web.Response) -> None:
        self.response = response


class ForeignServices:
    """All three services in one, with what they know in plain dictionaries."""

    def __init__(self, generation: Generation, clock: Clock | None) -> None:
        self.url = ""
        self.generation = generation
        self.has_extensions = False
        """Whether a request can be withdrawn and the presentations listed, which no foreign service can do."""
        self.wants_tokens_for_requests = False
        """Whether holders need a token, as the reference wants it."""
        self.clerks: set[str] = set()
        """Public keys whose tokens are taken; anybody's where it is empty."""
        self.blobs: dict[str, Any] = {}
        self.processes: list[str] = []
        self.scenarios: list[str] = []
        self.requests: dict[str, Waiting] = {}
        self.private: dict[str, Any] = {}
        self.presentations: dict[str, str] = {}
        """Id of each presentation to the time when it came."""
        self.validations: dict[str, tuple[list[str], list[str]]] = {}
        """Errors and warnings for signatures over a content id; none for what is not named."""
        self.after_proof: tuple[int, str] = (200, "tip")
        self.asked: list[Asked] = []
        self.validated: list[dict[str, Any]] = []
        """The bodies of `/validate`, as they came."""
        self._clock = clock
        self._newest: dict[str, int] = {}
        self._lies: dict[str, deque[Lie]] = defaultdict(deque)
        self._always: dict[str, Lie] = {}

    def publish_process(self, document: Json) -> str:
        """Publish a process with its schemas as blobs of their own; return its id."""
        return self._publish(document, self.processes)

    def publish_scenario(self, document: Json) -> str:
        """Publish a scenario with its schema as a blob of its own; return its id."""
        return self._publish(document, self.scenarios)

    def lie(self, route: str, how: Lie, *, times: int | None = None) -> None:
        """Do something else on a route: the next times, or from now on."""
        if times is None:
            self._always[route] = how
        else:
            self._lies[route].extend([how] * times)

    def be_honest(self) -> None:
        """Forget every lie on the way."""
        self._lies.clear()
        self._always.clear()

    def routes(self) -> list[str]:
        """Return the names of the routes in the order they were asked."""
        return [asked.route for asked in self.asked]

    def only_request(self) -> Waiting:
        """Return the one request that came in."""
        (found,) = self.requests.values()
        return found

    def now(self) -> int:
        """Return the present second."""
        return int(time.time() if self._clock is None else self._clock.now().timestamp())

    def application(self) -> web.Application:
        """Return the application with the paths of its generation."""
        made = web.Application(client_max_size=LARGEST)
        for name, (method, plural, singular) in ROUTES.items():
            if name in ("withdraw", "received") and not self.has_extensions:
                continue
            path = plural if self.generation == "plural" else singular
            made.router.add_route(method, path, self._handler(name))
        made.router.add_route("*", "/{tail:.*}", _nowhere)
        return made

    def _publish(self, document: Any, listed: list[str]) -> str:
        parts = dict(document)
        for name in _SCHEMAS:
            if isinstance(parts.get(name), dict):
                schema = parts[name]
                parts[name] = content_id(schema)
                self.blobs[parts[name]] = schema
        found = content_id(parts)
        self.blobs[found] = parts
        listed.append(found)
        return found

    def _handler(self, name: str) -> Act:
        act: Act = getattr(self, f"_{name}")

        async def honest(request: web.Request) -> web.StreamResponse:
            try:
                if await request.read():
                    await _body(request)
                if name in WITH_TOKEN or (name == "send_request" and self.wants_tokens_for_requests):
                    self._check_token(request)
                return await act(request)
            except _Refusal as refusal:
                return refusal.response

        async def handle(request: web.Request) -> web.StreamResponse:
            self.asked.append(Asked(name, request.path, _key_in(request, self.now())))
            queue = self._lies[name]
            how = queue.popleft() if queue else self._always.get(name)
            return await honest(request) if how is None else await how(honest, request)

        return handle

    def _check_token(self, request: web.Request) -> None:
        header = request.headers.get("Authorization")
        if header is None:
            raise _Refusal(_forbidden("Error: No authorization header found"))
        kind, _, text = header.partition(" ")
        if kind != "Bearer":
            raise _Refusal(_forbidden(f"Error: Invalid authorization type {kind}"))
        try:
            token = parse_token(text, self.now())
        except PrometheusError as error:
            raise _Refusal(_forbidden(error.what)) from None
        key = token.public_key.text
        if self.clerks and key not in self.clerks:
            raise _Refusal(_forbidden(f"Error: Public key {key} is not authorized"))
        newest = self._newest.get(key, 0)
        if token.created_at <= newest:
            raise _Refusal(_forbidden(f"Error: Cannot use tokens not created after {newest}"))
        self._newest[key] = token.created_at

    async def _list_processes(self, _request: web.Request) -> web.Response:
        return _json({"processes": self.processes})

    async def _list_scenarios(self, _request: web.Request) -> web.Response:
        return _json({"scenarios": self.scenarios})

    async def _blob(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        return _json(self.blobs[name]) if name in self.blobs else _json(f"Unknown contentId '{name}'", 404)

    async def _send_request(self, request: web.Request) -> web.Response:
        document = await _signed_body(request, "witness request")
        content = content_id(document["content"])
        for known in self.requests.values():
            if content_id(known.document["content"]) == content:
                return _json({"capabilityLink": known.link}, 202)
        link = "u" + b64u_encode(secrets.token_bytes(33))
        date = time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self.now()))
        waiting = Waiting(link, document, content_id(document), date)
        self.requests[link] = waiting
        self.private[waiting.request_id] = document
        return _json({"capabilityLink": link}, 202)

    async def _status(self, request: web.Request) -> web.Response:
        found = self.requests.get(request.match_info["link"])
        if found is None:
            return _json(f"Unknown capabilityLink '{request.match_info['link']}'", 404)
        return _json(
            {"status": found.status, "signedStatement": found.statement, "rejectionReason": found.reason},
        )

    async def _withdraw(self, request: web.Request) -> web.Response:
        found = self._waiting(request)
        found.status = "withdrawn"
        return _json({"success": True})

    async def _list_requests(self, _request: web.Request) -> web.Response:
        rows = [
            {
                "capabilityLink": one.link,
                "requestId": one.request_id,
                "dateOfRequest": one.date,
                "status": one.status,
                "processId": one.process_id,
                "notes": None,
            }
            for one in self.requests.values()
        ]
        return _json({"requests": rows})

    async def _private_blob(self, request: web.Request) -> web.Response:
        name = request.match_info["id"]
        if name not in self.private:
            return _json({"error": f"Unknown private contentId '{name}'"}, 404)
        return _json(self.private[name])

    async def _approve(self, request: web.Request) -> web.Response:
        found = self._waiting(request)
        document = await _body(request)
        if not parse_signed(document).is_valid():
            said = f"Signed presentation {content_id(document)} has invalid signature"
            raise _Refusal(_json({"error": said}, 400))
        self._require_pending(found, "approved")
        found.status, found.statement = "approved", document
        return _json({"success": True})

    async def _reject(self, request: web.Request) -> web.Response:
        found = self._waiting(request)
        reason = (await _body(request)).get("rejectionReason")
        if not isinstance(reason, str):
            raise _Refusal(_json({"error": "Rejection reason 'undefined' is not a string"}, 400))
        self._require_pending(found, "rejected")
        found.status, found.reason = "rejected", reason
        return _json({"success": True})

    def _waiting(self, request: web.Request) -> Waiting:
        link = request.match_info["link"]
        if link not in self.requests:
            raise _Refusal(_json({"error": f"Unknown capabilityLink '{link}'"}, 404))
        return self.requests[link]

    def _require_pending(self, found: Waiting, wanted: str) -> None:
        if found.status != "pending":
            said = f"Request '{found.request_id}' cannot be {wanted} in state {found.status}"
            raise _Refusal(_json({"error": said}, 400))

    async def _send_presentation(self, request: web.Request) -> web.Response:
        document = await _signed_body(request, "presentation")
        name = content_id(document)
        self.blobs[name] = document
        self.presentations.setdefault(name, time.strftime("%Y-%m-%dT%H:%M:%S.000Z", time.gmtime(self.now())))
        return _json({"contentId": name}, 202)

    async def _received(self, _request: web.Request) -> web.Response:
        rows = [{"contentId": name, "dateOfPresentation": date} for name, date in self.presentations.items()]
        return _json({"presentations": rows})

    async def _after_proof(self, _request: web.Request) -> web.Response:
        height, block = self.after_proof
        return _json({"blockHeight": height, "blockHash": block})

    async def _validate(self, request: web.Request) -> web.Response:
        body = await _body(request)
        self.validated.append(body)
        errors, warnings = self.validations.get(str(body.get("contentId")), ([], []))
        return _json({"errors": errors, "warnings": warnings})


def _json(value: Any, status: int = 200) -> web.Response:
    return web.Response(text=compact(value), status=status, content_type="application/json")


def _forbidden(text: str) -> web.Response:
    return web.Response(text=text, status=403, content_type="text/html")


def _key_in(request: web.Request, now: int) -> str | None:
    try:
        return parse_token(request.headers.get("Authorization", "").removeprefix("Bearer "), now).public_key.text
    except PrometheusError:
        return None


async def _body(request: web.Request) -> Any:
    try:
        return parse(await request.read())
    except PrometheusError:
        page = "<!DOCTYPE html>\n<html>\n<body>\n<pre>SyntaxError</pre>\n</body>\n</html>\n"
        raise _Refusal(web.Response(text=page, status=400, content_type="text/html")) from None


async def _signed_body(request: web.Request, what: str) -> Any:
    document = await _body(request)
    try:
        signed = parse_signed(document)
    except PrometheusError:
        raise _Refusal(_json(f"Signed {what} {content_id(document)} is missing signature", 400)) from None
    if not signed.is_valid():
        raise _Refusal(_json(f"Signed {what} {content_id(document)} has invalid signature", 400))
    return document


async def _nowhere(request: web.Request) -> web.Response:
    page = f"<!DOCTYPE html>\n<html>\n<body>\n<pre>Cannot {request.method} {request.path}</pre>\n</body>\n</html>\n"
    return web.Response(text=page, status=404, content_type="text/html")


@contextmanager
def foreign_services(
    *,
    generation: Generation = "plural",
    clock: Clock | None = None,
    has_extensions: bool = False,
) -> Iterator[ForeignServices]:
    """Run the services on a free port of the loopback; `clock` is the real one where it is left out."""
    service = ForeignServices(generation, clock)
    service.has_extensions = has_extensions
    loop = asyncio.new_event_loop()
    runner = loop.run_until_complete(_started(service))
    service.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield service
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.run_until_complete(runner.cleanup())
        loop.close()


async def _started(service: ForeignServices) -> web.AppRunner:
    runner = web.AppRunner(service.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    return runner
