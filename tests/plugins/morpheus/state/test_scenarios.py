"""The player of scenarios notices every kind of wrong step; that the shipped ones fit is played with the vectors."""

from __future__ import annotations

import copy
import json
from pathlib import Path
from typing import Any

import pytest
from iop_player.player import WrongAnswer
from iop_player.state_ops import scenario

FILE = Path(__file__).parents[3] / "vectors" / "iop" / "morpheus_state.json"
SCENARIOS: list[dict[str, Any]] = json.loads(FILE.read_text("utf-8"))["vectors"]


def test_the_scenarios_have_as_many_steps_as_were_recorded() -> None:
    assert sum(len(entry["steps"]) for entry in SCENARIOS) == 590
    assert sum("error" in step for entry in SCENARIOS for step in entry["steps"]) == 241


def spoiled(step: dict[str, Any]) -> dict[str, Any]:
    wrong = copy.deepcopy(step)
    if "error" in wrong:
        del wrong["error"]
        wrong["result"] = None
    elif isinstance(wrong["result"], dict):
        wrong["result"][next(iter(wrong["result"]))] = "spoiled"
    else:
        wrong["error"] = "spoiled"
    return wrong


@pytest.mark.parametrize("entry", SCENARIOS, ids=[entry["id"] for entry in SCENARIOS])
def test_a_step_with_another_outcome_is_noticed(entry: dict[str, Any]) -> None:
    for number in range(len(entry["steps"])):
        steps = [*entry["steps"][:number], spoiled(entry["steps"][number])]
        with pytest.raises(WrongAnswer, match=f"step {number},"):
            scenario({"steps": steps})


def test_another_text_of_a_refusal_is_noticed() -> None:
    entry = next(entry for entry in SCENARIOS if any("error" in step for step in entry["steps"]))
    steps = [{**step, "error": step["error"] + "."} if "error" in step else step for step in entry["steps"]]
    with pytest.raises(WrongAnswer):
        scenario({"steps": steps})
