"""Statements come in once, verbatim, and only whole and well signed."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.memory_vault import MemoryVault
from prometheus_simulators.two_vaults import CARD, World, make_world

from prometheus.claims.digest import content_id, mask
from prometheus.claims.jsontext import parse
from prometheus.claims.signed import sign_json
from prometheus.errors import InputError, NotFound, NotUnderstood, ProofError
from prometheus.usecases import accept_claim, audit, claim_bundle, claims_store
from prometheus.usecases.claim_index import statement_of
from prometheus.usecases.personas import active_persona
from prometheus.usecases.schemas import Schemas
from prometheus.usecases.search_claims import search_claims
from prometheus.usecases.signed_copies import copies

if TYPE_CHECKING:
    from pathlib import Path

_DAY = 86_400


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(str(tmp_path / "schemas"))


def _commits(world: World) -> int:
    assert isinstance(world.holder.vault, MemoryVault)
    return world.holder.vault.commits


def test_a_claim_is_kept_verbatim_and_answers_its_request(world: World) -> None:
    request = world.request()
    statement = world.witness(request.raw, before="P1Y")
    spaced = json.dumps(parse(statement.raw), indent=3).encode()
    arrival = accept_claim.accept(world.holder, spaced, world.schemas)
    assert (arrival.outcome, arrival.request, arrival.notes) == ("added", request.id, ())
    kept = claims_store.find_claim(world.holder, statement.id)
    assert kept.raw == spaced
    assert kept.id == content_id(parse(statement.raw))
    assert kept.persona == kept.subject == active_persona(world.holder).did
    assert kept.fields == (".number", ".level", ".points", ".home.city", ".home.street", ".tags")
    assert kept.before == "2027-11-22T18:00:00Z"
    assert next(copies(world.holder, "request")).partner == kept.id
    assert list(audit.entries(world.holder))[-1].act == "claim.accept"
    assert audit.check(world.holder).is_intact


def test_the_index_can_be_made_again_from_the_bytes(world: World) -> None:
    claim = world.claim().claim
    found = statement_of(claim)
    assert found.id == claim.id
    assert found.constraints.authority == claim.authority


def test_accepting_twice_changes_nothing(world: World) -> None:
    statement = world.witness(world.request().raw)
    accept_claim.accept(world.holder, statement.raw, world.schemas)
    before = _commits(world)
    again = accept_claim.accept(world.holder, statement.raw, world.schemas)
    assert again.outcome == "known"
    assert _commits(world) == before


def test_an_outer_nonce_makes_no_second_claim(world: World) -> None:
    statement = world.witness(world.request().raw)
    accept_claim.accept(world.holder, statement.raw, world.schemas)
    with_nonce = json.dumps({**statement.document, "nonce": "uAAAA"}).encode()
    assert accept_claim.accept(world.holder, with_nonce, world.schemas).outcome == "known"


def test_a_claim_about_somebody_else_is_only_imported(world: World) -> None:
    statement = world.witness(world.request().raw)
    with pytest.raises(NotFound, match="none of your personas"):
        accept_claim.accept(world.authority, statement.raw, world.schemas)
    (arrival,) = accept_claim.import_claims(world.authority, [statement.raw], world.schemas)
    assert (arrival.outcome, arrival.claim.persona) == ("added", "")


def test_an_altered_statement_is_refused(world: World) -> None:
    document: Any = parse(world.witness(world.request().raw).raw)
    document["content"]["constraints"]["before"] = "2099-01-01T00:00:00Z"
    with pytest.raises(NotUnderstood, match="signature"):
        accept_claim.accept(world.holder, json.dumps(document).encode(), world.schemas)


def test_a_masked_statement_is_refused(world: World) -> None:
    document: Any = parse(world.witness(world.request().raw).raw)
    for keep in ([".constraints"], [".claim"], [".constraints", ".claim.content.number"]):
        masked = json.dumps({**document, "content": mask(document["content"], keep)}).encode()
        with pytest.raises((NotUnderstood, ProofError)):
            accept_claim.accept(world.holder, masked, world.schemas)


def test_a_statement_signed_by_another_key_than_it_names_is_refused(world: World) -> None:
    document: Any = parse(world.witness(world.request().raw).raw)
    me = active_persona(world.holder)
    forged = sign_json(document["content"], world.holder.signer, me.public_key)
    with pytest.raises(NotUnderstood, match="another key"):
        accept_claim.accept(world.holder, json.dumps(forged).encode(), world.schemas)


def test_a_changed_claim_is_told(world: World) -> None:
    world.request()
    other = _another_request(world, {**CARD, "level": "silver"})
    arrival = accept_claim.accept(world.holder, world.witness(other).raw, world.schemas)
    assert arrival.request == ""
    assert ".level" in arrival.notes[0]


def _another_request(world: World, data: Any) -> bytes:
    """Return a request of the same persona that this vault does not remember."""
    vault = world.holder.vault
    assert isinstance(vault, MemoryVault)
    before = dict(vault.records)
    raw = world.request(data).raw
    vault.records = before
    return raw


def test_an_unknown_process_and_an_expired_claim_are_told(world: World, tmp_path: Path) -> None:
    statement = world.witness(world.request().raw, before="P1D")
    world.clock.advance(2 * _DAY)
    arrival = accept_claim.accept(world.holder, statement.raw, Schemas(str(tmp_path / "no")))
    assert len(arrival.notes) == 2


@pytest.mark.parametrize("raw", [b"", b"{}", b"[1]", b"null", b"\xff", b'{"signature": 1, "content": 2}'])
def test_what_is_no_statement_is_refused(world: World, raw: bytes) -> None:
    before = _commits(world)
    with pytest.raises((InputError, ProofError)):
        accept_claim.accept(world.holder, raw, world.schemas)
    assert _commits(world) == before


def test_an_import_is_all_or_nothing(world: World) -> None:
    good = world.witness(world.request().raw).raw
    with pytest.raises(ProofError):
        accept_claim.import_claims(world.holder, [good, b"{}"], world.schemas)
    assert claims_store.list_claims(world.holder) == []


def test_one_claim_is_exported_as_it_was_issued(world: World) -> None:
    claim = world.claim().claim
    assert claim_bundle.export_papers(world.holder, [claim]) == claim.raw
    assert list(audit.entries(world.holder))[-1].act == "claim.export"


def test_a_bundle_brings_all_claims_back(world: World) -> None:
    claims = [world.claim({**CARD, "points": points}).claim for points in (1, 2, 3)]
    bundle = claim_bundle.export_papers(world.holder, claims)
    arrivals = accept_claim.import_claims(world.authority, claim_bundle.statements_in(bundle), world.schemas)
    assert [arrival.claim.raw for arrival in arrivals] == [claim.raw for claim in claims]
    again = accept_claim.import_claims(world.authority, claim_bundle.statements_in(bundle), world.schemas)
    assert {arrival.outcome for arrival in again} == {"known"}


def test_the_same_claim_twice_in_one_import_is_kept_once(world: World) -> None:
    raw = world.witness(world.request().raw).raw
    arrivals = accept_claim.import_claims(world.holder, [raw, raw], world.schemas)
    assert [arrival.outcome for arrival in arrivals] == ["added", "known"]


@pytest.mark.parametrize(
    "text",
    [
        '{"type": "prometheus/claims"}',
        '{"type": "prometheus/claims", "v": 2, "claims": []}',
        '{"type": "prometheus/claims", "v": 1, "claims": {}}',
        '{"type": "prometheus/claims", "v": 1, "claims": [1]}',
        '{"type": "prometheus/claims", "v": 1, "claims": [{"raw": "***"}]}',
        '{"type": "prometheus/claims", "v": 1, "claims": [{"raw": "e30="}]}',
    ],
)
def test_a_broken_bundle_is_refused(text: str) -> None:
    with pytest.raises(NotUnderstood, match="bundle"):
        claim_bundle.statements_in(text.encode())


def test_search_finds_values_fields_and_kinds(world: World) -> None:
    claim = world.claim({**CARD, "home": {"city": "Győr"}}).claim
    world.claim({"number": "B-999"})
    for text in ("gyor", "GYŐR gold", "club card gyo", claim.id[:20], "home.city"):
        assert search_claims(world.holder, text, world.schemas) == [claim.id]
    assert len(search_claims(world.holder, "number", world.schemas)) == 2
    assert search_claims(world.holder, "nonce value nothing", world.schemas) == []
