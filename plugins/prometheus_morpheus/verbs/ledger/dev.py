"""``ledger dev``: a development ledger that is served until somebody stops it.

The result comes as soon as it answers, so that whoever started it in the background can read the address; then notes on
standard error tell of blocks that hold something. Being told to stop is how it ends well, so that is 0.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import NotUnderstood

if TYPE_CHECKING:
    from prometheus.api import Call
    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.ledger.http.server import Served
    from prometheus_morpheus.ledger.views import Block

FUNDING = 1000 * 10**8
"""Flakes that an address named at start gets."""

_LONGEST_BLOCK_TIME = 3600
_LAST_PORT = 65535


class Plan(NamedTuple):
    """What was asked for; no folder means that nothing is kept."""

    folder: str | None
    port: int
    block_time: int
    fund: tuple[str, ...]
    has_controls: bool
    only_when_needed: bool


def run(call: Call) -> int:
    """Serve a development ledger until a signal comes.

    Raises:
        Conflict: When the folder's ledger already runs, or the port is taken.
        NotUnderstood: When a number is out of range or an address is none of this network.
    """
    import asyncio

    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.ledger.rules import Rules

    plan = _plan(call)
    ledger = DevLedger.open(plan.folder, call.clock, rules=Rules(block_time=plan.block_time))
    try:
        for address in plan.fund:
            ledger.fund(address, FUNDING)
        asyncio.run(_serve(call, ledger, plan))
    finally:
        ledger.close()
    return 0


def _plan(call: Call) -> Plan:
    port, block_time = call.number("port"), call.number("block_time")
    if port is None or not 0 <= port <= _LAST_PORT:
        raise NotUnderstood(f"a port is a number from 0 to {_LAST_PORT}", code="PORT")
    if block_time is None or not 1 <= block_time <= _LONGEST_BLOCK_TIME:
        raise NotUnderstood(f"a block time is 1 to {_LONGEST_BLOCK_TIME} seconds", code="BLOCK-TIME")
    folder = None if call.flag("memory") else call.maybe("data") or f"{call.places.state}/ledger-dev"
    if call.flag("memory") and call.maybe("data"):
        raise NotUnderstood("--memory keeps nothing, so there is no folder to name", code="LEDGER-FOLDER")
    return Plan(folder, port, block_time, call.many("fund"), call.flag("controls"), call.flag("only_when_needed"))


async def _serve(call: Call, ledger: DevLedger, plan: Plan) -> None:
    from prometheus_morpheus.ledger.http.server import running

    def tell(block: Block) -> None:
        if block.transaction_count:
            call.note(f"block {block.height}: {_counted(block.transaction_count)}")

    serving = running(
        ledger,
        plan.port,
        plan.block_time,
        has_controls=plan.has_controls,
        only_when_needed=plan.only_when_needed,
        on_block=tell,
    )
    async with serving as served:
        _introduce(call, ledger, plan, served)
        await _until_stopped(served)
    call.note(f"stopped at height {ledger.tip.height}")


def _counted(transactions: int) -> str:
    return "1 transaction" if transactions == 1 else f"{transactions} transactions"


def _introduce(call: Call, ledger: DevLedger, plan: Plan, served: Served) -> None:
    """Say where it is, what it is, and how it is used; at once, since the command goes on."""
    faucet = f"{served.url}/dev/fund"
    document = {
        "url": served.url,
        "network": "HYD testnet",
        "folder": plan.folder,
        "height": ledger.tip.height,
        "block_time": plan.block_time,
        "faucet": {"url": faucet, "address": ledger.genesis_wallet_address},
        "controls": plan.has_controls,
    }
    lines = (
        f"{served.url}   a development ledger, for this machine alone",
        "",
        f"network   HYD testnet, a block every {plan.block_time} s, now at height {ledger.tip.height}",
        f"kept in   {call.safe(plan.folder) if plan.folder else 'memory; nothing is left when it stops'}",
        f"faucet    POST {faucet}",
        '          {"address": "t…", "amount": "100000000"}   (in flakes: this is 1 THYD)',
        f"controls  {'POST ' + served.url + '/dev/{clock,forge,reorganise}' if plan.has_controls else 'off'}",
        "",
        "To use it from another terminal:",
        f"  export PROMETHEUS_LEDGER={served.url}",
        "",
        "It is no distributed ledger: this process decides alone, all its keys are",
        "public, and its coins are worth nothing.",
    )
    call.output.result(document, lines)
    sys.stdout.flush()
    call.note("stop it with Ctrl-C")


async def _until_stopped(served: Served) -> None:
    """Wait for a signal; raise what kept blocks from being made, when that comes first."""
    import asyncio
    import signal

    loop, stop = asyncio.get_running_loop(), asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop.set)
    stopped, failed = asyncio.create_task(stop.wait()), asyncio.create_task(served.failure())
    try:
        await asyncio.wait((stopped, failed), return_when=asyncio.FIRST_COMPLETED)
        if failed.done():
            raise failed.result()
    finally:
        for task in (stopped, failed):
            task.cancel()
