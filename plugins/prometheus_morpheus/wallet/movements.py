"""What a transaction means for one address: which way coins went, how many, and to or from whom.

Rules: amounts are signed integers of flakes as the address's balance felt them, the fee apart. A node's word is taken
for what it is; what a person reads names the node. Of several payments only those to the address count for it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from prometheus.errors import InputError
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.assets import payments_of, votes_of
from prometheus_morpheus.transactions.kinds import KINDS, MORPHEUS, MULTI_PAYMENT, TRANSFER, VOTE
from prometheus_morpheus.transactions.operations import BEFORE_PROOF, attempts_of

if TYPE_CHECKING:
    from prometheus_morpheus.client.answers import NodeTransaction

Direction = Literal["in", "out", "self"]
_UNKNOWN: Final = "of an unknown kind"


class Movement(NamedTuple):
    """One forged transaction as an address felt it.

    ``amount`` is what came (positive) or went (negative) in flakes, without the fee; ``fee`` is what this address paid
    for it, 0 where another did. ``others`` are the addresses on the other side. ``unix`` is in seconds since 1970.
    ``dids`` are those that it wanted to change, ``content_ids`` what it wanted dated, each once, as they were sent.
    ``votes`` are as the ledger writes them: + for one that is given, - for one taken back, and a public key in hex.
    """

    id: str
    height: int
    unix: int
    kind: str
    direction: Direction
    amount: int
    fee: int
    others: tuple[str, ...]
    note: str
    nonce: int
    dids: tuple[str, ...] = ()
    content_ids: tuple[str, ...] = ()
    votes: tuple[str, ...] = ()

    @property
    def delegates(self) -> tuple[str, ...]:
        """The public keys, in hex, of those whom its votes are about."""
        return tuple(vote[1:] for vote in self.votes)

    @property
    def change(self) -> int:
        """By how much the balance changed, in flakes."""
        return self.amount - self.fee


def movement(found: NodeTransaction, address: str, address_byte: int, height: int) -> Movement:
    """Return what a transaction meant for an address."""
    is_sender = sender_address(found.sender, address_byte) == address
    payments = _payments(found)
    came = sum(amount for payee, amount in payments if payee == address)
    went = sum(amount for _, amount in payments) if is_sender else 0
    sender = sender_address(found.sender, address_byte)
    dids, content_ids = _about(found)
    payees = tuple(dict.fromkeys(payee for payee, _ in payments if payee != address))
    votes = _votes(found)
    return Movement(
        id=found.id,
        height=height,
        unix=found.unix,
        kind=_kind(found, votes),
        direction=_direction(is_sender=is_sender, came=came, others=bool(payees)),
        amount=came - went,
        fee=found.fee if is_sender else 0,
        others=payees if is_sender else (sender,),
        note=found.vendor_field or "",
        nonce=found.nonce,
        dids=dids,
        content_ids=content_ids,
        votes=votes,
    )


def _about(found: NodeTransaction) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the DIDs and the content ids of operation attempts; none where it has no such thing."""
    if (found.type_group, found.type) != (MORPHEUS.group, MORPHEUS.type):
        return (), ()
    try:
        attempts = attempts_of(found.asset)
    except InputError:
        return (), ()
    dated = [str(attempt["contentId"]) for attempt in attempts if attempt["operation"] == BEFORE_PROOF]
    groups = [attempt.get("signables") for attempt in attempts]
    dids = [str(each["did"]) for group in groups if isinstance(group, list) for each in group if isinstance(each, dict)]
    return tuple(dict.fromkeys(dids)), tuple(dict.fromkeys(dated))


def _direction(*, is_sender: bool, came: int, others: bool) -> Direction:
    if not is_sender:
        return "in"
    return "self" if came and not others else "out"


def _payments(found: NodeTransaction) -> list[tuple[str, int]]:
    if (found.type_group, found.type) == (TRANSFER.group, TRANSFER.type):
        return [(found.recipient, found.amount)]
    if (found.type_group, found.type) != (MULTI_PAYMENT.group, MULTI_PAYMENT.type):
        return []
    try:
        return payments_of(found.asset)
    except InputError:
        return []


def _votes(found: NodeTransaction) -> tuple[str, ...]:
    """Return whom it gives a vote or takes one from; none where it has no such thing."""
    if (found.type_group, found.type) != (VOTE.group, VOTE.type):
        return ()
    try:
        return tuple(("+" if is_for else "-") + key.hex() for is_for, key in votes_of(found.asset))
    except InputError:
        return ()


def _kind(found: NodeTransaction, votes: tuple[str, ...]) -> str:
    kind = KINDS.get((found.type_group, found.type))
    if kind is None:
        return _UNKNOWN
    return "unvote" if votes and not any(vote.startswith("+") for vote in votes) else kind.name
