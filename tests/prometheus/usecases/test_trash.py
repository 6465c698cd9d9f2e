"""Claims and copies rest thirty days in the trash, and every step is in the log."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.two_vaults import CARD, World, make_world

from prometheus.errors import Ambiguous, Conflict, NotFound, NotUnderstood
from prometheus.model import collection
from prometheus.usecases import audit, claims_store, signed_copies
from prometheus.usecases.trash import bring_back, discard, find_paper

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus.usecases.session import Session

_DAY = 86_400


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(str(tmp_path / "schemas"))


def acts(session: Session) -> list[str]:
    return [entry.act for entry in audit.entries(session)]


def test_delete_can_be_undone_for_thirty_days(world: World) -> None:
    claim = world.claim().claim
    discard(world.holder, [claim])
    world.clock.advance(29.9 * _DAY)
    bring_back(world.holder, [find_paper(world.holder, claim.id, in_trash=True)])
    assert claims_store.find_claim(world.holder, claim.id) == claim
    assert acts(world.holder)[-2:] == ["claim.delete", "claim.restore"]


def test_after_thirty_days_it_is_removed_for_good_and_that_is_in_the_log(world: World) -> None:
    claim = world.claim().claim
    discard(world.holder, [claim])
    world.clock.advance(30 * _DAY)
    discard(world.holder, [world.claim({**CARD, "points": 8}).claim])
    world.clock.advance(_DAY)
    world.claim({**CARD, "points": 9})
    assert [kept.id for kept in claims_store.list_claims(world.holder, in_trash=True)] != [claim.id]
    assert len(claims_store.list_claims(world.holder, in_trash=True)) == 1
    purged = next(entry for entry in audit.entries(world.holder) if entry.act == "claim.purge")
    assert (purged.persona, purged.facts) == (claim.persona, {"claim": claim.id})
    with pytest.raises(NotFound):
        bring_back(world.holder, [claim])
    assert audit.check(world.holder).is_intact


def test_nothing_is_removed_before(world: World) -> None:
    discard(world.holder, [world.claim().claim])
    world.clock.advance(30 * _DAY - 1)
    world.claim({**CARD, "points": 9})
    assert len(claims_store.list_claims(world.holder, in_trash=True)) == 1
    assert "claim.purge" not in acts(world.holder)


def test_a_clock_that_jumps_ahead_removes_nothing_on_that_day(world: World) -> None:
    claim = world.claim().claim
    discard(world.holder, [claim])
    world.clock.advance(_DAY)
    world.clock.advance(365 * _DAY)
    for points in range(3):
        discard(world.holder, [world.claim({**CARD, "points": points}).claim])
        world.clock.advance(7 * 3600)
    world.clock.advance(-366 * _DAY)
    bring_back(world.holder, [find_paper(world.holder, claim.id, in_trash=True)])
    assert "claim.purge" not in acts(world.holder)


def test_a_jump_that_was_set_right_is_no_witness_later(world: World) -> None:
    claim = world.claim().claim
    discard(world.holder, [claim])
    world.clock.advance(365 * _DAY)
    world.claim({**CARD, "points": 8})
    world.clock.advance(-364 * _DAY)
    world.claim({**CARD, "points": 9})
    world.clock.advance(29 * _DAY)
    discard(world.holder, [])
    assert "claim.purge" not in acts(world.holder)
    world.clock.advance(_DAY)
    discard(world.holder, [])
    assert "claim.purge" not in acts(world.holder)


def test_copies_rest_in_the_same_trash(world: World) -> None:
    world.claim()
    (request,) = signed_copies.copies(world.holder)
    (statement,) = signed_copies.copies(world.authority)
    discard(world.authority, [statement])
    discard(world.holder, [request])
    assert list(signed_copies.copies(world.holder)) == []
    bring_back(world.holder, [find_paper(world.holder, request.id[:9], in_trash=True)])
    assert find_paper(world.holder, request.id[:9]) == request
    world.clock.advance(30 * _DAY)
    world.claim({**CARD, "points": 9})
    world.clock.advance(_DAY)
    discard(world.authority, [])
    assert list(signed_copies.copies(world.authority, in_trash=True)) == []
    purged = list(audit.entries(world.authority))[-1]
    assert (purged.act, purged.facts) == ("claim.purge", {"statement": statement.id})
    with pytest.raises(NotFound):
        bring_back(world.authority, [statement._replace(deleted_at="2026-11-22T18:00:00Z")])


def test_several_go_together_or_not_at_all(world: World) -> None:
    one, two = world.claim().claim, world.claim({**CARD, "points": 9}).claim
    discard(world.holder, [two])
    before = acts(world.holder)
    with pytest.raises(Conflict):
        discard(world.holder, [one, two])
    assert claims_store.list_claims(world.holder) == [one]
    assert acts(world.holder) == before


def test_what_is_in_the_trash_is_not_put_there_again(world: World) -> None:
    world.request()
    (copy,) = signed_copies.copies(world.holder)
    discard(world.holder, [copy])
    with pytest.raises(Conflict, match="already"):
        discard(world.holder, [find_paper(world.holder, copy.id, in_trash=True)])
    with pytest.raises(Conflict, match="not in the trash"):
        bring_back(world.holder, [copy])


def test_an_id_names_a_claim_or_a_copy(world: World) -> None:
    claim = world.claim().claim
    (request,) = signed_copies.copies(world.holder)
    assert find_paper(world.holder, claim.id[3:12]) == claim
    assert find_paper(world.holder, request.id[:12]) == request
    with pytest.raises(NotUnderstood):
        find_paper(world.holder, "cju")
    with pytest.raises(NotFound):
        find_paper(world.holder, "cjuABCDEFG")


def test_a_beginning_that_names_two_documents_is_refused(world: World) -> None:
    claim = world.claim().claim
    (request,) = signed_copies.copies(world.holder)
    with world.holder.commit() as commit:
        signed_copies.keep(commit, request._replace(id=claim.id[:20] + "A" * 26))
    with pytest.raises(Ambiguous):
        find_paper(world.holder, claim.id[:12])
    assert find_paper(world.holder, claim.id) == claim


def test_a_claim_that_one_witnessed_for_oneself_has_one_name(world: World) -> None:
    request = world.request()
    own = world._replace(authority=world.holder)
    statement = own.witness(request.raw)
    assert signed_copies.copies_named(world.holder, statement.id)
    assert find_paper(world.holder, statement.id).id == statement.id


def test_only_what_has_rested_long_enough_is_removed(world: World) -> None:
    first, second, third = (world.claim({**CARD, "points": points}).claim for points in range(3))
    with world.holder.commit() as commit:
        odd = first._replace(deleted_at="some day")
        commit.put(collection.CLAIM, odd.record_name, odd.as_fields())
    discard(world.holder, [third])
    world.clock.advance(10 * _DAY)
    discard(world.holder, [second])
    resting = [claim.id for claim in claims_store.list_claims(world.holder, in_trash=True)]
    assert resting[-2:] == [second.id, third.id]
    world.clock.advance(20 * _DAY)
    world.claim({**CARD, "points": 7})
    world.clock.advance(_DAY)
    discard(world.holder, [])
    assert {claim.id for claim in claims_store.list_claims(world.holder, in_trash=True)} == {first.id, second.id}
    assert acts(world.holder).count("claim.purge") == 1
