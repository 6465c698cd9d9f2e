"""The faucet, and the controls for tests."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.ledger_http import Line, Reply, Request, serving

from prometheus_morpheus.ledger.http.server import all_routes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.ledger.http.routes import Route

ADDRESS = "tpKmroNvdZeLdsd8LojtwUWNsacYPjLHKA"
JSON = {"Content-Type": "application/json"}


def talk(routes: list[Route], story: Callable[[Line], Awaitable[Any]]) -> Any:
    async def whole() -> Any:
        async with serving(routes) as line:
            return await story(line)

    return asyncio.run(whole())


def post(routes: list[Route], path: str, value: Any) -> Reply:
    async def story(line: Line) -> Reply:
        return await line.post(path, value)

    reply = talk(routes, story)
    assert isinstance(reply, Reply)
    return reply


def test_the_faucet_sends_an_ordinary_transfer(ledger: DevLedger, routes: list[Route]) -> None:
    reply = post(routes, "/dev/fund", {"address": ADDRESS, "amount": "250"})
    assert reply.status == 200
    assert ledger.pooled(reply.body["data"]["id"])
    ledger.forge()
    wallet = ledger.wallet(ADDRESS)
    assert wallet is not None
    assert wallet.balance == 250


@pytest.mark.parametrize(
    "wish",
    [
        {"address": ADDRESS},
        {"address": ADDRESS, "amount": 250},
        {"address": ADDRESS, "amount": "-1"},
        {"address": ADDRESS, "amount": "0"},
        {"address": ADDRESS, "amount": "1.5"},
        {"address": ADDRESS, "amount": "9" * 30},
        {"address": ADDRESS, "amount": "9" * 18},
        {"address": "notanaddress", "amount": "250"},
        {"address": "hZBYzdXNXnVWVsaRYTYGrJPQUNnAoGj2gL", "amount": "250"},
        [],
        None,
    ],
    ids=str,
)
def test_a_wish_that_cannot_be_granted_is_refused(ledger: DevLedger, routes: list[Route], wish: Any) -> None:
    assert post(routes, "/dev/fund", wish).status == 422
    assert ledger.pool(0, 1).total == 0


def test_blocks_are_made_on_demand(ledger: DevLedger, routes: list[Route]) -> None:
    height = ledger.tip.height
    assert post(routes, "/dev/forge", {}).body["data"]["height"] == height + 1
    assert post(routes, "/dev/forge", {"blocks": 10}).body["data"]["height"] == height + 11


@pytest.mark.parametrize("blocks", [0, -1, 10_001, "2", True, 1.5], ids=str)
def test_a_number_of_blocks_out_of_range_is_refused(ledger: DevLedger, routes: list[Route], blocks: object) -> None:
    height = ledger.tip.height
    assert post(routes, "/dev/forge", {"blocks": blocks}).status == 422
    assert ledger.tip.height == height


def test_the_clock_can_be_set_and_returned_to_the_real_time(ledger: DevLedger, routes: list[Route]) -> None:
    before = ledger.now()
    assert post(routes, "/dev/clock", {"time": "2027-01-01T00:00:00Z"}).body["data"]["unix"] == 1798761600
    assert ledger.now() == 1798761600
    assert post(routes, "/dev/clock", {"time": None}).body["data"]["unix"] == before


@pytest.mark.parametrize("time", ["tomorrow", "2027-01-01T00:00:00", 5, ""], ids=str)
def test_a_moment_without_meaning_is_refused(routes: list[Route], time: object) -> None:
    assert post(routes, "/dev/clock", {"time": time}).status == 422


def test_a_reorganisation_takes_transactions_back_into_the_pool(ledger: DevLedger, routes: list[Route]) -> None:
    height = ledger.tip.height
    txid = post(routes, "/dev/fund", {"address": ADDRESS, "amount": "250"}).body["data"]["id"]
    ledger.forge()
    pulled = post(routes, "/dev/reorganise", {"height": height})
    assert pulled.body["data"] == {"height": height, "pulled": [txid]}
    assert ledger.transaction(txid) is None
    assert ledger.pooled(txid)


def test_a_reorganisation_can_lose_transactions(ledger: DevLedger, routes: list[Route]) -> None:
    height = ledger.tip.height
    txid = post(routes, "/dev/fund", {"address": ADDRESS, "amount": "250"}).body["data"]["id"]
    ledger.forge()
    post(routes, "/dev/reorganise", {"height": height, "keep": False})
    assert ledger.pooled(txid) is None


def test_what_the_second_layer_says_follows_a_reorganisation(ledger: DevLedger, routes: list[Route]) -> None:
    async def story(line: Line) -> list[Any]:
        path = "/morpheus/v1/before-proof/cju/history"
        heights = [(await line.get(path)).body["queriedAtHeight"]]
        await line.post("/dev/forge", {"blocks": 5})
        await line.post("/dev/reorganise", {"height": ledger.tip.height - 2})
        return [*heights, (await line.get(path)).body["queriedAtHeight"]]

    before, after = talk(routes, story)
    assert after == before + 3


@pytest.mark.parametrize("height", [0, -1, 10_000, "2"], ids=str)
def test_a_height_that_is_not_there_is_refused(routes: list[Route], height: object) -> None:
    assert post(routes, "/dev/reorganise", {"height": height}).status == 422


@pytest.mark.parametrize("path", ["/dev/forge", "/dev/clock", "/dev/reorganise"])
def test_without_the_flag_nothing_is_controlled(ledger: DevLedger, path: str) -> None:
    height = ledger.tip.height
    reply = post(all_routes(ledger, 4703, has_controls=False), path, {"height": 1, "time": None})
    assert reply.status == 403
    assert ledger.tip.height == height


def test_the_faucet_needs_no_flag(ledger: DevLedger) -> None:
    reply = post(all_routes(ledger, 4703, has_controls=False), "/dev/fund", {"address": ADDRESS, "amount": "250"})
    assert reply.status == 200


@pytest.mark.parametrize("declared", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_form_of_a_web_page_moves_nothing(ledger: DevLedger, routes: list[Route], declared: str) -> None:
    body = f'{{"address":"{ADDRESS}","amount":"250"}}'.encode()
    headers = {"Content-Type": declared} if declared else {}

    async def story(line: Line) -> Reply:
        return await line.ask(Request("POST", "/dev/fund", headers, body))

    assert talk(routes, story).status == 415
    assert ledger.pool(0, 1).total == 0


@pytest.mark.parametrize(("host", "status"), [("rebound.example", 403), ("localhost:4703", 200), ("[::1]", 200)])
def test_a_name_that_somebody_pointed_here_is_refused(routes: list[Route], host: str, status: int) -> None:
    async def story(line: Line) -> Reply:
        return await line.ask(Request("GET", "/dev", {"Host": host}))

    assert talk(routes, story).status == status


def test_it_says_what_it_is(routes: list[Route]) -> None:
    async def story(line: Line) -> Reply:
        return await line.get("/dev")

    said = talk(routes, story).body["data"]
    assert "no distributed ledger" in said["about"]
    assert said["faucet"]["path"] == "/dev/fund"
