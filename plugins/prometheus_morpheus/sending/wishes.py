"""What a person may want from the ledger, before anything is signed: a draft, its name, its price, how long it holds.

A payment is signed within two hours from when it was wanted, or asks again: so that what did not happen today does not
happen by surprise next week, nor once more from an old copy of the vault. Once signed, only a transfer to one can end
by itself: it has to be in a block within two hours. The bytes of no other type have room for an expiration.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_morpheus.transactions import making

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.sending.action import Payer
    from prometheus_morpheus.transactions.transaction import Transaction

LIFETIME_SECONDS: Final = 2 * 60 * 60
_NO_NONCE: Final = 1
"""Stands in a draft until the real nonce is known."""


class Wish(NamedTuple):
    """A draft with what the person calls it; ``fee`` None is the lowest that nodes take, ``lifetime`` is in seconds.

    ``wanted`` is not empty where the draft only stands in for what is worked out when it is signed; see `Action`.
    """

    draft: Transaction
    payer: Payer
    title: str
    fee: int | None = None
    lifetime: int = 0
    wanted: str = ""


def transfer(
    payer: Payer,
    sender: bytes,
    network: int,
    recipient: str,
    amount: int,
    *,
    title: str,
    fee: int | None = None,
    vendor_field: str | None = None,
    lifetime: int = LIFETIME_SECONDS,
) -> Wish:
    """Return the wish to pay an address an amount of flakes.

    Args:
        payer: The key of the wallet that pays.
        sender: Its public key, 33 bytes.
        network: The address byte of the network.
        recipient: An address of that network.
        amount: Flakes.
        title: What the person will read in lists.
        fee: Flakes; the lowest that nodes take when None.
        vendor_field: A public note, at most 255 bytes.
        lifetime: Seconds after which it can not happen any more; 0 for no end.
    """
    draft = making.transfer(network, sender, _NO_NONCE, recipient, amount, vendor_field=vendor_field)
    return Wish(draft, payer, title, fee, lifetime)


def multi_transfer(
    payer: Payer,
    sender: bytes,
    network: int,
    payments: Sequence[tuple[str, int]],
    *,
    title: str,
    fee: int | None = None,
    lifetime: int = LIFETIME_SECONDS,
) -> Wish:
    """Return the wish to pay several addresses at once; once it is signed it has no end."""
    return Wish(making.multi_transfer(network, sender, _NO_NONCE, payments), payer, title, fee, lifetime)


def vote(payer: Payer, sender: bytes, network: int, delegate: bytes, *, title: str, fee: int | None = None) -> Wish:
    """Return the wish to vote for a delegate."""
    return Wish(making.vote(network, sender, _NO_NONCE, delegate), payer, title, fee)


def unvote(payer: Payer, sender: bytes, network: int, delegate: bytes, *, title: str, fee: int | None = None) -> Wish:
    """Return the wish to take a vote back."""
    return Wish(making.unvote(network, sender, _NO_NONCE, delegate), payer, title, fee)


def operations(
    payer: Payer, sender: bytes, network: int, attempts: list[Json], *, title: str, fee: int | None = None
) -> Wish:
    """Return the wish to have operation attempts applied by layer 2; the operations are signed already."""
    return Wish(making.morpheus(network, sender, _NO_NONCE, attempts), payer, title, fee)
