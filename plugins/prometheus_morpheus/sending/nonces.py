"""Which nonce comes next: from what the wallet has used, what waits in pools, and what our own actions hold.

A node counts confirmed transactions and takes exactly the next number. Rules:

* A number that was ever signed with is never passed over until the transaction that used it was shown, with its id and
  the signature of this wallet (`prometheus_morpheus.sending.rivals`). That a node counts it as used is its word alone.
* The lowest number that is used by nobody and held by none of our actions. A number that a refused or expired action
  had is given to something else, because of two transactions with one number one alone can be forged; and nothing goes
  beyond it before it was shown in a block, because the bytes of the refused one may still come.
* A number that waits in a pool, for an action that nobody called unpaid, is passed over: the next one goes behind it.
  What would stand behind a gap stays unsigned, so a gap never has to be closed by moving signed actions, which would
  pay them twice.
* What used a number was shown in a block, and the chain does not count it any more: blocks fell away, and no action
  counts on the number. It is free again, since whatever stands behind it would wait for ever.
* A number that was seen deep in a chain is never given away again. An endpoint that does not know of it is behind, or
  its chain has begun anew: nothing is given away until it knows.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping


_SHOWN_ID: Final = 8


class Held(NamedTuple):
    """A nonce that was signed with, and an action that it was signed for.

    ``is_on_its_way``: a pool or a block is known to have it. ``is_live``: an action still counts on it. ``is_loose``:
    signed bytes of an action that was told as unpaid, or was forgotten, may turn up with it. ``is_shown``: the
    transaction that used it was shown in a block. ``is_handed_out``: somebody else is to send it.
    """

    action: str
    is_on_its_way: bool
    is_live: bool = True
    is_loose: bool = False
    is_shown: bool = False
    is_handed_out: bool = False


class NextNonce(NamedTuple):
    """The number to use; 0 with the reason when something has to be seen first.

    ``asks`` means that waiting alone does not help: the person has to do something.
    """

    nonce: int
    reason: str = ""
    asks: bool = False


def next_nonce(*, used: int, settled: int, held: Mapping[int, Held], pooled: Collection[int] = ()) -> NextNonce:
    """Return the number for the next action.

    Args:
        used: The wallet's nonce as a node says it: how many of its transactions are in the chain.
        settled: The highest number that we saw deep in the chain.
        held: What our own actions were signed with.
        pooled: Numbers of the wallet's transactions that a node has in its pool.
    """
    if used < settled:
        return NextNonce(
            0, f"the endpoint knows {used} transactions of this wallet, {settled} were seen: is it behind?"
        )
    hidden = unshown(held, used)
    if hidden:
        return NextNonce(0, f"number {hidden[0]} is said to be used, and the transaction that used it was not shown")
    nonce = used + 1
    while nonce in held or nonce in pooled:
        one = held.get(nonce)
        if one is not None and not one.is_live and nonce not in pooled:
            return NextNonce(nonce)
        reason = "" if one is None else _obstacle(nonce, one, is_pooled=nonce in pooled)
        if reason:
            return NextNonce(0, reason, asks=one is not None and _is_with_somebody(one))
        nonce += 1
    return NextNonce(nonce)


def unshown(held: Mapping[int, Held], used: int) -> tuple[int, ...]:
    """Return the numbers that we signed with, that are said to be used, and of which nobody has shown by what."""
    return tuple(sorted(nonce for nonce, one in held.items() if nonce <= used and not one.is_shown))


def _obstacle(nonce: int, one: Held, *, is_pooled: bool) -> str:
    """Return why nothing may go behind a number yet; empty when something may."""
    if one.is_shown:
        return ""
    if one.is_loose:
        return f"it waits until the transaction with nonce {nonce} is shown in a block: more than one was signed"
    if one.is_on_its_way or is_pooled:
        return ""
    name = one.action[:_SHOWN_ID]
    if _is_with_somebody(one):
        return (
            f"it waits for {name}, which has nonce {nonce} and was handed out: broadcast its file, "
            f"or `prometheus ledger forget {name}` if it was lost"
        )
    return f"it waits for {name}, which has nonce {nonce} and was not seen yet"


def _is_with_somebody(one: Held) -> bool:
    return one.is_handed_out and not (one.is_loose or one.is_on_its_way or one.is_shown)
