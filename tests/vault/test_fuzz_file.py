"""Twenty thousand spoilt files, logs, anchors and indexes: refused, or exactly what was written."""

from __future__ import annotations

import os

import pytest
from prometheus_simulators.fuzz_worker import PromiseBroken, run_workers

MODULE = "prometheus_simulators.file_fuzz"
CASES = 400
CASES_LONG = 20_000
SOME = 1_500


def play(count: int) -> None:
    seed = int(os.environ.get("PROMETHEUS_FUZZ_SEED", "1"))
    outcomes = run_workers(MODULE, seed, count)
    print(f"seed {seed}: {dict(outcomes)}")  # noqa: T201 - shown when the test fails, or with -s
    assert sum(outcomes.values()) == count
    assert outcomes["NotEnoughMemory"] <= count // 1000  # SQLite says so of a length beyond two gibibytes
    for outcome in ("opened", "opened, warned", "Tampered", "Rollback", "NotAVault"):
        assert outcomes[outcome] > 0, outcome


def test_spoilt_files_are_refused_or_give_what_was_written() -> None:
    play(CASES)


@pytest.mark.long
def test_twenty_thousand_spoilt_files_are_refused_or_give_what_was_written() -> None:
    play(CASES_LONG)


@pytest.mark.parametrize("hole", ["sum and number of records", "the anchor"])
def test_the_fuzz_sees_a_check_that_is_missing(hole: str) -> None:
    with pytest.raises(PromiseBroken, match="seed 1, case"):
        run_workers(MODULE, 1, SOME, hole)
