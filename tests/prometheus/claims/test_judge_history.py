"""What a ledger says about a signature beside the right to sign: times, and what the reference would say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.signed_world import NOW, did, document, finding, judge, sign, statement_content

from prometheus.claims.after_proof import AfterProof, after_proofs_in, envelope, parse_after_proof
from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import text_form
from prometheus.claims.knowledge import Knowledge
from prometheus.claims.mentioned import Mentioned, mentioned
from prometheus.errors import Malformed

if TYPE_CHECKING:
    from prometheus.verdict import Verdict

BLOCK = AfterProof(50, "ab" * 32)
LIMIT = 1 << 20


def text_of(by: str = "authority", limits: Any = None, **changes: Any) -> tuple[str, str, str]:
    """A signed statement with these constraints, and the ids of the whole and of its words."""
    content = statement_content(**changes)
    content["constraints"]["content"] = limits
    signed = sign(content, by)
    return text_form(signed), content_id(signed), content_id(content)


def details(outcome: Verdict, code: str) -> list[str]:
    return [check.detail for check in outcome.checks if check.code == code]


def passes(outcome: Verdict, check_id: str) -> list[str]:
    return [check.detail for check in outcome.of(check_id) if check.status == "pass"]


class TestBeforeProofs:
    def test_a_key_that_lost_its_right_later_is_fine(self) -> None:
        text, whole, _ = text_of()
        revoked = document("authority", rights=((0, ((None, True), (100, False))),))
        assert finding(judge(text, documents=(revoked,)), "issuer.controller") == ("unknown", "KEY-ROTATED")
        proven = judge(text, documents=(revoked,), before_proofs={whole: 99}, agreed_proofs=frozenset((whole,)))
        assert (proven.verdict, finding(proven, "issuer.controller")) == ("valid", ("pass", ""))
        assert "the signed statement existed at height 99" in passes(proven, "time.validity")
        assert judge(text, documents=(revoked,), before_proofs={whole: 100}).verdict == "unknown"

    def test_one_source_alone_brings_no_right_back(self) -> None:
        text, whole, _ = text_of()
        revoked = document("authority", rights=((0, ((None, True), (100, False))),))
        told = judge(text, documents=(revoked,), before_proofs={whole: 99})
        assert (told.verdict, finding(told, "issuer.controller")) == ("unknown", ("unknown", "TIME-ONE-SOURCE"))
        other = judge(text, documents=(revoked,), before_proofs={whole: 99}, agreed_proofs=frozenset(("cju-other",)))
        assert other.verdict == "unknown"
        kept = judge(text, documents=(document("authority"),), before_proofs={whole: 99})
        assert (kept.verdict, finding(kept, "issuer.controller")) == ("valid", ("pass", ""))
        assert "says one endpoint alone" in details(kept, "TIME-ONE-SOURCE")[0]

    def test_the_words_alone_prove_nothing_about_the_signature(self) -> None:
        text, _, words = text_of()
        revoked = document("authority", rights=((0, ((None, True), (100, False))),))
        outcome = judge(text, documents=(revoked,), before_proofs={words: 99})
        assert finding(outcome, "issuer.controller") == ("unknown", "KEY-ROTATED")
        assert "that they were signed by then is not shown" in details(outcome, "WORDS-ONLY")[0]


class TestAfterProofs:
    def test_a_true_one_says_after_which_block_it_was_signed(self) -> None:
        text, _, _ = text_of(limits={"afterProof": BLOCK.to_json()})
        outcome = judge(text, documents=(document("authority"),), block_ids={50: BLOCK.block_id})
        assert "it was signed after block 50" in passes(outcome, "time.validity")

    def test_a_false_one_makes_it_invalid(self) -> None:
        text, _, _ = text_of(limits={"afterProof": BLOCK.to_json()})
        outcome = judge(text, documents=(document("authority"),), block_ids={50: "cd" * 32})
        assert (outcome.verdict, finding(outcome, "time.validity")) == ("invalid", ("fail", "AFTER-PROOF"))

    def test_one_that_was_not_compared_is_skipped(self) -> None:
        text, _, _ = text_of(limits={"afterProof": BLOCK.to_json()})
        outcome = judge(text, documents=(document("authority"),))
        assert outcome.verdict == "valid"
        assert [check.status for check in outcome.of("time.validity")] == ["skip", "pass"]

    def test_nothing_can_exist_before_the_block_that_it_names(self) -> None:
        text, whole, _ = text_of(limits={"afterProof": BLOCK.to_json()})
        known: dict[str, Any] = {"documents": (document("authority"),), "block_ids": {50: BLOCK.block_id}}
        assert judge(text, before_proofs={whole: 51}, **known).verdict == "valid"
        outcome = judge(text, before_proofs={whole: 50}, **known)
        assert (outcome.verdict, details(outcome, "TIME-ORDER") != []) == ("invalid", True)


class TestTheReference:
    def test_what_it_would_warn_of_is_told_with_its_severities(self) -> None:
        known = document("authority", ("clerk", 10, None), rights=((0, ((None, True),)), (1, ((10, True),))))
        text, _, _ = text_of(by="clerk", witness=did("authority") + "#1")
        outcome = judge(text, documents=(known,))
        assert finding(outcome, "issuer.controller") == ("pass", "")
        [told] = [check for check in outcome.checks if check.code == "PERIOD"]
        assert "Key was enabled during given period" in told.detail
        reference: Any = told.evidence["reference"]
        assert (reference["status"], reference["messages"][0]["severity"]) == ("maybe valid", "warning")

    def test_an_after_proof_narrows_its_range(self) -> None:
        text, _, _ = text_of(by="clerk", witness=did("authority") + "#1", limits=BLOCK.to_json())
        known = document("authority", ("clerk", 10, None), rights=((0, ((None, True),)), (1, ((10, True),))))
        outcome = judge(text, documents=(known,), block_ids={50: BLOCK.block_id})
        assert details(outcome, "PERIOD") == []

    def test_it_overlooks_a_right_that_ended_within_the_range(self) -> None:
        text, _, _ = text_of()
        revoked = document("authority", rights=((0, ((None, True), (100, False))),))
        outcome = judge(text, documents=(revoked,))
        assert outcome.verdict == "unknown"
        assert "and would accept it" in details(outcome, "REFERENCE")[0]

    def test_it_sees_only_the_first_entry_of_a_key_that_was_added_twice(self) -> None:
        after = AfterProof(35, "ab" * 32)
        text, whole, _ = text_of(by="clerk", witness=did("authority") + "#2", limits=after.to_json())
        twice = document(
            "authority",
            ("clerk", 10, 20),
            ("clerk", 30, None),
            rights=((0, ((None, True),)), (1, ((10, False),)), (2, ((30, True),))),
        )
        outcome = judge(text, documents=(twice,), before_proofs={whole: 40}, block_ids={35: after.block_id})
        assert finding(outcome, "issuer.controller") == ("pass", "")
        assert "others who judge by a range of heights would refuse it" in details(outcome, "REFERENCE")[0]

    def test_without_a_document_it_says_nothing(self) -> None:
        text, _, _ = text_of()
        outcome = judge(text, block_ids={1: "ab" * 32})
        assert details(outcome, "REFERENCE") + details(outcome, "PERIOD") == []


class TestLedgers:
    def test_a_contradiction_leaves_it_unknown_with_the_reason(self) -> None:
        text, _, _ = text_of()
        outcome = judge(text, contradictions=("two nodes differ",))
        assert (outcome.verdict, finding(outcome, "status.value")) == ("unknown", ("unknown", "LEDGER-FORK"))
        assert details(outcome, "LEDGER-FORK") == ["two nodes differ"]

    def test_a_ledger_that_should_have_been_asked_and_is_silent_leaves_it_unknown(self) -> None:
        text, _, _ = text_of()
        outcome = judge(text, unreached=("it is off",))
        assert (outcome.verdict, finding(outcome, "status.value")) == ("unknown", ("unknown", "LEDGER-SILENT"))
        assert judge(text).verdict == "valid"


class TestMentioned:
    def test_a_statement_names_its_dids_ids_and_blocks(self) -> None:
        text, whole, words = text_of(limits=[{"deep": BLOCK.to_json()}], witness=did("clerk") + "#0")
        assert mentioned(text, max_bytes=LIMIT) == Mentioned(
            (did("maria"), did("authority"), did("clerk")), (whole, words), (50,)
        )

    def test_a_request_names_subject_and_claimant(self) -> None:
        content = {
            "processId": statement_content()["processId"],
            "claimant": did("clerk") + "#0",
            "claim": {"subject": did("maria"), "content": {}},
            "evidence": BLOCK.to_json(),
        }
        found = mentioned(text_form(sign(content, "clerk")), max_bytes=LIMIT)
        assert found == Mentioned((did("maria"), did("clerk")), (), (50,))

    @pytest.mark.parametrize("text", ["", "{", "[1]", '{"content": {}}'])
    def test_what_cannot_be_read_names_nothing(self, text: str) -> None:
        assert mentioned(text, max_bytes=LIMIT) == Mentioned()


class TestAfterProofText:
    def test_an_envelope_holds_content_and_proof(self) -> None:
        made = envelope({"a": 1}, BLOCK)
        assert made == {"content": {"a": 1}, "afterProof": {"blockHeight": 50, "blockHash": "ab" * 32}}
        assert after_proofs_in(made) == (BLOCK,)

    @pytest.mark.parametrize(
        "change",
        [
            {"blockHeight": 0},
            {"blockHeight": True},
            {"blockHeight": 2**31},
            {"blockHeight": "5"},
            {"blockHash": ""},
            {"blockHash": "AB"},
            {"blockHash": "a" * 65},
            {"blockHash": 5},
            {"more": 1},
        ],
    )
    def test_what_is_none_is_refused_and_not_found(self, change: dict[str, Any]) -> None:
        value = {**BLOCK.to_json(), **change}
        with pytest.raises(Malformed):
            parse_after_proof(value)
        assert after_proofs_in([value]) == ()

    @given(
        st.recursive(
            st.none() | st.integers() | st.text(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
        )
    )
    def test_any_json_is_searched_without_an_error(self, value: Any) -> None:
        assert after_proofs_in([value, BLOCK.to_json()])[-1] == BLOCK

    def test_a_depth_beyond_reason_is_not_searched(self) -> None:
        value: Any = BLOCK.to_json()
        for _ in range(5000):
            value = [value]
        assert after_proofs_in(value) == ()


def test_knowledge_has_no_ledger_unless_it_is_given() -> None:
    bare = Knowledge(NOW)
    assert (bare.block_ids, bare.contradictions, bare.unreached) == ({}, (), ())
