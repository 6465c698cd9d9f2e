"""Ask the person again about a change of a DID that would do something else by now than what they agreed to.

Rules: they see the document as it is now and what the change would make of it. ``--yes`` answers where they named that
very change (`ledger retry`); in passing (`ledger pending`) they are asked themselves, or it stays where it is. A change
that the rules forbid by now has nothing to be agreed to: it ends refused when it is taken up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.errors import NetworkError, NotTrusted, RefusedError
from prometheus.identity.multicipher import PublicKey
from prometheus.model.laid_out import laid
from prometheus_morpheus.changing.last_key import loses_its_last
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.sending.renewal import is_changed
from prometheus_morpheus.verbs.did.lines import change_lines
from prometheus_morpheus.verbs.laid_out import noted

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.changing.planning import Plan
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.verbs.wanted.kept import WantedChange

_INDENT: Final = 7


def agrees_in_passing(call: Call, vault: OpenVault, actions: Iterable[Action]) -> bool:
    """Ask about each change that waits to be agreed to anew, where a person is there; return whether they took one."""
    if not call.may_ask:
        return False
    taken = [_is_taken(call, vault, action) for action in actions if is_changed(action)]
    return any(taken)  # after all of them were asked about


def _is_taken(call: Call, vault: OpenVault, action: Action) -> bool:
    try:
        return agrees_anew(call, vault, action, beyond_yes=True)
    except (NetworkError, NotTrusted) as error:
        noted(call, f"{action.title}: {error.what}")
        return False


def agrees_anew(call: Call, vault: OpenVault, action: Action, *, beyond_yes: bool = False) -> bool:
    """Show what a change would do now, ask, and keep the answer; a no leaves it where it is.

    Raises:
        NetworkError: When nobody can be asked about the DID.
        NotTrusted: When sources contradict each other about it.
        NoConsent: When the person cannot be asked.
    """
    from prometheus_morpheus.verbs.wanted.kept import read_wanted

    wanted = read_wanted(action.wanted)
    planned = None if isinstance(wanted, str) else _planned(call, vault, wanted)
    if isinstance(wanted, str) or planned is None:
        return True
    from prometheus_morpheus.verbs.did.change import end_lines
    from prometheus_morpheus.verbs.did.personas import names_of

    names = names_of(vault)
    lines = [action.title, *change_lines(planned.before, planned.after, names), *end_lines(planned)]
    call.show(line for text in [*lines, "agreed to was something else"] for line in laid(call.safe(text), _INDENT))
    ends = loses_its_last(planned.before, planned.after) is not None
    if not call.confirm(call.safe(wanted.question), beyond_yes=beyond_yes or ends):
        return False
    Desk(vault.store, vault, call.clock).agree_anew(action.id, wanted.as_planned(planned).text)
    return True


def _planned(call: Call, vault: OpenVault, wanted: WantedChange) -> Plan | None:
    """Return what a change would do now; None where it can do nothing any more."""
    from prometheus_morpheus.changing.planning import plan
    from prometheus_morpheus.resolving.asking import resolve
    from prometheus_morpheus.verbs.asking import asked
    from prometheus_morpheus.verbs.did.basis import contradicted
    from prometheus_morpheus.verbs.did.personas import names_of
    from prometheus_morpheus.verbs.wanted.renewing import persona_of

    signer = persona_of(vault, wanted.signer)
    if signer is None:
        return None
    found = asked(call, lambda nodes: resolve(nodes, wanted.did, call.clock))
    if found.best is None:
        raise contradicted(call, found)
    try:
        return plan(found.best, wanted.operations, PublicKey.parse(signer.public_key), names_of(vault))
    except RefusedError:
        return None
