"""What waits to be forged: in order of arrival, with what each sender has waiting, and the ids sent lately.

Rules:
* A sender's transactions wait in the order of their nonces, without gaps, so that the one after them is known.
* Every id that was sent is remembered until the next block, also that of a refused transaction; the oldest are
  forgotten beyond a limit. That is how Hydra answers ``Already in cache.``.
* When the chain moved under it (a reorganisation, an expired transaction), `settle` asks of each again whether it can
  be applied and drops what cannot; what follows a dropped one of its sender is dropped with it: its nonce left a gap.

What this is not: on disk. A stop empties it.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.ledger.accounts import outlay_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from prometheus_morpheus.transactions.kinds import Kind
    from prometheus_morpheus.transactions.transaction import Transaction

    Reason = Callable[[Transaction, int, int], str | None]


class Waiting(NamedTuple):
    """A transaction with its id, its bytes and the height at which it came."""

    id: str
    transaction: Transaction
    raw: bytes
    since: int


class Line:
    """What one sender has waiting, and what all of it costs in flakes."""

    __slots__ = ("entries", "outlay")

    def __init__(self) -> None:
        self.entries: dict[str, Waiting] = {}
        self.outlay = 0


_EMPTY = Line()


class Pool:
    """The transactions that wait, and the ids that were sent since the last block."""

    def __init__(self, remembered_ids: int) -> None:
        self._waiting: dict[str, Waiting] = {}
        self._lines: dict[bytes, Line] = {}
        self._remembered: dict[str, None] = {}
        self._most_remembered = remembered_ids

    def __len__(self) -> int:
        return len(self._waiting)

    def __contains__(self, txid: str) -> bool:
        return txid in self._waiting

    def __iter__(self) -> Iterator[Waiting]:
        return iter(self._waiting.values())

    def get(self, txid: str) -> Waiting | None:
        """Return what waits under an id, or None."""
        return self._waiting.get(txid)

    def first(self, count: int) -> list[Waiting]:
        """Return so many of those that came first."""
        return list(islice(self._waiting.values(), count))

    def line_of(self, sender: bytes) -> Line:
        """Return what a sender has waiting; it is not to be changed."""
        return self._lines.get(sender, _EMPTY)

    def waits_of_kind(self, kind: Kind, sender: bytes | None = None) -> Iterator[Waiting]:
        """Yield what waits of a kind, of one sender or of all."""
        entries = self._waiting if sender is None else self.line_of(sender).entries
        return (one for one in entries.values() if one.transaction.kind is kind)

    def add(self, waiting: Waiting) -> None:
        """Let a transaction wait that nothing is against."""
        sender = waiting.transaction.sender
        line = self._lines.get(sender)
        if line is None:
            line = self._lines[sender] = Line()
        line.entries[waiting.id] = waiting
        line.outlay += outlay_of(waiting.transaction)
        self._waiting[waiting.id] = waiting

    def remove(self, waiting: Waiting) -> None:
        """Let a transaction wait no longer, because it was forged or can never be."""
        del self._waiting[waiting.id]
        sender = waiting.transaction.sender
        line = self._lines[sender]
        del line.entries[waiting.id]
        line.outlay -= outlay_of(waiting.transaction)
        if not line.entries:
            del self._lines[sender]

    def settle(self, reason_against: Reason, front: Iterable[Waiting] = ()) -> list[Waiting]:
        """Ask of each again whether it can be applied, those in `front` first; return those that were dropped."""
        old = {waiting.id: waiting for waiting in front} | self._waiting
        self._waiting, self._lines = {}, {}
        dropped = []
        for waiting in old.values():
            line = self.line_of(waiting.transaction.sender)
            if reason_against(waiting.transaction, len(line.entries), line.outlay) is None:
                self.add(waiting)
            else:
                dropped.append(waiting)
        return dropped

    def remember(self, txid: str) -> bool:
        """Remember that an id was sent; return whether it was not since the last block."""
        if txid in self._remembered:
            return False
        self._remembered[txid] = None
        if len(self._remembered) > self._most_remembered:
            del self._remembered[next(iter(self._remembered))]
        return True

    def forget_ids(self) -> None:
        """Forget all ids that were sent, as at each block."""
        self._remembered.clear()
