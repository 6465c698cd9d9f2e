"""Endpoints lie to a wallet over real sockets: no lie is shown as done, and without its check each is believed.

Every lie stands in `LIES` by name with a story that is played three times: with honest endpoints, with the lie, and
without the check too. A story returns what the wallet shows in the end.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import pytest
from prometheus_simulators import bad_endpoint_stories as stories
from prometheus_simulators.bad_endpoint_wallet import paid

from prometheus_morpheus.client.identity_pin import IdentityPin
from prometheus_morpheus.sending import (
    costs,
    desk,
    drawer,
    errands,
    looking,
    maker,
    moves,
    posting,
    refusals,
    sightings,
    survey,
)
from prometheus_morpheus.sending.nonces import next_nonce

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_simulators.bad_endpoint_world import World

    from prometheus_morpheus.sending.sightings import Sighting

ALONE = ("liar",)
FIRST = ("liar", "honest")


class Lie(NamedTuple):
    """One lie, and the check that stands against it."""

    name: str
    asked: tuple[str, ...]
    play: Callable[[stories.Stage], object]
    truth: object
    seen: object
    believed: object
    off: Callable[[pytest.MonkeyPatch], None]


# --- switching checks off ------------------------------------------------------------------------------------------


def the_first_endpoints_wallet_counts(patch: pytest.MonkeyPatch) -> None:
    async def account(nodes: Any, address: str) -> Any:
        return await survey.account(nodes[:1], address)

    patch.setattr(errands, "account", account)


def the_first_endpoints_status_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sightings, "_judged", lambda found, forged: found._replace(layer_two=forged[0].layer_two))


def who_has_not_seen_it_has_no_say(patch: pytest.MonkeyPatch) -> None:
    real = sightings.together

    def together(glances: Any) -> Sighting:
        return real([each for each in glances if each.forged_id] or glances)

    patch.setattr(sightings, "together", together)


def contents_are_not_compared(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(looking, "is_same", lambda *_: True)


def blocks_are_not_asked_for(patch: pytest.MonkeyPatch) -> None:
    real = looking._forged

    async def forged(node: Any, action: Any, signing: Any, found: Any, seen: Any) -> Any:
        glance = await real(node, action, signing, found, seen)
        return glance._replace(lie="", forged_id=signing.id, block=found.block_id, height=1) if glance.lie else glance

    patch.setattr(looking, "_forged", forged)


def the_greatest_height_counts(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(sightings, "min", max, raising=False)


def the_first_refusal_counts(patch: pytest.MonkeyPatch) -> None:
    real = posting.hand_over
    patch.setattr(posting, "hand_over", lambda nodes, signing: real(nodes[:1], signing))
    refusals_are_not_looked_up(patch)


def refusals_are_not_looked_up(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(errands, "_LOOKED_UP", frozenset({refusals.UNCLEAR, refusals.KNOWN}))


def accepted_means_done_for(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(moves, "_nowhere", lambda action, *_: action)


def no_limit_is_kept(patch: pytest.MonkeyPatch) -> None:
    def fee_of(action: Any, configuration: Any) -> int:
        return costs.lowest_fee(maker.draft_of(action), configuration)

    patch.setattr(maker, "fee_of", fee_of)


def networks_are_not_pinned(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(IdentityPin, "check", lambda *_: None)


def who_serves_another_chain_is_left_out_alone(patch: pytest.MonkeyPatch) -> None:
    async def survey_without_quarrel(nodes: Any) -> Any:
        return (await survey.survey(nodes))._replace(quarrel="")

    patch.setattr(desk, "survey", survey_without_quarrel)


def what_was_seen_is_forgotten(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(drawer, "next_nonce", lambda **known: next_nonce(**{**known, "settled": 0}))


LIES = (
    Lie(
        "the nonce is too high",
        FIRST,
        stories.nonce_is_too_high,
        ("pooled", 1),
        ("queued", 0),
        ("sent", 7),
        the_first_endpoints_wallet_counts,
    ),
    Lie("the nonce is too low", FIRST, stories.nonce_is_too_low, 2, 0, 1, the_first_endpoints_wallet_counts),
    Lie("the pool is hidden", FIRST, stories.the_pool_is_hidden, 2, 2, 1, the_first_endpoints_wallet_counts),
    Lie(
        "a rejected operation is told as applied",
        FIRST,
        stories.a_rejected_one_is_told_as_applied,
        "rejected",
        "forged",
        "applied",
        the_first_endpoints_status_counts,
    ),
    Lie(
        "an applied operation is told as rejected",
        FIRST,
        stories.an_applied_one_is_told_as_rejected,
        "applied",
        "forged",
        "rejected",
        the_first_endpoints_status_counts,
    ),
    Lie(
        "what waits is told to be in a block",
        FIRST,
        stories.what_waits_is_told_to_be_in_a_block,
        "pooled",
        "forged",
        "confirmed",
        who_has_not_seen_it_has_no_say,
    ),
    Lie(
        "our transaction has another signature",
        ALONE,
        stories.altered(signature="3006020101020101"),
        "confirmed",
        "pooled",
        "confirmed",
        contents_are_not_compared,
    ),
    Lie(
        "our transaction pays somebody else",
        ALONE,
        stories.altered(recipient="tYkupfpnXHR9xtvWowscsWhyxvJLafb8ik"),
        "confirmed",
        "pooled",
        "confirmed",
        contents_are_not_compared,
    ),
    Lie(
        "our transaction pays another amount",
        ALONE,
        stories.altered(amount="1"),
        "confirmed",
        "pooled",
        "confirmed",
        contents_are_not_compared,
    ),
    Lie(
        "a block is named that is not there",
        ALONE,
        stories.a_block_is_named_that_is_not_there,
        "confirmed",
        "pooled",
        "confirmed",
        blocks_are_not_asked_for,
    ),
    Lie(
        "the chain is told to be higher",
        FIRST,
        stories.the_chain_is_told_to_be_higher,
        ("confirmed", False),
        ("confirmed", False),
        ("confirmed", True),
        the_greatest_height_counts,
    ),
    Lie(
        "time is told to be over",
        FIRST,
        stories.time_is_told_to_be_over,
        "pooled",
        "sent",
        "expired",
        the_greatest_height_counts,
    ),
    Lie(
        "a pooled transaction is told as refused",
        FIRST,
        stories.a_pooled_one_is_told_as_refused,
        "pooled",
        "pooled",
        "refused",
        the_first_refusal_counts,
    ),
    Lie(
        "a pooled transaction is told as refused by the only endpoint",
        ALONE,
        stories.a_pooled_one_is_told_as_refused,
        "pooled",
        "pooled",
        "refused",
        refusals_are_not_looked_up,
    ),
    Lie(
        "what is accepted is thrown away",
        ALONE,
        stories.what_is_accepted_is_thrown_away,
        ("confirmed", 1),
        ("confirmed", 1),
        ("pooled", 0),
        accepted_means_done_for,
    ),
    Lie(
        "a fee beyond what was agreed",
        ALONE,
        stories.a_fee_beyond_what_was_agreed,
        ("pooled", False),
        ("queued", False),
        ("pooled", True),
        no_limit_is_kept,
    ),
    Lie(
        "the network changes before the post",
        ALONE,
        stories.the_network_changes_before_the_post,
        1,
        0,
        1,
        networks_are_not_pinned,
    ),
    Lie(
        "the network changes overnight", ALONE, stories.the_network_changes_overnight, 1, 0, 1, networks_are_not_pinned
    ),
    Lie(
        "another network at first use",
        FIRST,
        stories.another_network_at_first_use,
        ("pooled", 1),
        ("queued", 0),
        ("pooled", 1),
        who_serves_another_chain_is_left_out_alone,
    ),
    Lie("last month's ledger", ALONE, stories.last_months_ledger, 2, 0, 1, what_was_seen_is_forgotten),
)
NAMED = pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.name)


@NAMED
def test_with_honest_endpoints_it_is_so(world: World, lie: Lie) -> None:
    assert lie.play(stories.Stage(world, lie.asked, lying=False)) == lie.truth


@NAMED
def test_the_lie_is_not_believed(world: World, lie: Lie) -> None:
    assert lie.play(stories.Stage(world, lie.asked, lying=True)) == lie.seen


@NAMED
def test_the_lie_is_believed_without_its_check(world: World, lie: Lie, monkeypatch: pytest.MonkeyPatch) -> None:
    lie.off(monkeypatch)
    assert lie.play(stories.Stage(world, lie.asked, lying=True)) == lie.believed


@NAMED
def test_nothing_is_lost_by_the_lie(world: World, lie: Lie) -> None:
    stage = stories.Stage(world, lie.asked, lying=True)
    lie.play(stage)
    stage.liar.honest()
    if lie.name == "another network at first use":
        # The person learns that the first one lied, and asks the other from now on.
        stage.person.endpoints = [stage.ends["honest"]]
    for _ in range(5):
        stage.person.send()
        world.forge()
        stage.person.look()
    for tag in stage.person.wanted:
        action = stage.person.action(tag)
        assert (action.is_done, paid(world)[tag]) == (True, 1) or (action.state, tag) == ("rejected", "cju-taken")
