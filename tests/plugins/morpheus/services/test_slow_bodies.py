"""Bodies that are many, large or slow: they have a share of the memory, and nobody keeps others out with them."""

from __future__ import annotations

import asyncio
import json
import socket
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import pytest
from aiohttp import ClientSession
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor, served
from prometheus_simulators.service_line import ServiceLine
from prometheus_simulators.service_world import PROCESS, answer_to, request_of, token_of
from prometheus_simulators.signed_world import public

from prometheus_morpheus.services.authority.routes import authority_routes
from prometheus_morpheus.services.http.asked import Refused, json_reply
from prometheus_morpheus.services.http.payload import Memory
from prometheus_morpheus.services.http.route import Route
from prometheus_morpheus.services.limits import MIB, Limits

if TYPE_CHECKING:
    from prometheus_morpheus.services.http.asked import Asked, Reply

JSON_TYPE = "application/json"


def echo(asked: Asked) -> Reply:
    return json_reply({"body": asked.body})


ROUTES = (Route("echo", "POST", ("/requests",), echo, longest=4 * MIB),)


def begin(stack: ExitStack, at: str, length: int, sent: int, more: str = "") -> socket.socket:
    """Send the head of a request and a part of its body; `at` is URL and path."""
    address, path = at.removeprefix("http://").split("/", 1)
    host, port = address.split(":")
    line = stack.enter_context(socket.create_connection((host, int(port)), timeout=10))
    head = f"POST /{path} HTTP/1.1\r\nHost: x\r\nContent-Type: {JSON_TYPE}\r\n{more}Content-Length: {length}\r\n\r\n"
    line.sendall(head.encode() + b"x" * sent)
    return line


def answered(line: socket.socket) -> bytes:
    """Return the first line of an answer; nothing where the connection was ended without one."""
    try:
        return line.recv(65536).partition(b"\r\n")[0]
    except ConnectionError:
        return b""


def test_bodies_of_all_together_have_a_limit_too() -> None:
    async def ask(at: str) -> list[Any]:
        async with ClientSession() as session:
            gate = asyncio.Event()

            async def slowly() -> Any:
                yield b'"' + b"x" * 900
                await gate.wait()
                yield b'"'

            async def one() -> int:
                async with session.post(at + "/requests", data=slowly(), headers={"Content-Type": JSON_TYPE}) as answer:
                    return answer.status

            tasks = [asyncio.create_task(one()) for _ in range(6)]
            await asyncio.sleep(0.5)
            gate.set()
            found: list[Any] = await asyncio.gather(*tasks, return_exceptions=True)
            async with session.post(at + "/requests", json={}) as answer:
                found.append(answer.status)
            return found

    with served(ROUTES, FakeClock(), Limits(bytes_at_once=2000, bytes_per_address=2000)) as at:
        found = asyncio.run(ask(at))
    assert found[-1] == 200, "the room is given back"
    assert found[:-1].count(200) == 2
    assert 503 in found


def forwarded(address: str) -> str:
    return f"X-Forwarded-For: {address}\r\n"


def test_one_address_that_holds_bodies_back_keeps_nobody_else_out() -> None:
    limits = Limits(per_minute=None, pace_seconds=20.0, stop_seconds=0.5)
    with ExitStack() as stack, served(ROUTES, FakeClock(), limits, is_behind_proxy=True) as url:
        for _ in range(8):
            begin(stack, url + "/requests", 4 * MIB, 4 * MIB - 1, forwarded("10.0.0.1"))
        said = ServiceLine(url).post("/requests", {"photo": "x" * MIB}, {"X-Forwarded-For": "10.0.0.2"})
        assert said.status == 200
        again = ServiceLine(url).post("/requests", {}, {"X-Forwarded-For": "10.0.0.1"})
        assert again.status == 503, "the control: the one that holds them has no more"


def test_many_addresses_that_hold_bodies_back_do_not_keep_short_ones_out() -> None:
    memory = Memory(8 * MIB, MIB)
    with ExitStack() as stack:
        for number in range(7):
            stack.enter_context(memory.share(f"10.0.1.{number}")).take(MIB)
        large, short = (stack.enter_context(memory.share(f"10.0.0.{number}")) for number in (1, 2))
        with pytest.raises(Refused):
            large.take(MIB // 2)
        short.take(50_000)


def test_a_body_that_falls_behind_its_pace_is_refused_and_a_steady_one_is_taken() -> None:
    limits = Limits(per_minute=None, pace_bytes=1000, pace_seconds=0.6)

    async def ask(url: str, pause: float) -> int:
        async def slowly() -> Any:
            yield b'"'
            for _ in range(4):
                await asyncio.sleep(pause)
                yield b"x" * 1000
            yield b'"'

        async with (
            ClientSession() as session,
            session.post(url + "/requests", data=slowly(), headers={"Content-Type": JSON_TYPE}) as answer,
        ):
            return answer.status

    with ExitStack() as stack, served(ROUTES, FakeClock(), limits) as url:
        held = begin(stack, url + "/requests", 4 * MIB, 4 * MIB - 1)
        assert b" 408 " in answered(held)
        assert asyncio.run(ask(url, 0.2)) == 200, "it takes longer than the pace in all"


def test_memory_that_was_taken_is_given_back_to_whoever_had_it() -> None:
    memory = Memory(800, 400)
    with memory.share("10.0.0.1") as first, memory.share("::ffff:10.0.0.1") as same, memory.share("10.0.0.2") as other:
        first.take(400)
        with pytest.raises(Refused):
            same.take(1)
        other.take(400)
    with memory.share("10.0.0.1") as again:
        again.take(400)


class TestWhoMayNotSendABody:
    """They are refused before it is read."""

    @pytest.mark.parametrize("path", ["/requests/uX/approve", "/requests"])
    @pytest.mark.parametrize("who", [None, "maria"])
    def test_nothing_of_it_is_waited_for(self, path: str, who: str | None) -> None:
        clock = FakeClock()
        floor = laid_floor(clock, processes=[PROCESS], clerks=[public("clerk")], requesters=[public("authority")])
        header = (
            "" if who is None else f"Authorization: {token_of(who, int(clock.now().timestamp()))['Authorization']}\r\n"
        )
        with ExitStack() as stack, served(authority_routes(floor), clock) as url:
            assert b" 403 " in answered(begin(stack, url + path, 70_000, 1, header))
        floor.store.close()

    def test_a_token_is_not_used_up_by_a_body_that_was_no_good(self) -> None:
        clock = FakeClock()
        floor = laid_floor(clock, processes=[PROCESS], clerks=[public("clerk")])
        with served(authority_routes(floor), clock) as url:
            line = ServiceLine(url)
            link = line.post("/requests", request_of()).body["capabilityLink"]
            answer, path = answer_to(request_of(), by="clerk"), f"/requests/{link}/approve"
            token = token_of("clerk", int(clock.now().timestamp()), answer)
            headers = {**token, "Content-Type": JSON_TYPE}
            assert line.ask("POST", path, b"no json" * 10_000, headers).status == 400
            body = json.dumps(answer).encode()
            assert line.ask("POST", path, body, headers).status == 200
            assert line.ask("POST", path, body, headers).status == 403
        floor.store.close()
