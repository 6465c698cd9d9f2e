from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from prometheus_simulators.signed_world import (
    CARD,
    IDENTITY_CARD,
    NOW,
    did,
    sign,
    statement,
    statement_content,
    wrapped,
)

from prometheus.claims import plan as plan_module
from prometheus.claims.digest import content_id
from prometheus.claims.plan import Candidate, Plan, Wanted, make_plan, wanted_by
from prometheus.claims.scenario import parse_scenario
from prometheus.claims.shipped import SHIPPED, shipped_process
from prometheus.claims.statement import parse_signed_statement, statement_to_json

AGE = SHIPPED["age"]


def candidate(content: Any = None, subject: str = "maria", **changes: Any) -> Candidate:
    facts = {name: changes.pop(name) for name in ("can_sign", "is_withdrawn") if name in changes}
    value = statement_content(content, **changes)
    value["claim"]["subject"] = did(subject)
    signed = parse_signed_statement(sign(value, "authority"))
    return Candidate(content_id(statement_to_json(signed)), signed, **facts)


def schema_of(process_id: str) -> Any:
    process = shipped_process(process_id)
    return None if process is None else process.claim_schema


def plan(wanted: Wanted | list[Wanted], *candidates: Candidate) -> Plan:
    return make_plan(wanted if isinstance(wanted, list) else [wanted], candidates, NOW, schema_of)


def why(found: Plan) -> dict[str, tuple[str, str]]:
    return {refusal.claim_id: (refusal.code, refusal.reason) for refusal in found.refusals}


def test_one_claim_that_has_the_field_is_offered_with_only_that_field() -> None:
    card = candidate()
    found = plan(Wanted((".ageOver18",)), card)
    assert found.is_complete
    [offer] = found.offers
    assert (offer.claim_id, offer.show, offer.besides, offer.shown_fields) == (card.claim_id, (".ageOver18",), (), 1)
    assert found.refusals == ()


def test_no_claim_at_all_is_no_plan() -> None:
    found = plan(Wanted((".ageOver18",)))
    assert not found.is_complete
    assert found.missing == (Wanted((".ageOver18",)),)


@pytest.mark.parametrize(
    ("changes", "code", "reason"),
    [
        ({"before": "2026-11-19T17:00:00Z"}, "EXPIRED", "it expired 3 days ago"),
        ({"before": "2026-11-22T18:00:00Z"}, "EXPIRED", "it expired less than a minute ago"),
        ({"after": "2026-11-22T20:00:00Z"}, "NOT-YET", "it may be used in 2 hours"),
        ({"process": AGE}, "OTHER-PROCESS", "it was witnessed by another process than the one asked for"),
        ({"can_sign": False}, "NOT-YOURS", "no key of this vault may act for its subject"),
        ({"is_withdrawn": True}, "REVOKED", "the authority withdrew it"),
        ({"content": wrapped(email="a@b")}, "NO-FIELD", "it has no field .ageOver18"),
    ],
)
def test_a_claim_that_does_not_do_has_its_reason(changes: dict[str, Any], code: str, reason: str) -> None:
    other = candidate(**changes)
    found = plan(Wanted((".ageOver18",), IDENTITY_CARD), other)
    assert not found.is_complete
    assert why(found) == {other.claim_id: (code, reason)}


def test_a_statement_that_hides_its_claim_has_its_reason() -> None:
    value: Any = statement_content()
    value["claim"] = content_id(value["claim"])
    signed = parse_signed_statement(sign(value, "authority"))
    found = plan(Wanted((".ageOver18",)), Candidate("cjux", signed))
    assert why(found)["cjux"][0] == "HIDDEN"


def test_a_field_that_is_hidden_in_the_copy_has_its_reason() -> None:
    partly = candidate({**CARD, "ageOver18": content_id(CARD["ageOver18"])})
    assert why(plan(Wanted((".ageOver18",)), partly))[partly.claim_id] == (
        "HIDDEN",
        ".ageOver18 is hidden in the copy that you have",
    )


def test_a_part_that_cannot_be_shown_apart_says_what_can() -> None:
    inside = candidate({"address": {"nonce": "u" * 45, "value": {"city": "Oslo"}}})
    in_list = candidate({"courses": [{"grade": 1}]}, after=None)
    found = plan(Wanted((".address.city",)), inside)
    assert why(found)[inside.claim_id][0] == "NOT-APART"
    assert "only the whole" in why(found)[inside.claim_id][1]
    assert why(plan(Wanted((".courses.0",)), in_list))[in_list.claim_id][0] == "NOT-APART"


def test_the_claim_that_shows_less_wins() -> None:
    bare = candidate({"ageOver18": True, "name": "Ma\u0301ria"}, process=AGE)
    card = candidate()
    found = plan(Wanted((".ageOver18",)), bare, card)
    assert [offer.claim_id for offer in found.offers] == [card.claim_id]
    assert why(found)[bare.claim_id][0] == "NOT-BEST"
    [forced] = plan(Wanted((".ageOver18",)), bare).offers
    assert (forced.besides, forced.shown_fields) == ((".name",), 2)


