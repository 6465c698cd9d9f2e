"""What is on its way to the ledger already, about the DID or the content id that somebody means now.

Rules: of two about the same only one can have an effect, so a second one is refused before it is paid for. How far the
first one is gets looked up before, for it may have ended.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import Conflict
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.sending.outcomes import in_words
from prometheus_morpheus.verbs.at_desk import at_desk
from prometheus_morpheus.verbs.laid_out import warned

if TYPE_CHECKING:
    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.sending.action import Action


def under_way(call: Call, vault: OpenVault, name: str) -> Action | None:
    """Return what is under way about a DID or a content id, once it was looked up how far it is by now."""
    found = _pending_about(call, vault, name)
    if found is None:
        return None
    at_desk(call, vault, lambda desk: desk.refresh())
    return _pending_about(call, vault, name)


def _pending_about(call: Call, vault: OpenVault, name: str) -> Action | None:
    pending = Desk(vault.store, vault, call.clock).pending()
    return next((action for action in pending if f'"{name}"' in action.draft), None)


def refuse_second(call: Call, action: Action | None) -> None:
    """Refuse what would be paid for in vain beside what is `under_way`; with ``--dry-run`` it is only told.

    A change of a DID names the last one before it, so of two that were made side by side only one can have an effect;
    and a content id is registered once.

    Raises:
        Conflict: With what to do about it.
    """
    if action is None:
        return
    meaning = f"{action.title}: {in_words(action)}; another one now would be paid for without effect"
    if call.flag("dry_run"):
        warned(call, f"something about it is under way already: {meaning}")
        return
    raise Conflict(
        "something about it is under way already",
        code="LEDGER-UNDER-WAY",
        meaning=meaning,
        remedy="`prometheus ledger pending --wait` follows it to its end",
    )
