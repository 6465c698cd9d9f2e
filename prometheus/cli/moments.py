"""Moments as a person reads them: local time with its zone; files and JSON have RFC 3339 in UTC instead."""

from __future__ import annotations

from datetime import UTC

from prometheus.model.frozen import TYPE_CHECKING
from prometheus.model.written_time import local

if TYPE_CHECKING:
    from datetime import datetime


__all__ = ["ago", "local", "rfc3339"]


def ago(seconds: float) -> str:
    """Return how long ago something was, such as ``2 min ago``."""
    for size, word in ((86_400, "d"), (3_600, "h"), (60, "min")):
        if seconds >= size:
            return f"{seconds // size:.0f} {word} ago"
    return "just now"


def rfc3339(moment: datetime) -> str:
    """Return a moment for files and JSON, such as ``2026-11-22T18:03:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
