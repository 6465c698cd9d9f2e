"""A field counts only in the kind of claim that it was asked of, and no claim is picked because its value pleases."""

from __future__ import annotations

import json
from typing import Any

import pytest
from prometheus_simulators.signed_world import (
    IDENTITY_CARD,
    OneKey,
    did,
    finding,
    judge,
    licence,
    presentation,
    public,
    sign,
    statement,
    statement_content,
    wrapped,
)

from prometheus.claims.compose_presentation import PartToShow, compose_presentation
from prometheus.claims.jsontext import text_form
from prometheus.claims.knowledge import TrustedAuthority
from prometheus.usecases.verify_claim import Question, question_from_scenario

CLUB = "cju" + "B" * 43
TRUSTED = (
    TrustedAuthority(did("authority"), frozenset({IDENTITY_CARD})),
    TrustedAuthority(did("club"), frozenset({CLUB})),
)
ADULT = wrapped(ageOver18=True)
ASKED: Any = {"asked": (".ageOver18",), "trusted": TRUSTED, "prerequisites": ((IDENTITY_CARD, (".ageOver18",)),)}


def of_the_club(content: Any) -> Any:
    changes = {"process": CLUB, "authority": did("club"), "witness": f"{did('club')}#0"}
    return statement(content, by="club", **changes)


def both(*statements: Any) -> str:
    parts = [PartToShow(one, (".ageOver18",)) for one in statements]
    return compose_presentation(parts, (licence(),), signer=OneKey("maria"), public_key=public("maria")).text


def test_a_claim_of_another_kind_does_not_answer_although_its_authority_is_trusted() -> None:
    text = presentation(".ageOver18", of=of_the_club(ADULT)).text
    outcome = judge(text, **ASKED)
    assert (outcome.verdict, *finding(outcome, "disclosure.mandatory")) == ("unknown", "unknown", "OTHER-PROCESS")
    assert judge(text, **{**ASKED, "prerequisites": ()}).verdict == "valid"


def test_the_claim_that_was_asked_of_answers_alone_and_beside_another() -> None:
    assert judge(presentation(".ageOver18").text, **ASKED).verdict == "valid"
    assert judge(both(of_the_club(ADULT), statement()), **ASKED).verdict == "valid"


def test_what_is_shown_nowhere_is_missing_and_nothing_else() -> None:
    outcome = judge(presentation(".givenName").text, **ASKED)
    assert finding(outcome, "disclosure.mandatory") == ("unknown", "MISSING")
    assert "OTHER-PROCESS" not in outcome.codes()


def test_a_statement_on_its_own_is_of_its_own_process() -> None:
    changes = {"process": CLUB, "authority": did("club"), "witness": f"{did('club')}#0"}
    outcome = judge(text_form(sign(statement_content(ADULT, **changes), "club")), **ASKED)
    assert finding(outcome, "disclosure.mandatory") == ("unknown", "OTHER-PROCESS")
    assert "OTHER-PROCESS" not in judge(text_form(sign(statement_content(), "authority")), **ASKED).codes()


@pytest.mark.parametrize("is_first", [True, False])
def test_of_claims_that_contradict_each_other_none_is_picked(*, is_first: bool) -> None:
    minor = statement(wrapped(ageOver18=False))
    pair = (of_the_club(ADULT), minor) if is_first else (minor, of_the_club(ADULT))
    outcome = judge(both(*pair), **ASKED, expected=((".ageOver18", True),))
    assert (outcome.verdict, *finding(outcome, "disclosure.mandatory")) == ("invalid", "fail", "EXPECTED")
    agreeing = both(of_the_club(ADULT), statement())
    assert judge(agreeing, **ASKED, expected=((".ageOver18", True),)).verdict == "valid"


def test_a_scenario_asks_of_processes() -> None:
    scenario = {
        "name": "Door",
        "version": 1,
        "description": "",
        "prerequisites": [{"process": IDENTITY_CARD, "claimFields": [".ageOver18"]}],
        "requiredLicenses": [],
        "resultSchema": None,
    }
    question = question_from_scenario(json.dumps(scenario).encode(), Question())
    assert question.prerequisites == ((IDENTITY_CARD, (".ageOver18",)),)
    assert question.asked == (".ageOver18",)
