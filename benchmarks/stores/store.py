"""What every store must do to be compared, and how one thing done is timed.

A method that does something many times returns the nanoseconds of each time. What a store cannot do raises `Cannot`
with a reason; the row is then missing, and says so.
"""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, NamedTuple, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from stores.records import Made

Item = TypeVar("Item")


class Cannot(Exception):
    """What a store has no way to do."""


class Terms(NamedTuple):
    """On which terms a store was measured."""

    version: str
    journal: str
    synchronous: str
    derivation: str
    """How the key of a passphrase is derived, and how that time was left out."""
    notes: str


class Took(NamedTuple):
    """Nanoseconds on the clock and of the processor, both without any key derivation."""

    wall: int
    cpu: int


class Store(Protocol):
    """One store in one folder; `fill` makes it, `open` and `close` come in turns after that."""

    name: str
    patience: float
    """Seconds that filling it may take before it is not run at that size."""
    reads: int
    """Records that are read at a time."""

    def terms(self) -> Terms:
        """Return the terms."""
        ...

    def fill(self, folder: str, records: Sequence[Made]) -> Took:
        """Make the store and put all records into it, at once and durably; the making is not timed."""
        ...

    def make_searchable(self) -> Took:
        """Make the index of words, where it is not made while a record is written; opened before and closed after."""
        ...

    def open(self) -> None:
        """Open it with its key at hand."""
        ...

    def close(self) -> None:
        """Close it."""
        ...

    def check(self) -> None:
        """Come to know that every record is what was written."""
        ...

    def read(self, names: Sequence[str]) -> list[int]:
        """Read records by name."""
        ...

    def search(self, texts: Sequence[str]) -> list[int]:
        """Search, the newest first."""
        ...

    def found(self, text: str) -> list[str] | None:
        """Return the names that a search shows, or None when it does not sort them."""
        ...

    def commit(self, records: Sequence[Made]) -> list[int]:
        """Write records, each on its own and durably."""
        ...

    def change_passphrase(self) -> Took:
        """Let another secret open it."""
        ...


def each(action: Callable[[Item], object], items: Iterable[Item]) -> list[int]:
    """Do something with each item and return the nanoseconds of each time."""
    times = []
    for item in items:
        start = time.perf_counter_ns()
        action(item)
        times.append(time.perf_counter_ns() - start)
    return times


def once(action: Callable[[], object]) -> Took:
    """Do something and return what it took, in all threads of the process."""
    wall, cpu = time.perf_counter_ns(), time.process_time_ns()
    action()
    return Took(time.perf_counter_ns() - wall, time.process_time_ns() - cpu)
