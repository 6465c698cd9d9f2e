"""What may be kept as a request, and as a presentation."""

from __future__ import annotations

from typing import Any

import pytest
from prometheus_simulators.service_world import PROCESS_ID, request_of
from prometheus_simulators.signed_world import IDENTITY_CARD, did, licence, public, raw, secret, sign

from prometheus.claims.digest import content_id
from prometheus.claims.scenario import LicenceSpecification, Prerequisite, Scenario
from prometheus.errors import NotUnderstood
from prometheus_morpheus.services.authority.arriving import read_request
from prometheus_morpheus.services.catalogue import OfferedScenario
from prometheus_morpheus.services.inspector.arriving import read_presentation

EMPTY = "cjuhA63qiqZNd5jNmusvp2X6XioWek9x5KgM03mDtUvjpk"


def refused(document: Any) -> str:
    with pytest.raises(NotUnderstood) as caught:
        read_request(document, {PROCESS_ID})
    return caught.value.what


def test_a_signed_request_is_named_by_its_content_id() -> None:
    request = request_of()
    arrived = read_request(request, {PROCESS_ID})
    assert (arrived.request_id, arrived.process_id, arrived.document) == (content_id(request), PROCESS_ID, request)


def test_an_empty_request_is_missing_its_signature() -> None:
    assert refused({}) == f"Signed witness request {EMPTY} is missing signature"


def test_a_changed_request_has_an_invalid_signature() -> None:
    request = request_of()
    request["content"]["evidence"] = None
    assert refused(request) == f"Signed witness request {content_id(request)} has invalid signature"


@pytest.mark.parametrize("signature", [None, "bogus", {}, {"publicKey": "p", "bytes": "s"}, []])
def test_a_signature_that_is_none_is_invalid(signature: Any) -> None:
    request = {**request_of(), "signature": signature}
    assert refused(request) == f"Signed witness request {content_id(request)} has invalid signature"


@pytest.mark.parametrize("document", [None, [], "text", 1, True])
def test_what_is_no_object_is_no_request(document: Any) -> None:
    assert refused(document) == "Signed witness request is not an object"


def test_a_hidden_request_is_refused_although_its_signature_fits() -> None:
    request = request_of()
    request["content"] = content_id(request["content"])
    assert "cannot be read" in refused(request)


def test_a_hidden_claim_is_refused_although_its_signature_fits() -> None:
    request = request_of()
    request["content"]["claim"] = content_id(request["content"]["claim"])
    assert "cannot be read" in refused(request)


@pytest.mark.parametrize("part", ["evidence", "claim content"])
def test_a_hidden_part_is_refused_although_its_signature_fits(part: str) -> None:
    request = request_of()
    holder, name = (request["content"], "evidence") if part == "evidence" else (request["content"]["claim"], "content")
    holder[name] = content_id(holder[name])
    assert refused(request).endswith("hides claim or evidence")


@pytest.mark.parametrize("evidence", [None, "on paper", 7, []])
def test_evidence_is_whatever_it_is(evidence: Any) -> None:
    assert read_request(request_of(evidence=evidence), {PROCESS_ID}).process_id == PROCESS_ID


def test_an_unknown_member_is_refused_although_it_is_signed() -> None:
    assert "unknown member" in refused(request_of(surprise=1))


def test_a_process_of_somebody_else_is_refused() -> None:
    assert f"unknown processId '{IDENTITY_CARD}'" in refused(request_of(process=IDENTITY_CARD))


def offered(*processes: str, purpose: str = "Entry check", to: str = "inspector") -> OfferedScenario:
    licences = (LicenceSpecification(did(to), purpose, "PT1H"),)
    scenario = Scenario("Gate", 1, "", tuple(Prerequisite(one, (".a",)) for one in processes), licences, None)
    return OfferedScenario(content_id(scenario.to_json()), scenario)


def test_a_presentation_is_for_the_scenarios_whose_licences_and_processes_it_has() -> None:
    fits, other = offered(IDENTITY_CARD), offered(IDENTITY_CARD, purpose="Something else")
    document = raw(".ageOver18")
    arrived = read_presentation(document, [fits, other, offered(PROCESS_ID), offered(IDENTITY_CARD, to="maria")])
    assert arrived == (content_id(document), (fits.content_id,))


def test_a_presentation_with_a_hidden_statement_may_be_of_any_process() -> None:
    document = raw(".ageOver18")
    statement = document["content"]["provenClaims"][0]["statements"][0]
    statement["content"] = content_id(statement["content"])
    scenario = offered(PROCESS_ID)
    assert read_presentation(document, [scenario]).scenario_ids == (scenario.content_id,)


def test_a_changed_licence_breaks_the_signature_of_a_presentation() -> None:
    document = raw(".ageOver18")
    document["content"]["licenses"] = [licence(seconds=9999).to_json()]
    with pytest.raises(NotUnderstood, match=f"^Signed presentation {content_id(document)} has invalid signature$"):
        read_presentation(document, [])


def test_a_request_is_no_presentation() -> None:
    with pytest.raises(NotUnderstood, match="cannot be read"):
        read_presentation(request_of(), [])


def test_a_control_signs_as_the_house_does() -> None:
    assert sign({"a": 1}, "maria")["signature"]["publicKey"] == public("maria") == secret("maria").public_key().text
