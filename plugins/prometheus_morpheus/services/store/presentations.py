"""The presentations that an inspector was shown, sealed, until they are purged.

Rules: `add` is durable when it returns; the same presentation again changes nothing. A purged one leaves its id and its
times.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.limits import Limits
    from prometheus_morpheus.services.sealing import Seal
    from prometheus_morpheus.services.store.database import Database


class Shown(NamedTuple):
    """One presentation; times are Unix milliseconds, `scenario_ids` those scenarios whose licences it carries."""

    content_id: str
    received: int
    scenario_ids: tuple[str, ...]
    purged: int | None


class Presentations:
    """The table of presentations; every call may come from any thread."""

    def __init__(self, database: Database, seal: Seal, limits: Limits) -> None:
        self._database = database
        self._seal = seal
        self._limits = limits

    def add(self, content_id: str, document: Json, scenario_ids: tuple[str, ...], now: int) -> None:
        """Keep a signed presentation.

        Raises:
            Full: When too many are kept, or too much is stored (`prometheus_morpheus.services.store.requests`).
            StorageFailed: When it could not be written.
        """
        raise NotImplementedError

    def row(self, content_id: str) -> Shown | None:
        """Return what is known of a presentation."""
        raise NotImplementedError

    def document(self, content_id: str) -> Json | None:
        """Return the signed presentation; None where it is unknown or purged."""
        raise NotImplementedError

    def all(self) -> list[Shown]:
        """Return every presentation, oldest first."""
        raise NotImplementedError
