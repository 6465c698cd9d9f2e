"""Odd requests to the hydra-devnode peer and to the ledger: the same status, and the same bodies of layer 2."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.ledger_http import Reply, Request, line_to, serving
from prometheus_simulators.peers import hydra_devnode, why_no_hydra_devnode

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.ledger.http.routes import Route

pytestmark = pytest.mark.skipif(bool(why_no_hydra_devnode()), reason=why_no_hydra_devnode() or "never")

SLOW = 600_000
"""Milliseconds between two blocks of the peer, so that both stay at one height."""
DID = "did:morpheus:ezrgZ3BdwaUEjaZigFAic6Ls"
JSON = {"Content-Type": "application/json"}
HEIGHTS = ("", "1", "0", "12abc", "1e1", "1.5", "%201", "+1", "0x10", "NaN", "%20", "99999999")
RANGES = ("", "0", "5abc", "abc", "1.5", "1e1", "0x10", "+1", "0/0", "5/1", "0/abc", "0/5abc", "0/", "0/1.5")
LISTS = ("transactions", "transaction-attempts", "operations", "operation-attempts")

LAYER_TWO = (
    *(f"/did/{DID}/document/{height}" for height in HEIGHTS),
    *(f"/did/{DID}/{what}/{part}" for what in LISTS for part in RANGES),
    *(f"/before-proof/x/exists/{height}" for height in HEIGHTS),
    *(f"/before-proof/{name}/exists" for name in ("x", "%20", "a%2Fb", "")),
    "/before-proof/x/history/",
    "/did/nope/transactions/0",
    "/did/nope/operations/0",
    "/did/did%3Amorpheus%3AezrgZ3BdwaUEjaZigFAic6Ls/document",
    "/txn-status/",
    "/txn-status/x",
    "",
    "/",
)
LAYER_ONE = (
    "",
    "/",
    "//blockchain",
    "/v2blockchain",
    "/blocks/0",
    "/blocks/-1",
    "/blocks/abc",
    "/blocks/1/transactions",
    "/blocks?limit=1&page=99",
    f"/transactions/{'AB' * 32}",
    f"/transactions/{'ab' * 31}",
    "/transactions/unconfirmed/nothex",
    "/transactions?type=0",
    "/transactions?foo=bar&limit=1",
    "/transactions/types/",
    "/wallets",
    "/wallets/A",
    "/wallets/%20",
    f"/wallets/{'ab' * 33}",
    "/wallets/nope/transactions",
    "/node/fees?days=abc",
)
BODIES: tuple[tuple[dict[str, str], bytes], ...] = (
    (JSON, b"[null]"),
    (JSON, b"[{}]"),
    (JSON, b'"x"'),
    (JSON, b'[{"operation":"registerBeforeProof","contentId":5}]'),
    (JSON, b'[{"operation":"registerBeforeProof","contentId":"a","extra":1}]'),
    (JSON, b'[{"operation":"signed","signables":[],"signerPublicKey":"x","signature":"y"}]'),
    (JSON, b'{"__proto__":1}'),
    (JSON, b"[NaN]"),
    (JSON, b"  [] "),
    ({}, b"[]"),
    ({"Content-Type": "application/octet-stream"}, b"[]"),
    ({"Content-Type": "application/x-www-form-urlencoded"}, b"a=b"),
    ({"Content-Type": "application/vnd.x+json"}, b"[]"),
    ({"Content-Type": "TEXT/HTML"}, b"[]"),
    ({"Content-Type": "garbage"}, b"[]"),
)
POSTS = (b"null", b"[]", b'{"transactions":{}}', b'{"transactions":null}', b'{"transactions":[],"x":1}')

ODD = (
    *(Request("GET", f"/morpheus/v1{path}") for path in LAYER_TWO),
    *(Request("GET", f"/api{path}") for path in LAYER_ONE),
    *(Request("POST", "/morpheus/v1/check-transaction-validity", headers, body) for headers, body in BODIES),
    *(Request("POST", "/api/transactions", JSON, body) for body in POSTS),
    Request("PUT", "/api/transactions", JSON, b"{}"),
    Request("POST", "/api/blockchain", JSON, b"{}"),
)


async def ask_there(origin: str) -> list[Reply]:
    async with line_to(origin) as line:
        return [await line.ask(request) for request in ODD]


@pytest.fixture(scope="module")
def theirs() -> Iterator[list[Reply]]:
    with hydra_devnode(SLOW) as url:
        yield asyncio.run(ask_there(url))


@pytest.fixture
def ours(ledger: DevLedger, routes: list[Route]) -> list[Reply]:
    async def story() -> list[Reply]:
        async with serving(routes) as line:
            return await ask_there(line.origin)

    ledger.forge()
    return asyncio.run(story())


def test_the_status_is_the_same(theirs: list[Reply], ours: list[Reply]) -> None:
    told = {
        f"{request.method} {request.path} {request.headers} {request.body!r}": (their.status, our.status)
        for request, their, our in zip(ODD, theirs, ours, strict=True)
    }
    assert {asked: both for asked, both in told.items() if both[0] != both[1]} == {}


def test_the_second_layer_says_the_same(theirs: list[Reply], ours: list[Reply]) -> None:
    told = {
        f"{request.method} {request.path} {request.body!r}": (their.body, our.body)
        for request, their, our in zip(ODD, theirs, ours, strict=True)
        if request.path.startswith("/morpheus") and their.status == 200
    }
    assert {asked: both for asked, both in told.items() if both[0] != both[1]} == {}
