"""The clock of this machine; no environment variable changes what it says."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """The `Clock` that every command uses outside tests."""

    __slots__ = ()

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds from some fixed moment, never going back."""
        return time.monotonic()
