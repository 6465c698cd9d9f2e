"""What the verifier says about presentations: holder, challenge, audience, and what was asked."""

from __future__ import annotations

import copy
from datetime import timedelta
from typing import Any

import pytest
from prometheus_simulators.signed_world import (
    CARD,
    NOW,
    did,
    document,
    finding,
    judge,
    licence,
    presentation,
    raw,
    refuse,
    resigned,
)

from prometheus.claims.binding import one_way_nonce
from prometheus.claims.compose_presentation import Binding
from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import parse, text_form
from prometheus.claims.knowledge import AskedRequest, Policy
from prometheus.errors import NotUnderstood

REQUEST = bytes(range(32))
OTHER_REQUEST = bytes(32)


class TestHolder:
    def test_somebody_else_may_not_present(self) -> None:
        text = presentation(".ageOver18", by="eve").text
        assert finding(judge(text), "binding.holder") == ("unknown", "NO-DOCUMENT")
        outcome = judge(text, documents=(document("maria"),))
        assert (outcome.verdict, *finding(outcome, "binding.holder")) == ("invalid", "fail", "NO-RIGHT")

    @pytest.mark.parametrize(
        "known",
        [
            {"rights": ((0, ((None, True), (500, False))),)},
            {"tombstoned": 500},
        ],
        ids=["right revoked", "DID given up"],
    )
    def test_a_revoked_holder_fails(self, known: dict[str, Any]) -> None:
        outcome = judge(presentation(".ageOver18").text, documents=(document("maria", **known),))
        assert finding(outcome, "binding.holder") == ("fail", "HOLDER-REVOKED")
        assert outcome.holder is not None
        assert not outcome.holder.bound

    def test_a_second_key_with_the_right_may_present(self) -> None:
        known = document("maria", ("phone", 10, None), rights=((0, ((None, True),)), (1, ((10, True),))))
        text = presentation(".ageOver18", by="phone").text
        assert judge(text, documents=(known,)).state_of("binding.holder") == "pass"

    def test_a_policy_can_demand_the_history_of_the_holder(self) -> None:
        text = presentation(".ageOver18").text
        strict = judge(text, policy=Policy(name="strict", needs_did_history=True))
        assert (strict.verdict, *finding(strict, "binding.holder")) == ("unknown", "unknown", "NOT-LOOKED-UP")
        assert strict.policy == "strict"
        known = judge(text, policy=Policy(needs_did_history=True), documents=(document("maria"),))
        assert known.state_of("binding.holder") == "pass"


