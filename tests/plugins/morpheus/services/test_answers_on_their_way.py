"""Answers on their way out: readers that do not read, and what aiohttp would say for itself."""

from __future__ import annotations

import asyncio
import io
import os
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import served

from prometheus_morpheus.services.http.asked import Asked, Reply, forbidden, json_reply
from prometheus_morpheus.services.http.route import Route
from prometheus_morpheus.services.http.server import running
from prometheus_morpheus.services.limits import MIB, Limits
from prometheus_morpheus.services.running import Plan, _name_elsewhere

if TYPE_CHECKING:
    from collections.abc import Iterator

LARGE = 3 * MIB


def large(_asked: Asked) -> Reply:
    return Reply(200, "x" * LARGE)


def token(asked: Asked) -> Reply:
    raise forbidden(f"wrong token {asked.authorization}")


def small(_asked: Asked) -> Reply:
    return json_reply({})


ROUTES = (
    Route("large", "GET", ("/large",), large),
    Route("token", "GET", ("/token",), token),
    Route("small", "GET", ("/small",), small),
)


def begun(stack: ExitStack, url: str, raw: bytes) -> socket.socket:
    """Send something with hardly any room for what comes back."""
    host, port = url.removeprefix("http://").split(":")
    line = stack.enter_context(socket.socket())
    line.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    line.settimeout(15)
    line.connect((host, int(port)))
    line.sendall(raw)
    return line


def everything(line: socket.socket) -> bytes:
    said = b""
    try:
        while piece := line.recv(65536):
            said += piece
    except ConnectionError:
        pass
    return said


def ask(url: str, raw: bytes) -> bytes:
    with ExitStack() as stack:
        return everything(begun(stack, url, raw))


def get(path: str, more: str = "") -> bytes:
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n{more}Connection: close\r\n\r\n".encode("latin-1")


def test_who_does_not_read_has_few_large_answers_at_one_time_and_is_cut_off() -> None:
    limits = Limits(per_minute=None, answers_per_address=2 * LARGE, pace_seconds=2.0)
    with ExitStack() as stack, served(ROUTES, FakeClock(), limits) as url:
        began = time.monotonic()
        held = [begun(stack, url, get("/large")) for _ in range(2)]
        time.sleep(0.5)
        assert ask(url, get("/large")).startswith(b"HTTP/1.1 503 ")
        assert b" 200 " in ask(url, get("/small")).partition(b"\r\n")[0], "a short answer has room"
        time.sleep(max(0.0, began + 4 - time.monotonic()))
        whole = ask(url, get("/large"))
        assert whole.startswith(b"HTTP/1.1 200 ")
        assert whole.endswith(b"x" * LARGE), "their places came free"
        assert all(len(everything(line)) < LARGE for line in held), "they were ended before all was written"


def test_a_long_answer_comes_whole_and_the_connection_is_used_again() -> None:
    with ExitStack() as stack, served(ROUTES, FakeClock()) as url:
        line = begun(stack, url, b"GET /large HTTP/1.1\r\nHost: x\r\n\r\n" + get("/small"))
        said = everything(line)
    head, _, rest = said.partition(b"\r\n\r\n")
    assert f"content-length: {LARGE}" in head.decode().lower()
    assert b"transfer-encoding" not in head.lower()
    assert rest.startswith(b"x" * LARGE + b"HTTP/1.1 200 ")


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def url(log: io.StringIO) -> Iterator[str]:
    with served(ROUTES, FakeClock(), log=log) as at:
        yield at


@pytest.mark.parametrize(
    ("raw", "status"),
    [
        (b"GET /zzSecret HTTP/1.1 zzSecret\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nzz Secret: zzSecret\r\n\r\n", 400),
        (b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"zzSecret" * 3000 + b"\r\n\r\n", 400),
        (get("/small", "Expect: zzSecret\r\n"), 417),
        (get("/nowhere", "Expect: zzSecret\r\n"), 417),
        (get("/token", "Authorization: \xff\xfe abc\r\n"), 403),
    ],
)
def test_the_service_speaks_for_itself_whatever_comes(url: str, log: io.StringIO, raw: bytes, status: int) -> None:
    said = ask(url, raw)
    assert said.split(b" ")[1] == str(status).encode()
    assert b"Server: prometheus\r\n" in said
    assert b"aiohttp" not in said
    assert b"zzSecret" not in said
    assert f'"status": {status}' in log.getvalue()


def test_what_a_refusal_of_a_token_repeats_is_no_markup(url: str) -> None:
    said = ask(url, get("/token", "Authorization: Bearer <script>alert('x')</script>\r\n"))
    assert b"<script>" not in said
    assert b"&lt;script&gt;alert('x')" in said, "quotes stay as they were recorded"


@pytest.mark.parametrize(
    ("host", "is_taken"),
    [
        ("127.0.0.1:4710", True),
        ("localhost", True),
        ("[::1]:4710", True),
        ("Town.example:80", True),
        ("evil.example", False),
        ("127.0.0.1.evil.example:4710", False),
        ("localhost.", False),
    ],
)
def test_a_service_of_this_machine_alone_has_no_name_of_others(host: str, is_taken: bool) -> None:
    async def run() -> bytes:
        async with running(ROUTES, Limits(), FakeClock(), name_elsewhere="town.example") as service:
            reading, writing = await asyncio.open_connection("127.0.0.1", service.port)
            writing.write(f"GET /small HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n".encode())
            said = await reading.read()
            writing.close()
            return said

    assert asyncio.run(run()).split(b" ")[1] == (b"200" if is_taken else b"421")


def test_only_a_service_of_this_machine_alone_looks_at_its_name() -> None:
    alone = Plan("verifier", None, None, "127.0.0.1", 0)
    assert _name_elsewhere(alone) == ""
    assert _name_elsewhere(alone._replace(url="https://town.example")) == "town.example"
    assert _name_elsewhere(alone._replace(is_behind_proxy=True)) is None
    assert _name_elsewhere(alone._replace(host="0.0.0.0")) is None  # noqa: S104


HANGING = """
import asyncio, time
from prometheus_simulators.clock import FakeClock
from prometheus_morpheus.services.http.route import Route
from prometheus_morpheus.services.http.server import running
from prometheus_morpheus.services.limits import Limits

async def serve():
    route = Route("hang", "GET", ("/hang",), lambda _asked: time.sleep(60), asks_others=True)
    async with running([route], Limits(stop_seconds=0.2), FakeClock()) as service:
        _, writing = await asyncio.open_connection("127.0.0.1", service.port)
        writing.write(b"GET /hang HTTP/1.1\\r\\nHost: x\\r\\n\\r\\n")
        await asyncio.sleep(0.5)

asyncio.run(serve())
print("stopped")
"""


def test_the_end_waits_for_no_ledger_that_hangs() -> None:
    path = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    ended = subprocess.run([sys.executable, "-c", HANGING], capture_output=True, timeout=20, check=True, env=path)
    assert ended.stdout == b"stopped\n"
