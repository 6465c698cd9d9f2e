"""What an account held when nodes last told it, in the plugin's own part of the vault: for when nobody can be asked.

    balance/<address>    {"flakes": "99849816000", "at": "2026-11-22T18:00:00Z", "sources": ["https://…"]}

Rules: it is the word of the first endpoint that answered, kept with its moment and never told without its age; where
endpoints were seen to differ, nothing is kept. It decides nothing: what is paid is judged by what nodes say then.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.claims.moments import write_moment
from prometheus.model.written_time import moment

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from prometheus.api import Store

_PREFIX: Final = "balance/"
_FRESH: Final = 60
"""Seconds within which the same is not written once more."""


class Known(NamedTuple):
    """Flakes that an address held, when that was told, and by which endpoints."""

    flakes: int
    at: datetime
    sources: tuple[str, ...]

    def age_s(self, now: datetime) -> int:
        """Return its age in seconds; a clock that went back makes it no younger than new."""
        return max(0, int((now - self.at).total_seconds()))


def recall(store: Store, address: str) -> Known | None:
    """Return what an address was last known to hold, None where nothing is known."""
    fields = store.get(_PREFIX + address)
    at = moment(str(fields.get("at"))) if fields is not None else None
    if fields is None or at is None:
        return None
    return Known(int(fields["flakes"]), at, tuple(map(str, fields["sources"])))


def remember(store: Store, held: Iterable[tuple[str, int]], sources: Iterable[str], now: datetime) -> None:
    """Keep what addresses hold now; what was written a moment ago and is the same is left alone."""
    told_by = list(sources)
    new = [(address, flakes) for address, flakes in held if not _is_fresh(recall(store, address), flakes, now)]
    if not new:
        return
    with store.transaction() as commit:
        for address, flakes in new:
            commit.put(_PREFIX + address, {"flakes": str(flakes), "at": write_moment(now), "sources": told_by})


def _is_fresh(known: Known | None, flakes: int, now: datetime) -> bool:
    return known is not None and known.flakes == flakes and known.age_s(now) < _FRESH
