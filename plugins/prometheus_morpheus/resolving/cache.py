"""What was learnt of a DID before: its newest document with height, sources and moment, in the plugin's own store.

    did/<DID>/<name of the chain>    {"documents": [{"height": 9, "document": {…}, "sources": […], …}]}

Rules:
* It lies in the vault because it tells in whom the person is interested.
* One record holds the documents of a DID on one chain by height, the newest eight, so that a question about a past
  height can be answered too: a document answers for its own height and, without what came later, for every height
  below it.
* What was learnt on one chain never answers for another one. Where nobody is asked, the endpoints that are named say
  which chain is meant: by their pins, or by the name of a public network. Where none is named, it is the only one
  that is remembered.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

from prometheus.claims.did_document import parse_did_document
from prometheus.claims.moments import write_moment
from prometheus.errors import Ambiguous, InputError, ProofError
from prometheus.model.written_time import moment
from prometheus_morpheus.client.chain_name import ChainName
from prometheus_morpheus.client.identity_pin import pinned_chain
from prometheus_morpheus.transactions.networks import is_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from prometheus.api import Store, StoreTransaction
    from prometheus.claims.did_document import DidDocument
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.client.ports import PinStore

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


def meant_chain(store: Store, did: str, endpoints: Iterable[Endpoint], pins: PinStore) -> ChainName | None:
    """Return the chain for which a DID is meant where nobody is asked, None where nothing is remembered of it there.

    Raises:
        Ambiguous: When it is remembered on several chains, and the endpoints do not say which is meant.
    """
    known = [ChainName(name.removeprefix(_name(did, ""))) for name, _ in store.scan(_name(did, ""))]
    named = tuple(endpoints)
    found = [chain for chain in known if not named or any(_serves(each, chain, pins) for each in named)]
    if len(found) > 1:
        raise Ambiguous(
            "this DID is remembered on several chains",
            code="DID-CHAINS",
            meaning=", ".join(found),
            remedy="name an endpoint of the one that is meant with --ledger; it is not asked",
        )
    return found[0] if found else None


def recall(store: Store, chain: ChainName, did: str, height: int | None = None) -> Remembered | None:
    """Return what is remembered of a DID on a chain, None where nothing is.

    Args:
        store: The plugin's store.
        chain: Which chain is meant.
        did: The DID in its one spelling.
        height: The height asked about; the document of the lowest height from there on answers, for the newest when
            None the newest.
    """
    fields = store.get(_name(did, chain))
    entries = [] if fields is None else fields.get("documents", [])
    fitting = [entry for entry in entries if height is None or entry["height"] >= height]
    if not fitting:
        return None
    best = max(fitting, key=_height) if height is None else min(fitting, key=_height)
    return _remembered(best)


def remember(
    transaction: StoreTransaction,
    chain: ChainName,
    raw: Mapping[str, Any],
    *,
    sources: tuple[str, ...],
    now: datetime,
    is_recomputed: bool,
) -> None:
    """Keep a document beside those of other heights, in the place of an older one of the same height."""
    name = _name(str(raw["did"]), chain)
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


def _serves(endpoint: Endpoint, chain: ChainName, pins: PinStore) -> bool:
    pinned = pinned_chain(endpoint, pins)
    return pinned == chain if pinned is not None else is_of(chain, endpoint.network)


def _name(did: str, chain: str) -> str:
    return f"{PREFIX}{did}/{chain}"


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
