"""The development ledger: a chain of really signed blocks with one writer, kept in one SQLite file.

Rules:
* Everything is called from one thread at a time; whoever serves it sees to that.
* A block is durable before `forge` returns. The pool is memory alone: what waits in it is gone after a stop.
* What a request must look like is checked for the whole request, before any transaction of it is looked at; all else
  is said for each transaction, with the types and texts of Hydra 2.7.
* Nothing here sleeps or forges by itself: the server calls `forge` when it is time.

What this is not: HTTP (see `http`), a peer of any network.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.ports import Clock
    from prometheus_morpheus.ledger.rules import Rules
    from prometheus_morpheus.ledger.views import Answer, Block, FeeStatistics, Placed, Rows, Wallet
    from prometheus_morpheus.state.machine import MorpheusState

Direction = Literal["all", "sent", "received"]


class DevLedger:
    """A whole ledger in one object: layer 1 with its pool, and layer 2."""

    rules: Rules
    layer_two: MorpheusState
    genesis_wallet_address: str

    @classmethod
    def open(cls, folder: str | None, clock: Clock, *, rules: Rules | None = None) -> DevLedger:
        """Open the ledger of a folder, making it where it is new; without a folder it lives in memory.

        Raises:
            InUse: When another process has this folder's ledger open.
            Damaged: When the file does not hold a chain whose ids and hashes fit.
        """
        raise NotImplementedError

    def close(self) -> None:
        """Let go of the file; nothing is lost but the pool."""

    # --- time ---

    def now(self) -> int:
        """Return the ledger's present moment in Unix seconds."""
        raise NotImplementedError

    def set_time(self, unix: int | None) -> None:
        """Make `now` begin at this moment and run on from there; None returns to the clock's own time."""

    # --- writing ---

    def submit(self, transactions: Json) -> Answer:
        """Check each transaction of a request and take the good ones into the pool; `transactions` is the bare list.

        Raises:
            UnfitRequest: When the request's form is wrong; its text is the message of status 422.
        """
        raise NotImplementedError

    def forge(self) -> Block:
        """Make the next block of what waits in the pool, sign it and make it durable; it may be empty."""
        raise NotImplementedError

    def revert_to(self, height: int, *, keep: bool = True) -> list[str]:
        """Pull all blocks above a height; return the ids of their transactions.

        With `keep` they wait in the pool again where they still can, else they are as if never sent.
        """
        raise NotImplementedError

    def fund(self, address: str, amount: int) -> str:
        """Send an ordinary transfer of so many flakes from the first wallet; return its id, which waits in the pool.

        Raises:
            NotUnderstood: When the address is none of this network.
            PolicyForbids: When the transfer was refused, with the ledger's own reason.
        """
        raise NotImplementedError

    # --- reading ---

    @property
    def tip(self) -> Block:
        """The newest block."""
        raise NotImplementedError

    @property
    def supply(self) -> int:
        """All money there is, in flakes."""
        raise NotImplementedError

    def genesis_document(self) -> dict[str, Json]:
        """Return the first block with its transactions as Hydra's network configuration has it."""
        raise NotImplementedError

    def block(self, key: str) -> Block | None:
        """Return a block by its id or its height in decimal digits, or None."""
        raise NotImplementedError

    def blocks(self, offset: int, limit: int) -> Rows[Block]:
        """Return blocks, newest first."""
        raise NotImplementedError

    def block_transactions(self, block: Block, offset: int, limit: int) -> Rows[Placed]:
        """Return the transactions of a block in their order."""
        raise NotImplementedError

    def transaction(self, txid: str) -> Placed | None:
        """Return a transaction that is in a block, or None."""
        raise NotImplementedError

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
        raise NotImplementedError

    def pooled(self, txid: str) -> Placed | None:
        """Return a transaction that waits in the pool, or None."""
        raise NotImplementedError

    def pool(self, offset: int, limit: int) -> Rows[Placed]:
        """Return the transactions that wait in the pool, oldest first."""
        raise NotImplementedError

    def wallet(self, key: str) -> Wallet | None:
        """Return a wallet by address, public key or the name of a delegate; None when the chain never saw it."""
        raise NotImplementedError

    def wallet_transactions(self, wallet: Wallet, offset: int, limit: int, direction: Direction) -> Rows[Placed]:
        """Return the transactions in blocks that a wallet sent or received, newest first."""
        raise NotImplementedError

    def delegates(self, offset: int, limit: int) -> Rows[Wallet]:
        """Return the delegates by rank."""
        raise NotImplementedError

    def fees_paid(self, since: int) -> Sequence[FeeStatistics]:
        """Return statistics of the fees in blocks not older than a Unix time, by type group and type."""
        raise NotImplementedError
