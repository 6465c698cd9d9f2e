"""A person with a wallet who asks bad endpoints: the real client over sockets, the real desk, a store in memory.

    person = Person(world, [liar, honest])
    action = person.pay("rent")            # wanted, signed and sent as far as it goes
    person.look(); person.action("rent")   # what the wallet shows

Every call opens its own session, as a command does. Network identities and the vault's store stay.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any, TypeVar

from prometheus_morpheus.client.endpoint import parse_endpoint
from prometheus_morpheus.client.http import Caller
from prometheus_morpheus.client.identity_pin import NewPins
from prometheus_morpheus.client.node import Node
from prometheus_morpheus.client.session import Patience, session
from prometheus_morpheus.sending import wishes
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.transactions.operations import before_proof
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.sending_world import PAYER, Keys, MemoryStore

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from prometheus_morpheus.ledger.chain import DevLedger
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.wishes import Wish
    from prometheus_simulators.bad_endpoint import BadEndpoint
    from prometheus_simulators.bad_endpoint_world import World

Value = TypeVar("Value")
KEYS = Keys()
OTHER = Keys(b"\x07" * 32)
HYD = 10**8
PATIENCE = Patience(connect=0.5, piece=0.25, whole=0.5, attempts=2)


async def at_once(_seconds: float) -> None:
    """Wait no longer than it takes to let others run."""
    await asyncio.sleep(0)


def asking(
    endpoints: Sequence[BadEndpoint],
    work: Callable[[tuple[Node, ...]], Awaitable[Value]],
    *,
    pins: NewPins | None = None,
    patience: Patience = PATIENCE,
) -> Value:
    """Return what comes of asking endpoints with the real client."""
    kept, clock = pins or NewPins(), FakeClock()

    async def ask() -> Value:
        async with session(patience) as opened:
            callers = [
                Caller(parse_endpoint(each.url), opened, clock, attempts=patience.attempts, pause=at_once)
                for each in endpoints
            ]
            return await work(tuple(Node(caller, kept) for caller in callers))

    return asyncio.run(ask())


class Person:
    """One wallet, one vault, and the endpoints that its owner named, in their order."""

    def __init__(self, world: World, endpoints: Sequence[BadEndpoint], *, desk: type[Desk] = Desk) -> None:
        self.world = world
        self.endpoints = list(endpoints)
        self.store = MemoryStore()
        self.clock = FakeClock()
        self.pins = NewPins()
        self.wanted: dict[str, str] = {}
        self.patience = PATIENCE
        self._desk = desk

    def at_desk(self, work: Callable[[Desk], Awaitable[Value]]) -> Value:
        """Do something at a desk, as one command does."""

        async def sit(nodes: tuple[Node, ...]) -> Value:
            return await work(self._desk(self.store, KEYS, self.clock, nodes, pause=at_once))

        return asking(self.endpoints, sit, pins=self.pins, patience=self.patience)

    def pay(self, tag: str, amount: int = HYD, **options: Any) -> Action:
        """Want a payment that bears a mark, and send what can go."""
        wish = wishes.transfer(
            PAYER, KEYS.public_key, 128, OTHER.address, amount, title=tag, vendor_field=tag, **options
        )
        return self.want(tag, wish)

    def prove(self, tag: str) -> Action:
        """Want a content id registered, and send what can go."""
        return self.want(tag, wishes.operations(PAYER, KEYS.public_key, 128, [before_proof(tag)], title=tag))

    def want(self, tag: str, wish: Wish) -> Action:
        """Queue a wish and send what can go."""

        async def work(desk: Desk) -> None:
            self.wanted[tag] = desk.queue(wish).id
            await desk.send()

        self.at_desk(work)
        return self.action(tag)

    def send(self) -> None:
        """Send what can go."""
        self.at_desk(lambda desk: desk.send())

    def look(self) -> None:
        """Look at what is under way."""
        self.at_desk(lambda desk: desk.refresh())

    def retry(self, tag: str) -> None:
        """Take up what failed."""
        self.at_desk(lambda desk: desk.retry(self.wanted[tag]))

    def actions(self) -> tuple[Action, ...]:
        """Return all that the vault has."""
        return Desk(self.store, KEYS, self.clock).all_actions()

    def action(self, tag: str) -> Action:
        """Return what the wallet shows of a wish."""
        return next(action for action in self.actions() if action.title == tag)


def tag_in(posted: Any) -> str:
    """Return the mark of a transaction: the note of a transfer, else the content id."""
    return str(posted.get("vendorField") or posted["asset"]["operationAttempts"][0]["contentId"])


def paid(world: World) -> Counter[str]:
    """Return how often each mark of the wallet is in the chain."""

    def count(ledger: DevLedger) -> Counter[str]:
        wallet = ledger.wallet(KEYS.address)
        if wallet is None:
            return Counter()
        rows = ledger.wallet_transactions(wallet, 0, 10**6, "sent").rows
        return Counter(tag_in({"vendorField": one.vendor_field, "asset": one.asset}) for one in rows)

    return world.run(count)
