"""Opens everything that a service keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.services.store.database import Database
from prometheus_morpheus.services.store.last_tokens import LastTokens
from prometheus_morpheus.services.store.presentations import Presentations
from prometheus_morpheus.services.store.published import PublishedDocuments
from prometheus_morpheus.services.store.requests import Requests
from prometheus_morpheus.services.store.room import Room

if TYPE_CHECKING:
    from prometheus_morpheus.services.limits import Limits
    from prometheus_morpheus.services.sealing import Seal


class Store(NamedTuple):
    """All tables of one service."""

    database: Database
    room: Room
    requests: Requests
    presentations: Presentations
    published: PublishedDocuments
    last_tokens: LastTokens

    def left_out(self) -> int:
        """Return how many damaged rows were found since the start."""
        return len(self.requests.damaged) + len(self.presentations.damaged)

    def close(self) -> None:
        """Let go of the file."""
        self.database.close()


def open_store(folder: str | None, seal: Seal, limits: Limits) -> Store:
    """Open the store in a folder, making it where it is new; without a folder it is memory.

    Raises:
        Conflict: When another process has it open.
        NotUnderstood: When it was sealed with another key.
        TooNew: When a newer version wrote it.
        Damaged: When it is no store.
    """
    database = Database.open(folder)
    try:
        database.require_key(seal)
        room = Room(database, limits)
    except BaseException:
        database.close()
        raise
    return Store(
        database,
        room,
        Requests(database, seal, room),
        Presentations(database, seal, room),
        PublishedDocuments(database),
        LastTokens(database, seal),
    )
