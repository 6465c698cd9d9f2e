"""What the verifier says about statements: schema, authority, trust, period, age of what is known."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_simulators.signed_world import (
    CARD,
    IDENTITY_CARD,
    did,
    document,
    finding,
    judge,
    nonce,
    presentation,
    resigned,
    statement,
    wrapped,
)

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import parse, text_form
from prometheus.claims.knowledge import TrustedAuthority, WithdrawnList
from prometheus.claims.process import Process
from prometheus.claims.statement import statement_to_json

EVIL: Any = {"nonce": "x", "value": {"role": "director"}}


class TestSchema:
    def opened(self, content: dict[str, Any], name: str, process: str = IDENTITY_CARD) -> tuple[Any, str]:
        """An authority signed a text that is the content id of an object; the holder shows the object."""
        literal = statement({**content, name: content_id(EVIL)}, process=process)
        document = parse(presentation(".ageOver18", of=literal).text)
        assert isinstance(document, dict)
        claim: Any = document["content"]
        claim["provenClaims"][0]["claim"]["content"][name] = EVIL
        return document, resigned(document)

    def test_a_text_opened_inside_a_field_is_found(self) -> None:
        card = {**CARD, "familyName": {"nonce": nonce("familyName"), "value": content_id(EVIL)}}
        document = parse(presentation(".ageOver18", ".familyName", of=statement(card)).text)
        content: Any = document["content"]  # type: ignore[call-overload,index]  # it is an object
        content["provenClaims"][0]["claim"]["content"]["familyName"]["value"] = EVIL
        outcome = judge(resigned(document))
        assert outcome.state_of("proof.signature") == "pass"
        assert outcome.state_of("disclosure.digests") == "pass"
        assert finding(outcome, "schema.credential") == ("fail", "OPENED")
        assert outcome.verdict == "invalid"

    def test_the_control_with_the_text_left_as_it_is_fits(self) -> None:
        card = {**CARD, "familyName": {"nonce": nonce("familyName"), "value": content_id(EVIL)}}
        outcome = judge(presentation(".ageOver18", ".familyName", of=statement(card)).text)
        assert outcome.state_of("schema.credential") == "pass"
        assert (("familyName",), content_id(EVIL)) in {(one.path, one.value) for one in outcome.disclosed}

    def test_a_field_that_the_schema_does_not_know_is_warned_of(self) -> None:
        _, text = self.opened(CARD, "remark")
        outcome = judge(text)
        assert finding(outcome, "schema.credential") == ("warn", "SCHEMA-OPEN")

    def test_without_a_schema_opening_cannot_be_seen_and_that_is_said(self) -> None:
        unknown_process = "cju" + "A" * 43
        _, text = self.opened(CARD, "familyName", unknown_process)
        outcome = judge(text, trusted=(TrustedAuthority(did("authority")),))
        assert outcome.verdict == "valid"
        assert finding(outcome, "schema.credential") == ("warn", "SCHEMA-UNKNOWN")

    def test_a_process_that_was_handed_over_is_used(self) -> None:
        schema: Any = {"type": "object", "properties": {"ageOver18": {"type": "boolean", "maskable": True}}}
        process = Process("Own", 1, "", schema, None, None)
        process_id = content_id(process.to_json())
        text = presentation(".ageOver18", of=statement(wrapped(ageOver18=True), process=process_id)).text
        outcome = judge(text, processes={process_id: process})
        assert finding(outcome, "schema.credential") == ("pass", "")
        short = process._replace(claim_schema=content_id(schema))
        assert finding(judge(text, processes={process_id: short}), "schema.credential") == ("warn", "SCHEMA-UNKNOWN")
        known = judge(text, processes={process_id: short}, schemas={content_id(schema): schema})
        assert finding(known, "schema.credential") == ("pass", "")


class TestIssuer:
    def text(self, **changes: Any) -> str:
        return presentation(".ageOver18", of=statement(**changes)).text

    def test_the_default_key_without_a_document_passes_with_a_warning(self) -> None:
        assert finding(judge(self.text()), "issuer.controller") == ("warn", "NOT-LOOKED-UP")

    def test_the_key_of_a_clerk_needs_a_document(self) -> None:
        text = self.text(by="clerk", witness=did("clerk") + "#0")
        assert finding(judge(text), "issuer.controller") == ("unknown", "NO-DOCUMENT")
        granted = document("authority", ("clerk", 10, None), rights=((1, ((10, True),)),))
        assert finding(judge(text, documents=(granted,)), "issuer.controller") == ("pass", "")

    def test_a_key_that_never_had_the_right_fails(self) -> None:
        text = self.text(by="clerk", witness=did("clerk") + "#0")
        outcome = judge(text, documents=(document("authority"),))
        assert finding(outcome, "issuer.controller") == ("fail", "NO-RIGHT")

    @pytest.mark.parametrize(
        "known",
        [
            {"keys": (("clerk", 10, 500),), "rights": ((1, ((10, True),)),)},
            {"keys": (("clerk", 10, None),), "rights": ((1, ((10, True), (500, False))),)},
            {"keys": (("clerk", 10, None),), "rights": ((1, ((10, True),)),), "tombstoned": 500},
        ],
        ids=["key revoked", "right revoked", "DID given up"],
    )
    def test_a_key_that_lost_its_right_is_unknown_without_a_before_proof_and_good_with_one(
        self, known: dict[str, Any]
    ) -> None:
        keys = known.pop("keys")
        documents = (document("authority", *keys, **known),)
        known["keys"] = keys
        text = self.text(by="clerk", witness=did("clerk") + "#0")
        outcome = judge(text, documents=documents)
        assert (outcome.verdict, *finding(outcome, "issuer.controller")) == ("unknown", "unknown", "KEY-ROTATED")
        [trust] = outcome.of("issuer.trust")
        signed_id = str(trust.evidence["statement"])
        told = judge(text, documents=documents, before_proofs={signed_id: 400})
        assert (told.verdict, *finding(told, "issuer.controller")) == ("unknown", "unknown", "TIME-ONE-SOURCE")
        agreed = frozenset((signed_id,))
        early = judge(text, documents=documents, before_proofs={signed_id: 400}, agreed_proofs=agreed)
        assert (early.verdict, *finding(early, "issuer.controller")) == ("valid", "pass", "")
        late = judge(text, documents=documents, before_proofs={signed_id: 600})
        assert finding(late, "issuer.controller") == ("unknown", "KEY-ROTATED")
        before_grant = judge(text, documents=documents, before_proofs={signed_id: 5})
        assert finding(before_grant, "issuer.controller") == ("fail", "NO-RIGHT")
        newer = judge(text, documents=documents, before_proofs={signed_id: 5000})
        assert finding(newer, "issuer.controller") == ("unknown", "STALE")

    def test_the_before_proof_is_of_the_signed_statement_whatever_is_hidden(self) -> None:
        signed = statement()
        whole = judge(text_form(statement_to_json(signed)))
        masked = judge(presentation(".ageOver18", of=signed).text)
        ids = {str(outcome.of("issuer.trust")[0].evidence["statement"]) for outcome in (whole, masked)}
        assert ids == {content_id(statement_to_json(signed))}

    @pytest.mark.parametrize(
        "witness", [did("eve") + "#0", did("authority"), "", "#0", did("authority") + "#-1", did("authority") + "#x"]
    )
    def test_a_witness_link_to_another_key_fails(self, witness: str) -> None:
        assert finding(judge(self.text(witness=witness)), "issuer.controller") == ("fail", "NO-RIGHT")

    def test_a_witness_link_that_cannot_be_followed_is_unknown(self) -> None:
        outcome = judge(self.text(witness=did("authority") + "#1"))
        assert finding(outcome, "issuer.controller") == ("unknown", "NO-DOCUMENT")

    def test_the_newest_of_two_documents_counts(self) -> None:
        text = self.text(by="clerk", witness=did("clerk") + "#0")
        old = document("authority", height=5)
        new = document("authority", ("clerk", 10, None), rights=((1, ((10, True),)),), height=1000)
        assert judge(text, documents=(old, new)).state_of("issuer.controller") == "pass"
        assert judge(text, documents=(new, old)).state_of("issuer.controller") == "pass"

    def test_nobody_is_trusted_by_default(self) -> None:
        outcome = judge(self.text(), trusted=())
        assert (outcome.verdict, *finding(outcome, "issuer.trust")) == ("unknown", "unknown", "UNKNOWN-ISSUER")
        assert outcome.issuer is not None
        assert outcome.issuer.trust == "unknown"

    def test_trust_is_for_a_process(self) -> None:
        other = (TrustedAuthority(did("authority"), frozenset({"cju" + "A" * 43})),)
        assert finding(judge(self.text(), trusted=other), "issuer.trust") == ("unknown", "UNKNOWN-ISSUER")
        every = (TrustedAuthority(did("authority")),)
        assert judge(self.text(), trusted=every).verdict == "valid"

    def test_trust_in_somebody_else_does_not_help(self) -> None:
        text = self.text(by="eve", witness=did("eve") + "#0", authority=did("eve"))
        assert finding(judge(text), "issuer.trust") == ("unknown", "UNKNOWN-ISSUER")

    def test_naming_a_trusted_authority_needs_its_key(self) -> None:
        text = self.text(by="eve", witness=did("eve") + "#0")
        assert finding(judge(text), "issuer.controller") == ("unknown", "NO-DOCUMENT")
        known = judge(text, documents=(document("authority"),))
        assert finding(known, "issuer.controller") == ("fail", "NO-RIGHT")

    def test_what_somebody_says_about_herself_is_named_so(self) -> None:
        text = self.text(by="maria", witness=did("maria") + "#0", authority=did("maria"))
        outcome = judge(text)
        assert outcome.issuer is not None
        assert (outcome.verdict, outcome.issuer.trust) == ("unknown", "self")

    def test_a_withdrawn_statement_is_revoked(self) -> None:
        signed_id = content_id(statement_to_json(statement()))
        lists = (WithdrawnList(frozenset({signed_id}), "bundle", 60),)
        outcome = judge(self.text(), withdrawn=lists)
        assert (outcome.verdict, *finding(outcome, "issuer.trust")) == ("invalid", "fail", "REVOKED")


class TestPeriod:
    @pytest.mark.parametrize(
        ("after", "before", "expected"),
        [
            (None, None, ("pass", "")),
            ("2026-11-22T18:00:00Z", None, ("pass", "")),
            ("2026-11-22T18:00:01Z", None, ("fail", "NOT-YET")),
            (None, "2026-11-22T18:00:00Z", ("fail", "EXPIRED")),
            (None, "2026-11-22T18:00:01Z", ("pass", "")),
            (None, "2026-11-22T19:00:01+01:00", ("pass", "")),
            (None, "2026-11-22T19:00:00+01:00", ("fail", "EXPIRED")),
            (None, "some day", ("unknown", "NOT-A-TIME")),
            ("some day", "2026-11-22T18:00:00Z", ("fail", "EXPIRED")),
            (None, "2026-12-24", ("warn", "NO-OFFSET")),
            (None, "2026-11-22T18:00:01", ("warn", "NO-OFFSET")),
        ],
    )
    def test_after_is_inclusive_and_before_is_exclusive(
        self, after: str | None, before: str | None, expected: tuple[str, str]
    ) -> None:
        text = presentation(".ageOver18", of=statement(after=after, before=before)).text
        assert finding(judge(text), "time.validity") == expected


class TestStatus:
    def test_without_ledger_knowledge_the_verdict_says_so(self) -> None:
        outcome = judge(presentation(".ageOver18").text)
        assert outcome.state_of("status.value") == "skip"
        assert outcome.status == ("not-looked-up", None, False)

    def test_fresh_knowledge_passes_and_its_age_is_told(self) -> None:
        outcome = judge(presentation(".ageOver18").text, documents=(document("maria", age_s=3600),))
        assert outcome.status == ("ok", 3600, False)

    def test_old_knowledge_is_stale(self) -> None:
        week = 7 * 24 * 3600
        fresh = judge(presentation(".ageOver18").text, documents=(document("maria", age_s=week),))
        assert fresh.verdict == "valid"
        stale = judge(presentation(".ageOver18").text, documents=(document("maria", age_s=week + 1),))
        assert (stale.verdict, *finding(stale, "status.value")) == ("unknown", "unknown", "STALE")
        assert stale.status == ("stale", week + 1, True)

    def test_sources_that_contradict_each_other_are_told(self) -> None:
        both = (document("maria"), document("maria", tombstoned=900, source="another node"))
        outcome = judge(presentation(".ageOver18").text, documents=both)
        assert finding(outcome, "status.value") == ("unknown", "LEDGER-FORK")

    def test_sources_that_agree_are_fine(self) -> None:
        both = (document("maria"), document("maria", source="another node"))
        assert judge(presentation(".ageOver18").text, documents=both).verdict == "valid"

    def test_a_clock_behind_something_signed_is_told(self) -> None:
        outcome = judge(presentation(".ageOver18").text, newest_signed=datetime(2027, 1, 1, tzinfo=UTC))
        assert finding(outcome, "status.value") == ("unknown", "CLOCK")
