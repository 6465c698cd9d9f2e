"""Moments as a person reads them: local time with its zone; files and JSON have RFC 3339 in UTC instead."""

from __future__ import annotations

from datetime import UTC

from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


def local(moment: datetime) -> str:
    """Return a moment for the screen, such as ``2026-11-22 19:03 CET``."""
    return moment.astimezone().strftime("%Y-%m-%d %H:%M %Z")


def rfc3339(moment: datetime) -> str:
    """Return a moment for files and JSON, such as ``2026-11-22T18:03:00Z``."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
