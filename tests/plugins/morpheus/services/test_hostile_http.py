"""Whatever is sent to a service over a socket: it gives the right refusal, or ends the connection, and goes on."""

from __future__ import annotations

import asyncio
import io
import json
import socket
import time
from typing import TYPE_CHECKING

import pytest
from aiohttp import ClientSession
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import served

from prometheus_morpheus.services.http.asked import json_reply
from prometheus_morpheus.services.http.rates import Rates
from prometheus_morpheus.services.http.route import Route, both
from prometheus_morpheus.services.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_morpheus.services.http.asked import Asked, Reply

JSON_TYPE = "application/json"
LONGEST = 2000


def echo(asked: Asked) -> Reply:
    return json_reply({"names": dict(asked.names), "body": asked.body})


def fail(asked: Asked) -> Reply:
    raise RuntimeError(f"a bug that knows {asked.names}")


def wait(asked: Asked) -> Reply:
    time.sleep(0.3)
    return json_reply({})


ROUTES = (
    Route("echo", "POST", both("/requests", "/request"), echo, longest=LONGEST),
    Route("one", "GET", ("/requests/{link}/status",), echo),
    Route("fail", "GET", ("/fail/{secret}",), fail),
    Route("wait", "GET", ("/wait",), wait),
    Route("ledger", "GET", ("/ledger",), wait, asks_others=True),
)


class Spoken:
    """What came back: the status, the headers and the body, or nothing where the connection was ended."""

    def __init__(self, raw: bytes) -> None:
        head, _, self.body = raw.partition(b"\r\n\r\n")
        self.head = head.decode("latin-1").lower()
        self.status = int(head.split(b" ")[1]) if head else 0


def speak(url: str, raw: bytes, *, seconds: float = 10.0) -> Spoken:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=seconds) as line:
        line.sendall(raw)
        said = b""
        try:
            while piece := line.recv(65536):
                said += piece
        except (ConnectionError, TimeoutError):
            pass
    return Spoken(said)


def post(url: str, body: bytes, *, kind: str = JSON_TYPE, more: str = "", path: str = "/requests") -> Spoken:
    declared = f"Content-Type: {kind}\r\n" if kind else ""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: x\r\n{declared}{more}Content-Length: {len(body)}\r\nConnection: close\r\n\r\n"
    )
    return speak(url, head.encode() + body)


def get(url: str, path: str, more: str = "") -> Spoken:
    return speak(url, f"GET {path} HTTP/1.1\r\nHost: x\r\n{more}Connection: close\r\n\r\n".encode())


@pytest.fixture(scope="module")
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture(scope="module")
def url(log: io.StringIO) -> Iterator[str]:
    limits = Limits(
        per_minute=None, head_seconds=1.0, body_seconds=1.0, answer_seconds=5.0, idle_seconds=1.0, values=100
    )
    with served(ROUTES, FakeClock(), limits, log=log) as at:
        yield at
        assert post(at, b"{}").status == 200, "it still answers at the end"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b'{"a": [1]}', 200),
        (b"", 200),
        (b" ", 400),
        (b"not json", 400),
        (b'{"a": 1, "a": 2}', 400),
        (b'{"a": "\xff"}', 400),
        (b'\xef\xbb\xbf{"a": 1}', 400),
        (b'{"a": "\\ud800"}', 400),
        (b'{"a": NaN}', 400),
        (b'{"a": 1}}', 400),
        (b"[" * 128 + b"]" * 128, 400),
        (b"[" * 900 + b"]" * 900, 400),
        (b"[" + b"1," * 120 + b"1]", 400),
        (b'{"a":"' + b"x" * LONGEST + b'"}', 413),
    ],
)
def test_bodies_are_strict_json_or_refused(url: str, body: bytes, status: int) -> None:
    assert post(url, body).status == status


