"""What can be asked of the ledger: blocks, transactions, wallets, delegates, fees; all of it from what is confirmed.

Rules: lists come in slices with their whole length; what does not exist is None. Nothing here changes anything.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Literal

from prometheus_morpheus.ledger.genesis import genesis
from prometheus_morpheus.ledger.store import RECEIVED, SENT
from prometheus_morpheus.ledger.views import Delegate, FeeStatistics, Placed, Rows, Wallet
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.kinds import CORE_GROUP
from prometheus_morpheus.transactions.serialized import parse_bytes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.ledger.accounts import Account, Accounts
    from prometheus_morpheus.ledger.effects import Effects
    from prometheus_morpheus.ledger.genesis import FirstTransaction
    from prometheus_morpheus.ledger.pool import Pool
    from prometheus_morpheus.ledger.rules import Rules
    from prometheus_morpheus.ledger.store import Place, Store
    from prometheus_morpheus.ledger.views import Block
    from prometheus_morpheus.transactions.transaction import Transaction

Direction = Literal["all", "sent", "received"]
_ROLES = {"all": (SENT, RECEIVED), "sent": (SENT,), "received": (RECEIVED,)}
_ID_DIGITS = 64
_HEX = frozenset("0123456789abcdefABCDEF")


class Reading:
    """The questions; whoever answers them has a store, what the blocks did, a pool and the newest block."""

    rules: Rules
    tip: Block
    _store: Store
    _effects: Effects
    _pool: Pool

    @property
    def _accounts(self) -> Accounts:
        return self._effects.accounts

    def block(self, key: str) -> Block | None:
        """Return a block by its id or its height in decimal digits, or None."""
        if _is_id(key):
            return self._store.block_by_id(bytes.fromhex(key))
        is_height = key.isascii() and key.isdigit() and len(key) <= len(str(self.tip.height))
        return self._store.block_at(int(key)) if is_height else None

    def blocks(self, offset: int, limit: int) -> Rows[Block]:
        """Return blocks, newest first."""
        return Rows(self._store.blocks(self.tip.height - offset, limit), self.tip.height)

    def block_transactions(self, block: Block, offset: int, limit: int) -> Rows[Placed]:
        """Return the transactions of a block in their order."""
        places = self._store.in_block(block.height, offset, limit)
        return Rows(self._placed(places), block.transaction_count)

    def transaction(self, txid: str) -> Placed | None:
        """Return a transaction that is in a block, or None."""
        place = self._store.transaction(bytes.fromhex(txid)) if _is_id(txid) else None
        return None if place is None else self._placed([place])[0]

    def transactions(
        self,
        offset: int,
        limit: int,
        *,
        type_group: int | None = None,
        type_number: int | None = None,
        sender_key: str | None = None,
        recipient: str | None = None,
    ) -> Rows[Placed]:
        """Return transactions in blocks that fit all that is given, newest first."""
        sender = "" if sender_key is None else self._address_of(sender_key)
        places, total = self._store.search(
            offset,
            limit,
            type_group=type_group,
            type_number=type_number,
            sender=sender,
            recipient="" if recipient is None else recipient or "?",
        )
        return Rows(self._placed(places), total)

    def pooled(self, txid: str) -> Placed | None:
        """Return a transaction that waits in the pool, or None."""
        waiting = self._pool.get(txid.lower())
        return None if waiting is None else _placed_transaction(waiting.id, waiting.transaction, None)

    def pool(self, offset: int, limit: int) -> Rows[Placed]:
        """Return the transactions that wait in the pool, oldest first."""
        some = islice(self._pool, offset, offset + limit)
        return Rows([_placed_transaction(one.id, one.transaction, None) for one in some], len(self._pool))

    def wallet(self, key: str) -> Wallet | None:
        """Return a wallet by address, public key or the name of a delegate; None when the chain never saw it."""
        account = self._accounts.find(key)
        if account is None:
            return None
        return self._wallet(account, self._accounts.delegates() if account.username else ())

    def wallet_transactions(self, wallet: Wallet, offset: int, limit: int, direction: Direction) -> Rows[Placed]:
        """Return the transactions in blocks that a wallet sent or received, newest first."""
        places, total = self._store.touching(wallet.address, _ROLES[direction], offset, limit)
        return Rows(self._placed(places), total)

    def delegates(self, offset: int, limit: int) -> Rows[Wallet]:
        """Return the delegates by rank."""
        ranked = self._accounts.delegates()
        return Rows([self._wallet(account, ranked) for account in ranked[offset : offset + limit]], len(ranked))

    def fees_paid(self, since: int) -> Sequence[FeeStatistics]:
        """Return statistics of the fees in blocks not older than a Unix time, by type group and type."""
        return [FeeStatistics(*row) for row in self._store.fees_from(self._height_since(since - self.rules.epoch))]

    def _height_since(self, moment: int) -> int:
        """Return the lowest height of a block that is not older; blocks are never older than those below."""
        low, high = 1, self.tip.height + 1
        while low < high:
            middle = (low + high) // 2
            block = self._store.block_at(middle)
            if block is not None and block.timestamp >= moment:
                high = middle
            else:
                low = middle + 1
        return low

    def _address_of(self, public_key: str) -> str:
        if len(public_key) != 66 or not _HEX.issuperset(public_key):
            return "?"
        return sender_address(bytes.fromhex(public_key), self.rules.address_byte)

    def _placed(self, places: Sequence[Place]) -> list[Placed]:
        blocks = {place.height: self._store.block_at(place.height) for place in places}
        return [_placed(place, blocks[place.height]) for place in places]

    def _wallet(self, account: Account, ranked: Sequence[Account]) -> Wallet:
        delegate = None
        if account.username:
            delegate = Delegate(
                account.username,
                self._accounts.votes().get(account.public_key.hex(), 0),
                account.forged_fees,
                account.forged_rewards,
                account.produced,
                ranked.index(account) + 1,
                self._store.block_at(account.last_height),
            )
        return Wallet(account.address, account.public_key.hex(), account.nonce, account.balance, account.vote, delegate)


def _is_id(text: str) -> bool:
    return len(text) == _ID_DIGITS and _HEX.issuperset(text)


def _placed(place: Place, block: Block | None) -> Placed:
    if place.height == 1:
        return _placed_first(genesis().transactions[place.position], block)
    from hashlib import sha256

    return _placed_transaction(sha256(place.raw).hexdigest(), parse_bytes(place.raw), block)


def _placed_transaction(txid: str, transaction: Transaction, block: Block | None) -> Placed:
    return Placed(
        txid,
        transaction.version,
        transaction.network,
        transaction.type_group,
        transaction.type,
        transaction.nonce,
        transaction.sender.hex(),
        sender_address(transaction.sender, transaction.network),
        transaction.fee,
        transaction.amount,
        transaction.recipient,
        transaction.vendor_field,
        transaction.asset,
        transaction.expiration,
        transaction.signature.hex(),
        block,
    )


def _placed_first(transaction: FirstTransaction, block: Block | None) -> Placed:
    from prometheus_morpheus.ledger.rules import ADDRESS_BYTE

    return Placed(
        transaction.id,
        1,
        ADDRESS_BYTE,
        CORE_GROUP,
        transaction.type,
        1,
        transaction.sender.hex(),
        sender_address(transaction.sender, ADDRESS_BYTE),
        0,
        transaction.amount,
        transaction.recipient,
        None,
        {"delegate": {"username": transaction.username}} if transaction.username else None,
        0,
        transaction.signature.hex(),
        block,
    )
