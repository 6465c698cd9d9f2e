"""The second at which each key's last token was made: the next one has to be newer, also after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_morpheus.services.store.database import Database


class LastTokens:
    """The table of keys that may use tokens; who may not is never written into it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def use(self, public_key: str, created_at: int) -> int | None:
        """Take a token as used and return None; where it is not newer than the last one, return that one's second."""
        raise NotImplementedError
