"""The second at which each key's last token was made: the next one has to be newer, also after a restart.

Rules: a key is known by its name alone (`prometheus_morpheus.services.sealing`), so that the file does not tell who
came. A row goes when no token of its time is taken any more, because it is too old by itself.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_morpheus.services.sealing import Seal
    from prometheus_morpheus.services.store.database import Database

_NEWER = (
    "INSERT INTO last_tokens VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET created_at = excluded.created_at"
    " WHERE excluded.created_at > created_at"
)


class LastTokens:
    """The table of keys that may use tokens; who may not is never written into it."""

    def __init__(self, database: Database, seal: Seal) -> None:
        self._database = database
        self._seal = seal

    def use(self, public_key: str, created_at: int) -> int | None:
        """Take a token as used and return None; where it is not newer than the last one, return that one's second.

        Raises:
            StorageFailed: When it could not be written; then it is not used, and must not be let in.
        """
        name = self._seal.name(f"last_tokens/{public_key}")
        with self._database.commit():
            if self._database.run(_NEWER, (name, created_at)) == 1:
                return None
            found = self._database.one("SELECT created_at FROM last_tokens WHERE name = ?", (name,))
        return int(found[0]) if found else created_at

    def forget(self, created_until: int) -> int:
        """Remove the rows of tokens made until a second, all of which have to be too old by now; count them."""
        with self._database.commit():
            return self._database.run("DELETE FROM last_tokens WHERE created_at <= ?", (created_until,))
