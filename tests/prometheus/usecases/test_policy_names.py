"""A rule means a DID however it is written, and a rule that names none is never put in force."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.two_vaults import World, make_world

from prometheus.claims.plan import Wanted
from prometheus.errors import NotUnderstood
from prometheus.identity import multibase
from prometheus.identity.did import DID_PREFIX
from prometheus.usecases.personas import active_persona
from prometheus.usecases.policy import current_policy, replace_policy
from prometheus.usecases.present_claim import Wish, prepare

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def world(tmp_path: Path) -> World:
    return make_world(str(tmp_path / "schemas"))


def in_hexadecimal(did: str) -> str:
    suite, text = did.removeprefix(DID_PREFIX)[0], did.removeprefix(DID_PREFIX)[1:]
    return f"{DID_PREFIX}{suite}f{multibase.decode(text).hex()}"


def effect(world: World, audience: str) -> str:
    wanted = (Wanted((".level",), world.club.content_id),)
    wish = Wish(active_persona(world.holder), wanted, audience=audience)
    return prepare(world.holder, wish, world.schemas).decision.effect


def test_a_denied_audience_is_denied_however_rule_and_request_spell_it(world: World) -> None:
    world.claim()
    bar = active_persona(world.authority).did
    for spelling in (bar, in_hexadecimal(bar)):
        replace_policy(
            world.holder, f'[[rule]]\neffect = "deny"\naudience = "{spelling}"\n[[rule]]\neffect = "allow"\n'
        )
        assert effect(world, bar) == effect(world, in_hexadecimal(bar)) == "deny"
        assert effect(world, active_persona(world.holder).did) == "allow"


def test_a_persona_named_by_its_did_too(world: World) -> None:
    world.claim()
    own = active_persona(world.holder).did
    replace_policy(world.holder, f'[[rule]]\neffect = "deny"\npersona = "{in_hexadecimal(own)}"\n')
    assert effect(world, own) == "deny"


@pytest.mark.parametrize("rule", ['audience = "the bar"', 'audience = "did:morpheus:ez"', 'persona = "did:morpheus:x"'])
def test_a_rule_that_could_never_match_is_refused(world: World, rule: str) -> None:
    with pytest.raises(NotUnderstood, match="rule 2"):
        replace_policy(world.holder, f'[[rule]]\neffect = "allow"\n[[rule]]\neffect = "deny"\n{rule}\n')
    assert current_policy(world.holder).rules == ()


def test_an_empty_audience_is_refused_and_not_taken_for_none(world: World) -> None:
    world.claim()
    with pytest.raises(NotUnderstood):
        effect(world, "")
