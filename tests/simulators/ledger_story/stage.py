"""Where the story is played: one ledger, the people in it, and the ways to it.

There are three ways: our own desk, for what a person can want; our own client's `post`, for transactions that a desk
would not make; and plain requests, for what our client would not send.

A ledger makes its blocks by the clock, and everybody waits; or it is stepped: then who waits has the next block made.
"""

from __future__ import annotations

import asyncio
import hashlib
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from aiohttp import ClientSession
from prometheus_simulators.embedded_ledger import Now
from prometheus_simulators.ledger_http import Line, Reply, Request
from prometheus_simulators.made_transactions import Persona, address, public_key, signed_by
from prometheus_simulators.peers import GENESIS_WORDS
from prometheus_simulators.sending_world import PAYER, Keys, MemoryStore

from ledger_story.chronicle import Chronicle
from ledger_story.outcomes import masked
from prometheus_morpheus.client.connecting import connected
from prometheus_morpheus.client.endpoint import parse_endpoint
from prometheus_morpheus.client.identity_pin import NewPins
from prometheus_morpheus.sending import wishes as wanted
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.transactions.posted import transaction_json

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.node import Node
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.wishes import Wish
    from prometheus_morpheus.transactions.transaction import Transaction

Posted = dict[str, Any]

NETWORK = 128
HYD = 100_000_000
RICHES = GENESIS_WORDS
WALLETS = ("alice", "bob", "carol", "dave", "erin", "frank")
PERSONAS = ("ana", "ben", "phone", "tablet", "laptop", "visitor", "stranger", "ghost", "past")
_STUCK = 300
"""Seconds after which something hangs."""
_PAUSE = 0.05


class Stage:
    """One ledger and everybody in the story."""

    def __init__(self, node: Node, line: Line, *, is_stepped: bool = False) -> None:
        self.node = node
        self.line = line
        self._is_stepped = is_stepped
        self.chronicle = Chronicle()
        self.names: dict[str, str] = {}
        """What texts are called in outcomes."""
        self.kept: dict[str, Any] = {}
        """What one step leaves for a later one."""
        self._desks: dict[str, Desk] = {}
        self._personas = {name: Persona(hashlib.sha256(name.encode()).digest()) for name in PERSONAS}
        self._count = 1000
        for name, persona in self._personas.items():
            self.names |= {
                persona.did: f"<DID {name}>",
                self.auth(name): f"<{name}>",
                persona.public_key: f"<{name}!>",
            }

    def persona(self, name: str) -> Persona:
        """Return somebody who has a DID."""
        return self._personas[name]

    def did(self, name: str) -> str:
        """Return the DID of somebody; texts that are no name stay as they are."""
        return self._personas[name].did if name in self._personas else name

    def auth(self, name: str) -> str:
        """Return the id of somebody's key, the key itself for a name with ``!``; other texts stay as they are."""
        if name.endswith("!"):
            return self._personas[name[:-1]].public_key
        return "i" + self._personas[name].did.rpartition(":")[2] if name in self._personas else name

    def masked(self, text: str) -> str:
        """Return a text without what differs between ledgers."""
        return masked(text, self.names)

    def number(self) -> int:
        """Return a number that no other transaction has."""
        self._count += 1
        return self._count

    # --- blocks ----------------------------------------------------------------------------------------------------

    async def height(self) -> int:
        """Return the height of the newest block."""
        return (await self.node.tip()).height

    async def next_block(self) -> int:
        """Wait until a block was just made; return its height."""
        before = await self.height()
        return await self.reach(before + 1)

    async def reach(self, height: int) -> int:
        """Wait until the ledger has a height, on both layers."""
        while True:
            now = await self.height()
            if now >= height and await self.node.layer_two_height() >= height:
                return now
            await self._moment()

    async def quiet(self, name: str) -> int:
        """Wait until nothing of a wallet waits; return its nonce."""
        key = public_key(name)
        while True:
            if all(each.sender != key for each in (await self.node.pool()).items):
                return (await self.node.wallet(address(name))).nonce
            await self._moment()

    async def _moment(self) -> None:
        """Let some time pass, or a block."""
        if self._is_stepped:
            await self.line.post("/dev/forge", {})
        else:
            await asyncio.sleep(_PAUSE)

    # --- transactions ----------------------------------------------------------------------------------------------

    def posted(self, name: str, transaction: Transaction) -> Posted:
        """Return a transaction signed by a wallet, as it is posted."""
        return dict(transaction_json(signed_by(name, transaction)))

    def desk(self, name: str) -> Desk:
        """Return the desk of a wallet."""
        if name not in self._desks:
            keys = Keys(hashlib.sha256(name.encode()).digest())
            self._desks[name] = Desk(MemoryStore(), keys, Now(), (self.node,))
        return self._desks[name]

    async def done(self, name: str, wishes: Sequence[Wish]) -> list[Action]:
        """Have wishes sent, the first ones first, and wait until each is settled."""
        desk = self.desk(name)
        names = [desk.queue(wish).id for wish in wishes]
        await desk.send()
        async with asyncio.timeout(_STUCK):
            while True:
                found = [desk.find(each) for each in names]
                if all(action.is_done or action.is_failed for action in found):
                    return found
                await self._moment()
                await desk.refresh()
                await desk.send()

    def wish_of(self, name: str, attempts: list[Json], title: str) -> Wish:
        """Return the wish of a wallet to have attempts applied."""
        return wanted.operations(PAYER, public_key(name), NETWORK, attempts, title=title)

    async def ask(self, request: Request) -> Reply:
        """Send a plain request."""
        return await self.line.ask(request)


@asynccontextmanager
async def stage_at(url: str, *, is_stepped: bool = False) -> AsyncIterator[Stage]:
    """Yield the stage at a ledger."""
    async with connected([parse_endpoint(url)], NewPins(), Now()) as (node,), ClientSession() as session:
        yield Stage(node, Line(session, url), is_stepped=is_stepped)
