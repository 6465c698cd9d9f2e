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
    from collections.abc import Iterator, Mapping

    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.transactions.transaction import Transaction

_MOST_SHOWN = 40


def given_lines(action: Action, delegates: Mapping[str, str] | None = None) -> Iterator[str]:
    """Yield what a signed transaction does, line by line; texts in it are foreign.

    Args:
        action: The transaction, as it was read.
        delegates: Names of delegates by their keys in hex, as far as a node told them.

    Raises:
        NotUnderstood: When it is of no network that is known.
    """
    transaction = draft_of(action)
    token = network_of(transaction.network).token
    facts = [("id", action.id), *deeds_of(transaction, delegates or {}), ("fee", shown(transaction.fee, token))]
    yield f"{transaction.kind.name}, signed by its sender"
    yield from (f"{label:<8}{text}" for label, text in facts)


def deeds_of(transaction: Transaction, delegates: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Yield what a transaction does, each with a label: from whom, to whom, what else, its note; texts are foreign."""
    network = network_of(transaction.network)
    yield "from", f"{sender_address(transaction.sender, transaction.network)}, {network.name}"
    payments = _payments(transaction)
    for address, amount in payments[:_MOST_SHOWN]:
        yield "to", f"{address}  {shown(amount, network.token)}"
    if len(payments) > _MOST_SHOWN:
        whole = shown(sum(amount for _, amount in payments), network.token)
        yield "", f"and {len(payments) - _MOST_SHOWN} more, {whole} in all"
    for key in delegates_in(transaction):
        if key in delegates:
            yield "for", f"the delegate {delegates[key]}"
    for line in _deeds(transaction)[:_MOST_SHOWN]:
        yield "does", line
    if transaction.vendor_field:
        yield "note", transaction.vendor_field


def delegates_in(transaction: Transaction) -> list[str]:
    """Return the keys, in hex, of the delegates that a transaction votes for or takes a vote from."""
    return [key.hex() for _, key in votes_of(transaction.asset)] if transaction.kind is VOTE else []


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
