"""The kinds of transactions that are read and written here, in one table.

    group  type  kind
    1      0     transfer: one payment
    1      2     delegate registration: a name to be voted for
    1      3     vote or unvote for a delegate
    1      6     multi-payment: several payments under one fee
    4242   1     Morpheus: operations on DIDs, before proofs
    4242   2     Coeus: operations on names, carried as they are and not looked into

Other kinds exist on the ledger (second signatures, multisignatures, hash time locks, resignations); they are refused,
because nothing may be shown as understood that is not.
"""

from __future__ import annotations

from prometheus.errors import UnsupportedFormat
from prometheus.model.frozen import NamedTuple

CORE_GROUP = 1
IOP_GROUP = 4242


class Kind(NamedTuple):
    """A kind of transaction: `fee_name` is what nodes call it in their tables of fees, empty where they do not."""

    group: int
    type: int
    name: str
    fee_name: str
    fee: int
    has_vendor_field: bool = False


TRANSFER = Kind(CORE_GROUP, 0, "transfer", "transfer", 10_000_000, has_vendor_field=True)
DELEGATE = Kind(CORE_GROUP, 2, "delegate registration", "delegateRegistration", 2_500_000_000)
VOTE = Kind(CORE_GROUP, 3, "vote", "vote", 100_000_000)
MULTI_PAYMENT = Kind(CORE_GROUP, 6, "multi-payment", "multiPayment", 10_000_000, has_vendor_field=True)
MORPHEUS = Kind(IOP_GROUP, 1, "morpheus", "", 0)
COEUS = Kind(IOP_GROUP, 2, "coeus", "", 0)

KINDS = {(kind.group, kind.type): kind for kind in (TRANSFER, DELEGATE, VOTE, MULTI_PAYMENT, MORPHEUS, COEUS)}
"""All kinds by group and type; `fee` is the static one in flakes, 0 where it depends on the length."""


def kind_of(group: int, number: int) -> Kind:
    """Return the kind of a group and a type number.

    Raises:
        UnsupportedFormat: ``Invalid core transaction type: 99`` and the like.
    """
    kind = KINDS.get((group, number))
    if kind is not None:
        return kind
    if group == CORE_GROUP:
        what = f"Invalid core transaction type: {number}"
    elif group == IOP_GROUP:
        what = f"Invalid (typeGroup,type) pair: (Iop,{number})"
    else:
        what = f"transaction type group {group} is none of {CORE_GROUP} and {IOP_GROUP}"
    raise UnsupportedFormat(what, code="TRANSACTION-TYPE", meaning="this kind of transaction is not read here")
