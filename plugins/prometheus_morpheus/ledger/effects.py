"""What the blocks so far did: balances on layer 1 and documents on layer 2, changed block by block, both ways.

Rules:
* A block's transactions are applied to the accounts one by one while it is made; when it is sealed, its delegate gets
  the fees and layer 2 sees the block. At a replay both happen in one go, and nothing is judged again.
* Reverting takes both back in reverse order. A transaction that layer 2 left no trace of has nothing to revert there.

What this is not: durable (see `store`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import PrometheusError
from prometheus_morpheus.ledger.accounts import Accounts
from prometheus_morpheus.ledger.genesis import genesis
from prometheus_morpheus.ledger.store import Row, damaged
from prometheus_morpheus.state.machine import MorpheusState
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.kinds import MORPHEUS
from prometheus_morpheus.transactions.serialized import parse_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.ledger.genesis import FirstTransaction
    from prometheus_morpheus.ledger.rules import Rules
    from prometheus_morpheus.ledger.store import Place, Store
    from prometheus_morpheus.ledger.views import Block
    from prometheus_morpheus.transactions.transaction import Transaction


class Applied(NamedTuple):
    """A transaction of a block with its id."""

    id: str
    transaction: Transaction


class Effects:
    """The accounts and layer 2, as they are after the newest block."""

    def __init__(self, rules: Rules) -> None:
        self.accounts = Accounts(rules.address_byte)
        self.layer_two = MorpheusState()

    def begin(self) -> None:
        """Apply the first block."""
        self.accounts.apply_first(genesis().transactions)
        self.layer_two.begin_block(1)

    def seal(self, block: Block, transactions: Sequence[Applied]) -> None:
        """Apply what a block does besides moving money."""
        self.accounts.reward(block)
        self.layer_two.begin_block(block.height)
        for txid, transaction in transactions:
            if transaction.kind is MORPHEUS:
                self.layer_two.apply(txid, transaction.asset)

    def replay(self, block: Block, places: Sequence[Place]) -> None:
        """Apply a stored block.

        Raises:
            Damaged: When a transaction cannot be read or applied, which cannot be in a file that we wrote.
        """
        try:
            transactions = [applied(place.raw) for place in places]
            for _, transaction in transactions:
                self.accounts.apply(transaction)
            self.seal(block, transactions)
        except (PrometheusError, ValueError) as error:
            raise damaged(f"block {block.height} cannot be applied: {error}") from None

    def revert(self, block: Block, transactions: Sequence[Applied], last_height: int) -> None:
        """Take the newest block back; `last_height` is that of its delegate's block before, 0 where there is none."""
        for txid, transaction in reversed(transactions):
            if transaction.kind is MORPHEUS and self.layer_two.is_confirmed(txid) is not None:
                self.layer_two.revert(txid, transaction.asset)
        self.layer_two.revert_block(block.height - 1)
        self.accounts.take_reward_back(block, last_height)
        for _, transaction in reversed(transactions):
            self.accounts.revert(transaction)


def applied(raw: bytes) -> Applied:
    """Return a stored transaction with its id."""
    from hashlib import sha256

    return Applied(sha256(raw).hexdigest(), parse_bytes(raw))


def replayed(store: Store, rules: Rules) -> tuple[Effects, Block]:
    """Return what all stored blocks did, and the newest; the first one is stored when there is none.

    Raises:
        Damaged: When the file does not hold a sound chain that begins with our first block.
    """
    effects = Effects(rules)
    first = genesis().block
    if store.block_at(1) is None:
        store.add(first, [_first_row(transaction, rules) for transaction in genesis().transactions])
    newest = first
    for block, places in store.chain():
        if block.height == 1:
            if block.id != first.id:
                raise damaged("it begins with another network's first block")
            effects.begin()
        else:
            effects.replay(block, places)
        newest = block
    return effects, newest


def _first_row(transaction: FirstTransaction, rules: Rules) -> Row:
    sender = sender_address(transaction.sender, rules.address_byte)
    payees = (transaction.recipient,) if transaction.recipient else ()
    return Row(bytes.fromhex(transaction.id), 1, transaction.type, 0, transaction.raw, sender, payees)
