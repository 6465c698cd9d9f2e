"""What the verifier refuses to read, and signatures and links that do not hold."""

from __future__ import annotations

import copy
from typing import Any

import pytest
from prometheus_simulators.signed_world import (
    CARD,
    IDENTITY_CARD,
    did,
    finding,
    judge,
    licence,
    nonce,
    presentation,
    public,
    raw,
    resigned,
    sign,
    signed_text,
    statement,
    wrapped,
)

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import text_form
from prometheus.claims.knowledge import Policy
from prometheus.claims.statement import statement_to_json


class TestParse:
    @pytest.mark.parametrize(
        "text",
        ["", "{", "null", "[]", "{}", '"cju"', "1e999", "\ufeff{}", '{"content":1,"signature":{}}', "{}" * 2],
    )
    def test_what_is_no_document_fails_one_check(self, text: str) -> None:
        outcome = judge(text)
        assert (outcome.verdict, outcome.codes()) == ("invalid", ("PARSE",))
        assert outcome.as_document()["verdict"] == "invalid"

    @pytest.mark.parametrize("content", [b"\xff\xfe", b"\x00", b"[" * 100_000, b'{"a":"\\ud800"}'])
    def test_bytes_that_are_no_text_fail_one_check(self, content: bytes) -> None:
        assert judge(content).codes() == ("PARSE",)

    def test_a_document_past_the_limit_is_not_read(self) -> None:
        text = presentation(".ageOver18").text
        assert judge(text, policy=Policy(max_bytes=len(text))).verdict == "valid"
        outcome = judge(text, policy=Policy(max_bytes=len(text) - 1))
        assert outcome.codes() == ("PARSE",)
        assert "longer than" in outcome.checks[0].detail

    def test_the_default_limit_is_one_mebibyte(self) -> None:
        assert "longer than 1048576" in judge(" " * (1024 * 1024 + 1)).checks[0].detail

    def test_duplicate_keys_are_refused(self) -> None:
        text = presentation(".ageOver18").text
        twice = text.replace('"licenses":', '"licenses":[],"licenses":', 1)
        assert "twice" in judge(twice).checks[0].detail

    def test_a_key_in_nfc_is_refused_and_in_nfkd_is_not(self) -> None:
        signed = statement({"ne\u0301v": {"nonce": nonce("name"), "value": "x"}})
        assert judge(presentation(of=signed).text).codes() != ("PARSE",)
        composed = raw(of=signed)
        composed["content"]["provenClaims"][0]["claim"]["content"] = {"n\u00e9v": "x"}
        assert "NFKD" in judge(text_form(composed)).checks[0].detail

    @pytest.mark.parametrize(
        "place",
        [
            (),
            ("signature",),
            ("content",),
            ("content", "licenses", 0),
            ("content", "provenClaims", 0),
            ("content", "provenClaims", 0, "claim"),
            ("content", "provenClaims", 0, "statements", 0),
            ("content", "provenClaims", 0, "statements", 0, "signature"),
            ("content", "provenClaims", 0, "statements", 0, "content"),
            ("content", "provenClaims", 0, "statements", 0, "content", "constraints"),
        ],
    )
    def test_exactly_the_members_of_its_type_are_read_at_every_level(self, place: tuple[Any, ...]) -> None:
        document = raw(".ageOver18")
        target = document
        for step in place:
            target = target[step]
        target["extra"] = None
        assert judge(text_form(document)).codes() == ("PARSE",)
        del target["extra"]
        for name in [name for name in target if name != "nonce"]:
            shorter = copy.deepcopy(document)
            inner = shorter
            for step in place:
                inner = inner[step]
            del inner[name]
            assert judge(text_form(shorter)).codes() == ("PARSE",), name

    @pytest.mark.parametrize(
        "place",
        [
            ("content",),
            ("signature",),
            ("content", "licenses"),
            ("content", "licenses", 0),
            ("content", "provenClaims"),
            ("content", "provenClaims", 0),
            ("content", "provenClaims", 0, "statements"),
            ("content", "provenClaims", 0, "statements", 0),
            ("content", "provenClaims", 0, "statements", 0, "signature"),
        ],
    )
    def test_a_content_id_stands_only_where_it_may(self, place: tuple[Any, ...]) -> None:
        document = raw(".ageOver18")
        target = document
        for step in place[:-1]:
            target = target[step]
        target[place[-1]] = content_id(target[place[-1]])
        outcome = judge(text_form(document))
        if place == ("content",):
            # The rest reads as a collapsed statement, which is never valid.
            assert outcome.verdict == "unknown"
        else:
            assert outcome.codes() == ("PARSE",)

    @pytest.mark.parametrize(
        "place",
        [
            ("provenClaims", 0, "claim"),
            ("provenClaims", 0, "claim", "content"),
            ("provenClaims", 0, "statements", 0, "content"),
            ("provenClaims", 0, "statements", 0, "content", "constraints"),
        ],
    )
    def test_a_content_id_where_it_may_stand_keeps_every_signature(self, place: tuple[Any, ...]) -> None:
        document = raw(".ageOver18")
        target = document["content"]
        for step in place[:-1]:
            target = target[step]
        target[place[-1]] = content_id(target[place[-1]])
        outcome = judge(text_form(document))
        assert outcome.state_of("parse") == "pass"
        assert outcome.state_of("proof.signature") == "pass"
        assert finding(outcome, "disclosure.bound") == ("fail", "ALTERED")

    @pytest.mark.parametrize("place", ["claim", "constraints"])
    def test_a_text_that_is_no_content_id_does_not_stand_for_a_part(self, place: str) -> None:
        document = raw(".ageOver18")
        document["content"]["provenClaims"][0]["statements"][0]["content"][place] = "later"
        assert judge(text_form(document)).codes() == ("PARSE",)

    def test_a_null_nonce_is_refused(self) -> None:
        document = raw(".ageOver18")
        document["content"]["nonce"] = None
        assert judge(text_form(document)).codes() == ("PARSE",)

    def test_lists_have_a_limit_that_is_checked_before_any_signature(self) -> None:
        document = raw(".ageOver18")
        document["content"]["licenses"] = document["content"]["licenses"] * 33
        assert "33 items" in judge(text_form(document)).checks[0].detail

    def test_a_signed_request_is_no_statement(self) -> None:
        request = {
            "processId": IDENTITY_CARD,
            "claimant": did("maria") + "#0",
            "claim": {"subject": did("maria"), "content": CARD},
            "evidence": None,
        }
        document = raw(".ageOver18")
        document["content"]["provenClaims"][0]["statements"] = [sign(request, "maria")]
        assert judge(resigned(document)).codes() == ("PARSE",)


