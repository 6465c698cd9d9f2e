"""What is measured, which goals there are, and the rows that come of it."""

from __future__ import annotations

from typing import NamedTuple

LARGE = 100_000
BARE = "write+fsync"
"""What the disk takes to keep four kilobytes, without any store."""


class Measure(NamedTuple):
    """One thing that is measured, the same of every store."""

    key: str
    title: str
    unit: str
    per_unit: float
    """Nanoseconds of one unit."""
    goal: float | None = None
    """What our vault may take at most, in the unit, on two shared processors."""
    named: str = ""
    """The short name of the goal."""
    every_size: bool = False
    """Whether the goal holds at each size, not at a hundred thousand alone."""


MEASURES = (
    Measure("insert", "bulk insert, one commit, per record", "us", 1e3, 60, "A8"),
    Measure("index", "index of words made anew, per record", "us", 1e3),
    Measure("unlock", "unlock without KDF", "ms", 1e6, 5, "A6"),
    Measure("ready", "unlock and first search (index ready)", "ms", 1e6, 100, "A6"),
    Measure("first", "unlock and first record read", "ms", 1e6),
    Measure("check", "unlock and all records checked", "ms", 1e6),
    Measure("read", "read by name, p50", "us", 1e3, 25, "A7"),
    Measure("few", "search, one found, p50", "ms", 1e6, 2, "A10"),
    Measure("several", "search, two words, 1 in 80, p50", "ms", 1e6, 2, "A10"),
    Measure("many", "search, 1 in 12 found, p50", "ms", 1e6, 2, "A10"),
    Measure("commit", "durable commit, p50", "ms", 1e6, 1, "A9", every_size=True),
    Measure("commit-99", "durable commit, p99", "ms", 1e6, 10, "A9", every_size=True),
    Measure("passphrase", "passphrase change without KDF", "ms", 1e6, 20, "A11", every_size=True),
)
BY_KEY = {measure.key: measure for measure in MEASURES}


class Row(NamedTuple):
    """One measure of one store at one size; a value of None is a missing row, with its reason."""

    size: int
    measure: str
    store: str
    value: float | None
    cpu: float | None
    """Processor time per time it was done, in the same unit, of all threads."""
    runs: int
    reason: str = ""
    calmest: float | None = None
    """The value in the turn that was disturbed least by what else the processors did; goals are judged by it."""


def shown(value: float) -> str:
    """Return a number with three digits that count."""
    return f"{value:.3g}" if abs(value) < 1000 else f"{value:.0f}"


def goal_of(row: Row) -> float | None:
    """Return the goal that this row has to keep, if any."""
    measure = BY_KEY[row.measure]
    return measure.goal if measure.every_size or row.size == LARGE else None


def best_peer(rows: list[Row], row: Row) -> Row | None:
    """Return the quickest other store at the same."""
    others = [
        other
        for other in rows
        if (other.size, other.measure) == (row.size, row.measure)
        and other.store not in {row.store, BARE}
        and other.value
    ]
    return min(others, key=lambda other: other.value or 0, default=None)
