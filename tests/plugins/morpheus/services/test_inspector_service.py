"""The inspector and the verifier over a real connection: what is asked for, what is shown, and what a ledger says."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor, served
from prometheus_simulators.service_line import Said, ServiceLine
from prometheus_simulators.service_world import StubLedger, token_of
from prometheus_simulators.signed_world import IDENTITY_CARD, did, document, public, raw, secret

from prometheus.claims.digest import content_id
from prometheus.errors import NotUnderstood, Offline
from prometheus_morpheus.services.inspector.routes import inspector_routes
from prometheus_morpheus.services.limits import Limits
from prometheus_morpheus.services.purging import Rule, purge
from prometheus_morpheus.services.verifier.routes import verifier_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_morpheus.services.floor import Floor

JSON = "application/json; charset=utf-8"
SCENARIO: dict[str, Any] = {
    "name": "Gate",
    "version": 1,
    "description": "Who is of age",
    "prerequisites": [{"process": IDENTITY_CARD, "claimFields": [".ageOver18"]}],
    "requiredLicenses": [{"issuedTo": did("inspector"), "purpose": "Entry check", "expiry": "PT1H"}],
    "resultSchema": {"type": "object"},
}
CONTENT = content_id({"said": "yes"})
QUESTION = {
    "publicKey": public("authority"),
    "contentId": CONTENT,
    "signature": secret("authority").sign(CONTENT.encode()).text,
    "onBehalfOf": did("authority"),
    "afterProof": None,
}


class Gate:
    """An inspector that is served, with a ledger."""

    def __init__(self, floor: Floor, clock: FakeClock, ledger: StubLedger, line: ServiceLine) -> None:
        self.floor, self.clock, self.ledger, self.line = floor, clock, ledger, line

    def received(self, name: str = "inspector") -> Said:
        self.clock.advance(1)
        return self.line.get("/presentations", token_of(name, int(self.clock.now().timestamp())))


@pytest.fixture
def gate() -> Iterator[Gate]:
    clock, ledger = FakeClock(), StubLedger(document("authority").document)
    floor = laid_floor(clock, scenarios=[SCENARIO], clerks=[public("inspector")])
    with served(inspector_routes(floor, ledger), clock, Limits(per_minute=None)) as url:
        yield Gate(floor, clock, ledger, ServiceLine(url))
    floor.store.close()


def test_a_scenario_is_offered_with_its_schema_apart(gate: Gate) -> None:
    for path in ("/scenarios", "/scenario"):
        assert gate.line.get(path).body == {"scenarios": [content_id(SCENARIO)]}
    scenario = gate.line.get(f"/blob/{content_id(SCENARIO)}").body
    assert content_id(scenario) == content_id(SCENARIO)
    assert gate.line.get(f"/blob/{scenario['resultSchema']}").body == SCENARIO["resultSchema"]


def test_a_presentation_is_kept_found_by_its_id_and_listed_for_the_inspector(gate: Gate) -> None:
    shown = raw(".ageOver18")
    for _ in range(2):
        assert gate.line.post("/presentation", shown) == Said(202, JSON, {"contentId": content_id(shown)})
    assert gate.line.get(f"/blob/{content_id(shown)}").body == shown
    (row,) = gate.received().body["presentations"]
    assert row == {
        "contentId": content_id(shown),
        "dateOfPresentation": "2026-11-22T18:00:00.000Z",
        "scenarioIds": [content_id(SCENARIO)],
    }


def test_the_list_is_for_those_who_are_listed(gate: Gate) -> None:
    gate.line.post("/presentation", raw(".ageOver18"))
    assert gate.line.get("/presentations").status == 403
    assert gate.received("maria").status == 403


def test_no_list_that_anybody_gets_names_a_presentation(gate: Gate) -> None:
    shown = raw(".ageOver18")
    gate.line.post("/presentation", shown)
    assert content_id(shown) not in str([gate.line.get(path).body for path in ("/scenarios", "/scenario")])


def test_the_same_presentation_at_once_is_kept_once(gate: Gate) -> None:
    shown = raw(".ageOver18")
    with ThreadPoolExecutor(12) as pool:
        found = set(pool.map(lambda _: gate.line.post("/presentation", shown).status, range(36)))
    assert found == {202}
    assert len(gate.floor.store.presentations.listed(99)) == 1


@pytest.mark.parametrize("body", [[], "text", 7, None, {"signature": {}}])
def test_what_is_no_presentation_is_refused(gate: Gate, body: Any) -> None:
    assert gate.line.post("/presentation", body).status == 400
    assert gate.floor.store.presentations.listed(99) == []


def test_what_was_purged_says_so(gate: Gate) -> None:
    shown = raw(".ageOver18")
    gate.line.post("/presentation", shown)
    gate.clock.advance(31 * 24 * 3600)
    purge(gate.floor.store, Rule(), gate.floor.now())
    said = gate.line.get(f"/blob/{content_id(shown)}")
    assert (said.status, said.body.endswith("was purged")) == (410, True)
    assert gate.received().body["presentations"][0]["purged"].startswith("2026-12-23T")


def test_what_was_purged_and_is_shown_again_is_kept_again(gate: Gate) -> None:
    shown = raw(".ageOver18")
    gate.line.post("/presentation", shown)
    gate.clock.advance(31 * 24 * 3600)
    purge(gate.floor.store, Rule(), gate.floor.now())
    assert gate.line.post("/presentation", shown).status == 202
    assert gate.line.get(f"/blob/{content_id(shown)}").body == shown


def test_a_copy_that_shows_less_takes_the_place_of_none(gate: Gate) -> None:
    whole = raw(".ageOver18")
    less = json.loads(json.dumps(whole))
    statement = less["content"]["provenClaims"][0]["statements"][0]
    statement["content"]["constraints"] = content_id(statement["content"]["constraints"])
    assert content_id(less) == content_id(whole), "the control"
    for shown in (less, whole, less):
        assert gate.line.post("/presentation", shown).status == 202
    assert gate.line.get(f"/blob/{content_id(whole)}").body == whole
    assert gate.floor.store.room.kept == 1
    stored = gate.floor.store.room.stored
    gate.floor.store.room.count_again()
    assert gate.floor.store.room.stored == stored


def test_a_full_inspector_says_so() -> None:
    clock, limits = FakeClock(), Limits(pending=1)
    floor = laid_floor(clock, scenarios=[SCENARIO], limits=limits)
    with served(inspector_routes(floor), clock, limits) as url:
        line = ServiceLine(url)
        assert line.post("/presentation", raw(".ageOver18")).status == 202
        assert line.post("/presentation", raw(".givenName")).status == 503
        assert line.post("/presentation", raw(".ageOver18")).status == 202
    floor.store.close()


def test_without_a_ledger_an_inspector_validates_nothing() -> None:
    clock = FakeClock()
    floor = laid_floor(clock, scenarios=[SCENARIO])
    with served(inspector_routes(floor), clock) as url:
        line = ServiceLine(url)
        assert [line.get(path).status for path in ("/after-proof", "/afterProof")] == [404, 404]
        assert line.post("/validate", QUESTION).status == 404
    floor.store.close()


class TestVerifier:
    """The two paths that answer from a ledger, at an inspector and at a verifier of its own."""

    @pytest.fixture(params=["inspector", "verifier"])
    def asked(self, request: pytest.FixtureRequest) -> Iterator[tuple[ServiceLine, StubLedger]]:
        clock, ledger = FakeClock(), StubLedger(document("authority").document, newest=(1000, "ab" * 32))
        floor = laid_floor(clock, scenarios=[SCENARIO])
        routes = inspector_routes if request.param == "inspector" else verifier_routes
        with served(routes(floor, ledger), clock) as url:
            yield ServiceLine(url), ledger
        floor.store.close()

    def test_the_newest_block_is_an_after_proof(self, asked: tuple[ServiceLine, StubLedger]) -> None:
        line, _ledger = asked
        for path in ("/after-proof", "/afterProof"):
            assert line.get(path).body == {"blockHeight": 1000, "blockHash": "ab" * 32}

    def test_a_ledger_out_of_reach_is_a_bad_gateway(self, asked: tuple[ServiceLine, StubLedger]) -> None:
        line, ledger = asked
        ledger.error = Offline("nobody answered")
        assert line.get("/after-proof") == Said(502, JSON, "nobody answered")
        assert line.post("/validate", QUESTION).body == {"errors": ["nobody answered"], "warnings": []}

    def test_a_signature_is_judged(self, asked: tuple[ServiceLine, StubLedger]) -> None:
        line, _ledger = asked
        assert line.post("/validate", QUESTION) == Said(200, JSON, {"errors": [], "warnings": []})
        said = line.post("/validate", {**QUESTION, "publicKey": public("maria")})
        assert said.body["errors"] == ["No matching authentication found in DID (0)", "Signature is invalid (0)"]

    @pytest.mark.parametrize("body", [{}, [], None, 7, "text"])
    def test_whatever_is_asked_the_status_is_200(self, asked: tuple[ServiceLine, StubLedger], body: Any) -> None:
        line, _ledger = asked
        said = line.post("/validate", body)
        assert (said.status, len(said.body["errors"])) == (200, 1)


def test_a_verifier_without_a_ledger_does_not_begin() -> None:
    floor = laid_floor(FakeClock())
    with pytest.raises(NotUnderstood, match="needs a ledger"):
        verifier_routes(floor)
    floor.store.close()
