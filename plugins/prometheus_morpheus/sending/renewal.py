"""What was wanted while nobody could be asked, worked out anew before it is signed.

An action with `Action.wanted` was agreed to on what was known then; its draft is a stand-in that is never signed.
Whoever knows what it means (a `Renew`) asks the nodes again and says one of four things: sign this draft; it can never
be; the person has to be asked, for it is not what they agreed to; or it has to wait.

Rules: a wanted action without somebody who knows what it means waits. What is refused here was never signed, so nobody
can have it paid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_morpheus.sending.action import QUEUED

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import TypeAlias

    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Action

UNKNOWN: Final = "nobody here knows how to work it out anew: `prometheus ledger pending` does"
_CHANGED: Final = "it would do something else by now than what you agreed to"


class Renewal(NamedTuple):
    """What became of a wanted action: one of the four is filled, ``draft`` with the text of a transaction to sign."""

    draft: str = ""
    refused: str = ""
    asks: str = ""
    waits: str = ""


if TYPE_CHECKING:
    Renew: TypeAlias = Callable[[Action, Sequence[LedgerNode]], Awaitable[Renewal]]


def changed(action: Action) -> Renewal:
    """Return that the person has to see an action anew."""
    return Renewal(asks=f"{_CHANGED}: `ledger retry {action.id[:8]}` shows it and asks")


def is_changed(action: Action) -> bool:
    """Return whether an action waits because it is not what the person agreed to any more."""
    return bool(action.wanted) and action.state == QUEUED and action.reason.startswith(_CHANGED)
