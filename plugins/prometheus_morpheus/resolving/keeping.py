"""Keep what was found of a DID: the document that all agree on, or both sides of every contradiction."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.resolving.cache import remember
from prometheus_morpheus.resolving.disagreements import keep

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus.api import StoreTransaction
    from prometheus_morpheus.resolving.asking import Resolved


def keep_resolved(transaction: StoreTransaction, found: Resolved, now: datetime) -> int:
    """Keep an answer in a commit of the plugin's store; return how many contradictions are new."""
    new = sum(keep(transaction, one, now) for one in found.disagreements)
    if found.best is not None:
        remember(
            transaction,
            found.chain,
            found.best.recomputed.document,
            sources=found.sources,
            now=now,
            is_recomputed=found.best.recomputed.is_certain,
        )
    return new
