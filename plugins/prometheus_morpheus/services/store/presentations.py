"""The presentations that an inspector was shown, sealed, until they are purged.

Rules:
* `add` is durable when it returns; the same presentation again changes nothing. Parts may be replaced by their ids and
  the id of the whole stays the same, so of two under one id the longer one, which shows more, is kept: nobody who hands
  in less takes the place of what the person showed.
* A purged one leaves its id, its scenarios and its times, and is kept anew where it is shown again.
* Whoever knows the id of a presentation may read it, so the file does not tell ids: a row is found by the name of its
  id (`prometheus_morpheus.services.sealing`), and id, scenarios and times are sealed together. A row whose columns were
  changed is damaged: nothing is answered from it, lists leave it out, and the purge takes it.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus.claims.jsontext import compact, parse
from prometheus.errors import Damaged
from prometheus_morpheus.services.sealing import damaged

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.sealing import Seal
    from prometheus_morpheus.services.store.database import Database
    from prometheus_morpheus.services.store.room import Room

_ROW = "SELECT name, about, received, purged FROM presentations WHERE name = ?"
_NEWEST = "SELECT name, about, received, purged FROM presentations ORDER BY received DESC, rowid DESC LIMIT ?"
_DOCUMENT = "SELECT document FROM presentations WHERE name = ?"
_LENGTH = "SELECT length(document) FROM presentations WHERE name = ? AND purged IS NULL"
_ANEW = "UPDATE presentations SET about = ?, received = ?, purged = NULL, document = ? WHERE name = ?"
_FORGET_BEYOND = (
    "DELETE FROM presentations WHERE rowid IN (SELECT rowid FROM presentations WHERE purged IS NOT NULL"
    " ORDER BY purged DESC, rowid DESC LIMIT -1 OFFSET ?)"
)
_DUE = "SELECT name, about, received, purged FROM presentations WHERE purged IS NULL AND received <= ?"
_PURGE = "UPDATE presentations SET purged = ?, document = NULL, about = ? WHERE name = ?"


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
        self.damaged: set[bytes] = set()
        """Names of the rows that lists left out."""

    def add(self, content_id: str, document: Json, scenario_ids: tuple[str, ...], now: int) -> None:
        """Keep a signed presentation; one that is kept already stays as it is, unless this one shows more.

        Raises:
            Full: When too many are kept, or too much is stored (`prometheus_morpheus.services.store.room`).
            StorageFailed: When it could not be written.
        """
        box = self._seal.seal(compact(document).encode(), _place(content_id))
        with self._database.commit():
            length = self._length(content_id)
            if length is not None:
                self._show_more(Shown(content_id, now, scenario_ids, None), box, len(box) - length)
                return
            self._room.require(len(box))
            name, about = self._name(content_id), self._about(Shown(content_id, now, scenario_ids, None))
            if not self._database.run(_ANEW, (about, now, box, name)):
                self._database.run("INSERT INTO presentations VALUES (?, ?, ?, NULL, ?)", (name, about, now, box))
            self._room.took(len(box))

    def _show_more(self, shown: Shown, box: bytes, growth: int) -> None:
        """Put a longer copy in the place of the one that is kept, which goes at its own time."""
        row = self.row(shown.content_id)
        if row is None or growth <= 0:
            return
        self._room.require_bytes(growth)
        about = self._about(shown._replace(received=row.received))
        self._database.run(_ANEW, (about, row.received, box, self._name(shown.content_id)))
        self._room.grew(growth)

    def row(self, content_id: str) -> Shown | None:
        """Return what is known of a presentation.

        Raises:
            Damaged: When its row was changed on the disk.
        """
        found = self._database.one(_ROW, (self._name(content_id),))
        return None if found is None else self._shown(found)

    def document(self, content_id: str) -> Json | None:
        """Return the signed presentation; None where it is unknown or purged."""
        found = self._database.one(_DOCUMENT, (self._name(content_id),))
        if found is None or found[0] is None:
            return None
        return parse(self._seal.open(found[0], _place(content_id)))

    def listed(self, most: int) -> list[Shown]:
        """Return so many presentations at most, the newest ones, oldest first; purged ones too."""
        found = reversed(self._database.rows(_NEWEST, (most,)))
        return [shown for one in found if (shown := self._whole(one)) is not None]

    def purge(self, received_until: int, now: int) -> int:
        """Remove the documents of presentations received until a time; count them."""
        with self._database.commit():
            due = self._database.rows(_DUE, (received_until,))
            for found in due:
                shown = self._whole(found)
                if shown is None:
                    self._database.run("DELETE FROM presentations WHERE name = ?", (found[0],))
                else:
                    self._database.run(_PURGE, (now, self._about(shown._replace(purged=now)), found[0]))
        return len(due)

    def forget(self, purged_until: int) -> int:
        """Remove the rows of presentations that were purged until a time; count them."""
        with self._database.commit():
            return self._database.run("DELETE FROM presentations WHERE purged <= ?", (purged_until,))

    def forget_beyond(self, most: int) -> int:
        """Remove the rows of purged presentations but for so many, those purged last; count them."""
        with self._database.commit():
            return self._database.run(_FORGET_BEYOND, (most,))

    def _length(self, content_id: str) -> int | None:
        """Return the bytes of what is kept under an id; None where nothing is."""
        found = self._database.one(_LENGTH, (self._name(content_id),))
        return None if found is None else int(found[0])

    def _name(self, content_id: str) -> bytes:
        return self._seal.name(f"presentations/{content_id}")

    def _about(self, shown: Shown) -> bytes:
        return self._seal.seal(json.dumps(shown).encode(), f"presentations/about/{self._name(shown.content_id).hex()}")

    def _shown(self, found: tuple[Any, ...]) -> Shown:
        name, about, *columns = found
        told = json.loads(self._seal.open(about, f"presentations/about/{name.hex()}"))
        content_id, received, scenario_ids, purged = told
        if [received, purged] != columns:
            raise damaged()
        return Shown(content_id, received, tuple(scenario_ids), purged)

    def _whole(self, found: tuple[Any, ...]) -> Shown | None:
        """Return what is known of a row; None for a damaged one."""
        try:
            return self._shown(found)
        except Damaged:
            self.damaged.add(found[0])
            return None


def _place(content_id: str) -> str:
    return f"presentations/document/{content_id}"
