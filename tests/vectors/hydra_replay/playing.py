"""Plays all recordings, in order, against one new development ledger."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus_simulators.clock import FakeClock
from prometheus_simulators.ledger_http import serving

from hydra_replay.comparison import differing, refusal_types
from hydra_replay.sequence import BLOCK_SECONDS, START, UNRECORDED_BEFORE, height_at, send_unrecorded
from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.http.server import all_routes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_simulators.ledger_http import Reply, Request

    from hydra_replay.recordings import Exchange

RECORDED_PORT = 4703


class Played(NamedTuple):
    """What became of one exchange."""

    exchange: Exchange
    reply: Reply
    differences: set[str]

    @property
    def has_same_refusals(self) -> bool:
        """Whether the same transactions were refused for reasons of the same type."""
        return refusal_types(self.exchange.body) == refusal_types(self.reply.body)


class Blocks:
    """Which block here stands for which recorded one: requests name blocks by ids that two chains cannot share."""

    def __init__(self) -> None:
        self._ours: dict[str, str] = {}

    def learn(self, recorded: Any, answered: Any) -> None:
        """Take it from two answers about the same transaction."""
        if isinstance(recorded, dict) and isinstance(placed := recorded.get("data"), dict) and "blockId" in placed:
            self._ours[placed["blockId"]] = answered["data"]["blockId"]

    def as_here(self, request: Request) -> Request:
        """Return a request that names our block."""
        path = request.path
        for recorded, ours in self._ours.items():
            path = path.replace(recorded, ours)
        return request._replace(path=path)

    def as_recorded(self, reply: Reply) -> Reply:
        """Return an answer in which our blocks have the ids of the recorded ones."""
        text = json.dumps(reply.body)
        for recorded, ours in self._ours.items():
            text = text.replace(ours, recorded)
        return reply._replace(body=json.loads(text))


async def play(exchanges: Sequence[Exchange]) -> list[Played]:
    """Send each recorded request at its recorded height and compare the answer."""
    clock = FakeClock(START)
    ledger = DevLedger.open(None, clock)
    try:
        async with serving(all_routes(ledger, RECORDED_PORT, has_controls=False)) as line:
            played, blocks = [], Blocks()
            for exchange in exchanges:
                _go_on_to(ledger, clock, exchange.number)
                reply = blocks.as_recorded(await line.ask(blocks.as_here(exchange.request)))
                blocks.learn(exchange.body, reply.body)
                played.append(Played(exchange, reply, differing(exchange.body, reply.body)))
            return played
    finally:
        ledger.close()


def _go_on_to(ledger: DevLedger, clock: FakeClock, number: int) -> None:
    if number == UNRECORDED_BEFORE:
        send_unrecorded(ledger)
    while ledger.tip.height < height_at(number):
        clock.advance(BLOCK_SECONDS)
        ledger.forge()
