"""How the age of a vault's state is told: its number and the time of the newest line of its log."""

from __future__ import annotations

from datetime import UTC, datetime

from prometheus.cli.moments import local
from prometheus.model.frozen import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus.usecases.backups import Age


def told(age: Age) -> str:
    """Return an age in words."""
    when = local(datetime.fromisoformat(age.changed)) if age.changed else "at a time that its log does not tell"
    return f"state {age.epoch}, last change {when}, {age.records} records"


def fields(age: Age) -> dict[str, Any]:
    """Return an age for a document."""
    return {"epoch": age.epoch, "last_change": age.changed or None, "records": age.records}


def moment(text: str) -> str:
    """Return a time of a file, as RFC 3339, for the screen."""
    return local(datetime.fromisoformat(text).astimezone(UTC))
