"""Run the parts one after the other, let each speak for itself, and close with the table.

Every part runs even when an earlier one failed. Exit 0 when all passed, 1 when one failed, 2 for an unknown argument,
130 when interrupted.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

from prometheus_check.outcome import Outcome, read_tests, skipped
from prometheus_check.parts import CHECKOUT, LONG_MINUTES, NORMAL_MINUTES, Part, parts
from prometheus_check.table import table

if TYPE_CHECKING:
    from collections.abc import Sequence

USAGE = "usage: ./check [--long] [--list] [PART ...]"


def run(part: Part, deadline: float) -> Outcome:
    """Run one part, showing what it prints as it comes."""
    if part.needs and not (CHECKOUT / part.needs).exists():
        return skipped(part, f"{part.name}: there is no {part.needs}")
    print(f"\n== {part.name}: {part.shows}", flush=True)
    started = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="prometheus-check-") as folder:
        report = Path(folder) / "tests.xml"
        command = (*part.command, f"--junitxml={report}") if part.has_tests else part.command
        ok = _succeeds(command, deadline - started)
        rooms, skips = read_tests(report) if part.has_tests else ({}, Counter[str]())
    return Outcome(part, "passed" if ok else "failed", time.monotonic() - started, rooms, skips)


def _succeeds(command: Sequence[str], seconds: float) -> bool:
    try:
        done = subprocess.run(command, cwd=CHECKOUT, stdin=subprocess.DEVNULL, timeout=max(seconds, 1), check=False)
    except subprocess.TimeoutExpired:
        print(f"error: stopped, the check takes longer than allowed: {' '.join(command)}", flush=True)
        return False
    return done.returncode == 0


def main(arguments: Sequence[str]) -> int:
    """Choose the parts, run them and print the table."""
    options = {word for word in arguments if word.startswith("-")}
    names = [word for word in arguments if not word.startswith("-")]
    long = "--long" in options
    every = parts(long=long)
    if options - {"--long", "--list"} or set(names) - {part.name for part in every}:
        print(USAGE, "parts: " + ", ".join(part.name for part in every), sep="\n", file=sys.stderr)
        return 2
    if "--list" in options:
        for part in every:
            print(f"{part.name:<20} {part.shows}")
        return 0
    os.environ.pop("PYTHONPATH", None)  # it led here; the parts see what a user's command would see
    os.environ["PROMETHEUS_LONG"] = "1" if long else ""
    deadline = time.monotonic() + 60 * (LONG_MINUTES if long else NORMAL_MINUTES)
    outcomes = [run(part, deadline) for part in every if not names or part.name in names]
    for line in table(outcomes):
        print(line)
    return 1 if any(outcome.result == "failed" for outcome in outcomes) else 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
