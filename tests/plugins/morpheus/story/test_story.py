"""The story of `ledger_story`, told to the Hydra development node and to our ledger: each step ends alike on both."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from hydra_replay.recordings import read_all
from ledger_story.deviations import DEVIATIONS
from ledger_story.ledgers import HYDRA, OURS, hydra, ours
from ledger_story.outcomes import ANY, Outcome, agrees, masked
from ledger_story.stage import stage_at
from ledger_story.story import ELSEWHERE, KINDS, STEPS, differences, play
from prometheus_simulators.peers import why_no_hydra_devnode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from hydra_replay.recordings import Exchange
    from ledger_story.ledgers import Ledger

STUCK = 900
"""Seconds after which something hangs; no measure of how long a story may take."""
STEPPED = f"{OURS}, stepped"


@pytest.fixture(
    params=[pytest.param(HYDRA, marks=pytest.mark.long), pytest.param(OURS, marks=pytest.mark.long), STEPPED]
)
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger, of each kind in turn."""
    if request.param == HYDRA and (why := why_no_hydra_devnode()):
        pytest.skip(why)
    with hydra() if request.param == HYDRA else ours(tmp_path, is_stepped=request.param == STEPPED) as started:
        yield started


def test_every_step_ends_as_the_story_says(ledger: Ledger) -> None:
    async def told() -> dict[str, Outcome]:
        async with asyncio.timeout(STUCK), stage_at(ledger.url, is_stepped=ledger.is_stepped) as stage:
            return await play(stage)

    found = asyncio.run(told())
    assert found.keys() == {step.name for step in STEPS}
    assert differences(found, DEVIATIONS[ledger.name]) == {}


def test_each_step_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(step.name for step in STEPS).items() if times > 1] == []


def test_each_allowed_difference_is_one_and_has_its_reason() -> None:
    steps = {step.name: step for step in STEPS}
    for each in DEVIATIONS.values():
        for name, difference in each.items():
            assert difference.reason
            assert not agrees(difference.instead, steps[name].expected)


def test_every_refusal_of_a_real_node_is_a_step_with_its_kind() -> None:
    refusals = {exchange.number: exchange for exchange in read_all() if _refusal(exchange)}
    told = {number: step for step in STEPS for number in step.recorded}
    assert refusals.keys() - told.keys() == ELSEWHERE.keys()
    for number, step in told.items():
        assert step.expected.kind in KINDS, step.name
        status, words = _refusal(refusals[number]) or ("", "")
        assert step.expected.code in {status, "false"}, step.name
        if step.expected.text != ANY and words:
            assert _shape(words) == _shape(step.expected.text), step.name


@pytest.mark.parametrize(
    "wrong",
    [
        Outcome("refused transaction", "ERR_BAD_DATA", "Already in cache."),
        Outcome("refused transaction", "ERR_DUPLICATE", "Already in the cache."),
        Outcome("accepted"),
        None,
    ],
)
def test_another_outcome_is_found(wrong: Outcome | None) -> None:
    found: dict[str, Any] = {step.name: step.expected for step in STEPS}
    assert differences(found, {}) == {}
    name = "the same transaction twice"
    assert list(differences(found | {name: wrong}, {})) == [name]


def _refusal(exchange: Exchange) -> tuple[str, str] | None:
    """Return status or type of what a recording refuses, and the words; None when it refuses nothing."""
    body = exchange.body
    if exchange.status >= 400:
        return str(exchange.status), body["message"]
    if isinstance(body, dict) and body.get("errors"):
        [[reason]] = body["errors"].values()
        return reason["type"], reason["message"]
    if isinstance(body, list) and body and "message" in body[0]:
        return "false", body[0]["message"]
    return ("false", "") if body is False and "txn-status" in exchange.request.path else None


def _shape(text: str) -> list[str]:
    """Return the words of a refusal that are the same for everybody."""
    return [word for word in masked(text, {}).split(" (2 others")[0].split() if word.isalpha() and word.islower()]