@pytest.mark.parametrize("kind", ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"])
def test_what_is_not_declared_as_json_is_not_read(url: str, kind: str) -> None:
    assert post(url, b"{}", kind=kind).status == 415


def test_what_is_compressed_is_not_read(url: str) -> None:
    import gzip

    assert post(url, gzip.compress(b"{}"), more="Content-Encoding: gzip\r\n").status == 415


def test_both_generations_and_a_slash_lead_to_one_answer(url: str) -> None:
    for path in ("/requests", "/request", "/requests/", "/request/"):
        assert post(url, b"{}", path=path).status == 200


def test_a_length_that_is_too_large_is_refused_before_it_is_sent(url: str) -> None:
    said = speak(
        url,
        b"POST /requests HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10000000000\r\n\r\n",
    )
    assert said.status == 413
    assert "connection: close" in said.head


def test_a_body_in_pieces_is_counted_as_it_comes(url: str) -> None:
    pieces = b"".join(b"3e8\r\n" + b"x" * 1000 + b"\r\n" for _ in range(3))
    head = f"POST /requests HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON_TYPE}\r\nTransfer-Encoding: chunked\r\n\r\n"
    assert speak(url, head.encode() + pieces).status == 413


@pytest.mark.parametrize(
    "raw",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(64),
        b"GET / SPDY/9\r\n\r\n",
        b"GET /" + b"a" * 20_000 + b" HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nX: " + b"a" * 20_000 + b"\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\n" + b"".join(b"X%d: 1\r\n" % n for n in range(500)) + b"\r\n",
        b"POST /requests HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
        b"POST /requests HTTP/1.1\r\nHost: x\r\nContent-Length: -2\r\n\r\n{}",
        b"\r\n" * 5000,
    ],
)
def test_what_is_no_http_ends_the_connection(url: str, raw: bytes) -> None:
    assert speak(url, raw).status in (0, 400, 404)
    assert get(url, "/requests/u/status").status == 200


def test_an_unknown_path_is_refused_in_the_recorded_form_and_escaped(url: str) -> None:
    said = get(url, "/<script>?secret")
    assert said.status == 404
    assert b"<script>" not in said.body
    assert b"secret" not in said.body
    assert b"<pre>Cannot GET /" in said.body
    assert post(url, b"{}", path="/fail/x").status == 404


def test_a_bug_tells_nothing_to_who_asked_and_no_value_to_the_log(url: str, log: io.StringIO) -> None:
    said = get(url, "/fail/uVerySecretLink")
    assert said.status == 500
    assert b"bug" not in said.body
    lines = [json.loads(line) for line in log.getvalue().splitlines()]
    (failed,) = [line for line in lines if line["event"] == "failed"]
    assert failed["kind"] == "RuntimeError"
    assert any(place.startswith("test_hostile_http.py:") for place in failed["places"])
    assert "uVerySecretLink" not in log.getvalue()


def test_the_log_has_names_of_routes_and_nothing_that_was_sent(url: str, log: io.StringIO) -> None:
    get(url, "/requests/uSecretLink/status?secret=1", "Authorization: Bearer SecretToken\r\n")
    get(url, "/uSecretPath")
    written = log.getvalue()
    assert '"route": "one"' in written
    assert '"route": "none"' in written
    assert "Secret" not in written
    assert "127.0.0.1" not in written


def test_answers_say_neither_what_program_nor_that_they_may_be_kept(url: str) -> None:
    head = get(url, "/requests/u/status").head
    assert "server: prometheus\r\n" in head + "\r\n"
    assert "aiohttp" not in head
    assert "cache-control: no-store" in head
    assert "nosniff" in head


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GET /requests/u/st",
        b"GET /requests/u/status HTTP/1.1\r\nHost: x\r\n",
        b"POST /requests HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 10\r\n\r\n{",
    ],
)
def test_who_sends_slowly_is_cut_off(url: str, raw: bytes) -> None:
    began = time.monotonic()
    said = speak(url, raw, seconds=8.0)
    assert time.monotonic() - began < 7.0, "the service ended it, not this test"
    assert said.status in (0, 408)


def test_who_drips_a_head_is_cut_off(url: str) -> None:
    host, port = url.removeprefix("http://").split(":")
    with socket.create_connection((host, int(port)), timeout=5) as line, pytest.raises(OSError):  # noqa: PT011
        for _ in range(60):
            line.sendall(b"X")
            time.sleep(0.1)


def test_a_slow_answer_does_not_keep_others_waiting(url: str) -> None:
    async def ask() -> list[float]:
        async with ClientSession() as session:

            async def one(path: str) -> float:
                began = time.monotonic()
                async with session.get(url + path) as answer:
                    await answer.read()
                return time.monotonic() - began

            slow = [asyncio.create_task(one("/ledger")) for _ in range(20)]
            await asyncio.sleep(0.05)
            quick = await one("/requests/u/status")
            await asyncio.gather(*slow)
            return [quick, min(task.result() for task in slow)]

    quick, slow = asyncio.run(ask())
    assert quick < slow


