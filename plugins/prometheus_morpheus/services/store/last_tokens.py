"""The second at which each key's last token was made: the next one has to be newer, also after a restart."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_morpheus.services.store.database import Database

_NEWER = (
    "INSERT INTO last_tokens VALUES (?, ?) ON CONFLICT (public_key) DO UPDATE SET created_at = excluded.created_at"
    " WHERE excluded.created_at > created_at"
)


class LastTokens:
    """The table of keys that may use tokens; who may not is never written into it."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def use(self, public_key: str, created_at: int) -> int | None:
        """Take a token as used and return None; where it is not newer than the last one, return that one's second.

        Raises:
            StorageFailed: When it could not be written; then it is not used, and must not be let in.
        """
        with self._database.commit():
            if self._database.run(_NEWER, (public_key, created_at)) == 1:
                return None
            found = self._database.one("SELECT created_at FROM last_tokens WHERE public_key = ?", (public_key,))
        return int(found[0]) if found else created_at
