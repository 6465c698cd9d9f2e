"""The log of a service: one JSON object a line, without anything that tells of a person.

    {"at": "2026-11-22T09:30:00Z", "event": "answered", "route": "requests.send", "status": 202, "ms": 7}

Rules: routes go in by their names, never as paths: a path holds a capability link or the id of a request. No address,
no header, no body, no text of an error that holds a part of one; a failure is told by its kind and by where in the
program it was.
"""

from __future__ import annotations

import json
import traceback
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing import TextIO

    from prometheus.ports import Clock

_DEEPEST = 6
"""Places in the program that a failure is told with."""


class Journal:
    """Writes lines to a stream; without one it writes nothing."""

    def __init__(self, clock: Clock, stream: TextIO | None) -> None:
        self._clock = clock
        self._stream = stream

    def answered(self, route: str, status: int, milliseconds: int) -> None:
        """Tell of an answer."""
        self.event("answered", route=route, status=status, ms=milliseconds)

    def failed(self, doing: str, error: BaseException) -> None:
        """Tell of what nobody expected."""
        frames = traceback.extract_tb(error.__traceback__)[-_DEEPEST:]
        places = [f"{frame.filename.rpartition('/')[2]}:{frame.lineno}" for frame in frames]
        self.event("failed", doing=doing, kind=type(error).__name__, places=places)

    def event(self, name: str, **facts: str | int | list[str]) -> None:
        """Tell of something by name, with facts that are counts, names of ours and times."""
        if self._stream is None:
            return
        at = self._clock.now().strftime("%Y-%m-%dT%H:%M:%SZ")
        try:
            self._stream.write(json.dumps({"at": at, "event": name, **facts}) + "\n")
            self._stream.flush()
        except (OSError, ValueError):
            self._stream = None  # nobody reads it any more; requests are still answered