def test_of_equals_the_newest_wins_then_the_longest_then_the_smaller_id() -> None:
    old = candidate(after="2025-01-01T00:00:00Z")
    new = candidate(after="2026-10-01T00:00:00Z", before="2027-01-01T00:00:00Z")
    long = candidate(after="2026-10-01T00:00:00Z", before="2031-01-01T00:00:00Z")
    wanted = Wanted((".ageOver18",))
    assert plan(wanted, old, new).offers[0].claim_id == new.claim_id
    assert plan(wanted, new, long).offers[0].claim_id == long.claim_id
    assert plan(wanted, long, new, old).offers == plan(wanted, old, long, new).offers


def test_a_question_over_two_claims_takes_one_of_each() -> None:
    card, mail = candidate(), candidate(wrapped(email="a@b"), process=SHIPPED["email"])
    found = plan(Wanted((".ageOver18", ".email")), card, mail)
    assert found.is_complete
    assert {offer.claim_id: offer.show for offer in found.offers} == {
        card.claim_id: (".ageOver18",),
        mail.claim_id: (".email",),
    }


def test_fields_of_one_claim_are_presented_together() -> None:
    card, mail = candidate(), candidate(wrapped(email="a@b"), process=SHIPPED["email"])
    found = plan(Wanted((".ageOver18", ".email", ".givenName")), card, mail)
    by_claim = {offer.claim_id: offer.show for offer in found.offers}
    assert by_claim[card.claim_id] == (".ageOver18", ".givenName")
    assert len(found.offers) == 2


def test_claims_about_two_people_are_never_mixed() -> None:
    card, mail = candidate(), candidate(wrapped(email="a@b"), subject="eve", process=SHIPPED["email"])
    found = plan(Wanted((".ageOver18", ".email")), card, mail)
    assert not found.is_complete
    assert set(why(found)) == {card.claim_id, mail.claim_id}


def test_with_a_process_named_all_its_fields_must_come_from_one_claim() -> None:
    one, two = candidate(wrapped(ageOver18=True)), candidate(wrapped(ageOver16=True))
    assert not plan(Wanted((".ageOver18", ".ageOver16"), IDENTITY_CARD), one, two).is_complete
    assert plan(Wanted((".ageOver18", ".ageOver16")), one, two).is_complete


def test_a_scenario_asks_for_its_prerequisites() -> None:
    value: Any = {
        "name": "Discount",
        "version": 1,
        "description": "",
        "prerequisites": [
            {"process": IDENTITY_CARD, "claimFields": [".ageOver18"]},
            {"process": SHIPPED["email"], "claimFields": [".email"]},
        ],
        "requiredLicenses": [{"issuedTo": did("inspector"), "purpose": "Entry", "expiry": "P5D"}],
        "resultSchema": None,
    }
    scenario = parse_scenario(value)
    assert scenario.to_json() == value
    wanted = list(wanted_by(scenario))
    assert wanted == [Wanted((".ageOver18",), IDENTITY_CARD), Wanted((".email",), SHIPPED["email"])]
    card, mail = candidate(), candidate(wrapped(email="a@b"), process=SHIPPED["email"])
    assert plan(wanted, card, mail).is_complete
    partial = plan(wanted, card)
    assert not partial.is_complete
    assert why(partial)[card.claim_id][0] == "NOT-ALL"


def test_a_claim_that_expires_between_is_not_offered_later() -> None:
    short = candidate(before="2026-11-22T18:30:00Z")
    wanted = [Wanted((".ageOver18",))]
    assert make_plan(wanted, [short], NOW, schema_of).is_complete
    assert not make_plan(wanted, [short], NOW + timedelta(hours=1), schema_of).is_complete
    assert statement().public_key == short.statement.public_key


def test_the_subject_of_each_claim_is_looked_up_once(monkeypatch: pytest.MonkeyPatch) -> None:
    every = [candidate(subject=name) for name in ("maria", "authority", "inspector", "bank")]
    looked: list[Candidate] = []
    subject = plan_module._subject

    def look(one: Candidate) -> str | None:
        looked.append(one)
        return subject(one)

    monkeypatch.setattr(plan_module, "_subject", look)
    plan(Wanted((".ageOver18",)), *every)
    assert len(looked) == len(every)


def test_a_claim_is_judged_once_for_each_part(monkeypatch: pytest.MonkeyPatch) -> None:
    judged: list[tuple[Wanted, str]] = []
    judge = plan_module.judge

    def look(part: Wanted, one: Candidate, *known: Any) -> Any:
        judged.append((part, one.claim_id))
        return judge(part, one, *known)

    monkeypatch.setattr(plan_module, "judge", look)
    plan([Wanted((".ageOver18",)), Wanted((".givenName",))], candidate(), candidate(before="2020-01-01"))
    assert len(judged) == len(set(judged))
