"""Who may let a presentation out: the user at a terminal, or a rule that the user wrote before.

* `deny` refuses, whoever asks.
* `allow` with ``--yes`` needs nobody; without ``--yes`` the person is still asked where there is one.
* `ask` needs a person at a terminal; ``--yes`` does not stand in for one.
"""

from __future__ import annotations

from prometheus.errors import NoConsent, PolicyForbids
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from prometheus.model.policy import Act, Decision, Policy

_STRICTEST_FIRST = ("deny", "ask", "allow")


def decide(policy: Policy, acts: Iterable[Act]) -> Decision:
    """Return the strictest of the decisions about each claim that would be shown."""
    decisions = [policy.decide(act) for act in acts]
    return min(decisions, key=lambda decision: _STRICTEST_FIRST.index(decision.effect))


def permit(decision: Decision, *, said_yes: bool, may_ask: bool, ask: Callable[[], bool]) -> str:
    """Return by whose consent it goes out: ``rule N`` or ``asked``.

    Raises:
        PolicyForbids: When a rule denies it, or a person has to be asked and cannot be.
        NoConsent: When the person says no, or ``--yes`` is missing where nobody can be asked.
    """
    if decision.effect == "deny":
        raise PolicyForbids(
            "your policy forbids this", meaning=f"rule {decision.number}: {decision.rule}", remedy=_EDIT
        )
    if decision.effect == "allow" and said_yes:
        return f"rule {decision.number}"
    if may_ask:
        if not ask():
            raise NoConsent("nothing was shown, because you did not agree")
        return "asked"
    if decision.effect == "allow":
        raise NoConsent(
            "this needs your consent, and you cannot be asked here",
            code="CONSENT-NEEDED",
            meaning=f"rule {decision.number} of your policy allows it",
            remedy="agree beforehand with --yes",
        )
    raise PolicyForbids(
        "your policy wants you to be asked, and you cannot be asked here",
        code="POLICY-ASKS",
        meaning=f"rule {decision.number}: {decision.rule}" if decision.rule else "no rule speaks about this",
        remedy=_EDIT,
    )


_EDIT = "`prometheus policy edit` changes the rules, `policy test` tries them"
