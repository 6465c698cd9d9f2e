"""The presentations that an inspector was shown, sealed, until they are purged.

Rules: `add` is durable when it returns; the same presentation again changes nothing. A purged one leaves its id and its
times, and is kept anew where it is shown again.
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
_NEWEST = "SELECT content_id, received, scenarios, purged FROM presentations ORDER BY received DESC, rowid DESC LIMIT ?"
_DOCUMENT = "SELECT document FROM presentations WHERE content_id = ?"
_ANEW = "UPDATE presentations SET scenarios = ?, received = ?, purged = NULL, document = ? WHERE content_id = ?"
_FORGET_BEYOND = (
    "DELETE FROM presentations WHERE rowid IN (SELECT rowid FROM presentations WHERE purged IS NOT NULL"
    " ORDER BY purged DESC, rowid DESC LIMIT -1 OFFSET ?)"
)
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
        """Keep a signed presentation; one that is kept already stays as it is.

        Raises:
            Full: When too many are kept, or too much is stored (`prometheus_morpheus.services.store.room`).
            StorageFailed: When it could not be written.
        """
        if self._is_kept(content_id):
            return
        box = self._seal.seal(compact(document).encode(), _place(content_id))
        with self._database.commit():
            if self._is_kept(content_id):
                return
            self._room.require(len(box))
            scenarios = json.dumps(scenario_ids)
            if not self._database.run(_ANEW, (scenarios, now, box, content_id)):
                values = (content_id, scenarios, now, box)
                self._database.run("INSERT INTO presentations VALUES (?, ?, ?, NULL, ?)", values)
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

    def listed(self, most: int) -> list[Shown]:
        """Return so many presentations at most, the newest ones, oldest first; purged ones too."""
        return [
            Shown(content_id, received, tuple(json.loads(scenarios)), purged)
            for content_id, received, scenarios, purged in reversed(self._database.rows(_NEWEST, (most,)))
        ]

    def purge(self, received_until: int, now: int) -> int:
        """Remove the documents of presentations received until a time; count them."""
        with self._database.commit():
            return self._database.run(_PURGE, (now, received_until))

    def forget(self, purged_until: int) -> int:
        """Remove the rows of presentations that were purged until a time; count them."""
        with self._database.commit():
            return self._database.run("DELETE FROM presentations WHERE purged <= ?", (purged_until,))

    def forget_beyond(self, most: int) -> int:
        """Remove the rows of purged presentations but for so many, those purged last; count them."""
        with self._database.commit():
            return self._database.run(_FORGET_BEYOND, (most,))

    def _is_kept(self, content_id: str) -> bool:
        row = self.row(content_id)
        return row is not None and row.purged is None


def _place(content_id: str) -> str:
    return f"presentations/document/{content_id}"
