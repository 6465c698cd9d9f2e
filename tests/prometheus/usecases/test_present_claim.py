"""Presentations show what was asked, say so before, and are in the log before they leave."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.two_vaults import CARD, World, make_world

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import parse
from prometheus.claims.plan import Wanted
from prometheus.claims.scenario import LicenceSpecification
from prometheus.errors import NoMatch, NotUnderstood, WouldOverdisclose
from prometheus.model import trust
from prometheus.usecases import audit, claims_store
from prometheus.usecases.personas import active_persona, add_persona
from prometheus.usecases.policy import replace_policy
from prometheus.usecases.present_claim import Prepared, Wish, prepare, release
from prometheus.usecases.verify_claim import Question, judge
from prometheus.verdict import Verdict

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(str(tmp_path / "schemas"))


def wish(world: World, *paths: str, **changes: Any) -> Wish:
    return Wish(active_persona(world.holder), (Wanted(paths, world.club.content_id),))._replace(**changes)


def ready(world: World, *paths: str, **changes: Any) -> Prepared:
    return prepare(world.holder, wish(world, *paths, **changes), world.schemas)


def bar(world: World) -> str:
    return active_persona(world.authority).did


def shown(prepared: Prepared) -> set[str]:
    return {field.path for field in prepared.learnt.shown}


def test_only_what_was_asked_is_shown_with_the_scalars_that_cannot_be_hidden(world: World) -> None:
    world.claim()
    prepared = ready(world, ".level")
    assert shown(prepared) == {".level", ".points"}
    assert {field.path for field in prepared.learnt.hidden} == {".number", ".home", ".tags"}
    assert prepared.plan.offers[0].besides == (".points",)
    assert {"UNWRAPPED", "LINKABLE", "GUESSABLE"} <= {weakness.code for weakness in prepared.weaknesses}


def test_nothing_hidden_is_in_the_bytes(world: World) -> None:
    world.claim()
    text = release(world.holder, ready(world, ".level"), "asked").text
    assert "gold" in text
    assert "A-123" not in text
    assert "Bonn" not in text


def test_preparing_signs_and_writes_nothing(world: World) -> None:
    world.claim()
    before = list(audit.entries(world.holder))
    prepared = ready(world, ".level")
    assert list(audit.entries(world.holder)) == before
    assert "signature" not in prepared.content


def test_what_is_released_is_what_was_prepared_and_is_in_the_log(world: World) -> None:
    claim = world.claim().claim
    prepared = ready(world, ".level", audience=bar(world), granted=(("Discount", "P5D"),))
    composed = release(world.holder, prepared, "rule 1")
    document = json.loads(composed.text)
    assert document["content"] == prepared.content
    entry = list(audit.entries(world.holder))[-1]
    assert entry.act == "claim.present"
    assert entry.facts["presentation"] == content_id(parse(composed.text)["content"])  # type: ignore[index,call-overload]  # it is an object
    assert entry.facts["audience"] == [bar(world)]
    assert entry.facts["consent"] == "rule 1"
    assert "gold" not in json.dumps(entry.facts)
    assert claims_store.find_claim(world.holder, claim.id).uses == 1
    assert audit.check(world.holder).is_intact


def test_a_presentation_verifies_where_the_authority_is_trusted(world: World) -> None:
    world.claim()
    composed = release(world.holder, ready(world, ".level", audience=bar(world)), "asked")
    trusted = trust.TrustList((trust.Authority(bar(world), "Club", (), "2026-11-22T18:00:00Z"),))
    question = Question(audience=bar(world), asked=(".level",), expected=((".level", "gold"),))

    def verdict(text: str, trusted: trust.TrustList = trusted) -> Verdict:
        found = judge(text.encode(), question, now=world.clock.now(), trust=trusted, schemas=world.schemas)
        assert isinstance(found, Verdict)
        return found

    assert verdict(composed.text).verdict == "valid"
    assert verdict(composed.text, trust.TrustList()).verdict == "unknown"
    assert verdict(composed.text, trusted._replace(withdrawn=frozenset({world_claim_id(world)}))).verdict == "invalid"
    assert verdict(composed.text.replace('"gold"', '"gilt"')).verdict == "invalid"
    world.clock.advance(25 * 3600)
    assert "EXPIRED" in verdict(composed.text).codes()


def world_claim_id(world: World) -> str:
    return claims_store.list_claims(world.holder)[0].id


def test_two_personas_are_never_put_into_one_presentation(world: World) -> None:
    world.claim()
    other = add_persona(world.holder)
    with pytest.raises(NoMatch, match="no claim of") as caught:
        ready(world, ".level", persona=other)
    assert "it is about your persona" in caught.value.meaning
    assert "--persona" in caught.value.remedy


def test_without_a_claim_the_reason_is_said(world: World) -> None:
    with pytest.raises(NoMatch) as caught:
        ready(world, ".level")
    assert caught.value.meaning == "there is no claim in this vault yet"
    world.claim(before="P1D")
    world.clock.advance(3 * 86400)
    with pytest.raises(NoMatch) as caught:
        ready(world, ".level")
    assert "expired 2 days ago" in caught.value.meaning
    with pytest.raises(NoMatch) as caught:
        ready(world, ".nothing")
    assert caught.value.exit_code == 15


def test_a_claim_in_the_trash_is_not_shown(world: World) -> None:
    claim = world.claim().claim
    with world.holder.commit() as commit:
        claims_store.trash_claim(commit, claim.id)
    with pytest.raises(NoMatch):
        ready(world, ".level")


def test_the_named_claim_is_used_even_where_another_is_newer(world: World) -> None:
    first = world.claim().claim
    world.clock.advance(60)
    second = world.claim({**CARD, "level": "silver"}).claim
    assert ready(world, ".level").plan.offers[0].claim_id == second.id
    assert ready(world, ".level", claims=(first.id[:12],)).plan.offers[0].claim_id == first.id


def test_show_shows_exactly_these_paths_and_names_what_is_missing(world: World) -> None:
    world.claim()
    prepared = ready(world, ".level", show=(".number",))
    assert ".number" in shown(prepared)
    assert ".level" not in shown(prepared)
    assert prepared.missing == (".level",)


def test_a_request_for_somebody_else_than_the_named_audience_is_refused(world: World) -> None:
    world.claim()
    required = (LicenceSpecification(bar(world), "Entry", "P1D"),)
    mine = active_persona(world.holder).did
    assert ready(world, ".level", required=required, audience=bar(world)).licences[0].purpose == "Entry"
    with pytest.raises(WouldOverdisclose, match="somebody else"):
        ready(world, ".level", required=required, audience=mine)


def test_every_licence_starts_at_the_same_moment(world: World) -> None:
    world.claim()
    required = (LicenceSpecification(bar(world), "Entry", "P1D"),)
    licences = ready(world, ".level", required=required, granted=(("Statistics", "P1M"),)).licences
    assert [licence.purpose for licence in licences] == ["Entry", "Statistics"]
    assert len({licence.valid_from for licence in licences}) == 1
    assert {licence.issued_to for licence in licences} == {bar(world)}


def test_without_an_audience_the_licence_names_the_persona_itself(world: World) -> None:
    world.claim()
    (licence,) = ready(world, ".level").licences
    assert licence.issued_to == active_persona(world.holder).did
    assert licence.valid_until == "2026-11-23T18:00:00Z"


@pytest.mark.parametrize("challenge", ["", "x" * 129, "uA" + "Q" + "A" * 42])
def test_a_challenge_that_cannot_be_used_is_refused(world: World, challenge: str) -> None:
    world.claim()
    with pytest.raises(NotUnderstood):
        ready(world, ".level", challenge=challenge)


def test_a_challenge_given_as_text_is_used_as_it_is(world: World) -> None:
    world.claim()
    assert ready(world, ".level", challenge="4711").content["nonce"] == "4711"


def test_the_policy_speaks_about_each_claim_by_every_name_of_its_schema(world: World) -> None:
    world.claim()
    assert ready(world, ".level").decision.effect == "ask"
    for name in ("Club card", "club-card", world.club.content_id):
        rule = f'[[rule]]\neffect = "allow"\ntype = "{name}"\nfields = [".level", ".points"]'
        replace_policy(world.holder, rule)
        assert ready(world, ".level").decision.effect == "allow"
        assert ready(world, ".number").decision.effect == "ask"


def test_earlier_disclosures_to_the_same_audience_are_counted(world: World) -> None:
    world.claim()
    for expected in (0, 1, 2):
        prepared = ready(world, ".level", audience=bar(world))
        assert prepared.shown_before == expected
        release(world.holder, prepared, "asked")
        world.clock.advance(1)
    assert ready(world, ".level").shown_before == 0
