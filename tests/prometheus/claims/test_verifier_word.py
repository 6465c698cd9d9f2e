"""What the word of a verifier does to a verdict: it may make one worse than valid, and never better than it was."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.claims.services_view import Validation
from prometheus.claims.verifier_questions import AboutSignature
from prometheus.claims.verifier_word import FETCH, REMARKS, Word, with_words
from prometheus.verdict import Check, Verdict, failed, passed, unknown, warned

if TYPE_CHECKING:
    from prometheus.verdict.check import State

URL = "https://verifier.example"
QUESTION = AboutSignature(
    "pez1",
    "cju1",
    "sez1",
    "did:morpheus:ez1",
    None,
    "a statement",
    (("proof.signature", "/"), ("issuer.controller", "/")),
)
SIGNED = passed("proof.signature", at="/")
OWN: dict[State, Check] = {
    "pass": passed("issuer.controller", at="/"),
    "warn": warned("issuer.controller", "NOT-LOOKED-UP", "", at="/"),
    "unknown": unknown("issuer.controller", "NO-DOCUMENT", "", at="/"),
    "fail": failed("issuer.controller", "NO-RIGHT", "", at="/"),
}
RANK = {"valid": 0, "unknown": 1, "invalid": 2}


def verdict(state: State) -> Verdict:
    return Verdict("morpheus/statement", "2026-11-22T18:00:00Z", (SIGNED, OWN[state]))


def heard(state: State, said: Validation | None, silence: str = "") -> tuple[str, Check]:
    judged = with_words(verdict(state), [Word(QUESTION, said, silence)], URL)
    (check,) = judged.of(FETCH)
    return judged.verdict, check


@pytest.mark.parametrize(
    ("state", "outcome"), [("pass", "valid"), ("warn", "valid"), ("unknown", "unknown"), ("fail", "invalid")]
)
def test_no_objection_changes_no_verdict(state: State, outcome: str) -> None:
    found, check = heard(state, Validation((), ()))
    assert found == outcome
    assert (check.status, check.code) == (("warn", "VERIFIER-OVERLOOKS") if state == "fail" else ("pass", ""))
    assert URL in check.detail


@pytest.mark.parametrize(("state", "outcome"), [("pass", "unknown"), ("warn", "unknown"), ("unknown", "unknown")])
def test_an_objection_leaves_unknown(state: State, outcome: str) -> None:
    for said in (Validation(("Signature is invalid",), ()), Validation((), ("Signature is invalid (0)",))):
        found, check = heard(state, said)
        assert (found, check.status, check.code) == (outcome, "unknown", "VERIFIER-OBJECTS")
        assert check.evidence["verifier"] == URL


def test_an_objection_to_what_failed_here_adds_nothing() -> None:
    found, check = heard("fail", Validation(("No matching authentication found in DID",), ()))
    assert (found, check.status) == ("invalid", "skip")


@pytest.mark.parametrize("remark", sorted(REMARKS))
def test_a_remark_is_a_warning_only_beside_a_document(remark: str) -> None:
    said = Validation((), (f"{remark} (0)",))
    assert heard("pass", said)[0] == "valid"
    assert heard("pass", said)[1].status == "warn"
    assert heard("warn", said)[0] == "unknown"
    assert heard("unknown", said)[0] == "unknown"


def test_silence_is_no_consent() -> None:
    found, check = heard("pass", None, "nobody answered")
    assert (found, check.code) == ("unknown", "VERIFIER-SILENT")
    assert "nobody answered" in check.detail


def test_nothing_to_ask_about_is_said() -> None:
    judged = with_words(verdict("pass"), [], URL)
    assert (judged.verdict, judged.of(FETCH)[0].status) == ("valid", "skip")


@given(
    st.sampled_from(["pass", "warn", "unknown", "fail"]),
    st.lists(st.text(max_size=40) | st.sampled_from(sorted(REMARKS)), max_size=6),
    st.lists(st.text(max_size=40) | st.sampled_from(sorted(REMARKS)), max_size=6),
)
def test_no_word_makes_a_verdict_better(state: State, errors: list[str], warnings: list[str]) -> None:
    before = verdict(state)
    after = with_words(before, [Word(QUESTION, Validation(tuple(errors), tuple(warnings)))], URL)
    assert RANK[after.verdict] >= RANK[before.verdict]
    assert after.verdict != "invalid" or before.verdict == "invalid"
    assert [check for check in after.checks if check.id != FETCH] == list(before.checks)
    if errors:
        assert after.verdict != "valid"
