"""How a part ended: its time, and the tests in it with the reasons of those that were skipped."""

from __future__ import annotations

from collections import Counter
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple
from xml.etree import ElementTree as ET  # the file read is the one pytest just wrote

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_check.parts import Part


class Tally(NamedTuple):
    """Counts of tests, or of parts that have none."""

    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def plus(self, other: Tally) -> Tally:
        """Add two tallies."""
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)


class Outcome(NamedTuple):
    """How one part ended."""

    part: Part
    result: str
    seconds: float
    rooms: dict[str, Tally]
    """Tests by the folder they are in; empty for a part without tests."""
    skips: Counter[str]
    """How many tests, or parts, were skipped for which reason."""

    @property
    def tally(self) -> Tally:
        """Its tests, or itself counted as one."""
        if not self.rooms:
            return Tally(self.result == "passed", self.result == "failed", self.result == "skipped")
        total = Tally()
        for tally in self.rooms.values():
            total = total.plus(tally)
        # A run that failed without a failed test, such as one that could not be collected, is still a failure.
        return total if self.result == "passed" or total.failed else total._replace(failed=1)


def skipped(part: Part, reason: str) -> Outcome:
    """Return the outcome of a part that was not run."""
    return Outcome(part, "skipped", 0.0, {}, Counter({reason: 1}))


def read_tests(report: Path) -> tuple[dict[str, Tally], Counter[str]]:
    """Read the report that pytest wrote: tests by room, and skips by reason."""
    rooms: dict[str, Tally] = {}
    skips: Counter[str] = Counter()
    if not report.is_file():
        return rooms, skips
    for case in ET.parse(report).iter("testcase"):  # noqa: S314 - our own file
        tally, reason = _case(case)
        room = _room(case.get("classname", ""))
        rooms[room] = rooms.get(room, Tally()).plus(tally)
        if reason:
            skips[reason] += 1
    return dict(sorted(rooms.items())), skips


def _case(case: ET.Element) -> tuple[Tally, str]:
    if case.find("failure") is not None or case.find("error") is not None:
        return Tally(failed=1), ""
    skip = case.find("skipped")
    if skip is None:
        return Tally(passed=1), ""
    return Tally(skipped=1), skip.get("message", "no reason given")


def _room(dotted: str) -> str:
    """Turn ``tests.plugins.didkey.test_keys`` into ``tests/plugins/didkey``."""
    folders = takewhile(lambda word: not word.startswith("test_"), dotted.split("."))
    return "/".join(folders) or "tests"
