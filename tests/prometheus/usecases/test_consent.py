from __future__ import annotations

import pytest

from prometheus.errors import NoConsent, PolicyForbids
from prometheus.model.policy import Act, Decision, Policy, Rule
from prometheus.usecases.consent import decide, permit

RULE = Rule("allow", "*", "*", "*", None)
ALLOW, DENY, ASK = Decision("allow", 1, RULE), Decision("deny", 2, RULE), Decision("ask", 0, None)


def never() -> bool:
    raise AssertionError


@pytest.mark.parametrize(("said_yes", "may_ask"), [(True, True), (True, False), (False, True), (False, False)])
def test_a_denied_act_is_refused_whoever_asks(*, said_yes: bool, may_ask: bool) -> None:
    with pytest.raises(PolicyForbids, match="forbids"):
        permit(DENY, said_yes=said_yes, may_ask=may_ask, ask=never)


@pytest.mark.parametrize("may_ask", [True, False])
def test_an_allowed_act_with_yes_asks_nobody(*, may_ask: bool) -> None:
    assert permit(ALLOW, said_yes=True, may_ask=may_ask, ask=never) == "rule 1"


def test_without_yes_a_person_is_asked_even_where_a_rule_allows() -> None:
    assert permit(ALLOW, said_yes=False, may_ask=True, ask=lambda: True) == "asked"
    with pytest.raises(NoConsent):
        permit(ALLOW, said_yes=False, may_ask=True, ask=lambda: False)
    with pytest.raises(NoConsent):
        permit(ALLOW, said_yes=False, may_ask=False, ask=never)


def test_yes_does_not_stand_in_for_a_person() -> None:
    with pytest.raises(PolicyForbids):
        permit(ASK, said_yes=True, may_ask=False, ask=never)
    assert permit(ASK, said_yes=True, may_ask=True, ask=lambda: True) == "asked"
    with pytest.raises(NoConsent):
        permit(ASK, said_yes=True, may_ask=True, ask=lambda: False)


def test_the_strictest_decision_about_any_claim_counts() -> None:
    policy = Policy((Rule("allow", "*", "*", "age", None), Rule("deny", "*", "*", "degree", None)))

    def act(kind: str) -> Act:
        return Act(frozenset({"Work"}), "did:morpheus:ezA", frozenset({kind}), frozenset())

    assert decide(policy, [act("age")]).effect == "allow"
    assert decide(policy, [act("age"), act("email")]).effect == "ask"
    assert decide(policy, [act("age"), act("degree"), act("email")]).effect == "deny"
