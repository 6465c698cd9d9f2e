"""Opens everything that a service keeps."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus_morpheus.services.limits import Limits
    from prometheus_morpheus.services.sealing import Seal
    from prometheus_morpheus.services.store.database import Database
    from prometheus_morpheus.services.store.last_tokens import LastTokens
    from prometheus_morpheus.services.store.presentations import Presentations
    from prometheus_morpheus.services.store.published import PublishedDocuments
    from prometheus_morpheus.services.store.requests import Requests


class Store(NamedTuple):
    """All tables of one service."""

    database: Database
    requests: Requests
    presentations: Presentations
    published: PublishedDocuments
    last_tokens: LastTokens

    def close(self) -> None:
        """Let go of the file."""
        raise NotImplementedError


def open_store(folder: str | None, seal: Seal, limits: Limits) -> Store:
    """Open the store in a folder, making it where it is new; without a folder it is memory.

    Raises:
        Conflict: When another process has it open.
        Damaged: When it is no store, or was sealed with another key.
    """
    raise NotImplementedError
