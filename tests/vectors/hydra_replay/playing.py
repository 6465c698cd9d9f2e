"""Plays all recordings, in order, against one new development ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_simulators.clock import FakeClock
from prometheus_simulators.ledger_http import serving

from hydra_replay.comparison import differing, refusal_types
from hydra_replay.sequence import SECONDS_LATER, START, UNRECORDED_BEFORE, height_at, moment_of_block, send_unrecorded
from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.http.server import all_routes
from prometheus_morpheus.ledger.rules import Rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_simulators.ledger_http import Reply

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


async def play(exchanges: Sequence[Exchange]) -> list[Played]:
    """Send each recorded request at its recorded height and compare the answer."""
    clock = FakeClock(START)
    ledger = DevLedger.open(None, clock, rules=Rules(is_unique=False))
    try:
        async with serving(all_routes(ledger, RECORDED_PORT, has_controls=False)) as line:
            played = []
            for exchange in exchanges:
                _go_on_to(ledger, clock, exchange.number)
                reply = await line.ask(exchange.request)
                played.append(Played(exchange, reply, differing(exchange.body, reply.body)))
            return played
    finally:
        ledger.close()


def _go_on_to(ledger: DevLedger, clock: FakeClock, number: int) -> None:
    if number == UNRECORDED_BEFORE:
        send_unrecorded(ledger)
    while ledger.tip.height < height_at(number):
        clock.advance(moment_of_block(ledger.tip.height + 1) - clock.now().timestamp())
        ledger.forge()
    clock.advance(SECONDS_LATER.get(number, 0))
