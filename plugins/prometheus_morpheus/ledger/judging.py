"""Whether a posted transaction may wait in the pool: everything but nonce, balance and what is in blocks already.

The order of the questions is Hydra's, because only the first no is told: from the future, too long, expired, of a kind
that is kept, what its kind demands, signature, fee.

What this is not: the form of a request (see `shape`), nor whether the sender can pay (see `accounts`).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import InputError
from prometheus.identity.base58check import decode_checked
from prometheus_morpheus.ledger.pool import Waiting
from prometheus_morpheus.ledger.rules import ADDON_BYTES
from prometheus_morpheus.transactions.assets import payments_of, username_of
from prometheus_morpheus.transactions.fees import morpheus_minimum
from prometheus_morpheus.transactions.kinds import COEUS, DELEGATE, MORPHEUS, MULTI_PAYMENT, TRANSFER, VOTE
from prometheus_morpheus.transactions.serialized import bytes_to_sign, parse_bytes
from prometheus_morpheus.transactions.signing import signature_fits
from prometheus_morpheus.transactions.transaction import VERSION

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.ledger.pool import Pool
    from prometheus_morpheus.ledger.rules import Rules
    from prometheus_morpheus.ledger.shape import Posted
    from prometheus_morpheus.transactions.kinds import Kind
    from prometheus_morpheus.transactions.transaction import Transaction

_FUTURE = 3600
_LEAST_PAYMENTS = 2
_TYPE_NAMES = (
    "Transfer",
    "SecondSignature",
    "DelegateRegistration",
    "Vote",
    "MultiSignature",
    "Ipfs",
    "MultiPayment",
    "DelegateResignation",
    "HtlcLock",
    "HtlcClaim",
    "HtlcRefund",
)


class Refusal(NamedTuple):
    """Why a transaction was refused, in Hydra's words."""

    type: str
    message: str


class Situation(NamedTuple):
    """What a transaction is judged against: the newest height, the network's time, the pool and the whole request."""

    rules: Rules
    height: int
    now: int
    pool: Pool
    request: Sequence[Posted]


_UNVERIFIED = Refusal("ERR_BAD_DATA", "Transaction didn't pass the verification process.")
_CHEAP = Refusal("ERR_LOW_FEE", "The fee is too low to broadcast and accept the transaction")
_SECOND = Refusal("ERR_APPLY", "Failed to apply transaction, because wallet does not allow second signatures.")
_UNREADABLE = "Failed to deserialize transaction, encountered invalid bytes: "


def judge(posted: Posted, situation: Situation) -> Waiting | Refusal:
    """Return the transaction with its id and bytes as it may wait, or why it may not."""
    refusal = _before_its_bytes(posted, situation)
    if refusal is not None:
        return refusal
    transaction = posted.transaction
    assert transaction is not None  # noqa: S101 - `_before_its_bytes` refused what has none
    if transaction.version != VERSION:
        return Refusal("ERR_UNKNOWN", f"Version {transaction.version} not supported.")
    if not transaction.signature:
        return Refusal("ERR_TRANSACTION_SCHEMA", "data should have required property '.signature'")
    verified = _verified(transaction, situation.height)
    if verified is None:
        return _UNVERIFIED
    return _by_its_bytes(posted, verified, situation.rules) or verified


def _by_its_bytes(posted: Posted, verified: Waiting, rules: Rules) -> Refusal | None:
    """Return why a transaction is refused although its sender signed it, or None."""
    if len(verified.raw) > rules.transaction_bytes:
        return Refusal("ERR_TOO_LARGE", f"Transaction {posted.id} is larger than {rules.transaction_bytes} bytes.")
    if verified.transaction.fee < _least_fee(verified.transaction, len(verified.raw), rules):
        return _CHEAP
    return _SECOND if posted.has_second_signature else None


def _verified(transaction: Transaction, height: int) -> Waiting | None:
    """Return a transaction with its bytes when its sender signed it, else None.

    What layer 2 will see is read from the bytes, not from the request: so it is the same after a restart.
    """
    try:
        message = bytes_to_sign(transaction)
        if not signature_fits(transaction.sender, message, transaction.signature):
            return None
        raw = message + transaction.signature
        kept = parse_bytes(raw) if transaction.kind is MORPHEUS else transaction
    except InputError:
        return None
    return Waiting(hashlib.sha256(raw).hexdigest(), kept, raw, height)