class TestNonce:
    def answer(self, *show: str, ttl: int = 120, to: str = "inspector") -> str:
        return presentation(*show, licences=(licence(to, ttl),), binding=Binding(request_hash=REQUEST)).text

    def test_an_answer_to_our_request_is_live(self) -> None:
        request = AskedRequest(REQUEST, asked=(".ageOver18",))
        outcome = judge(self.answer(".ageOver18"), level="live", requests=(request,))
        assert outcome.verdict == "valid"
        [check] = outcome.of("binding.nonce")
        assert (check.status, check.evidence["level"]) == ("pass", "live")

    def test_an_answer_to_another_request_gets_no_verdict(self) -> None:
        outcome = refuse(self.answer(".ageOver18"), level="live", requests=(AskedRequest(OTHER_REQUEST),))
        assert (outcome.code, outcome.exit_code) == ("ANSWER", 11)
        assert refuse(self.answer(".ageOver18"), level="recent").code == "ANSWER"

    def test_an_answer_that_was_altered_gets_no_verdict(self) -> None:
        document: Any = parse(self.answer(".ageOver18"))
        hidden = document["content"]["provenClaims"][0]["claim"]["content"]
        hidden["ageOver18"] = content_id(hidden["ageOver18"])
        assert refuse(text_form(document), level="live", requests=(AskedRequest(REQUEST),)).code == "ANSWER"

    def test_a_late_answer_gets_no_verdict(self) -> None:
        outcome = refuse(self.answer(), level="live", requests=(AskedRequest(REQUEST, is_late=True),))
        assert (outcome.code, outcome.exit_code) == ("LATE", 11)

    def test_what_was_shown_before_gets_no_verdict_however_it_is_masked_now(self) -> None:
        composed = presentation(".ageOver18")
        seen = {composed.content_id: "17:59"}
        assert refuse(composed.text, seen=seen).code == "SEEN"
        altered: Any = parse(composed.text)
        altered["content"]["provenClaims"][0]["claim"] = content_id(altered["content"]["provenClaims"][0]["claim"])
        assert refuse(text_form(altered), seen=seen).code == "SEEN"

    def test_a_file_with_its_request_at_hand_is_bound(self) -> None:
        outcome = judge(self.answer(".ageOver18"), requests=(AskedRequest(REQUEST),))
        assert finding(outcome, "disclosure.bound") == ("pass", "")
        assert outcome.state_of("binding.nonce") == "skip"

    def test_a_file_without_its_request_is_warned_of(self) -> None:
        outcome = judge(self.answer(".ageOver18"))
        assert (outcome.verdict, *finding(outcome, "disclosure.bound")) == ("valid", "warn", "UNBOUND")

    @pytest.mark.parametrize(("late", "level"), [(0, "recent"), (90, "recent"), (91, "copy"), (-90, "recent")])
    def test_a_one_way_presentation_is_recent_within_window_and_skew(self, late: int, level: str) -> None:
        text = presentation(".ageOver18", licences=(licence(seconds=3600),)).text
        outcome = judge(text, level="recent", now=NOW + timedelta(seconds=late))
        [check] = outcome.of("binding.nonce")
        assert check.evidence["level"] == level
        assert (check.status, check.code) == (("pass", "") if level == "recent" else ("unknown", "COPY"))

    def test_a_one_way_presentation_where_we_asked_is_a_copy_to_us(self) -> None:
        outcome = judge(presentation(".ageOver18").text, level="live", requests=(AskedRequest(REQUEST),))
        assert (outcome.verdict, *finding(outcome, "binding.nonce")) == ("unknown", "unknown", "COPY")
        assert outcome.exit_code_when_required() == 5
        assert outcome.exit_code == 13

    def test_a_challenge_given_as_text_must_match(self) -> None:
        text = presentation(".ageOver18", binding=Binding(challenge="4711")).text
        good = judge(text, challenge="4711")
        assert (good.verdict, good.state_of("binding.nonce")) == ("valid", "pass")
        assert finding(good, "disclosure.bound") == ("warn", "UNBOUND")
        other = judge(text, challenge="4712")
        assert (other.verdict, *finding(other, "binding.nonce")) == ("invalid", "fail", "NONCE")
        assert finding(judge(presentation().text, challenge="4711"), "binding.nonce") == ("fail", "NONCE")
        assert finding(judge(self.answer(), challenge="4711"), "binding.nonce") == ("fail", "NONCE")

    def test_a_challenge_is_compared_in_nfkd(self) -> None:
        text = presentation(".ageOver18", binding=Binding(challenge="ﬁve é")).text
        assert judge(text, challenge="five e\u0301").state_of("binding.nonce") == "pass"

    def test_a_reserved_challenge_is_refused_before_it_can_fix_another_disclosure(self) -> None:
        reserved = one_way_nonce(bytes(32))
        with pytest.raises(NotUnderstood, match="reserved"):
            judge(presentation(binding=Binding(challenge="x")).text, challenge=reserved)
        with pytest.raises(NotUnderstood, match="reserved"):
            presentation(binding=Binding(challenge=reserved))

    def test_the_outer_nonce_proves_nothing(self) -> None:
        document = raw(".ageOver18", binding=Binding(challenge="4711"))
        document["nonce"] = "4712"
        assert judge(text_form(document), challenge="4711").verdict == "valid"
        assert judge(text_form(document), challenge="4712").verdict == "invalid"

    def test_hiding_opening_and_changing_are_found_in_a_one_way_presentation(self) -> None:
        document = raw(".ageOver18", ".givenName")
        fields = document["content"]["provenClaims"][0]["claim"]["content"]
        hidden = copy.deepcopy(document)
        hidden["content"]["provenClaims"][0]["claim"]["content"]["givenName"] = content_id(fields["givenName"])
        opened = copy.deepcopy(document)
        opened["content"]["provenClaims"][0]["claim"]["content"]["familyName"] = CARD["familyName"]
        for altered in (hidden, opened):
            outcome = judge(text_form(altered))
            assert outcome.state_of("proof.signature") == "pass"
            assert (outcome.verdict, *finding(outcome, "disclosure.bound")) == ("invalid", "fail", "ALTERED")


