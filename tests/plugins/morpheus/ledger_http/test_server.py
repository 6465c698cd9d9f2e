"""The server: its port, its blocks in time, and what it says of paths and bugs."""

from __future__ import annotations

import asyncio
import socket
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.ledger_http import Line, Reply, Request, line_to, serving

from prometheus.errors import Conflict, NotUnderstood, StorageFailed
from prometheus_morpheus.ledger.http.routes import Route
from prometheus_morpheus.ledger.http.server import running

if TYPE_CHECKING:
    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.ledger.views import Block

QUICK = 0.01
LONGEST = 20


async def until_height(line: Line, height: int) -> int:
    async with asyncio.timeout(LONGEST):
        while True:
            reply = await line.get("/api/blockchain")
            found = reply.body["data"]["block"]["height"]
            if found >= height:
                return int(found)


async def pass_some_time(line: Line) -> None:
    """Ask so often that several blocks would have been made."""
    loop = asyncio.get_running_loop()
    enough = loop.time() + 5 * QUICK
    while loop.time() < enough:
        await line.get("/api/blockchain")


def test_blocks_are_made_in_time_and_told_of(ledger: DevLedger) -> None:
    told: list[Block] = []

    async def story() -> None:
        async with running(ledger, 0, QUICK, on_block=told.append) as served, line_to(served.url) as line:
            await until_height(line, 6)

    asyncio.run(story())
    assert [block.height for block in told][:3] == [4, 5, 6]
    assert told[-1].height == ledger.tip.height


def test_no_block_is_made_after_the_server_stopped(ledger: DevLedger) -> None:
    async def story() -> int:
        async with running(ledger, 0, QUICK) as served, line_to(served.url) as line:
            await until_height(line, 4)
        height = ledger.tip.height
        async with running(ledger, 0) as served, line_to(served.url) as line:
            await pass_some_time(line)
        return height

    assert asyncio.run(story()) == ledger.tip.height


def test_without_a_block_time_none_is_made(ledger: DevLedger) -> None:
    async def story() -> None:
        async with running(ledger, 0) as served, line_to(served.url) as line:
            await pass_some_time(line)

    asyncio.run(story())
    assert ledger.tip.height == 3


def test_an_empty_pool_can_make_no_block(ledger: DevLedger) -> None:
    async def story() -> Reply:
        async with running(ledger, 0, QUICK, only_when_needed=True) as served, line_to(served.url) as line:
            await pass_some_time(line)
            before = await line.get("/api/blockchain")
            await line.post("/dev/fund", {"address": ledger.genesis_wallet_address, "amount": "1"})
            await until_height(line, 4)
            return before

    assert asyncio.run(story()).body["data"]["block"]["height"] == 3


def test_why_no_more_blocks_can_be_made_is_told_and_reading_goes_on(
    ledger: DevLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> Block:
        raise StorageFailed("the disk is full")

    monkeypatch.setattr(ledger, "forge", full)

    async def story() -> tuple[BaseException, Reply]:
        async with running(ledger, 0, QUICK) as served, line_to(served.url) as line:
            failure = await asyncio.wait_for(served.failure(), LONGEST)
            return failure, await line.get("/api/blockchain")

    failure, reply = asyncio.run(story())
    assert isinstance(failure, StorageFailed)
    assert reply.status == 200


def test_a_port_that_is_taken_is_refused(ledger: DevLedger) -> None:
    async def story(port: int) -> None:
        async with running(ledger, port):
            pytest.fail("two listen at one port")

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(Conflict) as refused:
            asyncio.run(story(other.getsockname()[1]))
    assert (refused.value.code, refused.value.exit_code) == ("PORT-TAKEN", 11)


def test_a_port_is_free_again_at_once(ledger: DevLedger) -> None:
    async def story() -> tuple[int, int]:
        async with running(ledger, 0) as served, line_to(served.url) as line:
            await line.get("/")
            port = served.port
        async with running(ledger, port) as served:
            return port, served.port

    first, second = asyncio.run(story())
    assert first == second


@pytest.mark.parametrize("host", ["192.0.2.1", "nowhere.invalid"])
def test_an_address_of_another_machine_is_refused(ledger: DevLedger, host: str) -> None:
    async def story() -> None:
        async with running(ledger, 0, host=host):
            pytest.fail("it listens elsewhere")

    with pytest.raises(NotUnderstood):
        asyncio.run(story())


def ask(routes: list[Route], request: Request) -> Reply:
    async def story() -> Reply:
        async with serving(routes) as line:
            return await line.ask(request)

    return asyncio.run(story())


@pytest.mark.parametrize("path", ["/api/blockchain/", "/api/v2/blockchain/", "/api/v2/blockchain"])
def test_a_path_has_its_other_names(routes: list[Route], path: str) -> None:
    assert ask(routes, Request("GET", path)).status == 200


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/api"), ("DELETE", "/api/blockchain"), ("POST", "/api/blockchain"), ("GET", "/api/v3/blockchain")],
)
def test_what_nothing_answers_is_not_found(routes: list[Route], method: str, path: str) -> None:
    reply = ask(routes, Request(method, path))
    assert (reply.status, reply.body) == (404, {"statusCode": 404, "error": "Not Found", "message": "Not Found"})


def test_a_bug_says_nothing_of_itself() -> None:
    def fail(_asked: Any) -> bool:
        raise ZeroDivisionError("a secret of ours")

    reply = ask([Route("GET", "/broken", fail)], Request("GET", "/broken"))
    assert reply.status == 500
    assert reply.body["message"] == "An internal server error occurred"


def test_a_delegate_is_found_by_name(routes: list[Route]) -> None:
    reply = ask(routes, Request("GET", "/api/delegates/genesis_1"))
    assert reply.body["data"]["username"] == "genesis_1"
    assert ask(routes, Request("GET", "/api/delegates/nobody")).status == 404
