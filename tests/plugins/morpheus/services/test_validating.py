"""The judgement of a signature over a range of heights, as `/validate` gives it."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_simulators.service_world import StubLedger, clerk_document
from prometheus_simulators.signed_world import did, document, public, secret

from prometheus.claims.digest import content_id
from prometheus.errors import Offline
from prometheus_morpheus.services.ledger import Told
from prometheus_morpheus.services.verifier.validating import MISSING, judge

CONTENT = content_id({"said": "yes"})
HASH = "ab" * 32


def question(by: str = "clerk", **changes: Any) -> dict[str, Any]:
    asked = {
        "publicKey": public(by),
        "contentId": CONTENT,
        "signature": secret(by).sign(CONTENT.encode()).text,
        "onBehalfOf": did("authority"),
        "afterProof": None,
    }
    return {**asked, **changes}


def asked(ledger: StubLedger, body: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    found = judge(body, ledger)
    return found.errors, found.warnings


def test_the_default_key_of_a_did_signs_without_a_word_against_it() -> None:
    ledger = StubLedger(document("authority").document)
    assert asked(ledger, question("authority")) == ((), ())


def test_an_error_is_an_error() -> None:
    body = {**question("maria"), "contentId": content_id({"said": "no"})}
    expected = ("No matching authentication found in DID (0)", "Signature is invalid (0)")
    assert asked(StubLedger(clerk_document()), body) == (expected, ())


def test_a_key_that_came_later_is_a_warning() -> None:
    _errors, warnings = asked(StubLedger(clerk_document()), question())
    assert warnings == ("Key was enabled during given period (0)", "Required right changed during given period (0)")
    assert not _errors


def test_an_after_proof_that_two_endpoints_confirm_begins_the_range() -> None:
    ledger = StubLedger(clerk_document())
    ledger.blocks[500] = Told(HASH, is_agreed=True)
    proof = {"blockHeight": 500, "blockHash": HASH}
    assert asked(ledger, question(afterProof=proof)) == ((), ())


def test_an_after_proof_of_one_endpoint_is_said_and_not_believed() -> None:
    ledger = StubLedger(clerk_document())
    ledger.blocks[500] = Told(HASH, is_agreed=False)
    errors, warnings = asked(ledger, question(afterProof={"blockHeight": 500, "blockHash": HASH}))
    assert errors == ()
    assert "One endpoint alone names the block of the after proof (0)" in warnings
    assert "Key was enabled during given period (0)" in warnings


@pytest.mark.parametrize("block_hash", ["wrong", "cd" * 32])
def test_a_wrong_hash_is_not_used(block_hash: str) -> None:
    ledger = StubLedger(clerk_document())
    ledger.blocks[500] = Told(HASH, is_agreed=True)
    _errors, warnings = asked(ledger, question(afterProof={"blockHeight": 500, "blockHash": block_hash}))
    assert "Key was enabled during given period (0)" in warnings


def test_a_before_proof_ends_the_range() -> None:
    ledger = StubLedger(clerk_document())
    ledger.registered[CONTENT] = Told(9, is_agreed=True)
    errors, _warnings = asked(ledger, question())
    assert "Key was enabled only after given period (0)" in errors


def test_a_before_proof_of_one_endpoint_only_adds_to_what_speaks_against_it() -> None:
    revoked = document("authority", ("clerk", 10, 500), rights=((1, ((10, True),)),)).document
    ledger = StubLedger(revoked)
    alone = asked(ledger, question())
    ledger.registered[CONTENT] = Told(400, is_agreed=False)
    errors, warnings = asked(ledger, question())
    assert set(alone[1]) <= set(warnings) | set(errors)
    assert "Key expired during given period (0)" in warnings
    assert "One endpoint alone tells the before proof (0)" in warnings


def test_a_contradiction_is_an_error_and_nothing_else_is_said() -> None:
    ledger = StubLedger(document("authority").document)
    ledger.faults = ("two endpoints differ",)
    assert asked(ledger, question("authority")) == (("two endpoints differ",), ())


def test_a_ledger_that_cannot_be_asked_is_an_error() -> None:
    ledger = StubLedger()
    ledger.error = Offline("nobody answered")
    assert asked(ledger, question()) == (("nobody answered",), ())


def test_an_unknown_document_is_an_error() -> None:
    assert asked(StubLedger(), question()) == (("The ledger does not tell the DID document",), ())


@pytest.mark.parametrize("name", ["publicKey", "contentId", "signature", "onBehalfOf"])
@pytest.mark.parametrize("value", [None, 7, {}, []])
def test_a_text_that_is_missing_is_said_as_the_reference_says_it(name: str, value: Any) -> None:
    assert asked(StubLedger(), question(**{name: value})) == ((MISSING,), ())


@pytest.mark.parametrize("body", [None, [], "text", 3, {}])
def test_a_body_that_is_no_question_has_the_same_answer(body: Any) -> None:
    assert asked(StubLedger(), body) == ((MISSING,), ())


@pytest.mark.parametrize(
    ("change", "text"),
    [
        ({"publicKey": "bogus"}, "Public keys must start with 'p'"),
        ({"signature": "bogus"}, "Signatures must start with 's'"),
        ({"onBehalfOf": "bogus"}, "bogus is not a valid DID: must start with did:morpheus:"),
        (
            {"afterProof": {"blockHeight": -1, "blockHash": ""}},
            "afterProof has a blockHeight and a blockHash, or is null",
        ),
        ({"afterProof": "180"}, "afterProof has a blockHeight and a blockHash, or is null"),
    ],
)
def test_a_text_that_cannot_be_read_is_an_error(change: dict[str, Any], text: str) -> None:
    ledger = StubLedger(clerk_document())
    assert asked(ledger, question(**change)) == ((text,), ())
    assert ledger.asked == []


def test_a_before_proof_beyond_the_document_is_an_error() -> None:
    ledger = StubLedger(document("authority").document)
    ledger.registered[CONTENT] = Told(1001, is_agreed=True)
    assert asked(ledger, question("authority")) == (("Queried future height 1001, present is 1000",), ())
