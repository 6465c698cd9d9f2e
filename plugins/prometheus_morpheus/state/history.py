"""Which transactions touched a DID: all that tried, and those that had their effect."""

from __future__ import annotations

from typing import NamedTuple


class Seen(NamedTuple):
    """A transaction and the height of its block."""

    txid: str
    height: int


class DidHistory:
    """The transactions of one DID, oldest first."""

    __slots__ = ("attempts", "confirmed")

    def __init__(self) -> None:
        self.attempts: list[Seen] = []
        self.confirmed: list[Seen] = []

    def last(self) -> Seen | None:
        """Return the newest transaction that had its effect."""
        return self.confirmed[-1] if self.confirmed else None

    def forget(self, seen: Seen) -> None:
        """Take a transaction out, as if it had never been there."""
        for kept in (self.attempts, self.confirmed):
            if kept and kept[-1] == seen:
                kept.pop()
            elif seen in kept:
                kept.remove(seen)

    def between(self, start: int, until: int | None, *, attempts: bool) -> list[tuple[str, int]]:
        """Return ids and heights within two heights, both inclusive, newest first."""
        return [
            (seen.txid, seen.height)
            for seen in reversed(self.attempts if attempts else self.confirmed)
            if start <= seen.height and (until is None or seen.height <= until)
        ]
