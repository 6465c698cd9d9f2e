"""The clock is set a year ahead or back between two acts: the log stays whole and in the order of the acts."""

from __future__ import annotations

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault

from prometheus.usecases import audit
from prometheus.usecases.audit import About
from prometheus.usecases.session import Session

YEAR = 365 * 86400.0


class NoSigner:
    def sign(self, public_key: str, message: bytes) -> str:
        raise AssertionError


@pytest.mark.parametrize("jumps", [(YEAR, -YEAR, -YEAR, YEAR), (-YEAR, -YEAR), (0.0, YEAR)])
def test_the_log_is_whole_and_in_the_order_of_the_acts(jumps: tuple[float, ...]) -> None:
    clock = FakeClock()
    session = Session(MemoryVault(), clock, NoSigner())
    for number, seconds in enumerate((0.0, *jumps)):
        clock.advance(seconds)
        with session.commit() as commit:
            audit.append(commit, "test.act", persona="did:morpheus:ezA", facts={"number": number})
    numbers = list(range(len(jumps) + 1))
    assert audit.check(session).is_intact
    assert [entry.facts["number"] for entry in audit.entries(session)] == numbers
    assert [entry.facts["number"] for entry in audit.newest(session, About())] == numbers[::-1]
    last = audit.last_entry(session)
    assert last is not None
    assert last.facts["number"] == numbers[-1]


def test_in_the_order_of_their_times_the_acts_would_be_mixed_up() -> None:
    clock = FakeClock()
    session = Session(MemoryVault(), clock, NoSigner())
    for number, seconds in enumerate((0.0, YEAR, -2 * YEAR)):
        clock.advance(seconds)
        with session.commit() as commit:
            audit.append(commit, "test.act", persona="did:morpheus:ezA", facts={"number": number})
    by_time = sorted(audit.entries(session), key=lambda entry: entry.at)
    assert [entry.facts["number"] for entry in by_time] != [0, 1, 2]
