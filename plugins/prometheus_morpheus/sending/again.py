"""What is wanted again because it was told as unpaid, and when it has to wait for a word of the person.

What nodes call refused, expired or replaced can be in a chain all the same: one endpoint that lies alone keeps the
bytes and passes them on later. So an action that wants the same payment once more remembers which ones it stands for.
It gets their nonce, which makes both exclude each other, and any other number only

* when two endpoints of different hosts agree that theirs was used by something else, or
* when the person says so (`ledger retry`), who is told what that can mean.

Not here: which number is next (`nonces`), and who asks (`errands`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_morpheus.client.hosts import count_sources
from prometheus_morpheus.sending.action import NOT_PAID, QUEUED
from prometheus_morpheus.sending.maker import draft_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.transactions.transaction import Transaction

_SHOWN_ID: Final = 8


class Witnesses(NamedTuple):
    """Who says how many of a wallet's transactions are in the chain: names of endpoints that agree."""

    endpoints: tuple[str, ...]
    used: int


def stands_for(draft: Transaction, earlier: Iterable[Action]) -> tuple[str, ...]:
    """Return the ids of what was signed for the same payment and told as unpaid, unless another stands for it."""
    known = tuple(earlier)
    taken = {name for each in known if not each.is_failed for name in each.instead_of}
    return tuple(
        each.id
        for each in known
        if each.state in NOT_PAID
        and each.nonce
        and each.id not in taken
        and _payment(draft_of(each)) == _payment(draft)
    )


def obstacle(action: Action, other: Action, nonce: int, said: Witnesses) -> str:
    """Return why an action may not be signed with a nonce, seeing what it stands for; empty when it may."""
    name = other.id[:_SHOWN_ID]
    if other.state not in NOT_PAID:
        return f"{name} was told as not paid when this was wanted, and is {other.state} now; {_word(action)}"
    if other.nonce == nonce:
        return ""
    if nonce < other.nonce:
        return (
            f"{name} was signed for the same with the later number {other.nonce} and may still be paid; {_word(action)}"
        )
    if said.used >= other.nonce and count_sources(said.endpoints) > 1:
        return ""
    who = ", ".join(said.endpoints)
    return (
        f"{who} alone says that something else used number {other.nonce}, which {name} was signed with for the same; "
        f"name a second endpoint, or {_word(action)}"
    )


def is_asked(action: Action) -> bool:
    """Return whether an action waits for a word of the person because of what it stands for."""
    return bool(action.instead_of) and action.state == QUEUED and _word(action) in action.reason


def _word(action: Action) -> str:
    return f"`ledger retry {action.id[:_SHOWN_ID]}` pays it all the same"


def _payment(draft: Transaction) -> Transaction:
    """Return what a transaction does, without its number, its price, its note and its end."""
    return draft._replace(nonce=0, fee=0, vendor_field=None, expiration=0, signature=b"")
