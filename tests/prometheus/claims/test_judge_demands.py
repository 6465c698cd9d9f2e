"""A statement or a request never passes for the presentation that was asked for."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_simulators.signed_world import IDENTITY_CARD, did, judge, nonce, signed_text, statement, wrapped

from prometheus.claims.jsontext import text_form
from prometheus.claims.statement import statement_to_json
from prometheus.errors import NotUnderstood

DEMANDS: list[dict[str, Any]] = [
    {"audience": did("inspector")},
    {"challenge": "17"},
    {"level": "recent"},
    {"level": "live"},
    {"prerequisites": ((IDENTITY_CARD, (".ageOver18",)),)},
]


def a_statement() -> str:
    return text_form(statement_to_json(statement()))


def a_request() -> str:
    content = {
        "processId": IDENTITY_CARD,
        "claimant": f"{did('maria')}#0",
        "claim": {"subject": did("maria"), "content": {"ageOver18": wrapped(ageOver18=True)["ageOver18"]}},
        "evidence": None,
        "nonce": nonce("request"),
    }
    return signed_text(content)


@pytest.mark.parametrize("demand", DEMANDS)
def test_what_only_a_presentation_meets_leaves_a_statement_short(demand: dict[str, Any]) -> None:
    outcome = judge(a_statement(), **{"audience": None, **demand})
    assert outcome.verdict in ("unknown", "invalid")
    assert {"NOT-PRESENTED", "NONCE", "COPY"} & set(outcome.codes())


@pytest.mark.parametrize("demand", [*DEMANDS, {"asked": (".ageOver18",)}, {"expected": ((".ageOver18", True),)}])
def test_a_request_of_ones_own_meets_nothing_that_is_asked(demand: dict[str, Any]) -> None:
    outcome = judge(a_request(), **{"audience": None, **demand})
    assert outcome.verdict in ("unknown", "invalid")
    assert "SELF-ASSERTED" in outcome.codes()


def test_without_a_demand_both_are_judged_for_what_they_are() -> None:
    assert judge(a_statement(), audience=None).verdict == "valid"
    assert "SELF-ASSERTED" not in judge(a_request(), audience=None).codes()


def test_fields_may_be_asked_of_a_statement() -> None:
    assert judge(a_statement(), audience=None, asked=(".ageOver18",)).verdict == "valid"


def test_a_level_that_a_statement_cannot_reach_has_its_exit_code() -> None:
    assert judge(a_statement(), audience=None, level="live").exit_code_when_required() == 5


def test_a_reserved_challenge_is_refused_here_too() -> None:
    for text in (a_statement(), a_request()):
        with pytest.raises(NotUnderstood, match="reserved"):
            judge(text, challenge="uAQ" + "A" * 42)
