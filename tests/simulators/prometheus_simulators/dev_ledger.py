"""A development ledger in memory or in a folder, with wallets that have names and transactions made in one line.

world = LedgerWorld()
world.enrich("alice")
world.refusal(world.pay("alice", "bob", 5))      # None: it waits in the pool
world.forge()
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.genesis import genesis
from prometheus_morpheus.ledger.rules import Rules
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.made_transactions import TESTNET, address, public_key, signed_by

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.views import Answer, Block
    from prometheus_morpheus.transactions.transaction import Transaction

RICHES = 10**13
FIRST_DELEGATE, SECOND_DELEGATE = (key.public_key.format() for key in genesis().forgers[:2])
Posted = dict[str, Any]


class LedgerWorld:
    """A ledger, its clock, and what a test does with them."""

    def __init__(self, folder: str | None = None, **rules: Any) -> None:
        self.clock = FakeClock()
        self.folder = folder
        self._rules = Rules(**rules)
        self.ledger = self._open()

    def _open(self) -> DevLedger:
        return DevLedger.open(self.folder, self.clock, rules=self._rules)

    def reopen(self) -> DevLedger:
        """Close the ledger and open its folder again."""
        self.ledger.close()
        self.ledger = self._open()
        return self.ledger

    def enrich(self, *names: str, amount: int = RICHES) -> None:
        """Pay each of them from the first wallet, and wait until all of it is confirmed."""
        for name in names:
            self.ledger.fund(address(name), amount)
        while self.ledger.pool(0, 1).total:
            self.forge()

    def forge(self, count: int = 1) -> Block:
        """Make blocks, one for each slot of time; return the last."""
        for _ in range(count):
            self.clock.advance(self._rules.block_time)
            self.ledger.forge()
        return self.ledger.tip

    def nonce(self, name: str) -> int:
        """Return the next nonce of a wallet, what waits in the pool included."""
        wallet = self.ledger.wallet(address(name))
        waiting = sum(one.sender == address(name) for one in self.ledger.pool(0, 10**6).rows)
        return (wallet.nonce if wallet else 0) + waiting + 1

    def post(self, name: str, transaction: Transaction) -> Posted:
        """Return a transaction signed by a wallet, as it is posted."""
        return dict(transaction_json(signed_by(name, transaction)))

    def pay(self, name: str, to: str, amount: int = 1, nonce: int | None = None, **more: Any) -> Posted:
        """Return a signed transfer between two names."""
        nonce = self.nonce(name) if nonce is None else nonce
        return self.post(name, making.transfer(TESTNET, public_key(name), nonce, address(to), amount, **more))

    def vote(self, name: str, delegate: bytes = FIRST_DELEGATE, **more: Any) -> Posted:
        """Return a signed vote."""
        return self.post(name, making.vote(TESTNET, public_key(name), self.nonce(name), delegate, **more))

    def unvote(self, name: str, delegate: bytes = FIRST_DELEGATE) -> Posted:
        """Return a signed end of a vote."""
        return self.post(name, making.unvote(TESTNET, public_key(name), self.nonce(name), delegate))

    def register(self, name: str, username: str, **more: Any) -> Posted:
        """Return a signed registration as delegate."""
        nonce = self.nonce(name)
        return self.post(name, making.register_delegate(TESTNET, public_key(name), nonce, username, **more))

    def morpheus(self, name: str, attempts: Sequence[Json], **more: Any) -> Posted:
        """Return a signed transaction of the second layer."""
        return self.post(name, making.morpheus(TESTNET, public_key(name), self.nonce(name), list(attempts), **more))

    def send(self, *posted: Posted) -> Answer:
        """Send a request."""
        return self.ledger.submit(list(posted))

    def refusal(self, posted: Posted) -> tuple[str, str] | None:
        """Send one transaction; return type and text of its refusal, None when it waits in the pool."""
        answer = self.send(posted)
        if answer.accept == [posted["id"]] == answer.broadcast and not answer.invalid:
            return None
        assert answer.invalid == [posted["id"]]
        [refusal] = answer.errors[posted["id"]]
        return refusal

    def snapshot(self) -> dict[str, Any]:
        """Return all that the ledger says of itself, but for the pool."""
        ledger = self.ledger
        wallets = {name: ledger.wallet(address(name)) for name in ("alice", "bob", "carol", "dave")}
        return {
            "tip": ledger.tip,
            "blocks": ledger.blocks(0, 10**6),
            "transactions": ledger.transactions(0, 10**6),
            "delegates": ledger.delegates(0, 100),
            "faucet": ledger.wallet(ledger.genesis_wallet_address),
            "wallets": wallets,
            "payments": {
                name: ledger.wallet_transactions(wallet, 0, 10**6, "all") for name, wallet in wallets.items() if wallet
            },
            "second layer": (ledger.layer_two.last_height, ledger.layer_two.before_proof("content")),
        }
