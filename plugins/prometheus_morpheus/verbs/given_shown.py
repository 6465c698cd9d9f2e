"""What transactions that were signed elsewhere do, shown before anybody agrees to pass them on.

Rules: everything is read from the signed bytes, so it is what will happen; the names of an address book stay out, for
no vault is open. Whoever hands such a file over may have told another story about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_morpheus.sending.maker import draft_of
from prometheus_morpheus.sending.outcomes import as_document
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.assets import payments_of, username_of, votes_of
from prometheus_morpheus.transactions.kinds import DELEGATE, MORPHEUS, MULTI_PAYMENT, TRANSFER, VOTE
from prometheus_morpheus.transactions.networks import network_of
from prometheus_morpheus.transactions.operations import attempts_of
from prometheus_morpheus.wallet.coins import shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.transactions.transaction import Transaction

_MOST_SHOWN = 40


def given_lines(action: Action) -> Iterator[str]:
    """Yield what a signed transaction does, line by line; texts in it are foreign.

    Raises:
        NotUnderstood: When it is of no network that is known.
    """
    transaction = draft_of(action)
    network = network_of(transaction.network)
    yield f"{transaction.kind.name}, signed by its sender"
    yield f"{'id':<8}{action.id}"
    yield f"{'from':<8}{sender_address(transaction.sender, transaction.network)}, {network.name}"
    payments = _payments(transaction)
    for address, amount in payments[:_MOST_SHOWN]:
        yield f"{'to':<8}{address}  {shown(amount, network.token)}"
    if len(payments) > _MOST_SHOWN:
        whole = shown(sum(amount for _, amount in payments), network.token)
        yield f"{'':<8}and {len(payments) - _MOST_SHOWN} more, {whole} in all"
    for line in _deeds(transaction)[:_MOST_SHOWN]:
        yield f"{'does':<8}{line}"
    if transaction.vendor_field:
        yield f"{'note':<8}{transaction.vendor_field}"
    yield f"{'fee':<8}{shown(transaction.fee, network.token)}"


def given_document(action: Action) -> dict[str, Any]:
    """Return the same for ``--json``; flakes as texts, for numbers there end at 2^53."""
    transaction = draft_of(action)
    payments = [{"to": address, "flakes": str(amount)} for address, amount in _payments(transaction)]
    return {
        **as_document(action),
        "network": network_of(transaction.network).name,
        "from": sender_address(transaction.sender, transaction.network),
        "payments": payments,
        "does": _deeds(transaction),
        "note": transaction.vendor_field,
        "fee": str(transaction.fee),
    }


def _payments(transaction: Transaction) -> list[tuple[str, int]]:
    if transaction.kind is TRANSFER:
        return [(transaction.recipient, transaction.amount)]
    return payments_of(transaction.asset) if transaction.kind is MULTI_PAYMENT else []


def _deeds(transaction: Transaction) -> list[str]:
    """Return what is not a payment, one line each."""
    if transaction.kind is VOTE:
        return [
            f"{'vote for' if is_for else 'take the vote back from'} {key.hex()}"
            for is_for, key in votes_of(transaction.asset)
        ]
    if transaction.kind is DELEGATE:
        return [f"register as the delegate {username_of(transaction.asset)}"]
    if transaction.kind is not MORPHEUS:
        return []
    return [line for attempt in attempts_of(transaction.asset) for line in _operations(attempt)]


def _operations(attempt: dict[str, Any]) -> Iterator[str]:
    if "signables" not in attempt:
        yield f"{attempt['operation']} {attempt.get('contentId', '')}"
        return
    for signable in attempt["signables"]:
        named = [str(signable.get(name, "")) for name in ("operation", "did", "auth", "right")]
        yield " ".join(part for part in named if part)
