from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.verdict import (
    CHECK_IDS,
    Check,
    Disclosed,
    Holder,
    Issuer,
    NoVerdict,
    Status,
    Verdict,
    failed,
    in_order,
    passed,
    skipped,
    summary,
    unknown,
    warned,
)

NOW = "2026-11-22T18:00:00Z"

CHECKS = st.lists(
    st.builds(
        Check,
        id=st.sampled_from(CHECK_IDS),
        status=st.sampled_from(["pass", "fail", "warn", "skip", "unknown"]),
    ),
    min_size=1,
)


def verdict_over(*checks: Check) -> Verdict:
    return Verdict("morpheus/presentation", NOW, in_order(checks))


def test_the_fixed_order_of_checks_is_the_published_one() -> None:
    assert len(CHECK_IDS) == len(set(CHECK_IDS)) == 20
    assert CHECK_IDS[0] == "parse"
    assert CHECK_IDS.index("disclosure.digests") + 1 == CHECK_IDS.index("disclosure.bound")
    assert CHECK_IDS.index("disclosure.bound") + 1 == CHECK_IDS.index("disclosure.mandatory")


def test_one_failure_makes_it_invalid_whatever_else_is_unknown() -> None:
    verdict = verdict_over(passed("parse"), unknown("issuer.trust", "UNKNOWN-ISSUER", ""), failed("parse", "PARSE", ""))
    assert (verdict.verdict, verdict.exit_code) == ("invalid", 1)


def test_one_open_question_leaves_it_unknown() -> None:
    verdict = verdict_over(passed("parse"), unknown("issuer.trust", "UNKNOWN-ISSUER", ""))
    assert (verdict.verdict, verdict.exit_code) == ("unknown", 13)


def test_warnings_and_skips_are_told_and_decide_nothing() -> None:
    verdict = verdict_over(passed("parse"), warned("disclosure.bound", "UNBOUND", ""), skipped("binding.nonce", ""))
    assert (verdict.verdict, verdict.exit_code) == ("valid", 0)
    assert verdict.codes() == ("UNBOUND",)


def test_no_check_at_all_is_never_valid() -> None:
    assert summary([]) == "unknown"


def test_a_required_level_that_is_the_only_gap_has_its_own_exit_code() -> None:
    assert verdict_over(unknown("binding.nonce", "COPY", "")).exit_code_when_required() == 5
    assert verdict_over(passed("binding.nonce")).exit_code_when_required() == 0
    assert verdict_over(unknown("issuer.trust", "UNKNOWN-ISSUER", "")).exit_code_when_required() == 13
    both = verdict_over(unknown("binding.nonce", "COPY", ""), failed("parse", "PARSE", ""))
    assert both.exit_code_when_required() == 1


@given(CHECKS)
def test_the_rule_holds_for_every_list_of_checks(checks: list[Check]) -> None:
    states = {check.status for check in checks}
    expected = "invalid" if "fail" in states else "unknown" if "unknown" in states else "valid"
    assert summary(checks) == expected


@given(CHECKS)
def test_checks_are_told_in_the_fixed_order_and_none_is_lost(checks: list[Check]) -> None:
    told = verdict_over(*checks).checks
    assert sorted(told, key=repr) == sorted(checks, key=repr)
    positions = [CHECK_IDS.index(check.id) for check in told]
    assert positions == sorted(positions)


def test_an_unknown_check_id_is_a_slip_that_cannot_hide() -> None:
    with pytest.raises(KeyError, match="sgnature"):
        verdict_over(passed("proof.sgnature"))


def test_the_gravest_finding_speaks_for_a_check_that_was_made_twice() -> None:
    verdict = verdict_over(passed("proof.signature"), failed("proof.signature", "SIGNATURE", "x"))
    assert verdict.state_of("proof.signature") == "fail"
    assert verdict.state_of("binding.nonce") == "skip"
    assert len(verdict.of("proof.signature")) == 2


def test_the_json_shape_is_exactly_the_agreed_one() -> None:
    verdict = Verdict(
        format="morpheus/presentation",
        at=NOW,
        checks=(failed("parse", "PARSE", "it is bent", "straighten it", at="/content"),),
        disclosed=(Disclosed(0, ("ageOver18",), True),),
        withheld=5,
        issuer=Issuer("did:morpheus:x", "listed", "trust list"),
        holder=Holder(True, "pez1"),
        status=Status("ok", 60),
    )
    assert verdict.as_document() == {
        "verdict": "invalid",
        "format": "morpheus/presentation",
        "policy": "default",
        "at": NOW,
        "checks": [
            {
                "id": "parse",
                "status": "fail",
                "code": "PARSE",
                "detail": "it is bent",
                "remedy": "straighten it",
                "evidence": {"at": "/content"},
            }
        ],
        "disclosed": [{"claim": 0, "path": ["ageOver18"], "value": True}],
        "withheld": 5,
        "issuer": {"id": "did:morpheus:x", "trust": "listed", "via": "trust list"},
        "holder": {"bound": True, "key": "pez1"},
        "linkability": "reused",
        "status": {"state": "ok", "age_s": 60, "stale": False},
    }


def test_the_members_of_the_json_shape_have_one_order() -> None:
    names = ["verdict", "format", "policy", "at", "checks", "disclosed", "withheld", "issuer", "holder"]
    assert list(verdict_over(passed("parse")).as_document()) == [*names, "linkability", "status"]


def test_no_verdict_is_a_conflict_and_says_why() -> None:
    outcome = NoVerdict("LATE", "the answer came too late", "ask again")
    assert outcome.exit_code == 11
    assert outcome.as_document() == {
        "code": "LATE",
        "error": "the answer came too late",
        "exit": 11,
        "hint": "ask again",
        "why": "",
    }
