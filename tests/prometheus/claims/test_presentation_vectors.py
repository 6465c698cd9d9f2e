"""The known answers for presentations: texts, ids, disclosure hashes, nonces, and 51 presentations altered or not.

The bodies, messages, frames and staples in the same file are forms of the QR codec, which plays them.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from prometheus.claims.binding import (
    answer_nonce,
    disclosure_hash,
    disclosure_text,
    nonce_kind,
    one_way_nonce,
    text_nonce,
)
from prometheus.claims.digest import content_id
from prometheus.claims.finding import find
from prometheus.claims.jsontext import parse, text_form
from prometheus.claims.knowledge import AskedRequest, Knowledge, TrustedAuthority
from prometheus.claims.moments import read_moment
from prometheus.claims.reading import read
from prometheus.claims.request import parse_signed_request
from prometheus.claims.signed import signature_is_valid
from prometheus.claims.statement import parse_signed_statement, statement_to_json
from prometheus.claims.verify import verify
from prometheus.errors import Malformed, NotUnderstood
from prometheus.verdict import NoVerdict, Verdict

VECTORS: dict[str, Any] = json.loads(
    (Path(__file__).parents[2] / "vectors" / "qr-p1-morpheus.json").read_text(encoding="utf-8")
)
PRESENTATIONS: list[dict[str, Any]] = VECTORS["presentations"]
CASES: list[dict[str, Any]] = VECTORS["disclosure_cases"]
NOW = datetime.fromisoformat(VECTORS["now"])
STRANGE = "a member the schema does not know"


def named(rows: list[dict[str, Any]]) -> list[Any]:
    return [pytest.param(row, id=row["name"]) for row in rows]


def content_of(text: str) -> dict[str, Any]:
    signed: Any = parse(text)
    content: dict[str, Any] = signed["content"]
    return content


def judge(text: str, **known: Any) -> Verdict | NoVerdict:
    return verify(text, Knowledge(now=NOW, **known))


def test_the_number_of_known_answers_is_the_published_one() -> None:
    assert len(PRESENTATIONS) == 8
    assert len(CASES) == 51
    assert len({case["name"] for case in CASES}) == 51
    assert len(VECTORS["times"]) == 8
    assert len(VECTORS["refused_nonce_texts"]) == len(VECTORS["kept_nonce_texts"]) == 2


@pytest.mark.skip(reason="bodies, messages, frames, staples and CBOR values are played with the QR codec")
def test_the_forms_of_the_qr_codec_are_played() -> None:
    raise AssertionError


@pytest.mark.parametrize("row", named(PRESENTATIONS))
def test_a_presentation_has_its_text_form_and_its_ids(row: dict[str, Any]) -> None:
    signed = parse(row["text"])
    assert text_form(signed) == row["text"]
    content = content_of(row["text"])
    assert content_id(content) == row["contentId"]
    assert disclosure_hash(content).hex() == row["disclosureHash"]
    assert nonce_kind(content.get("nonce")) == row["kind"]


@pytest.mark.parametrize("row", named(PRESENTATIONS))
def test_a_presentation_carries_the_nonce_made_from_what_it_shows(row: dict[str, Any]) -> None:
    content = content_of(row["text"])
    disclosure = disclosure_hash(content)
    if row["kind"] == 1:
        assert content["nonce"] == answer_nonce(bytes.fromhex(row["requestHash"]), disclosure)
    elif row["kind"] == 2:
        assert content["nonce"] == one_way_nonce(disclosure)
    else:
        assert "nonce" not in content


def test_the_text_that_is_hashed_is_the_published_one() -> None:
    assert disclosure_text(content_of(PRESENTATIONS[0]["text"])) == VECTORS["disclosureText"]


@pytest.mark.parametrize("row", named(PRESENTATIONS))
def test_a_presentation_reads_as_what_it_is(row: dict[str, Any]) -> None:
    if row["name"].startswith(STRANGE):
        with pytest.raises(Malformed, match="unknown member 'remark'"):
            read(row["text"], max_bytes=2**20, contents={})
        return
    found = read(row["text"], max_bytes=2**20, contents={})
    content = content_of(row["text"])
    assert found.digest == content_id(content)
    assert found.signed.content.to_json() == content  # type: ignore[union-attr]  # all rows here are presentations


@pytest.mark.parametrize("case", named(CASES))
def test_a_case_has_the_finding_due(case: dict[str, Any]) -> None:
    expected = case["expect"]
    pending = [bytes.fromhex(text) for text in case["pending"]]
    found = find(
        content_of(case["text"]),
        pending,
        challenge=case.get("nonceGiven"),
        is_file=case.get("document", False),
    )
    if expected.get("exit") == 11:
        assert found.check is None
        return
    assert found.check is not None
    assert (found.check.status, found.check.code) == (expected["status"], expected["code"])
    assert found.level == expected["level"]
    assert found.text_differs == expected.get("nonceDiffers", False)


@pytest.mark.parametrize("case", named(CASES))
def test_a_case_has_the_signature_due(case: dict[str, Any]) -> None:
    assert signature_is_valid(parse(case["text"])) == case["signatureValid"]


@pytest.mark.parametrize("case", named(CASES))
def test_the_verifier_as_a_whole_says_the_same_of_a_case(case: dict[str, Any]) -> None:
    requests = tuple(AskedRequest(bytes.fromhex(text)) for text in case["pending"])
    is_file = case.get("document", False)
    asked_live = bool(requests) or "nonceGiven" in case
    level = "document" if is_file else "live" if asked_live else "recent"
    outcome = judge(case["text"], requests=requests, level=level, challenge=case.get("nonceGiven"))
    expected = case["expect"]
    if "check 1 fails before" in case["name"]:
        assert isinstance(outcome, Verdict)
        assert outcome.codes() == ("PARSE",)
    elif expected.get("exit") == 11:
        assert isinstance(outcome, NoVerdict)
        assert (outcome.code, outcome.exit_code) == ("ANSWER", 11)
    else:
        assert isinstance(outcome, Verdict)
        [bound] = outcome.of("disclosure.bound")
        assert (bound.status, bound.code) == (expected["status"], expected["code"])
        own_signature = next(check for check in outcome.of("proof.signature") if check.evidence["at"] == "/")
        assert own_signature.status == ("pass" if case["signatureValid"] else "fail")
        if expected.get("nonceDiffers"):
            assert outcome.state_of("binding.nonce") == "fail"
        elif not is_file and level == "live":
            assert outcome.state_of("binding.nonce") == ("pass" if expected["level"] == "live" else "unknown")


@pytest.mark.parametrize("text", VECTORS["refused_nonce_texts"])
def test_a_reserved_text_is_refused_as_a_challenge(text: str) -> None:
    with pytest.raises(NotUnderstood, match="reserved") as refused:
        text_nonce(text)
    assert refused.value.exit_code == 2
    with pytest.raises(NotUnderstood, match="reserved"):
        judge(CASES[-1]["text"], challenge=text)


@pytest.mark.parametrize("text", VECTORS["kept_nonce_texts"])
def test_an_ordinary_text_is_kept_as_a_challenge(text: str) -> None:
    assert text_nonce(text) == text


@pytest.mark.parametrize("row", [pytest.param(row, id=str(row["json"])) for row in VECTORS["times"]])
def test_a_time_text_is_read_where_it_is_a_time(row: dict[str, Any]) -> None:
    text = row["json"]
    if text is None:
        return
    moment = read_moment(text)
    if text in ("2020-03-14T15:45:0.0", "2026-02-30"):
        assert moment is None
        return
    assert moment is not None
    written = datetime.fromisoformat(text)
    assert moment.has_offset == (written.tzinfo is not None)
    assert moment.seconds == (written if written.tzinfo else written.replace(tzinfo=UTC)).timestamp()


def test_the_signed_request_reads_and_is_judged() -> None:
    signed = VECTORS["signedRequest"]
    typed = parse_signed_request(signed)
    assert typed.shell(typed.content.to_json()) == signed
    outcome = judge(json.dumps(signed))
    assert isinstance(outcome, Verdict)
    assert (outcome.format, outcome.verdict) == ("morpheus/request", "valid")
    assert {check.code for check in outcome.checks} == {"", "NOT-LOOKED-UP"}


def test_the_signed_statement_reads_and_has_the_published_id() -> None:
    signed = VECTORS["signedStatement"]
    typed = parse_signed_statement(signed)
    assert statement_to_json(typed) == signed
    found = read(json.dumps(signed), max_bytes=2**20, contents={})
    assert found.signed_id == VECTORS["signedStatementId"]  # type: ignore[union-attr]  # it is a statement
    outcome = judge(json.dumps(signed))
    assert isinstance(outcome, Verdict)
    assert (outcome.verdict, outcome.codes()) == ("unknown", ("NO-DOCUMENT", "UNKNOWN-ISSUER"))
    assert len(outcome.disclosed) == 6


def test_the_authority_of_the_one_way_presentation_is_unknown_until_it_is_trusted() -> None:
    text = PRESENTATIONS[7]["text"]
    authority = "did:morpheus:ezj3chiV25iVVhXjv73mqk8Z"
    doubtful = judge(text)
    assert isinstance(doubtful, Verdict)
    assert (doubtful.verdict, doubtful.state_of("issuer.trust")) == ("unknown", "unknown")
    trusted = judge(text, trusted=(TrustedAuthority(authority, frozenset({VECTORS["processId"]})),), level="recent")
    assert isinstance(trusted, Verdict)
    assert trusted.verdict == "valid"
    assert trusted.issuer is not None
    assert trusted.issuer.trust == "listed"
    other = judge(text, trusted=(TrustedAuthority(authority, frozenset({"cjuother"})),))
    assert isinstance(other, Verdict)
    assert other.state_of("issuer.trust") == "unknown"


def test_the_sample_shows_three_fields_and_hides_three() -> None:
    outcome = judge(PRESENTATIONS[7]["text"])
    assert isinstance(outcome, Verdict)
    assert {(".".join(shown.path), shown.value) for shown in outcome.disclosed} == {
        ("ageOver18", True),
        ("familyName", "Kova\u0301cs"),
        ("givenName", "Ma\u0301ria"),
    }
    assert outcome.withheld == 3
    assert outcome.linkability == "reused"