def test_more_that_ask_a_ledger_than_may_are_told_to_come_again() -> None:
    async def ask(at: str) -> list[int]:
        async with ClientSession() as session:

            async def one() -> int:
                async with session.get(at + "/ledger") as answer:
                    return answer.status

            return await asyncio.gather(*(one() for _ in range(10)))

    with served(ROUTES, FakeClock(), Limits(asking_at_once=2)) as at:
        found = asyncio.run(ask(at))
    assert sorted(set(found)) == [200, 503]
    assert found.count(200) == 2


def test_an_address_that_asks_too_often_is_told_when_to_come_again() -> None:
    with served(ROUTES, FakeClock(), Limits(per_minute=5)) as at:
        found = [get(at, "/requests/u/status") for _ in range(7)]
    assert [said.status for said in found] == [200] * 5 + [429] * 2
    assert "retry-after: " in found[-1].head


def test_behind_a_proxy_each_address_that_it_tells_has_its_own_count() -> None:
    with served(ROUTES, FakeClock(), Limits(per_minute=2), is_behind_proxy=True) as at:

        def ask(told: str) -> int:
            return get(at, "/requests/u/status", f"X-Forwarded-For: {told}\r\n").status

        assert [ask("9.9.9.9, 1.1.1.1") for _ in range(3)] == [200, 200, 429]
        assert ask("1.1.1.1, 2.2.2.2") == 200, "the last one is the proxy's own word"
        assert ask("9.9.9.9,1.1.1.1") == 429


def test_without_a_proxy_nobody_chooses_their_address() -> None:
    with served(ROUTES, FakeClock(), Limits(per_minute=2)) as at:
        found = [get(at, "/requests/u/status", f"X-Forwarded-For: 1.1.1.{n}\r\n").status for n in range(3)]
    assert found == [200, 200, 429]


def test_rates_fill_evenly_and_forget_the_oldest() -> None:
    rates = Rates(60, 2)
    assert [rates.wait("a", 0.0) for _ in range(61)] == [0] * 60 + [1]
    assert rates.wait("a", 1.0) == 0
    assert rates.wait("a", 1.0) == 1
    assert rates.wait("b", 1.0) == rates.wait("c", 1.0) == 0
    assert rates.wait("a", 1.0) == 0, "forgotten, for there were two others since"


def test_one_subscriber_has_one_count_whatever_address_of_theirs_asks() -> None:
    rates = Rates(1, 10)
    assert rates.wait("2001:db8:1:2::1", 0.0) == 0
    assert rates.wait("2001:db8:1:2:ffff::9", 0.0) > 0
    assert rates.wait("2001:db8:1:3::1", 0.0) == 0
    assert rates.wait("::ffff:10.0.0.1", 0.0) == 0
    assert rates.wait("10.0.0.1", 0.0) > 0


def test_connections_beyond_the_limit_are_turned_away_and_places_come_free() -> None:
    with served(ROUTES, FakeClock(), Limits(connections=3, head_seconds=1.0)) as at:
        host, port = at.removeprefix("http://").split(":")
        held = [socket.create_connection((host, int(port))) for _ in range(3)]
        time.sleep(0.2)
        assert get(at, "/requests/u/status").status in (0, 503)
        for one in held:
            one.close()
        time.sleep(0.2)
        assert get(at, "/requests/u/status").status == 200


def test_answers_that_were_begun_are_finished_when_it_stops() -> None:
    async def ask(at: str, begun: asyncio.Event) -> int:
        async with ClientSession() as session:
            task = asyncio.create_task(session.get(at + "/wait").__aenter__())
            await asyncio.sleep(0.1)
            begun.set()
            answer = await task
            await answer.read()
            return answer.status

    async def run() -> int:
        from prometheus_morpheus.services.http.server import running

        begun = asyncio.Event()
        async with running(ROUTES, Limits(), FakeClock()) as service:
            task = asyncio.create_task(ask(service.url, begun))
            await begun.wait()
        return await task

    assert asyncio.run(run()) == 200
