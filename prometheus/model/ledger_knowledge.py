"""What somebody looked up on a ledger, as plain values: who said what about which DID, and how old that is.

Whoever looked it up compared its sources and says where they contradict each other; nothing here was judged, and the
documents are JSON as they came, to be parsed strictly by whoever relies on them.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any


class LedgerDocument(NamedTuple):
    """A DID document as one source gave it.

    `height` is the height that it was asked at, `age_s` how many seconds old that height was when it was judged.
    """

    did: str
    height: int
    document: Mapping[str, Any]
    source: str
    age_s: int


class LedgerKnowledge(NamedTuple):
    """Everything that was found for one question.

    `before_proofs` gives the height at which a content id was registered; only what was shown by a transaction is in
    it. `block_ids` gives the ids of the blocks at the heights that were asked for. `contradictions` says in one
    sentence each where two sources differ, `notes` what could not be asked.
    """

    documents: tuple[LedgerDocument, ...] = ()
    before_proofs: Mapping[str, int] = {}
    block_ids: Mapping[int, str] = {}
    contradictions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
