"""A word to who waits: whom a verb is asking, once a second has passed without an answer."""

from __future__ import annotations

import threading
from contextlib import contextmanager

from prometheus.cli.output import safe
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.cli.invocation import Invocation

SECONDS: Final = 1.0


@contextmanager
def patiently(call: Invocation, whom: str, seconds: float = SECONDS) -> Iterator[None]:
    """Do what is inside, and say whom it asks when that takes longer than so many seconds."""
    told = threading.Timer(seconds, call.output.note, (safe(f"asking {whom} …"),))
    told.daemon = True
    told.start()
    try:
        yield
    finally:
        told.cancel()
