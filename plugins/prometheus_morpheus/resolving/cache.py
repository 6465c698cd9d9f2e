"""What was learnt of a DID before: its newest document with height, sources and moment, in the plugin's own store.

It lies in the vault because it tells in whom the person is interested. One record holds the documents of a DID by
height, the newest eight, so that a question about a past height can be answered too: a document answers for its own
height and, without what came later, for every height below it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.claims.did_document import parse_did_document
from prometheus.claims.moments import write_moment
from prometheus.errors import InputError, ProofError
from prometheus.model.written_time import moment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from prometheus.api import Store, StoreTransaction
    from prometheus.claims.did_document import DidDocument

PREFIX: Final = "did/"
MOST: Final = 8


class Remembered(NamedTuple):
    """A document as it was learnt: of which height, from whom, when, whether it was recomputed from transactions."""

    document: DidDocument
    raw: Mapping[str, Any]
    height: int
    sources: tuple[str, ...]
    learnt_at: datetime
    is_recomputed: bool

    def age_s(self, now: datetime) -> int:
        """Return its age in seconds; a clock that went back makes it no younger than new."""
        return max(0, int((now - self.learnt_at).total_seconds()))


def recall(store: Store, did: str, height: int | None = None) -> Remembered | None:
    """Return what is remembered of a DID, None where nothing is.

    Args:
        store: The plugin's store.
        did: The DID in its one spelling.
        height: The height asked about; the document of the lowest height from there on answers, for the newest when
            None the newest.
    """
    fields = store.get(PREFIX + did)
    entries = [] if fields is None else fields.get("documents", [])
    fitting = [entry for entry in entries if height is None or entry["height"] >= height]
    if not fitting:
        return None
    best = max(fitting, key=_height) if height is None else min(fitting, key=_height)
    return _remembered(best)


def remember(
    transaction: StoreTransaction,
    raw: Mapping[str, Any],
    *,
    sources: tuple[str, ...],
    now: datetime,
    is_recomputed: bool,
) -> None:
    """Keep a document beside those of other heights, in the place of an older one of the same height."""
    name = PREFIX + str(raw["did"])
    old = transaction.get(name) or {}
    height = raw["queriedAtHeight"]
    entries = [entry for entry in old.get("documents", []) if entry["height"] != height]
    entries.append(
        {
            "height": height,
            "document": dict(raw),
            "sources": list(sources),
            "learnt_at": write_moment(now),
            "recomputed": is_recomputed,
        }
    )
    transaction.put(name, {"documents": sorted(entries, key=_height)[-MOST:]})


def _height(entry: Mapping[str, Any]) -> int:
    height: int = entry["height"]
    return height


def _remembered(entry: Mapping[str, Any]) -> Remembered | None:
    try:
        document = parse_did_document(entry["document"])
    except (InputError, ProofError):
        return None
    learnt_at = moment(str(entry["learnt_at"]))
    if learnt_at is None:
        return None
    return Remembered(
        document, entry["document"], entry["height"], tuple(entry["sources"]), learnt_at, bool(entry["recomputed"])
    )
