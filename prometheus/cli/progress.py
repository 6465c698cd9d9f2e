"""How far long work is, on standard error: nothing in the first second, then one line that is kept up to date.

On a terminal the line is written over and goes at the end. Elsewhere, and with ``--quiet``, nothing is said.
"""

from __future__ import annotations

import sys
import time
from contextlib import contextmanager

from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus.cli.invocation import Invocation

_WAIT_SECONDS: Final = 1.0
_PAUSE_SECONDS: Final = 0.2
_WIDTH: Final = 30
MANY: Final = 1000
"""Records from which on a person is told that it takes more than a moment."""


def note_of_many(call: Invocation, records: int) -> None:
    """Say beforehand that looking at so many records takes longer, where it does."""
    if records >= MANY:
        call.output.note(f"looking at {records} records, which takes some time")


@contextmanager
def progress_told(call: Invocation, doing: str) -> Iterator[Callable[[int, int], None]]:
    """Yield what is to be called with how much is done and how much there is."""
    line = _Line(doing, is_shown=not call.output.is_quiet and sys.stderr.isatty())
    try:
        yield line.tell
    finally:
        line.remove()


class _Line:
    """One line on the terminal."""

    __slots__ = ("_doing", "_due", "_is_shown", "_is_there")

    def __init__(self, doing: str, *, is_shown: bool) -> None:
        self._doing = doing
        self._is_shown = is_shown
        self._is_there = False
        self._due = time.monotonic() + _WAIT_SECONDS

    def tell(self, done: int, total: int) -> None:
        now = time.monotonic()
        if not self._is_shown or not total or now < self._due:
            return
        self._due, self._is_there = now + _PAUSE_SECONDS, True
        full = _WIDTH * done // total
        sys.stderr.write(f"\r{self._doing} [{'#' * full}{'.' * (_WIDTH - full)}] {100 * done // total:3}%")
        sys.stderr.flush()

    def remove(self) -> None:
        if self._is_there:
            sys.stderr.write("\r\x1b[K")
            sys.stderr.flush()
