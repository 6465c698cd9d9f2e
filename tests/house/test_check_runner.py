"""The runner of ./check: it counts what pytest did, tells reasons, and fails when a part fails."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter
from typing import TYPE_CHECKING

import pytest
from prometheus_check import __main__ as runner
from prometheus_check.outcome import Outcome, Tally, read_tests, skipped
from prometheus_check.parts import Part, parts
from prometheus_check.table import table

if TYPE_CHECKING:
    from pathlib import Path

LINT = Part("lint", "no rule is broken", ("true",))
TESTS = Part("tests", "every test", ("true",), has_tests=True)
PLAYED = """\
import pytest

def test_good(): pass
def test_bad(): assert False
def test_skipped(): pytest.skip("needs node: the reference is a package of it")
def test_skipped_otherwise(): pytest.skip("fish is not installed")
@pytest.mark.long
def test_long(): pass
"""


@pytest.fixture
def played(tmp_path: Path, checkout: Path) -> Path:
    """A small folder of tests that has the conftest of ours."""
    folder = tmp_path / "tests" / "room"
    folder.mkdir(parents=True)
    shutil.copy(checkout / "tests" / "conftest.py", tmp_path / "tests")
    (folder / "test_played.py").write_text(PLAYED, encoding="utf-8")
    (tmp_path / "pytest.ini").write_text("[pytest]\nmarkers =\n  long: x\naddopts = --import-mode=importlib\n")
    return tmp_path


def play(folder: Path, **environment: str) -> tuple[dict[str, Tally], Counter[str]]:
    """Run pytest there and read its report."""
    report = folder / "report.xml"
    variables = {**os.environ, "PROMETHEUS_LONG": "", "PROMETHEUS_REQUIRE": "", **environment}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:xdist", "-p", "no:cacheprovider", f"--junitxml={report}"]
    subprocess.run(command, cwd=folder, env=variables, check=False, capture_output=True)
    return read_tests(report)


def test_tests_are_counted_by_room_and_skips_by_reason(played: Path) -> None:
    rooms, skips = play(played)
    assert rooms == {"tests/room": Tally(passed=1, failed=1, skipped=3)}
    assert skips == {
        "needs node: the reference is a package of it": 1,
        "fish is not installed": 1,
        "the full count is played by ./check --long": 1,
    }


def test_a_long_check_plays_what_a_normal_one_skips(played: Path) -> None:
    assert play(played, PROMETHEUS_LONG="1")[0]["tests/room"] == Tally(passed=2, failed=1, skipped=2)


def test_a_required_tool_turns_its_skip_into_a_failure(played: Path) -> None:
    assert play(played, PROMETHEUS_REQUIRE="zbar,node,fish")[0]["tests/room"] == Tally(passed=1, failed=3, skipped=1)
    assert play(played, PROMETHEUS_REQUIRE="zbar")[0]["tests/room"].failed == 1


def test_the_last_line_is_the_sum() -> None:
    outcomes = [
        Outcome(LINT, "passed", 1.0, {}, Counter()),
        Outcome(TESTS, "failed", 61.0, {"tests/room": Tally(5, 1, 2)}, Counter({"needs node: it": 2})),
        skipped(LINT, "there is nothing to lint"),
    ]
    lines = list(table(outcomes))
    assert lines[-1] == "6 passed, 1 failed, 3 skipped"
    assert "     2  needs node: it" in lines
    assert "     1  there is nothing to lint" in lines
    assert any("1m01.0s" in line for line in lines)


def test_tests_that_could_not_be_collected_are_a_failure() -> None:
    assert Outcome(TESTS, "failed", 1.0, {}, Counter()).tally == Tally(failed=1)
    assert Outcome(TESTS, "failed", 1.0, {"tests": Tally(passed=3)}, Counter()).tally == Tally(passed=3, failed=1)


def test_the_runner_fails_when_a_part_fails(monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("PROMETHEUS_LONG", "")
    broken = Part("broken", "nothing", (sys.executable, "-c", "raise SystemExit(3)"))
    monkeypatch.setattr(runner, "parts", lambda *, long: [broken, LINT] if not long else [])
    assert runner.main([]) == 1
    assert capfd.readouterr().out.endswith("\n1 passed, 1 failed, 0 skipped\n")
    assert runner.main(["lint"]) == 0


def test_a_part_over_the_time_allowed_is_stopped_and_fails(capfd: pytest.CaptureFixture[str]) -> None:
    endless = Part("endless", "nothing", (sys.executable, "-c", "import time; time.sleep(60)"))
    assert runner.run(endless, deadline=0).result == "failed"
    assert "takes longer than allowed" in capfd.readouterr().out


def test_an_unknown_part_or_option_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert runner.main(["nonsense"]) == 2
    assert runner.main(["--nonsense"]) == 2
    assert "usage: ./check" in capsys.readouterr().err


def test_benchmarks_are_run_by_a_long_check_only(checkout: Path) -> None:
    names = {f"benchmark {path.stem}" for path in (checkout / "benchmarks").glob("*.py") if path.name[0] != "_"}
    assert {part.name for part in parts(long=True)} - {part.name for part in parts(long=False)} == names
