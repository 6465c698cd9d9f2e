"""The presentations that an inspector was shown, sealed, until they are purged.

Rules: `add` is durable when it returns; the same presentation again changes nothing. A purged one leaves its id and its
times.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, NamedTuple

from prometheus.claims.jsontext import compact, parse

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.sealing import Seal
    from prometheus_morpheus.services.store.database import Database
    from prometheus_morpheus.services.store.room import Room

_ROW = "SELECT content_id, received, scenarios, purged FROM presentations WHERE content_id = ?"
_ALL = "SELECT content_id, received, scenarios, purged FROM presentations ORDER BY received, rowid"
_DOCUMENT = "SELECT document FROM presentations WHERE content_id = ?"
_PURGE = "UPDATE presentations SET purged = ?, document = NULL WHERE purged IS NULL AND received <= ?"


class Shown(NamedTuple):
    """One presentation; times are Unix milliseconds, `scenario_ids` those scenarios whose licences it carries."""

    content_id: str
    received: int
    scenario_ids: tuple[str, ...]
    purged: int | None


class Presentations:
    """The table of presentations; every call may come from any thread."""

    def __init__(self, database: Database, seal: Seal, room: Room) -> None:
        self._database = database
        self._seal = seal
        self._room = room

    def add(self, content_id: str, document: Json, scenario_ids: tuple[str, ...], now: int) -> None:
        """Keep a signed presentation; one that is known stays as it is, purged ones too.

        Raises:
            Full: When too many are kept, or too much is stored (`prometheus_morpheus.services.store.room`).
            StorageFailed: When it could not be written.
        """
        if self.row(content_id) is not None:
            return
        box = self._seal.seal(compact(document).encode(), _place(content_id))
        with self._database.commit():
            if self.row(content_id) is not None:
                return
            self._room.require(len(box))
            self._database.run(
                "INSERT INTO presentations VALUES (?, ?, ?, NULL, ?)",
                (content_id, json.dumps(scenario_ids), now, box),
            )
            self._room.took(len(box))

    def row(self, content_id: str) -> Shown | None:
        """Return what is known of a presentation."""
        found = self._database.one(_ROW, (content_id,))
        return None if found is None else Shown(found[0], found[1], tuple(json.loads(found[2])), found[3])

    def document(self, content_id: str) -> Json | None:
        """Return the signed presentation; None where it is unknown or purged."""
        found = self._database.one(_DOCUMENT, (content_id,))
        if found is None or found[0] is None:
            return None
        return parse(self._seal.open(found[0], _place(content_id)))

    def all(self) -> list[Shown]:
        """Return every presentation, oldest first, purged ones too."""
        return [
            Shown(content_id, received, tuple(json.loads(scenarios)), purged)
            for content_id, received, scenarios, purged in self._database.rows(_ALL)
        ]

    def purge(self, received_until: int, now: int) -> int:
        """Remove the documents of presentations received until a time; count them."""
        with self._database.commit():
            return self._database.run(_PURGE, (now, received_until))

    def forget(self, purged_until: int) -> int:
        """Remove the rows of presentations that were purged until a time; count them."""
        with self._database.commit():
            return self._database.run("DELETE FROM presentations WHERE purged <= ?", (purged_until,))


def _place(content_id: str) -> str:
    return f"presentations/document/{content_id}"
