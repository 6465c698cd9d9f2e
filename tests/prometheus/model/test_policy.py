from __future__ import annotations

import pytest

from prometheus.errors import NotUnderstood
from prometheus.model.policy import Act, Policy, parse

TEXT = """
[[rule]]
effect = "deny"
audience = "did:morpheus:ezBad"

[[rule]]
effect = "allow"
persona = "Work"
type = "identity-card"
fields = [".ageOver18"]

[[rule]]
effect = "deny"
persona = "Work"
"""


def act(persona: str = "Work", audience: str = "did:morpheus:ezGood", fields: tuple[str, ...] = (".ageOver18",)) -> Act:
    return Act(frozenset({persona}), audience, frozenset({"identity-card", "cjuX"}), frozenset(fields))


def test_the_first_rule_that_matches_decides() -> None:
    policy = parse(TEXT)
    assert policy.decide(act()).number == 2
    assert policy.decide(act()).effect == "allow"
    assert policy.decide(act(audience="did:morpheus:ezBad")).effect == "deny"


def test_where_no_rule_matches_the_person_is_asked() -> None:
    assert parse(TEXT).decide(act(persona="Home")) == ("ask", 0, None)
    assert Policy(()).decide(act()).effect == "ask"


def test_a_rule_with_fields_does_not_cover_one_field_more() -> None:
    assert parse(TEXT).decide(act(fields=(".ageOver18", ".givenName"))).effect == "deny"


@pytest.mark.parametrize("effect", ["deny", "ask"])
def test_a_rule_that_keeps_a_field_back_holds_whatever_is_shown_beside_it(effect: str) -> None:
    text = f'[[rule]]\neffect = "{effect}"\nfields = [".home.city"]\n[[rule]]\neffect = "allow"'
    kept: list[tuple[str, ...]] = [(".home.city",), (".home.city", ".name"), (".home",), (".home.city.part", ".x")]
    others: list[tuple[str, ...]] = [(), (".name",), (".home.street",), (".home.cityname",)]
    assert {parse(text).decide(act(fields=fields)).number for fields in kept} == {1}
    assert {parse(text).decide(act(fields=fields)).number for fields in others} == {2}


def test_a_rule_that_allows_a_group_allows_what_is_in_it_and_no_more() -> None:
    policy = parse('[[rule]]\neffect = "allow"\nfields = [".home"]')
    within: list[tuple[str, ...]] = [(".home",), (".home.city", ".home.street"), ()]
    beyond: list[tuple[str, ...]] = [(".homestead",), (".home.city", ".name")]
    assert {policy.decide(act(fields=fields)).effect for fields in within} == {"allow"}
    assert {policy.decide(act(fields=fields)).effect for fields in beyond} == {"ask"}


@pytest.mark.parametrize(
    "text",
    [
        "rule = 3",
        "[[rule]]\n",
        '[[rule]]\neffect = "maybe"',
        '[[rule]]\neffect = "allow"\npersna = "Work"',
        '[[rule]]\neffect = "allow"\npersona = 4',
        '[[rule]]\neffect = "allow"\nfields = ["ageOver18"]',
        '[[rule]]\neffect = "allow"\nfields = ".a"',
        '[other]\neffect = "allow"',
        "not toml",
        "#" * 70_000,
        f"rule = {'[' * 30_000}{']' * 30_000}",
    ],
)
def test_a_policy_that_is_not_understood_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood, match="policy"):
        parse(text)
