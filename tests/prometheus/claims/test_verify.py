"""The verifier as a whole: good documents, requests, and what holds for every verdict."""

from __future__ import annotations

from typing import Any

from prometheus_simulators.signed_world import (
    CARD,
    IDENTITY_CARD,
    did,
    finding,
    judge,
    licence,
    nonce,
    presentation,
    raw,
    sign,
    signed_text,
    statement,
    wrapped,
)

from prometheus.claims.compose_presentation import PartToShow, compose_content
from prometheus.claims.digest import content_id, mask
from prometheus.claims.jsontext import compact, parse, text_form
from prometheus.claims.statement import statement_to_json


class TestAGoodDocument:
    def test_a_presentation_to_us_of_a_trusted_claim_is_valid(self) -> None:
        outcome = judge(presentation(".ageOver18").text)
        assert outcome.verdict == "valid"
        assert [(shown.path, shown.value) for shown in outcome.disclosed] == [(("ageOver18",), True)]
        assert outcome.withheld == 5
        assert outcome.holder is not None
        assert outcome.holder.bound
        assert outcome.issuer == (did("authority"), "listed", "the list of the gate")

    def test_bytes_are_read_like_text(self) -> None:
        assert judge(presentation(".ageOver18").text.encode()).verdict == "valid"

    def test_order_of_members_and_white_space_do_not_matter(self) -> None:
        text = compact(dict(reversed(raw(".ageOver18").items()))).replace(",", " ,\n")
        assert judge(text).verdict == "valid"

    def test_nothing_shown_is_still_valid_and_shows_nothing(self) -> None:
        outcome = judge(presentation().text)
        assert (outcome.verdict, outcome.disclosed, outcome.withheld) == ("valid", (), 1)

    def test_a_statement_on_its_own_takes_its_own_checks_only(self) -> None:
        outcome = judge(text_form(statement_to_json(statement())))
        assert (outcome.format, outcome.verdict) == ("morpheus/statement", "valid")
        ids = {check.id for check in outcome.checks}
        assert ids == {
            "parse",
            "schema.credential",
            "time.validity",
            "proof.signature",
            "issuer.controller",
            "issuer.trust",
            "disclosure.mandatory",
            "status.value",
        }

    def test_the_verdict_does_not_speak_about_values(self) -> None:
        minor = statement({**CARD, **wrapped(ageOver18=False)})
        assert judge(presentation(".ageOver18", of=minor).text).verdict == "valid"
        asked = judge(presentation(".ageOver18", of=minor).text, expected=((".ageOver18", True),))
        assert finding(asked, "disclosure.mandatory") == ("fail", "EXPECTED")


class TestRequest:
    def request(self, content: Any = None, by: str = "maria", **changes: Any) -> str:
        value = {
            "processId": IDENTITY_CARD,
            "claimant": did("maria") + "#0",
            "claim": {"subject": did("maria"), "content": CARD if content is None else content},
            "evidence": {"photo": "…"},
            "nonce": nonce("request"),
        }
        return text_form(sign({**value, **changes}, by))

    def test_a_good_request_is_valid(self) -> None:
        outcome = judge(self.request())
        assert (outcome.format, outcome.verdict) == ("morpheus/request", "valid")
        assert outcome.codes() == ("NOT-LOOKED-UP",)
        assert len(outcome.disclosed) == 6

    def test_a_request_signed_by_somebody_else_fails(self) -> None:
        outcome = judge(self.request(by="eve"))
        assert (outcome.verdict, *finding(outcome, "binding.holder")) == ("invalid", "fail", "NO-RIGHT")

    def test_a_request_about_somebody_else_is_not_for_the_claimant_to_make(self) -> None:
        text = self.request(claim={"subject": did("eve"), "content": CARD})
        assert finding(judge(text), "binding.holder") == ("unknown", "NO-DOCUMENT")

    def test_a_changed_request_fails(self) -> None:
        assert finding(judge(self.request().replace("AB1234567", "AB1234568")), "proof.signature")[0] == "fail"

    def test_a_request_that_does_not_fit_its_schema_fails(self) -> None:
        short = {name: value for name, value in CARD.items() if name != "nationality"}
        assert finding(judge(self.request(short)), "schema.credential") == ("fail", "OPENED")

    def test_weaknesses_are_warned_of_before_anybody_signs(self) -> None:
        weak = {
            **CARD,
            "remark": "cju" + "A" * 43,
            "city": "Oslo",
            "nationality": {"nonce": "short", "value": "HU"},
            "address": {"street": "Main", "number": 5},
        }
        outcome = judge(self.request(weak))
        assert {"LITERAL-ID", "UNWRAPPED", "GUESSABLE"} <= set(outcome.codes())
        assert outcome.verdict == "valid"

    def test_a_hidden_claim_is_no_request(self) -> None:
        assert judge(self.request(claim="cju" + "A" * 43)).codes() == ("PARSE",)


def test_every_member_of_a_proof_is_judged_even_after_the_first_failure() -> None:
    document = raw(".ageOver18", of=statement(before="2026-11-01T00:00:00Z"))
    document["content"]["licenses"][0]["purpose"] = "changed"
    outcome = judge(text_form(document))
    assert {"EXPIRED", "SIGNATURE", "ALTERED"} <= set(outcome.codes())


def test_the_reduced_form_that_is_digested_has_the_id_of_the_whole() -> None:
    composed = presentation(".ageOver18", ".givenName")
    whole: Any = parse(composed.text)
    assert composed.content_id == content_id(whole["content"])
    assert content_id(mask(whole["content"], [".provenClaims"])) == composed.content_id


def test_two_claims_of_one_presentation_are_told_apart() -> None:
    parts = [PartToShow(statement(), (".ageOver18",)), PartToShow(statement(CARD, after=None), (".givenName",))]
    outcome = judge(signed_text(compose_content(parts, (licence(),))))
    assert [(shown.claim, shown.path) for shown in outcome.disclosed] == [(0, ("ageOver18",)), (1, ("givenName",))]
    assert outcome.verdict == "valid"
