"""One wallet with money, some nodes of one chain, one desk: where tests of sending begin."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

from prometheus_morpheus.sending import wishes
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.transactions.operations import before_proof
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.sending_world import PAYER, Keys, MemoryStore, StrictNode

if TYPE_CHECKING:
    from collections.abc import Awaitable
    from typing import TypeVar

    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.wishes import Wish

    _T = TypeVar("_T")

KEYS = Keys()
OTHER = Keys(b"\x07" * 32)
HYD = 100_000_000


def run(work: Awaitable[_T]) -> _T:
    async def main() -> _T:
        return await work

    return asyncio.run(main())


class Scene:
    """One wallet with money, one node, one desk."""

    def __init__(self, *, nodes: int = 1) -> None:
        self.store = MemoryStore()
        self.clock = FakeClock()
        self.nodes = [StrictNode(f"http://127.0.0.1:{4703 + number}") for number in range(nodes)]
        self.node = self.nodes[0]
        for node in self.nodes:
            node.fund(KEYS.address, 1000 * HYD)
        self.told: list[Action] = []
        self.desk = self.new_desk()

    def new_desk(self) -> Desk:
        return Desk(self.store, KEYS, self.clock, self.nodes, pause=self.pause)

    async def pause(self, seconds: float) -> None:
        self.clock.advance(seconds)
        self.node.forge(*self.node.waiting)

    def pay(self, tag: str = "rent", amount: int = HYD, **options: Any) -> Wish:
        return wishes.transfer(
            PAYER, KEYS.public_key, 128, OTHER.address, amount, title=tag, vendor_field=tag, **options
        )

    def prove(self, tag: str = "cjuFILE") -> Wish:
        return wishes.operations(PAYER, KEYS.public_key, 128, [before_proof(tag)], title=tag)

    def sent(self, wish: Wish) -> Action:
        action = self.desk.queue(wish)
        run(self.desk.send())
        return self.desk.find(action.id)
