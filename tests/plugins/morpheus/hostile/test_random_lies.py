"""An endpoint changes its answers at random beside an honest one: what comes out is the truth, or nothing.

A few in every check, many with ``--long``. The control takes the first answer for the truth, and is soon fooled.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators import bad_endpoint_lies as lies
from prometheus_simulators.bad_endpoint_people import ANA, LETTER, OTHER_LETTER, People, may_sign
from prometheus_simulators.bad_endpoint_wallet import asking
from prometheus_simulators.clock import FakeClock

from prometheus.errors import Conflict, NetworkError, NotFound
from prometheus_morpheus.resolving import asking as resolving
from prometheus_morpheus.resolving import proofs, recomputing
from prometheus_morpheus.resolving.recomputing import Checked

if TYPE_CHECKING:
    from prometheus_simulators.bad_endpoint import BadEndpoint

FEW, MANY = 20, 800
NOTHING = "nothing"
PEOPLE = ("ana", "phone", "watch", "camera", "thief")


def who_signs(*endpoints: BadEndpoint, height: int | None = None) -> str:
    """Return whose keys may sign for Ana, or that nothing is known."""
    try:
        found = asking(endpoints, lambda nodes: resolving.resolve(nodes, ANA, FakeClock(), height))
    except (NetworkError, Conflict, NotFound):
        return NOTHING
    if found.best is None:
        return NOTHING
    document = found.best.document
    return " ".join(name for name in PEOPLE if may_sign(document, name)) + f" of {len(document.keys)}"


def since_when(letter: str, *endpoints: BadEndpoint) -> object:
    """Return since when a letter is registered, or that nothing is known."""
    try:
        found = asking(endpoints, lambda nodes: proofs.registered(nodes, letter))
    except (NetworkError, Conflict):
        return NOTHING
    return NOTHING if found.disagreements else found.height


def told(crowd: People, seed: int) -> tuple[BadEndpoint, BadEndpoint]:
    """Let one of two endpoints lie; return both in an order of chance."""
    crowd.liar.honest()
    chance = random.Random(seed)
    crowd.liar.lie(lies.at_random(chance, chance.choice((0.05, 0.2, 0.5))))
    return (crowd.liar, crowd.honest) if chance.random() < 0.5 else (crowd.honest, crowd.liar)


def play(crowd: People, seeds: range) -> int:
    """Ask with many lies; return how often the truth came out in spite of them."""
    height = crowd.heights["camera signs"]
    truths = who_signs(crowd.honest), who_signs(crowd.honest, height=height)
    letters = {letter: since_when(letter, crowd.honest) for letter in (LETTER, OTHER_LETTER, "cju-never")}
    known = 0
    for seed in seeds:
        both = told(crowd, seed)
        now, then = who_signs(*both), who_signs(*both, height=height)
        assert now in {truths[0], NOTHING}, f"seed {seed}"
        assert then in {truths[1], NOTHING}, f"seed {seed}"
        for letter, truth in letters.items():
            assert since_when(letter, *both) in {truth, NOTHING}, f"seed {seed}, {letter}"
        known += now != NOTHING
    return known


def test_a_random_lie_beside_the_truth_is_never_believed(crowd: People) -> None:
    known = play(crowd, range(FEW))
    assert 0 < known < FEW


@pytest.mark.long
def test_many_more_lies_are_not_believed(crowd: People) -> None:
    play(crowd, range(10_000, 10_000 + MANY))


def test_who_takes_the_first_answer_for_the_truth_is_fooled(crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
    def as_told(collected: Any, found: Any, notes: Any = ()) -> Checked:
        return Checked(collected, found, collected.document.document, (), tuple(notes))

    monkeypatch.setattr(recomputing, "judged", as_told)
    monkeypatch.setattr(resolving, "compared", lambda *_: ())
    with pytest.raises(AssertionError, match="seed"):
        play(crowd, range(10 * FEW))
