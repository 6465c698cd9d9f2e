"""Whether a statement answers a request: by itself, and by what the ledger says of the clerk's key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from prometheus_simulators.service_world import StubLedger, answer_to, clerk_document, request_of
from prometheus_simulators.signed_world import IDENTITY_CARD, NOW, did, document, secret, sign

from prometheus.claims.digest import content_id
from prometheus.claims.request import parse_signed_request
from prometheus.claims.statement import Constraints, parse_constraints
from prometheus.errors import NotUnderstood, Offline
from prometheus_morpheus.services.authority.answering import read_answer
from prometheus_morpheus.services.authority.clerk_rights import require_right

REQUEST = request_of()
ASKED = parse_signed_request(REQUEST).content


def read(statement: Any, by: str = "authority", now: datetime = NOW) -> Constraints:
    return read_answer(statement, ASKED, secret(by).public_key(), now)


def refused(statement: Any, by: str = "authority") -> str:
    with pytest.raises(NotUnderstood) as caught:
        read(statement, by)
    return caught.value.what


def test_a_statement_about_the_same_claim_answers() -> None:
    assert read(answer_to(REQUEST)).authority == did("authority")


def test_a_changed_statement_is_refused_in_the_words_of_the_reference() -> None:
    statement = answer_to(REQUEST)
    statement["content"]["nonce"] = "u"
    assert refused(statement) == f"Signed presentation {content_id(statement)} has invalid signature"


def test_a_statement_about_another_claim_is_refused() -> None:
    claim = {**REQUEST["content"]["claim"], "content": {"givenName": "Eva"}}
    assert "confirms another claim" in refused(answer_to(REQUEST, claim=claim))


def test_a_claim_with_a_part_hidden_has_the_same_digest_and_is_refused() -> None:
    claim = REQUEST["content"]["claim"]
    for hidden in (
        {**claim, "content": content_id(claim["content"])},
        {**claim, "content": {"givenName": content_id(claim["content"]["givenName"])}},
    ):
        assert content_id(hidden) == content_id(claim), "the control"
        assert "confirms another claim" in refused(answer_to(REQUEST, claim=hidden))


def test_a_part_that_the_clerk_did_not_see_is_not_opened_afterwards() -> None:
    opened = REQUEST["content"]["claim"]
    asked = request_of(
        claim={**opened, "content": {"givenName": content_id(opened["content"]["givenName"])}}, label="hidden"
    )
    statement = answer_to(asked, claim=opened)
    with pytest.raises(NotUnderstood) as caught:
        read_answer(statement, parse_signed_request(asked).content, secret("authority").public_key(), NOW)
    assert "confirms another claim" in caught.value.what


def test_hidden_terms_are_refused() -> None:
    statement = answer_to(REQUEST)["content"]
    statement["constraints"]["content"] = content_id({"only": "on Mondays"})
    assert "hides what it says" in refused(sign(statement, "authority"))


def test_a_name_that_is_no_authority_here_is_refused() -> None:
    key = secret("authority").public_key()
    statement = answer_to(REQUEST)
    read_answer(statement, ASKED, key, NOW, {did("authority")})
    with pytest.raises(NotUnderstood) as caught:
        read_answer(statement, ASKED, key, NOW, {did("maria")})
    assert caught.value.what.endswith(f"is in the name of {did('authority')}, which is no authority here")


@pytest.mark.parametrize("part", ["claim", "constraints"])
def test_a_statement_that_hides_what_it_says_is_refused(part: str) -> None:
    statement = answer_to(REQUEST)
    statement["content"][part] = content_id(statement["content"][part])
    assert "hides what it says" in refused(statement)


def test_a_statement_collapsed_to_its_id_is_refused() -> None:
    statement = answer_to(REQUEST)
    statement["content"] = content_id(statement["content"])
    assert "hides what it says" in refused(statement)


def test_a_statement_for_another_process_is_refused() -> None:
    assert "another process" in refused(answer_to(REQUEST, process=IDENTITY_CARD))


def test_a_statement_of_another_clerk_than_the_tokens_is_refused() -> None:
    assert "another key than the token" in refused(answer_to(REQUEST), by="clerk")


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"before": "2026-10-01T00:00:00Z", "after": None}, "has expired already"),
        ({"before": "2026-11-30T00:00:00Z", "after": "2026-12-01T00:00:00Z"}, "ends before it begins"),
        ({"after": "yesterday"}, "a limit that is no time"),
        ({"witness": did("authority")}, "a witness that is no key link"),
        ({"witness": "#0"}, "a witness that names no DID"),
        ({"authority": "did:example:1"}, "cannot be read"),
    ],
)
def test_constraints_without_sense_are_refused(changes: dict[str, Any], why: str) -> None:
    assert why in refused(answer_to(REQUEST, **changes))


def test_open_ends_are_taken() -> None:
    read(answer_to(REQUEST, after=None, before=None), now=datetime(2099, 1, 1, tzinfo=UTC))


def by_clerk(**changes: Any) -> Constraints:
    found = answer_to(REQUEST, witness=did("authority") + "#1", **changes)["content"]["constraints"]
    return parse_constraints(found)


def why_no_right(ledger: StubLedger, constraints: Constraints) -> str:
    with pytest.raises(NotUnderstood) as caught:
        require_right(ledger, secret("clerk").public_key(), constraints)
    return caught.value.what


def test_a_clerk_with_the_right_may_answer() -> None:
    require_right(StubLedger(clerk_document()), secret("clerk").public_key(), by_clerk())


def test_a_revoked_clerk_may_not() -> None:
    assert "no right to impersonate" in why_no_right(StubLedger(clerk_document(revoked_at=500)), by_clerk())


def test_a_clerk_whose_right_ends_later_still_may() -> None:
    ledger = StubLedger(clerk_document(revoked_at=1001))
    require_right(ledger, secret("clerk").public_key(), by_clerk())


def test_a_stranger_may_not() -> None:
    assert "no right to impersonate" in why_no_right(StubLedger(document("authority").document), by_clerk())


@pytest.mark.parametrize("index", [0, 7])
def test_a_witness_that_is_another_key_is_refused(index: int) -> None:
    constraints = by_clerk()._replace(witness=f"{did('authority')}#{index}")
    assert "is not a link to the public key" in why_no_right(StubLedger(clerk_document()), constraints)


def test_a_witness_with_a_did_of_its_own_is_looked_up() -> None:
    ledger = StubLedger(clerk_document(), document("clerk").document)
    constraints = by_clerk()._replace(witness=f"{did('clerk')}#0")
    require_right(ledger, secret("clerk").public_key(), constraints)
    assert ledger.asked == [did("authority"), did("clerk")]


def test_contradicting_endpoints_give_nobody_a_right() -> None:
    ledger = StubLedger(clerk_document())
    ledger.faults = ("two endpoints differ",)
    assert "two endpoints differ" in why_no_right(ledger, by_clerk())


def test_an_unknown_document_gives_nobody_a_right() -> None:
    assert "does not tell who may act" in why_no_right(StubLedger(), by_clerk())


def test_a_ledger_that_does_not_answer_is_told_as_such() -> None:
    ledger = StubLedger(clerk_document())
    ledger.error = Offline("nobody answered")
    with pytest.raises(Offline):
        require_right(ledger, secret("clerk").public_key(), by_clerk())
