"""Connections that begin a handshake and never end it: they are counted, and nobody else is kept out."""

from __future__ import annotations

import asyncio
import io
import json
import shutil
import socket
import ssl
import subprocess
from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock

from prometheus_morpheus.services.http.asked import json_reply
from prometheus_morpheus.services.http.door import Doors
from prometheus_morpheus.services.http.journal import Journal
from prometheus_morpheus.services.http.route import Route
from prometheus_morpheus.services.http.server import running
from prometheus_morpheus.services.limits import Limits

if TYPE_CHECKING:
    from pathlib import Path

pytestmark = pytest.mark.skipif(shutil.which("openssl") is None, reason="openssl makes the certificate")
ROUTES = (Route("small", "GET", ("/small",), lambda _asked: json_reply({})),)
ASKED = b"GET /small HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tls")
    made = ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    names = ["-subj", "/CN=localhost", "-days", "2", "-keyout", str(folder / "key"), "-out", str(folder / "chain")]
    subprocess.run([*made, *names], check=True, capture_output=True)
    return folder


def context(folder: Path) -> ssl.SSLContext:
    made = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    made.load_cert_chain(folder / "chain", folder / "key")
    return made


async def said(port: int, source: str) -> bytes:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    try:
        reading, writing = await asyncio.open_connection(
            "127.0.0.1", port, ssl=trusting, local_addr=(source, 0), server_hostname="localhost"
        )
        writing.write(ASKED)
        answer = await asyncio.wait_for(reading.read(), 10)
        writing.close()
    except OSError:
        return b""
    return answer.partition(b"\r\n")[0]


def test_silent_connections_of_one_address_leave_room_for_others_and_go(certificate: Path) -> None:
    limits = Limits(connections=8, connections_per_address=3, head_seconds=1.5)

    async def run() -> list[bytes]:
        async with running(ROUTES, limits, FakeClock(), tls=context(certificate)) as service:
            with ExitStack() as stack:
                for _ in range(20):
                    stack.enter_context(socket.create_connection(("127.0.0.1", service.port)))
                await asyncio.sleep(0.3)
                found = [await said(service.port, "127.0.0.1"), await said(service.port, "127.0.0.2")]
                await asyncio.sleep(1.7)
                return [*found, await said(service.port, "127.0.0.1"), await said(service.port, "127.0.0.1")]

    assert asyncio.run(run()) == [b"", *[b"HTTP/1.1 200 OK"] * 3]


def test_places_of_handshakes_that_fail_come_free(certificate: Path) -> None:
    limits = Limits(connections=3, connections_per_address=3)

    async def run() -> bytes:
        async with running(ROUTES, limits, FakeClock(), tls=context(certificate)) as service:
            for sent in (b"GET / HTTP/1.1\r\n\r\n", b"\x16\x03\x01" + bytes(50), b"") * 3:
                _, writing = await asyncio.open_connection("127.0.0.1", service.port)
                writing.write(sent)
                writing.close()
                await asyncio.sleep(0.1)
            return await said(service.port, "127.0.0.1")

    assert asyncio.run(run()) == b"HTTP/1.1 200 OK"


def test_a_service_with_silent_connections_ends_when_told(certificate: Path) -> None:
    async def run() -> None:
        async with running(ROUTES, Limits(), FakeClock(), tls=context(certificate)) as service:
            await asyncio.open_connection("127.0.0.1", service.port)
            await asyncio.sleep(0.1)

    asyncio.run(asyncio.wait_for(run(), 5))


def test_failures_that_nothing_waits_for_are_in_the_log_in_its_form() -> None:
    log = io.StringIO()

    def fail() -> None:
        raise ValueError("of somebody's")

    async def run() -> None:
        async with running(ROUTES, Limits(), FakeClock(), journal=Journal(FakeClock(), log)):
            asyncio.get_running_loop().call_soon(fail)
            await asyncio.sleep(0.05)

    asyncio.run(run())
    (line,) = log.getvalue().splitlines()
    assert (json.loads(line)["doing"], json.loads(line)["kind"]) == ("loop", "ValueError")
    assert "somebody" not in line


def test_a_place_is_counted_once() -> None:
    doors = Doors(asyncio.Protocol, Limits(connections=1))
    assert doors.admit("a")
    assert not doors.admit("b")
    doors.leave("a")
    assert doors.admit("b")