class TestSignatures:
    def test_a_changed_licence_breaks_the_signature(self) -> None:
        document = raw(".ageOver18")
        document["content"]["licenses"][0]["purpose"] = "Loan"
        outcome = judge(text_form(document))
        assert outcome.verdict == "invalid"
        assert finding(outcome, "proof.signature") == ("fail", "SIGNATURE")

    def test_another_key_does_not_verify(self) -> None:
        document = raw(".ageOver18")
        document["signature"]["publicKey"] = public("eve")
        assert finding(judge(text_form(document)), "proof.signature") == ("fail", "SIGNATURE")

    @pytest.mark.parametrize("text", ["", "x", "pez", "pgz1", public("maria") + "1"])
    def test_a_text_that_is_no_key_fails_the_check_and_nothing_else_breaks(self, text: str) -> None:
        document = raw(".ageOver18")
        document["signature"]["publicKey"] = text
        outcome = judge(text_form(document))
        assert finding(outcome, "proof.signature") == ("fail", "SIGNATURE")
        assert outcome.state_of("binding.holder") == "unknown"

    def test_a_statement_signed_over_another_content_is_found(self) -> None:
        document = raw(".ageOver18")
        document["content"]["provenClaims"][0]["statements"][0]["content"]["constraints"]["before"] = None
        outcome = judge(resigned(document))
        assert finding(outcome, "proof.signature") == ("fail", "SIGNATURE")

    def test_a_claim_without_statement_is_self_asserted(self) -> None:
        document = raw(".ageOver18")
        document["content"]["provenClaims"][0]["statements"] = []
        outcome = judge(resigned(document))
        assert outcome.verdict == "unknown"
        assert finding(outcome, "proof.signature") == ("unknown", "SELF-ASSERTED")

    def test_a_presentation_of_nothing_is_self_asserted(self) -> None:
        outcome = judge(signed_text({"provenClaims": [], "licenses": [licence().to_json()]}))
        assert finding(outcome, "proof.signature") == ("unknown", "SELF-ASSERTED")


class TestLinks:
    def test_a_claim_beside_a_statement_about_another_fails(self) -> None:
        document = raw(".ageOver18")
        other = raw(".ageOver18", of=statement({**CARD, **wrapped(ageOver18=False)}))
        document["content"]["provenClaims"][0]["claim"] = other["content"]["provenClaims"][0]["claim"]
        outcome = judge(resigned(document))
        assert finding(outcome, "disclosure.digests") == ("fail", "LINK")

    def test_a_collapsed_statement_is_unknown(self) -> None:
        document = raw(".ageOver18")
        inner = document["content"]["provenClaims"][0]["statements"][0]
        inner["content"] = content_id(inner["content"])
        outcome = judge(resigned(document))
        assert outcome.verdict == "unknown"
        assert finding(outcome, "disclosure.digests") == ("unknown", "COLLAPSED")

    def test_a_collapsed_statement_whose_content_is_at_hand_is_judged_like_an_open_one(self) -> None:
        document = raw(".ageOver18")
        inner = document["content"]["provenClaims"][0]["statements"][0]
        content, inner["content"] = inner["content"], content_id(inner["content"])
        assert judge(resigned(document), contents={inner["content"]: content}).verdict == "valid"
        wrong = {**content, "nonce": "another"}
        outcome = judge(resigned(document), contents={inner["content"]: wrong})
        assert finding(outcome, "disclosure.digests") == ("unknown", "COLLAPSED")

    def test_hidden_constraints_leave_the_authority_unknown(self) -> None:
        document = raw(".ageOver18")
        inner = document["content"]["provenClaims"][0]["statements"][0]["content"]
        inner["constraints"] = content_id(inner["constraints"])
        outcome = judge(resigned(document))
        assert outcome.verdict == "unknown"
        assert finding(outcome, "issuer.controller") == ("unknown", "CONSTRAINTS-HIDDEN")
        assert finding(outcome, "issuer.trust") == ("unknown", "UNKNOWN-ISSUER")
        assert finding(outcome, "time.validity") == ("unknown", "CONSTRAINTS-HIDDEN")

    def test_a_hidden_claim_shows_no_subject(self) -> None:
        document = raw(".ageOver18")
        proven = document["content"]["provenClaims"][0]
        proven["claim"] = content_id(proven["claim"])
        assert finding(judge(resigned(document)), "binding.holder") == ("unknown", "SUBJECT-HIDDEN")

    def test_a_claim_that_is_open_inside_the_statement_counts_as_shown(self) -> None:
        document = raw()
        whole: Any = statement_to_json(statement())
        document["content"]["provenClaims"][0]["statements"][0]["content"]["claim"] = whole["content"]["claim"]
        outcome = judge(resigned(document))
        assert outcome.verdict == "valid"
        assert len(outcome.disclosed) == 6
        assert outcome.withheld == 0