class TestAudience:
    def test_a_licence_to_somebody_else_fails_where_we_say_who_we_are(self) -> None:
        text = presentation(".ageOver18", licences=(licence("bank"),)).text
        named = judge(text, audience=did("inspector"))
        assert (named.verdict, *finding(named, "binding.audience")) == ("invalid", "fail", "AUDIENCE")
        live = judge(text, level="recent")
        assert finding(live, "binding.audience") == ("fail", "AUDIENCE")
        in_a_file = judge(text)
        assert finding(in_a_file, "binding.audience") == ("skip", "")
        assert did("bank") in in_a_file.of("binding.audience")[0].detail

    def test_an_audience_written_in_another_base_is_the_same(self) -> None:
        from prometheus.identity.did import Did

        raw_id = Did.parse(did("inspector")).key_id.raw.hex()
        text = presentation(".ageOver18").text
        assert judge(text, own_dids=(), audience=f"did:morpheus:ef{raw_id}").state_of("binding.audience") == "pass"

    def test_an_audience_that_is_no_did_is_the_verifiers_own_slip(self) -> None:
        with pytest.raises(NotUnderstood):
            judge(presentation().text, audience="the gate")

    def test_the_audience_of_our_request_is_us(self) -> None:
        text = presentation(licences=(licence("gate", 120),), binding=Binding(request_hash=REQUEST)).text
        request = AskedRequest(REQUEST, audience=did("gate"))
        assert judge(text, level="live", requests=(request,), own_dids=()).verdict == "valid"

    def test_a_licence_to_the_holder_herself_is_for_anyone_unless_an_answer_was_due(self) -> None:
        text = presentation(".ageOver18", licences=(licence("maria"),)).text
        assert finding(judge(text, level="recent"), "binding.audience") == ("skip", "")
        answered = presentation(licences=(licence("maria"),), binding=Binding(request_hash=REQUEST)).text
        outcome = judge(answered, level="live", requests=(AskedRequest(REQUEST),))
        assert finding(outcome, "binding.audience") == ("fail", "AUDIENCE")
        named = judge(text, audience=did("inspector"))
        assert finding(named, "binding.audience") == ("skip", "")

    @pytest.mark.parametrize("to", ["inspector", "maria", "bank"])
    @pytest.mark.parametrize(("seconds", "is_over"), [(0, False), (89, False), (90, True), (-30, False), (-31, True)])
    def test_an_expired_or_early_licence_fails_with_some_skew(self, to: str, seconds: int, *, is_over: bool) -> None:
        text = presentation(".ageOver18", licences=(licence(to),)).text
        outcome = judge(text, now=NOW + timedelta(seconds=seconds))
        assert (finding(outcome, "binding.audience") == ("fail", "EXPIRED")) == is_over

    def test_of_several_licences_to_us_one_good_one_is_enough(self) -> None:
        licences = (licence(seconds=60), licence(seconds=3600, purpose="Archive"))
        outcome = judge(presentation(licences=licences).text, now=NOW + timedelta(seconds=600))
        assert outcome.state_of("binding.audience") == "pass"

    def test_where_none_is_ours_every_licence_must_be_in_time(self) -> None:
        licences = (licence("bank", 60), licence("shop", 3600))
        outcome = judge(presentation(licences=licences).text, now=NOW + timedelta(seconds=600))
        assert finding(outcome, "binding.audience") == ("fail", "EXPIRED")

    def test_our_own_challenge_is_the_better_clock(self) -> None:
        text = presentation(licences=(licence(seconds=120),), binding=Binding(request_hash=REQUEST)).text
        outcome = judge(text, level="live", requests=(AskedRequest(REQUEST),), now=NOW + timedelta(hours=3))
        assert outcome.verdict == "valid"
        assert "CLOCK" in outcome.codes()

    def test_no_licence_leaves_the_audience_unknown(self) -> None:
        document = raw(".ageOver18")
        document["content"]["licenses"] = []
        assert finding(judge(resigned(document)), "binding.audience") == ("unknown", "NO-LICENCE")

    @pytest.mark.parametrize(
        ("until", "expected"),
        [("some day", ("unknown", "NOT-A-TIME")), ("2026-12-24", ("warn", "NO-OFFSET"))],
    )
    def test_a_licence_time_that_is_odd_is_said(self, until: str, expected: tuple[str, str]) -> None:
        document = raw(".ageOver18")
        document["content"]["licenses"][0]["validUntil"] = until
        assert finding(judge(resigned(document)), "binding.audience") == expected


class TestMandatory:
    def test_an_asked_field_that_is_hidden_is_missing(self) -> None:
        outcome = judge(presentation(".ageOver18").text, asked=(".ageOver18", ".nationality"))
        assert (outcome.verdict, *finding(outcome, "disclosure.mandatory")) == ("unknown", "unknown", "MISSING")

    def test_a_field_that_does_not_exist_is_missing(self) -> None:
        outcome = judge(presentation(".ageOver18").text, asked=(".shoeSize",))
        assert finding(outcome, "disclosure.mandatory") == ("unknown", "MISSING")

    def test_more_than_was_asked_is_her_choice_where_her_signature_says_so(self) -> None:
        outcome = judge(presentation(".ageOver18", ".givenName").text, asked=(".ageOver18",))
        assert outcome.verdict == "valid"
        assert [check.status for check in outcome.of("disclosure.mandatory")] == ["pass", "pass"]
        assert outcome.of("disclosure.mandatory")[1].evidence["extra"] == [".givenName"]

    def test_more_than_was_asked_cannot_be_laid_to_her_where_it_is_not_bound(self) -> None:
        text = presentation(".ageOver18", ".givenName", binding=Binding(challenge="4711")).text
        outcome = judge(text, challenge="4711", asked=(".ageOver18",))
        assert finding(outcome, "disclosure.mandatory") == ("warn", "NOT-ASKED")

    @pytest.mark.parametrize(
        ("path", "value", "expected"),
        [
            (".ageOver18", True, ("pass", "")),
            (".ageOver18", False, ("fail", "EXPECTED")),
            (".ageOver18", 1, ("fail", "EXPECTED")),
            (".ageOver18", "true", ("fail", "EXPECTED")),
            (".nationality", "HU", ("unknown", "MISSING")),
        ],
    )
    def test_an_expected_value_is_compared_as_json(self, path: str, value: Any, expected: tuple[str, str]) -> None:
        outcome = judge(presentation(".ageOver18").text, expected=((path, value),))
        assert finding(outcome, "disclosure.mandatory") == expected
