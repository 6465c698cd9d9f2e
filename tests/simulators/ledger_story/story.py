"""The whole story, and who plays it.

    async with stage_at(ledger.url) as stage:
        found = await play(stage)
    differences(found, DEVIATIONS[ledger.name])

Chapters are played in order at a ledger whose blocks come every second or when asked for; heights are nowhere part of
an outcome.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from ledger_story import lives, malformed, money, reading, refused_requests, refused_transactions
from ledger_story.outcomes import REFUSED, REFUSED_REQUEST, REJECTED, Outcome, agrees

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ledger_story.deviations import Deviation
    from ledger_story.outcomes import Step
    from ledger_story.stage import Stage

CHAPTERS = (money, refused_requests, refused_transactions, lives, reading, malformed)
STEPS: Final[tuple[Step, ...]] = tuple(step for chapter in CHAPTERS for step in chapter.STEPS)


ELSEWHERE: Final[dict[int, str]] = {
    41: "the answer is that of step `layer 2 does not know a transaction`, for a transfer",
    48: "the answer is that of step `layer 2 does not know a transaction`, while a transaction waits",
    224: "the naming system: the Hydra development node has none, tests/plugins/morpheus/ledger_http replays it",
}
"""Recordings of a real node that hold a refusal and are no step here, by number, and why."""

NOT_HERE: Final[dict[str, str]] = {
    "ERR_DUPLICATE Duplicate transaction ID": "needs more than fits into a block; tests/plugins/morpheus/ledger",
    "ERR_POOL_FULL, data.excess": "the Hydra development node has no such limits; tests/plugins/morpheus/ledger",
    "429": "no node of the story limits; tests/plugins/morpheus/client",
    "Keys cannot be added before height 2": "layer 2 begins at height 3; tests/plugins/morpheus/state",
    "Transaction ID was already confirmed": "layer 1 takes no id twice; tests/plugins/morpheus/state",
    "Morpheus state is corrupt": "needs a node that fails; tests/plugins/morpheus/state",
}
"""Refusals that no request can bring about on a sound node within the story, and where they are tried instead."""

KINDS = (REFUSED_REQUEST, REFUSED, REJECTED)


async def play(stage: Stage, chapters: Iterable[object] = CHAPTERS) -> dict[str, Outcome]:
    """Play chapters at a ledger; return what came of each step."""
    found: dict[str, Outcome] = {}
    for chapter in CHAPTERS:
        if chapter in chapters:
            found |= await chapter.play(stage)
    return found


def differences(
    found: Mapping[str, Outcome], allowed: Mapping[str, Deviation], steps: Iterable[Step] = STEPS
) -> dict[str, tuple[Outcome | None, Outcome]]:
    """Return the steps that did not end as they should, with what came and what should have."""
    due = {step.name: allowed[step.name].instead if step.name in allowed else step.expected for step in steps}
    return {name: (found.get(name), outcome) for name, outcome in due.items() if not agrees(found.get(name), outcome)}
