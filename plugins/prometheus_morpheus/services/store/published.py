"""The public documents of a service: processes, scenarios and their schemas, for ever under their content ids.

Rules: what was published once stays to be had by its id, also when its file changes or goes, for claims name it. Which
documents are current is said anew at each start.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

from prometheus.claims.jsontext import compact, parse

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.store.database import Database

Kind = Literal["process", "scenario", "schema"]
_CURRENT = "SELECT content_id FROM documents WHERE kind = ? AND place IS NOT NULL ORDER BY place"
_EVER = "SELECT content_id FROM documents WHERE kind = ? ORDER BY first_seen, rowid"


class Document(NamedTuple):
    """A public document in the form that is served: schemas inside are replaced by their content ids."""

    content_id: str
    kind: Kind
    document: Json


class PublishedDocuments:
    """The table of public documents; every call may come from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def publish(self, documents: Iterable[Document], now: int) -> tuple[str, ...]:
        """Remember documents and take just these as current; return the ids that were never published before."""
        new = []
        with self._database.commit():
            self._database.run("UPDATE documents SET place = NULL")
            for place, (content_id, kind, document) in enumerate(documents):
                values = (content_id, kind, compact(document), now, place)
                if self._database.run("INSERT OR IGNORE INTO documents VALUES (?, ?, ?, ?, ?)", values):
                    new.append(content_id)
                else:
                    self._database.run("UPDATE documents SET place = ? WHERE content_id = ?", (place, content_id))
        return tuple(new)

    def blob(self, content_id: str) -> Json | None:
        """Return the document of an id that was ever published here."""
        found = self._database.one("SELECT document FROM documents WHERE content_id = ?", (content_id,))
        return None if found is None else parse(found[0])

    def current(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids that are published now, in the order in which they were given."""
        return tuple(content_id for (content_id,) in self._database.rows(_CURRENT, (kind,)))

    def ever(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids that were ever published, oldest first."""
        return tuple(content_id for (content_id,) in self._database.rows(_EVER, (kind,)))
