"""A million mutated headers: an error of the cellar's own, or the header that its key holder made, and nothing else."""

from __future__ import annotations

import os

import pytest
from prometheus_simulators.fuzz_worker import PromiseBroken, run_workers

MODULE = "prometheus_simulators.header_fuzz"
CASES = 8_000
CASES_LONG = 1_000_000
SOME = 2_000


def play(count: int) -> None:
    seed = int(os.environ.get("PROMETHEUS_FUZZ_SEED", "1"))
    outcomes = run_workers(MODULE, seed, count)
    print(f"seed {seed}: {dict(outcomes)}")  # noqa: T201 - shown when the test fails, or with -s
    assert sum(outcomes.values()) == count
    # It reached every outcome, many times: the refusals, and the wrong and the right key behind them.
    for outcome in ("Damaged", "KdfTooWeak", "Tampered", "WrongPassphrase", "opened"):
        assert outcomes[outcome] > count // 500, outcome


def test_mutated_headers_give_an_error_of_ours_or_what_was_written() -> None:
    play(CASES)


@pytest.mark.long
def test_a_million_mutated_headers_give_an_error_of_ours_or_what_was_written() -> None:
    play(CASES_LONG)


@pytest.mark.parametrize("hole", ["cost", "check", "mac", "length"])
def test_the_fuzz_sees_a_check_that_is_missing(hole: str) -> None:
    with pytest.raises(PromiseBroken, match="seed 1, case"):
        run_workers(MODULE, 1, SOME, hole, workers=1)
