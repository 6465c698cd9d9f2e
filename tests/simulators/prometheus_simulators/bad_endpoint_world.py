"""A real ledger on real sockets, in a thread of its own, with bad endpoints before it.

    with bad_world(folder) as world:
        honest, liar = world.endpoint(), world.endpoint()
        world.fund(address, 10**10)
        world.forge(3)
        world.run(lambda ledger: ledger.revert_to(5, keep=False))
        frozen = world.frozen()                       # a ledger that stays as this one is now, or goes its own way
        liar.layer_two_behind = world.layer_two(change)   # a second layer that was told another history

Everything that touches a ledger runs in that thread, so tests may use any loop, child processes too.
"""

from __future__ import annotations

import asyncio
import shutil
import threading
from contextlib import AsyncExitStack, contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from aiohttp import web

from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.http import routes
from prometheus_morpheus.ledger.http.application import application
from prometheus_morpheus.ledger.http.layer_two import LayerTwo
from prometheus_morpheus.ledger.http.server import running
from prometheus_morpheus.state.machine import MorpheusState
from prometheus_simulators.bad_endpoint import BadEndpoint
from prometheus_simulators.dev_ledger import LedgerWorld
from prometheus_simulators.made_transactions import address

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable, Iterator, Sequence
    from pathlib import Path

    from prometheus.claims.jsontext import Json

Value = TypeVar("Value")
PAYER = "alice"
LAYER_TWO_GROUP = 4242


class Event(NamedTuple):
    """A transaction of the second layer in the order of the ledger."""

    height: int
    id: str
    asset: Any


class World:
    """The ledger that is the truth, and the endpoints before it and before others."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._open = AsyncExitStack()
        self._copies = 0
        self.ledgers: list[DevLedger] = []
        self.ledger: LedgerWorld = self._wait(self._begun())
        self.url = self._wait(self._served(self.ledger.ledger))

    # --- the truth -------------------------------------------------------------------------------------------------

    def run(self, work: Callable[[DevLedger], Value]) -> Value:
        """Do something with the ledger in its thread."""

        async def do() -> Value:
            return work(self.ledger.ledger)

        return self._wait(do())

    def forge(self, count: int = 1) -> int:
        """Make blocks; return the height."""

        async def do() -> int:
            return self.ledger.forge(count).height

        return self._wait(do())

    def fund(self, to: str, amount: int) -> None:
        """Pay an address and wait until it is there."""
        self.run(lambda ledger: ledger.fund(to, amount))
        self.forge()

    def change(self, *attempts: Json) -> str:
        """Put a transaction of the second layer into a block of its own; return its id."""

        async def do() -> str:
            posted = self.ledger.morpheus(PAYER, attempts)
            assert self.ledger.refusal(posted) is None
            self.ledger.forge()
            return str(posted["id"])

        return self._wait(do())

    def wallet_balance(self, name: str) -> int:
        """Return what an address really holds."""
        found = self.run(lambda ledger: ledger.wallet(name))
        return 0 if found is None else found.balance

    def history(self) -> list[Event]:
        """Return all of the second layer's transactions in a chain, oldest first."""
        return self.run(_history)

    # --- endpoints -------------------------------------------------------------------------------------------------

    def endpoint(self, behind: str = "") -> BadEndpoint:
        """Return an endpoint before the ledger, or before another."""
        made = BadEndpoint(behind or self.url)

        async def start() -> None:
            await made.start()
            self._open.push_async_callback(made.stop)

        self._wait(start())
        return made

    def frozen(self, change: Callable[[DevLedger], object] = lambda ledger: None) -> str:
        """Serve a copy of the ledger as it is now, after a change; return its address. It goes on by itself."""
        self._copies += 1
        folder = self._folder / f"copy {self._copies}"

        async def serve() -> str:
            shutil.copytree(self._folder / "ledger", folder)
            ledger = DevLedger.open(str(folder), self.ledger.clock)
            self.ledgers.append(ledger)
            change(ledger)
            return await self._served(ledger)

        return self._wait(serve())

    def layer_two(self, change: Callable[[Sequence[Event]], Iterable[Event]]) -> str:
        """Serve a second layer that was told another history than it happened; return its address."""
        events = list(change(self.history()))

        async def serve() -> str:
            state = MorpheusState()
            for event in events:
                state.begin_block(event.height)
                state.apply(event.id, event.asset)
            state.begin_block(self.ledger.ledger.tip.height)
            assets = {event.id: event.asset for event in events}
            runner = web.AppRunner(application(routes.of_layer_two(LayerTwo(lambda: state, assets.get))))
            await runner.setup()
            self._open.push_async_callback(runner.cleanup)
            await web.TCPSite(runner, "127.0.0.1", 0).start()
            return f"http://127.0.0.1:{runner.addresses[0][1]}"

        return self._wait(serve())

    def close(self) -> None:
        """Stop serving and end the thread."""

        async def stop() -> None:
            await self._open.aclose()
            for ledger in (self.ledger.ledger, *self.ledgers):
                ledger.close()
            stalled = asyncio.all_tasks() - {asyncio.current_task()}
            for task in stalled:
                task.cancel()
            await asyncio.gather(*stalled, return_exceptions=True)

        self._wait(stop())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    async def _begun(self) -> LedgerWorld:
        return LedgerWorld(str(self._folder / "ledger"))

    async def _served(self, ledger: DevLedger) -> str:
        return (await self._open.enter_async_context(running(ledger, has_controls=True))).url

    def _wait(self, work: Coroutine[Any, Any, Value]) -> Value:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)


def _history(ledger: DevLedger) -> list[Event]:
    return [event for height in range(1, ledger.tip.height + 1) for event in _in_block(ledger, height)]


def _in_block(ledger: DevLedger, height: int) -> list[Event]:
    block = ledger.block(str(height))
    assert block is not None
    found = ledger.block_transactions(block, 0, 1000).rows
    return [Event(height, one.id, one.asset) for one in found if one.type_group == LAYER_TWO_GROUP]


@contextmanager
def bad_world(folder: Path) -> Iterator[World]:
    """Open a world in an empty folder; a wallet called alice has coins in it."""
    (folder / "ledger").mkdir(parents=True)
    world = World(folder)
    try:
        world.fund(address(PAYER), 10**13)
        yield world
    finally:
        world.close()


@contextmanager
def forging(world: World, seconds: float = 0.3) -> Iterator[None]:
    """Make blocks by themselves, for processes that wait."""
    done = threading.Event()

    def forge() -> None:
        while not done.wait(seconds):
            world.forge()

    thread = threading.Thread(target=forge, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join(10)
