"""The public documents of a service: processes, scenarios and their schemas, for ever under their content ids."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.store.database import Database

Kind = Literal["process", "scenario", "schema"]


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
        raise NotImplementedError

    def blob(self, content_id: str) -> Json | None:
        """Return the document of an id that was ever published here."""
        raise NotImplementedError

    def current(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids that are published now, in the order of their files' names."""
        raise NotImplementedError

    def ever(self, kind: Kind) -> tuple[str, ...]:
        """Return the ids that were ever published, oldest first."""
        raise NotImplementedError
