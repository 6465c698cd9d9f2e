"""The installed command as a person types it, at the Hydra development node and at our ledger: the same answers."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from ledger_story.ledgers import HYDRA, OURS, hydra, ours
from ledger_story.typed import LINES, NO_FAUCET, Home, Typed, pay, reach
from prometheus_simulators.peers import why_no_hydra_devnode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from ledger_story.ledgers import Ledger


@pytest.fixture(params=[HYDRA, OURS])
def ledger(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Ledger]:
    """A new ledger, of each kind in turn."""
    if request.param == HYDRA and (why := why_no_hydra_devnode()):
        pytest.skip(why)
    with hydra() if request.param == HYDRA else ours(tmp_path) as started:
        yield started


@pytest.mark.long
def test_every_line_ends_as_the_story_says(ledger: Ledger, tmp_path: Path) -> None:
    home = Home(tmp_path, ledger.url)
    instead, _why = NO_FAUCET.get(ledger.name, (None, ""))
    for line in LINES:
        typed: Typed = instead if instead and instead.name == line.name else line
        if typed.waits:
            asyncio.run(reach(ledger.url, home.notes[typed.waits]))
        assert home.type(typed) == "", typed.name
        if typed.pays:
            asyncio.run(pay(ledger.url, home.notes[typed.pays]))


def test_another_answer_is_found(tmp_path: Path) -> None:
    home = Home(tmp_path, "http://127.0.0.1:1")
    made = next(line for line in LINES if line.name == "a vault")
    assert home.type(made) == ""
    held = next(line for line in LINES if line.name == "what it holds")
    assert "ended with 12" in home.type(held)
    shown = Typed("its personas", "persona show", shows=lambda said: said["persona"]["label"], due="somebody else")
    assert "instead of 0 and somebody else" in home.type(shown)


def test_each_line_has_a_name_of_its_own() -> None:
    assert [name for name, times in Counter(line.name for line in LINES).items() if times > 1] == []
    assert all(instead.name in {line.name for line in LINES} and why for instead, why in NO_FAUCET.values())
