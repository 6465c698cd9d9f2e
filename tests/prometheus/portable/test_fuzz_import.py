"""Spoilt files of a committed corpus: an error of the house, or an export exactly as it is written; nothing else."""

from __future__ import annotations

import json
import os

import pytest
from prometheus_simulators.export_fuzz import CORPUS, SEEDS, sealed_case, text_case
from prometheus_simulators.fuzz_worker import PromiseBroken, run_workers

from prometheus.errors import PrometheusError

MODULE = "prometheus_simulators.export_fuzz"
CASES = 4_000
CASES_LONG = 400_000
SOME = 4_000
OUTCOMES = json.loads((CORPUS / "outcomes.json").read_text())


def play(count: int) -> None:
    seed = int(os.environ.get("PROMETHEUS_FUZZ_SEED", "1"))
    outcomes = run_workers(MODULE, seed, count)
    print(f"seed {seed}: {dict(outcomes)}")  # noqa: T201 - shown when the test fails, or with -s
    assert sum(outcomes.values()) == count
    for outcome in ("read", "passphrase", "AGE-HEADER", "AGE-ARMOR", "AGE-DAMAGED", "EXPORT-FORM", "EXPORT-LINE"):
        assert outcomes[outcome] > count // 500, outcome


def test_spoilt_exports_are_refused_or_read_as_they_are_written() -> None:
    play(CASES)


@pytest.mark.long
def test_many_spoilt_exports_are_refused_or_read_as_they_are_written() -> None:
    play(CASES_LONG)


@pytest.mark.parametrize("hole", ["work", "one way to write", "order"])
def test_the_fuzz_sees_a_check_that_is_missing(hole: str) -> None:
    with pytest.raises(PromiseBroken, match="seed 1, case"):
        run_workers(MODULE, 1, SOME, hole)


@pytest.mark.parametrize("name", [path.name for path in SEEDS])
def test_a_file_of_the_corpus_ends_as_it_did(name: str) -> None:
    content = (CORPUS / name).read_bytes()
    try:
        outcome = sealed_case(content) if name.endswith(".age") else text_case(content)
    except PrometheusError as error:
        outcome = error.code
    assert outcome == OUTCOMES[name]
