"""Which nonce comes next: from what the wallet has used, what waits in pools, and what our own actions hold.

A node counts confirmed transactions and takes exactly the next number. Rules:

* The lowest number that is used by nobody and held by none of our actions. A number that a refused or expired action
  had is free again: it may go to something else, because of two transactions with one number one alone can be forged.
* It is given away only when everything below it is known to wait in a pool or to be in a block. What would stand behind
  a gap stays unsigned, so a gap never has to be closed by moving signed actions, which would pay them twice.
* A number that was seen deep in a chain is never given away again. An endpoint that does not know of it is behind, or
  its chain has begun anew: nothing is given away until it knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


class Held(NamedTuple):
    """A nonce that one of our actions holds, and whether a pool or a block is known to have it."""

    action: str
    is_on_its_way: bool


class NextNonce(NamedTuple):
    """The number to use; 0 with the reason when something has to be seen first."""

    nonce: int
    reason: str = ""


def next_nonce(*, used: int, settled: int, held: Mapping[int, Held], pooled: Collection[int] = ()) -> NextNonce:
    """Return the number for the next action.

    Args:
        used: The wallet's nonce as a node says it: how many of its transactions are in the chain.
        settled: The highest number that we saw deep in the chain.
        held: What our own actions hold.
        pooled: Numbers of the wallet's transactions that a node has in its pool.
    """
    if used < settled:
        return NextNonce(
            0, f"the endpoint knows {used} transactions of this wallet, {settled} were seen: is it behind?"
        )
    nonce = used + 1
    while nonce in held or nonce in pooled:
        other = held.get(nonce)
        if other is not None and not other.is_on_its_way and nonce not in pooled:
            return NextNonce(0, f"it waits for {other.action}, which has nonce {nonce} and was not seen yet")
        nonce += 1
    return NextNonce(nonce)
