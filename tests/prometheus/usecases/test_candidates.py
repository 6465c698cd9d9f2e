"""Of very many claims only some are weighed, and still an answer is found wherever there is one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.claims_crowd import crowd
from prometheus_simulators.two_vaults import World, make_world

from prometheus.claims.plan import Wanted
from prometheus.claims.shipped import SHIPPED
from prometheus.errors import NoMatch
from prometheus.usecases import candidates
from prometheus.usecases.claims_store import list_claims, trash_claim
from prometheus.usecases.personas import active_persona, add_persona
from prometheus.usecases.present_claim import Prepared, Wish, prepare

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from prometheus.model.persona import Persona

MANY = 90
FEW = 12


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A holder with two personas and many claims of four kinds about both."""
    world = make_world(str(tmp_path_factory.mktemp("schemas")))
    add_persona(world.holder)
    crowd(world.holder, MANY)
    world.clock.advance(-365 * 86400)  # the crowd's short claims are from 2021, the others good for a century
    return world


@pytest.fixture(autouse=True)
def _weigh_few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(candidates, "WEIGHED", FEW)
    monkeypatch.setattr(candidates, "EXPLAINED", 3)


def asked(world: World, *paths: str, kind: str = "", persona: Persona | None = None, **more: Any) -> Prepared:
    wanted = Wanted(paths, SHIPPED[kind] if kind else None)
    return prepare(world.holder, Wish(persona or active_persona(world.holder), (wanted,), **more), world.schemas)


def chosen(prepared: Prepared) -> list[str]:
    return [offer.claim_id for offer in prepared.plan.offers]


@pytest.mark.parametrize(
    ("paths", "kind"),
    [
        ((".ageOver18",), "age"),
        ((".email",), ""),
        ((".givenName", ".familyName"), "degree"),
        ((".email", ".grade"), ""),
    ],
)
def test_the_answer_is_that_of_weighing_every_claim(
    crowded: World, monkeypatch: pytest.MonkeyPatch, paths: Sequence[str], kind: str
) -> None:
    some = asked(crowded, *paths, kind=kind)
    assert 0 < some.unweighed < MANY
    monkeypatch.setattr(candidates, "WEIGHED", 10 * MANY)
    every = asked(crowded, *paths, kind=kind)
    assert chosen(some) == chosen(every)
    assert every.unweighed == 0
    assert len(every.plan.refusals) + len(every.plan.offers) == len(list_claims(crowded.holder))


def test_what_was_weighed_and_what_was_not_are_all_claims(crowded: World) -> None:
    found = asked(crowded, ".email")
    assert len(found.plan.offers) + len(found.plan.refusals) + found.unweighed == len(list_claims(crowded.holder))


def test_a_field_that_no_claim_has_is_answered_with_reasons(crowded: World) -> None:
    with pytest.raises(NoMatch) as caught:
        asked(crowded, ".shoeSize")
    assert "it has no field .shoeSize" in caught.value.meaning
    assert "it is about your persona" in caught.value.meaning
    assert " more are not usable" in caught.value.meaning


def test_older_claims_are_weighed_where_the_newest_give_no_answer(tmp_path: Path) -> None:
    world = make_world(str(tmp_path / "schemas"))
    old = world.claim({"number": "A-123"}).claim
    for number in range(2 * FEW):
        world.clock.advance(60)
        world.claim({"number": f"B-{number:03d}"}, before="PT1H")
    world.clock.advance(86400)
    wish = Wish(active_persona(world.holder), (Wanted((".number",), world.club.content_id),))
    found = prepare(world.holder, wish, world.schemas)
    assert chosen(found) == [old.id]
    with world.holder.commit() as commit:
        trash_claim(commit, old.id)
    with pytest.raises(NoMatch, match="no claim of"):
        prepare(world.holder, wish, world.schemas)


def test_a_named_claim_is_used_without_weighing_others(crowded: World) -> None:
    (oldest, *_) = [
        claim
        for claim in list_claims(crowded.holder, persona=active_persona(crowded.holder).did, expired=False)[::-1]
        if claim.process_id == SHIPPED["age"]
    ]
    found = asked(crowded, ".ageOver18", claims=(oldest.id,))
    assert chosen(found) == [oldest.id]
    assert (found.unweighed, found.plan.refusals) == (0, ())


def test_each_persona_is_answered_with_its_own_claims(crowded: World) -> None:
    for persona in (active_persona(crowded.holder), add_persona(crowded.holder)):
        own = {claim.id for claim in list_claims(crowded.holder, persona=persona.did)}
        if own:
            assert set(chosen(asked(crowded, ".email", persona=persona))) <= own
        else:
            with pytest.raises(NoMatch, match="no claim of"):
                asked(crowded, ".email", persona=persona)
