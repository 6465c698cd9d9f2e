"""What became of an action, in words, as JSON, and as the error that a verb ends with.

Rules: nothing but `Action.is_done` is told as success. What may still happen is never told as failed: an action that is
pending has no error, whatever went wrong on the way. What one endpoint alone said is told as its word ("says http://…").
Reasons may hold a node's words: who shows them makes them safe.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from prometheus.errors import Conflict, RefusedError, RemoteRefused, TimedOut
from prometheus_morpheus.sending.action import (
    APPLIED,
    CONFIRMED,
    EXPIRED,
    FORGED,
    IN_A_BLOCK,
    NOT_PAID,
    POOLED,
    QUEUED,
    REFUSED,
    REJECTED,
    REPLACED,
    SENT,
    SIGNED,
)

if TYPE_CHECKING:
    from prometheus.errors import PrometheusError
    from prometheus_morpheus.sending.action import Action, State

FLAKES: Final = 100_000_000
_PLAIN: Final[dict[State, str]] = {
    QUEUED: "waits here, not signed",
    SIGNED: "signed, not sent",
    SENT: "sent, not seen yet",
    POOLED: "waits in a pool",
    FORGED: "in block {height}, not agreed on",
    CONFIRMED: "in block {height}",
    APPLIED: "applied in block {height}",
    REJECTED: "in block {height} without effect",
    REFUSED: "refused, nothing was paid",
    EXPIRED: "expired, nothing was paid",
    REPLACED: "replaced, nothing was paid",
}


_ON_A_WORD: Final = NOT_PAID | {POOLED}
"""Besides what is in a block: states that rest on what nodes say."""


def in_words(action: Action) -> str:
    """Return where an action stands, in one line without its reason."""
    words = _PLAIN[action.state].format(height=action.height)
    if action.state == CONFIRMED and action.needs_layer_two:
        words = f"{words}, layer 2 has not spoken"
    if action.is_handed_out and action.state == SENT:
        words = "signed, handed out"
    if action.state not in IN_A_BLOCK:
        return words + (_says(action) if action.state in _ON_A_WORD else "")
    plural = "" if action.confirmations == 1 else "s"
    return f"{words}, {action.confirmations} confirmation{plural}{_says(action)}"


def state_in_words(state: State) -> str:
    """Return a state in words, without where and how deep."""
    return _PLAIN[state].replace("block {height}", "a block")


def failure_of(action: Action) -> PrometheusError | None:
    """Return the error for what will not happen; None for what did or still may."""
    # What was only passed on for somebody else has no place in the queue, and cannot be signed again here.
    again = f"`prometheus ledger retry {action.id}` tries again" if action.place else ""
    again += " with the same nonce" if again and action.nonce else ""
    if action.state == REJECTED:
        return RemoteRefused(
            f"{action.title}: it is in block {action.height} and had no effect",
            code="LEDGER-REJECTED",
            meaning="the rules of layer 2 refused it; the fee is spent" + _says(action),
            remedy="look at the document as it is now, then want it anew",
        )
    if action.state == REFUSED and not action.signings:
        return RefusedError(
            f"{action.title}: it cannot be done any more",
            code="LEDGER-NOT-SIGNED",
            meaning=f"{action.reason}; nothing was signed and nothing was paid",
            remedy=f"`prometheus ledger forget {action.id}` drops it; {again}",
        )
    if action.state == REFUSED:
        return RemoteRefused(
            f"{action.title}: nodes refused it",
            code="LEDGER-REFUSED",
            meaning=f"{action.reason}; nothing was paid{_says(action)}",
            remedy=again,
        )
    if action.state == EXPIRED:
        return TimedOut(
            f"{action.title}: no block took it in time",
            code="LEDGER-EXPIRED",
            meaning=f"nothing was paid{_says(action)}",
            remedy=again,
        )
    if action.state == REPLACED:
        return Conflict(
            f"{action.title}: another transaction of this wallet took its place",
            code="LEDGER-REPLACED",
            meaning=f"{action.reason}; nothing was paid for this one{_says(action)}",
            remedy="does another device use this wallet? Want it anew if it is still needed",
        )
    return None


def as_document(action: Action) -> dict[str, Any]:
    """Return an action as ``--json`` shows it: money in flakes, as decimal texts."""
    return {
        "id": action.id,
        "title": action.title,
        "state": action.state,
        "reason": action.reason,
        "done": action.is_done,
        "failed": action.is_failed,
        "transaction": action.transaction_id or None,
        "nonce": str(action.nonce) if action.nonce else None,
        "fee": str(action.fee) if action.fee else None,
        "height": action.height or None,
        "block": action.block or None,
        "confirmations": action.confirmations,
        "layer_two": action.layer_two,
        "chain": action.chain or None,
        "said_by": action.said_by or None,
    }


def ending_of(action: Action) -> dict[str, Any]:
    """Return what became of an operation as its verb tells it with ``--json``, in short."""
    return {
        "sent": action.may_have_left,
        "action": action.id,
        "state": action.state,
        "done": action.is_done,
        "transaction": action.transaction_id,
        "height": action.height or None,
    }


def _says(action: Action) -> str:
    return f", says {action.said_by}" if action.said_by else ""
