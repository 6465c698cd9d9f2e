"""A real HTTP server on the loopback that answers what a script says, byte for byte, also what no server should.

    with scripted_node() as node:
        node.serve("/api/blockchain", {"data": …})                     # from now on
        node.once("/api/blockchain", stall(), reply(status=429, …))    # these first, each once
        node.url, node.requests

    with scripted_node(before="http://127.0.0.1:4703") as way:
        way.once("/api/transactions", arrived(hang_up()))              # the real one gets it, its answer is lost

With ``before`` it stands before a real node and passes on whatever no script is for. It runs in a thread of its own, so
that what is tested may use any loop. Paths are with their query.
"""

from __future__ import annotations

import asyncio
import json
import threading
from collections import defaultdict, deque
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

RECORDINGS = Path(__file__).resolve().parents[3] / "tests" / "vectors" / "hydra"


class Request(NamedTuple):
    method: str
    path: str
    headers: dict[str, str]
    body: bytes


class Step(NamedTuple):
    """What goes over the wire, whether it then holds the connection open, and the seconds between two bytes.

    With ``arrives`` the real node behind gets the request first, and its answer is thrown away.
    """

    data: bytes = b""
    holds: bool = False
    drip: float = 0.0
    arrives: bool = False


def reply(body: Any = None, status: int = 200, headers: Mapping[str, str] | None = None, *, raw: bytes = b"") -> Step:
    """Answer properly; ``raw`` instead of JSON."""
    content = raw or json.dumps(body).encode()
    return Step(_head(status, len(content), headers) + content)


def stall() -> Step:
    """Take the request and never answer."""
    return Step(holds=True)


def stall_midway(body: Any) -> Step:
    """Begin an answer and never end it."""
    content = json.dumps(body).encode()
    return Step(_head(200, len(content), None) + content[: len(content) // 2], holds=True)


def drip(body: Any) -> Step:
    """Answer properly, one byte after the other, with a tenth of a second between two."""
    return reply(body)._replace(drip=0.1)


def die_midway(body: Any) -> Step:
    """Begin an answer and close."""
    content = json.dumps(body).encode()
    return Step(_head(200, len(content), None) + content[: len(content) // 2])


def hang_up() -> Step:
    """Close without a word."""
    return Step()


def arrived(step: Step) -> Step:
    """Let the real node behind have the request, and then do this instead of passing its answer on."""
    return step._replace(arrives=True)


def raw(data: bytes) -> Step:
    """Send these bytes and close."""
    return Step(data)


def refusal(status: int, message: str, headers: Mapping[str, str] | None = None) -> Step:
    """Answer as Hydra's server words its refusals."""
    return reply({"statusCode": status, "error": "…", "message": message}, status, headers)


def _head(status: int, length: int, headers: Mapping[str, str] | None) -> bytes:
    lines = [f"HTTP/1.1 {status} X", f"content-length: {length}", "content-type: application/json", "connection: close"]
    lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


def recording(number: int) -> dict[str, Any]:
    """Return one recorded exchange with a real node: label, request and response."""
    found: dict[str, Any] = json.loads(next(RECORDINGS.glob(f"{number:03d}-*.json")).read_text(encoding="utf-8"))
    return found


class ScriptedNode:
    """The script, and what was asked."""

    def __init__(self, before: str = "") -> None:
        self.url = ""
        self._behind = before.removeprefix("http://")
        self.requests: list[Request] = []
        self._steps: dict[str, Step] = {}
        self._once: dict[str, deque[Step]] = defaultdict(deque)

    def serve(self, path: str, body: Any = None, *, step: Step | None = None) -> None:
        """Answer a path so from now on."""
        self._steps[path] = step or reply(body)

    def once(self, path: str, *steps: Step) -> None:
        """Answer the next requests of a path so, one step each."""
        self._once[path].extend(steps)

    def play(self, *numbers: int) -> None:
        """Answer as in these recordings from now on."""
        for number in numbers:
            found = recording(number)
            answer = found["response"]
            self._steps[found["request"]["path"]] = reply(answer["body"], answer["status"])

    def paths(self, method: str = "") -> list[str]:
        """Return what was asked, in order."""
        return [each.path for each in self.requests if method in ("", each.method)]

    async def answer(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Read one request, then do what the script says."""
        try:
            request = await _request(reader)
            self.requests.append(request)
            step = await self._step(request)
            for piece in _pieces(step):
                writer.write(piece)
                await writer.drain()
                await asyncio.sleep(step.drip)
            if step.holds:
                await reader.read()
        except (ConnectionError, asyncio.IncompleteReadError):
            pass
        finally:
            writer.close()

    async def _step(self, request: Request) -> Step:
        queue = self._once[request.path]
        step = queue.popleft() if queue else self._steps.get(request.path)
        if self._behind and (step is None or step.arrives):
            answer = await self._passed_on(request)
            return step or Step(answer)
        return step or refusal(404, "Not Found")

    async def _passed_on(self, request: Request) -> bytes:
        """Return what the real node answers, to the last byte."""
        host, _colon, port = self._behind.partition(":")
        reader, writer = await asyncio.open_connection(host, int(port))
        headers = request.headers | {"host": self._behind, "connection": "close"}
        lines = [f"{request.method} {request.path} HTTP/1.1", *(f"{name}: {value}" for name, value in headers.items())]
        writer.write(("\r\n".join(lines) + "\r\n\r\n").encode() + request.body)
        await writer.drain()
        answer = await reader.read()
        writer.close()
        return answer


def _pieces(step: Step) -> list[bytes]:
    return [bytes([each]) for each in step.data] if step.drip else [step.data]


async def _request(reader: asyncio.StreamReader) -> Request:
    head = (await reader.readuntil(b"\r\n\r\n")).decode()
    first, *lines = head.split("\r\n")
    method, path, _version = first.split(" ")
    headers = {name.lower(): value.strip() for name, _colon, value in (line.partition(":") for line in lines if line)}
    body = await reader.readexactly(int(headers.get("content-length", "0")))
    return Request(method, path, headers, body)


@contextmanager
def scripted_node(*, before: str = "") -> Iterator[ScriptedNode]:
    """Run a scripted node: one that knows its configuration, first block and tip, or one ``before`` a real node."""
    node = ScriptedNode(before)
    if not before:
        node.play(4, 9, 12)
        node.serve("/api/blocks/2", step=refusal(404, "Block not found"))
    loop = asyncio.new_event_loop()
    server = loop.run_until_complete(asyncio.start_server(node.answer, "127.0.0.1", 0))
    node.url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    try:
        yield node
    finally:
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        server.close()
        for task in asyncio.all_tasks(loop):
            task.cancel()
        loop.run_until_complete(asyncio.sleep(0))
        loop.close()
