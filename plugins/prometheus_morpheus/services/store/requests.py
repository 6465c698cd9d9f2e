"""The requests that an authority was sent, each with its state and, until they are purged, its sealed documents.

Rules:
* `add` and `decide` are durable when they return: neither a kill nor a power cut takes them back.
* A request is known by its content id. The same one again changes nothing and has the same link.
* The capability link is kept sealed, and found by its hash: who only reads the file learns no link.
* What a person wrote - request, statement, reason - is sealed. What is purged leaves the row: id, process, times and
  state.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.limits import Limits
    from prometheus_morpheus.services.sealing import Seal
    from prometheus_morpheus.services.store.database import Database

Status = Literal["pending", "approved", "rejected", "withdrawn"]


class Row(NamedTuple):
    """One request; times are Unix milliseconds. Its documents are read on demand (`Requests`)."""

    link: str
    request_id: str
    process_id: str
    received: int
    status: Status
    decided: int | None
    purged: int | None


class Full(Exception):
    """There is no room for another document; nothing was kept."""


class Requests:
    """The table of requests; every call may come from any thread."""

    def __init__(self, database: Database, seal: Seal, limits: Limits) -> None:
        self._database = database
        self._seal = seal
        self._limits = limits

    def add(self, request_id: str, process_id: str, document: Json, new_link: str, now: int) -> Row:
        """Keep a signed request and return its row; the row that was there before, where it is known already.

        Args:
            request_id: Content id of the signed request.
            process_id: What it asks for.
            document: The signed request, kept as it is.
            new_link: The capability link that it gets where it is new.
            now: Unix milliseconds.

        Raises:
            Full: When too many wait, or too much is stored.
            StorageFailed: When it could not be written.
        """
        raise NotImplementedError

    def by_link(self, link: str) -> Row | None:
        """Return the request of a capability link, found without telling by the time it takes how much of it fits."""
        raise NotImplementedError

    def by_id(self, request_id: str) -> Row | None:
        """Return the request of a content id."""
        raise NotImplementedError

    def all(self) -> list[Row]:
        """Return every request, oldest first."""
        raise NotImplementedError

    def document(self, request_id: str) -> Json | None:
        """Return the signed request; None where it is unknown or purged."""
        raise NotImplementedError

    def statement(self, request_id: str) -> Json | None:
        """Return the signed statement; None where there is none, or none any more."""
        raise NotImplementedError

    def reason(self, request_id: str) -> str | None:
        """Return why it was rejected; None where it was not, or the reason is purged."""
        raise NotImplementedError

    def decide(
        self, request_id: str, status: Status, now: int, *, statement: Json | None = None, reason: str | None = None
    ) -> bool:
        """Move a pending request into another state, once; return whether this call did it.

        Raises:
            StorageFailed: When it could not be written.
        """
        raise NotImplementedError
