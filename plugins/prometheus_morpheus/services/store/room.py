"""How much of its room a store has used up, counted as things come and go."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus_morpheus.services.limits import Limits
    from prometheus_morpheus.services.store.database import Database

_SEALED = (
    "SELECT (SELECT COALESCE(SUM(COALESCE(length(document), 0) + COALESCE(length(statement), 0)"
    " + COALESCE(length(reason), 0)), 0) FROM requests)"
    " + (SELECT COALESCE(SUM(length(document)), 0) FROM presentations)"
)
_WAITING = (
    "SELECT (SELECT COUNT(*) FROM requests WHERE status = 'pending' AND purged IS NULL)"
    " + (SELECT COUNT(*) FROM presentations WHERE purged IS NULL)"
)
_KEPT = (
    "SELECT (SELECT COUNT(*) FROM requests WHERE purged IS NULL)"
    " + (SELECT COUNT(*) FROM presentations WHERE purged IS NULL)"
)
KEPT_FOR_EACH = 10
"""Documents that are kept at one time, decided and withdrawn ones too, for each that may wait."""


class Full(Exception):
    """There is no room for another document; nothing was kept."""


class Room:
    """Counts documents that wait or are shown, those that are kept, and sealed bytes.

    `took`, `grew` and `decided` are called inside commits and count once these succeeded: a failed one counts nothing.
    """

    def __init__(self, database: Database, limits: Limits) -> None:
        self._database = database
        self._limits = limits
        self.waiting = 0
        self.kept = 0
        self.stored = 0
        self.count_again()

    def count_again(self) -> None:
        """Count what is in the file."""
        with self._database.commit():
            self.stored, self.waiting, self.kept = (self._number(query) for query in (_SEALED, _WAITING, _KEPT))

    def require(self, size: int) -> None:
        """Raise `Full` where one more document of so many bytes does not fit."""
        most = self._limits.pending
        if self.waiting >= most or self.kept >= most * KEPT_FOR_EACH or self.stored + size > self._limits.stored:
            raise Full

    def require_bytes(self, size: int) -> None:
        """Raise `Full` where so many bytes more of what is kept already do not fit."""
        if self.stored + size > self._limits.stored:
            raise Full

    def grew(self, size: int) -> None:
        """Count so many bytes more of what is kept already."""
        self._database.once_committed(lambda: self._count(0, 0, size))

    def took(self, size: int) -> None:
        """Count one more document that waits or is shown."""
        self._database.once_committed(lambda: self._count(1, 1, size))

    def decided(self, size: int) -> None:
        """Count one document less that waits, and so many bytes more."""
        self._database.once_committed(lambda: self._count(-1, 0, size))

    def _count(self, waiting: int, kept: int, size: int) -> None:
        self.waiting += waiting
        self.kept += kept
        self.stored += size

    def _number(self, query: str) -> int:
        found = self._database.one(query)
        return int(found[0]) if found else 0