def _before_its_bytes(posted: Posted, situation: Situation) -> Refusal | None:
    """Return why a transaction is refused whatever its signature is, or None."""
    if posted.timestamp > situation.now + _FUTURE:
        seconds = posted.timestamp - situation.now
        return Refusal("ERR_FROM_FUTURE", f"Transaction {posted.id} is {seconds} seconds in the future")
    if posted.expiration and posted.expiration <= situation.height + 1:
        since = situation.height - posted.expiration
        return Refusal("ERR_EXPIRED", f"Transaction {posted.id} is expired since {since} blocks.")
    if posted.kind is None or posted.kind is COEUS or posted.transaction is None:
        name = _TYPE_NAMES[posted.type] if posted.type < len(_TYPE_NAMES) else "undefined"
        return Refusal("ERR_UNSUPPORTED", f"Invalidating transaction of unsupported type '{name}'")
    return _by_its_kind(posted.kind, posted.transaction, situation)


def _by_its_kind(kind: Kind, transaction: Transaction, situation: Situation) -> Refusal | None:
    if kind is TRANSFER:
        return _recipient_refusal(transaction)
    if kind is MORPHEUS:
        return _morpheus_refusal(transaction, situation)
    if kind is MULTI_PAYMENT:
        return _payments_refusal(transaction)
    if kind in {VOTE, DELEGATE} and any(situation.pool.waits_of_kind(kind, transaction.sender)):
        sender, name = transaction.sender.hex(), _TYPE_NAMES[kind.type]
        return Refusal("ERR_PENDING", f"Sender {sender} already has a transaction of type '{name}' in the pool")
    return _name_refusal(transaction, situation) if kind is DELEGATE else None


def _recipient_refusal(transaction: Transaction) -> Refusal | None:
    found = _decoded(transaction.recipient)
    if found is None:
        return Refusal("ERR_UNKNOWN", "Invalid checksum")
    if found[0] == transaction.network:
        return None
    text = f"Recipient {transaction.recipient} is not on the same network: {transaction.network}"
    return Refusal("ERR_INVALID_RECIPIENT", text)


def _decoded(address: str) -> bytes | None:
    """Return the bytes of an address of any network, or None when its checksum is wrong."""
    try:
        return decode_checked(address) or None
    except InputError:
        return None


def _payments_refusal(transaction: Transaction) -> Refusal | None:
    payments = payments_of(transaction.asset)
    if len(payments) < _LEAST_PAYMENTS:
        text = f"data.asset.payments should NOT have fewer than {_LEAST_PAYMENTS} items"
        return Refusal("ERR_TRANSACTION_SCHEMA", text)
    for address, _ in payments:
        found = _decoded(address)
        if found is None:
            return Refusal("ERR_UNKNOWN", _UNREADABLE + "Invalid checksum")
        if found[0] != transaction.network:
            text = f"Expected address network byte {transaction.network}, but got {found[0]}."
            return Refusal("ERR_UNKNOWN", _UNREADABLE + text)
    return None


def _morpheus_refusal(transaction: Transaction, situation: Situation) -> Refusal | None:
    if situation.height < situation.rules.layer_two_from:
        return Refusal("ERR_UNKNOWN", "Transaction type 4242/1 is deactivated.")
    try:
        least = morpheus_minimum(transaction.asset)
    except InputError:  # its text would not be the same when written again, so no signature can fit
        return _UNVERIFIED
    if transaction.fee < least:
        return Refusal("ERR_LOW_FEE", f"The fee for this transaction must be at least {least}")
    return None


def _name_refusal(transaction: Transaction, situation: Situation) -> Refusal | None:
    name = username_of(transaction.asset)
    same = [
        one
        for one in situation.request
        if one.kind is DELEGATE and one.transaction is not None and username_of(one.transaction.asset) == name
    ]
    if len(same) > 1:
        return Refusal("ERR_CONFLICT", f'Multiple delegate registrations for "{name}" in transaction payload')
    if any(username_of(one.transaction.asset) == name for one in situation.pool.waits_of_kind(DELEGATE)):
        return Refusal("ERR_PENDING", f'Delegate registration for "{name}" already in the pool')
    return None


def _least_fee(transaction: Transaction, size: int, rules: Rules) -> int:
    """Return the least fee of a transaction of so many bytes: half of them, rounded up, and its kind's, at the rate."""
    return ((size + 1) // 2 + ADDON_BYTES.get(transaction.kind.fee_name, 0)) * rules.fee_rate
