"""What was signed and handed out can be written out again, byte for byte."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.two_vaults import CARD, World, make_world

from prometheus.errors import NotUnderstood
from prometheus.usecases import audit, claim_bundle, signed_copies, witness_claim
from prometheus.usecases.personas import active_persona
from prometheus.usecases.signed_copies import copies

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(str(tmp_path / "schemas"))


def test_a_statement_is_kept_by_whoever_signed_it(world: World) -> None:
    request = world.request()
    statement = world.witness(request.raw, before="P1Y")
    (copy,) = copies(world.authority)
    assert copy.file_content == statement.raw
    assert (copy.id, copy.kind, copy.partner) == (statement.id, "statement", request.id)
    assert (copy.persona, copy.subject) == (active_persona(world.authority).did, active_persona(world.holder).did)
    assert copy.before == "2027-11-22T18:00:00Z"


def test_copy_and_log_entry_are_one_commit(world: World) -> None:
    statement = world.witness(world.request().raw)
    entry = list(audit.entries(world.authority))[-1]
    assert (entry.act, entry.facts["statement"]) == ("claim.witness", statement.id)
    assert "A-123" not in json.dumps(entry.as_fields())


def test_copies_are_exported_byte_for_byte_and_that_is_in_the_log(world: World) -> None:
    request = world.request()
    statement = world.witness(request.raw)
    (asked,), (said,) = copies(world.holder), copies(world.authority)
    assert claim_bundle.export_papers(world.holder, [asked]) == request.raw
    assert claim_bundle.export_papers(world.authority, [said]) == statement.raw
    entries = [list(audit.entries(session))[-1] for session in (world.holder, world.authority)]
    assert [(entry.act, entry.facts) for entry in entries] == [
        ("claim.export", {"request": request.id}),
        ("claim.export", {"statement": statement.id}),
    ]


def test_a_bundle_holds_statements_and_no_requests(world: World) -> None:
    claim = world.claim().claim
    world.witness(world.request({**CARD, "points": 9}).raw)
    both = list(copies(world.authority))
    assert len(claim_bundle.statements_in(claim_bundle.export_papers(world.authority, both))) == 2
    (first, *_) = copies(world.holder, "request")
    before = list(audit.entries(world.holder))
    with pytest.raises(NotUnderstood, match="on its own"):
        claim_bundle.export_papers(world.holder, [claim, first])
    assert list(audit.entries(world.holder)) == before


def test_a_request_that_was_witnessed_before_is_known(world: World) -> None:
    request = world.request()
    assert witness_claim.witnessed_before(world.authority, request.id) is None
    world.witness(request.raw)
    world.clock.advance(1)
    again = world.witness(request.raw)
    found = witness_claim.witnessed_before(world.authority, request.id)
    assert found is not None
    assert found.id == again.id


def test_a_record_is_read_as_it_was_written(world: World) -> None:
    world.request()
    (copy,) = copies(world.holder)
    assert signed_copies.SignedCopy.from_fields({**copy.as_fields(), "v": 1}) == copy
