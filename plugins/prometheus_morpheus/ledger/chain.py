"""The development ledger: a chain of really signed blocks with one writer, kept in one SQLite file.

Rules:
* Everything is called from one thread at a time; whoever serves it sees to that.
* A block is durable before `forge` returns. The pool is memory alone: what waits in it is gone after a stop.
* What a request must look like is checked for the whole request, before any transaction of it is looked at; all else
  is said for each transaction, with the types and texts of Hydra 2.7.
* The five delegates of the first block forge, whoever is voted for: their keys are the only ones here. Whose turn it
  is follows from the time, as on Hydra (see `turns`); blocks made faster than the block time share a turn.
* Nothing here sleeps or forges by itself: the server calls `forge` when it is time. Only a new ledger forges at once
  as many empty blocks as layer 2 needs to be in force.

What this is not: HTTP (see `http`), a peer of any network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import InputError, PolicyForbids
from prometheus_morpheus.ledger.accounts import paid_by
from prometheus_morpheus.ledger.admission import admit
from prometheus_morpheus.ledger.block import payload_of, signed_block
from prometheus_morpheus.ledger.effects import Applied, applied, replayed
from prometheus_morpheus.ledger.genesis import SUPPLY, block_document, genesis
from prometheus_morpheus.ledger.judging import Situation
from prometheus_morpheus.ledger.pool import Pool, Waiting
from prometheus_morpheus.ledger.reading import Direction, Reading
from prometheus_morpheus.ledger.rules import Rules
from prometheus_morpheus.ledger.second_block import SECOND, fresh_signer
from prometheus_morpheus.ledger.shape import UnfitRequest, read_request
from prometheus_morpheus.ledger.store import Row, Store
from prometheus_morpheus.ledger.turns import forger_at
from prometheus_morpheus.ledger.views import Block
from prometheus_morpheus.transactions.addresses import address_payload, sender_address
from prometheus_morpheus.transactions.making import transfer
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.signing import with_signature

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.ports import Clock
    from prometheus_morpheus.ledger.views import Answer
    from prometheus_morpheus.state.machine import MorpheusState

__all__ = ["DevLedger", "Direction", "UnfitRequest"]


class DevLedger(Reading):
    """A whole ledger in one object: layer 1 with its pool, and layer 2."""

    def __init__(self, store: Store, clock: Clock, rules: Rules) -> None:
        self.rules = rules
        self._store = store
        self._clock = clock
        self._moved_by = 0
        self._pool = Pool(rules.remembered_ids)
        self._effects, self.tip = replayed(store, rules)
        self.genesis_wallet_address = sender_address(genesis().faucet.public_key.format(), rules.address_byte)

    @classmethod
    def open(cls, folder: str | None, clock: Clock, *, rules: Rules | None = None) -> DevLedger:
        """Open the ledger of a folder, making it where it is new; without a folder it lives in memory.

        Raises:
            Conflict: When another process has this folder's ledger open.
            Damaged: When the file does not hold a chain whose ids and hashes fit.
        """
        store = Store.open(folder)
        try:
            ledger = cls(store, clock, rules or Rules())
            ledger._forge_first_blocks()
        except BaseException:
            store.close()
            raise
        return ledger

    def close(self) -> None:
        """Let go of the file; nothing is lost but the pool."""
        self._store.close()

    @property
    def layer_two(self) -> MorpheusState:
        """The second layer; it is only to be asked."""
        return self._effects.layer_two

    @property
    def supply(self) -> int:
        """All money there is, in flakes."""
        rewarded = max(0, self.tip.height - self.rules.reward_from + 1)
        return SUPPLY + rewarded * self.rules.reward

    def genesis_document(self) -> dict[str, Json]:
        """Return the first block with its transactions as Hydra's network configuration has it."""
        return block_document()

    # --- time ------------------------------------------------------------------------------------------------------

    def now(self) -> int:
        """Return the ledger's present moment in Unix seconds."""
        return int(self._clock.now().timestamp()) + self._moved_by

    def set_time(self, unix: int | None) -> None:
        """Make `now` begin at this moment and run on from there; None returns to the clock's own time."""
        self._moved_by = 0
        self._moved_by = 0 if unix is None else unix - self.now()

    # --- writing ---------------------------------------------------------------------------------------------------

    def submit(self, transactions: Json) -> Answer:
        """Check each transaction of a request and take the good ones into the pool; `transactions` is the bare list.

        Raises:
            UnfitRequest: When the request's form is wrong; its text is the message of status 422.
        """
        request = read_request(transactions, self.rules)
        now = self.now() - self.rules.epoch
        situation = Situation(self.rules, self.tip.height, now, self._pool, request)
        return admit(request, situation, self._accounts, self._store)

    def forge(self) -> Block:
        """Make the next block of what waits in the pool, sign it and make it durable; it may be empty.

        Raises:
            StorageFailed: When it could not be made durable; then all is as before.
        """
        return self._forge_at(self.now())

    def revert_to(self, height: int, *, keep: bool = True) -> list[str]:
        """Pull all blocks above a height; return the ids of their transactions, oldest first.

        With `keep` they wait in the pool again where they still can, else they are as if never sent.

        Raises:
            InputError: When there is no block at that height.
        """
        if not 1 <= height <= self.tip.height:
            raise InputError(f"there is no block at height {height}", code="LEDGER-HEIGHT")
        pulled: list[Waiting] = []
        pairs = []
        for block in self._store.blocks(self.tip.height, self.tip.height - height):
            raws = [place.raw for place in self._store.in_block(block.height, 0, -1)]
            transactions = [applied(raw) for raw in raws]
            pairs.append((block, transactions))
            pulled[:0] = [
                Waiting(one.id, one.transaction, raw, height) for one, raw in zip(transactions, raws, strict=True)
            ]
        self._store.remove_above(height)
        for block, transactions in pairs:
            self._effects.revert(block, transactions, self._store.last_height_of(block.generator, height))
        self.tip = self._block_at(height)
        self._pool.forget_ids()
        self._pool.settle(self._accounts.reason_against, pulled if keep else ())
        return [waiting.id for waiting in pulled]

    def fund(self, address: str, amount: int) -> str:
        """Send an ordinary transfer of so many flakes from the first wallet; return its id, which waits in the pool.

        Raises:
            NotUnderstood: When the address is none of this network.
            PolicyForbids: When the transfer was refused, with the ledger's own reason.
        """
        address_payload(address, self.rules.address_byte)
        faucet = genesis().faucet
        sender = faucet.public_key.format()
        nonce = self._accounts.of_key(sender).nonce + len(self._pool.line_of(sender).entries) + 1
        unsigned = transfer(self.rules.address_byte, sender, nonce, address, amount)
        posted = transaction_json(with_signature(unsigned, faucet.sign))
        answer = self.submit([posted])
        if answer.accept:
            return answer.accept[0]
        reasons = [message for errors in answer.errors.values() for _, message in errors]
        raise PolicyForbids(
            "the faucet's transfer was refused",
            code="FAUCET-REFUSED",
            meaning=" ".join(reasons) or "the faucet has as many transfers waiting as one sender may",
            remedy="try again after the next block",
        )

    # --- inside ----------------------------------------------------------------------------------------------------

    def _forge_at(self, unix: int) -> Block:
        height = self.tip.height + 1
        taken = self._pool.first(self.rules.block_transactions)
        chosen = [waiting for waiting in taken if self._take(waiting, height)]
        try:
            block = self._sealed(height, chosen, unix)
            self._store.add(block, [self._row(waiting) for waiting in chosen])
        except BaseException:
            for waiting in reversed(chosen):
                self._accounts.revert(waiting.transaction)
            raise
        self._effects.seal(block, [Applied(waiting.id, waiting.transaction) for waiting in chosen])
        self.tip = block
        self._pool.forget_ids()
        for waiting in taken:
            self._pool.remove(waiting)
        if len(chosen) < len(taken):
            self._pool.settle(self._accounts.reason_against)
        return block

    def _forge_first_blocks(self) -> None:
        """Bring a new ledger to where layer 2 is in force, as if one block had been made in each slot until now."""
        missing = self.rules.layer_two_from - self.tip.height
        for blocks_ago in range(missing - 1, -1, -1):
            self._forge_at(self.now() - blocks_ago * self.rules.block_time)

    def _take(self, waiting: Waiting, height: int) -> bool:
        """Move the money of a transaction that goes into the next block; return False when it is too late for it."""
        transaction = waiting.transaction
        is_late = 0 < transaction.expiration <= height or waiting.since + self.rules.pool_age < height
        if is_late or self._accounts.reason_against(transaction, 0, 0) is not None:
            return False
        self._accounts.apply(transaction)
        return True

    def _sealed(self, height: int, chosen: Sequence[Waiting], unix: int) -> Block:
        block_time = self.rules.block_time
        timestamp = max((unix - self.rules.epoch) // block_time * block_time, self.tip.timestamp)
        forger = forger_at(height, timestamp // block_time)
        length, payload_hash = payload_of([bytes.fromhex(waiting.id) for waiting in chosen])
        unsigned = Block(
            id="",
            height=height,
            version=0,
            timestamp=timestamp,
            previous=self.tip.id,
            transaction_count=len(chosen),
            amount=sum(waiting.transaction.amount for waiting in chosen),
            fee=sum(waiting.transaction.fee for waiting in chosen),
            reward=self.rules.reward_at(height),
            payload_length=length,
            payload_hash=payload_hash,
            generator=forger.public_key.format().hex(),
            signature="",
        )
        is_fresh = self.rules.is_unique and height == SECOND
        return signed_block(unsigned, fresh_signer(forger) if is_fresh else forger.sign)

    def _row(self, waiting: Waiting) -> Row:
        transaction = waiting.transaction
        payees = tuple(address for address, _ in paid_by(transaction))
        sender = self._accounts.of_key(transaction.sender).address
        return Row(
            bytes.fromhex(waiting.id),
            transaction.type_group,
            transaction.type,
            transaction.fee,
            waiting.raw,
            sender,
            payees,
        )

    def _block_at(self, height: int) -> Block:
        block = self._store.block_at(height)
        assert block is not None  # noqa: S101 - the caller saw it
        return block
