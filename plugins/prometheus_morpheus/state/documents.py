"""The DID document as nodes answer it.

    {"did", "keys": [{"index", "auth", "validFromHeight", "validUntilHeight", "valid"}],
     "rights": {"update": [{"keyLink": "#0", "history": [{"height", "valid"}], "valid"}], "impersonate": […]},
     "tombstonedAtHeight", "tombstoned", "queriedAtHeight"}

Rules, the reference's:
* The keys are those added at or before the height asked for, and every ``valid`` is judged at that height.
* All else is what is known now, even if it happened later: ends of keys, histories of rights, ``tombstoned``. Whoever
  judges a past document compares heights.

Never hash such a document: the order of its members is not fixed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.state.did_state import RIGHTS

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.state.did_state import DidState, KeyEntry


def document_at(state: DidState, height: int) -> dict[str, Json]:
    """Return the document of a DID at a height."""
    keys = [entry for entry in state.keys if entry.added_at is None or entry.added_at <= height]
    return {
        "did": state.did,
        "keys": [_key(entry, index, state.tombstoned_at, height) for index, entry in enumerate(keys)],
        "rights": {
            right: [_right(entry, index, right, height) for index, entry in enumerate(keys)] for right in RIGHTS
        },
        "tombstonedAtHeight": state.tombstoned_at,
        "tombstoned": state.tombstoned_at is not None,
        "queriedAtHeight": height,
    }


def _key(entry: KeyEntry, index: int, tombstoned_at: int | None, height: int) -> dict[str, Json]:
    return {
        "index": index,
        "auth": entry.auth,
        "validFromHeight": entry.added_at,
        "validUntilHeight": entry.valid_until(tombstoned_at),
        "valid": entry.is_valid_at(height, tombstoned_at),
    }


def _right(entry: KeyEntry, index: int, right: str, height: int) -> dict[str, Json]:
    return {
        "keyLink": f"#{index}",
        "history": [{"height": since, "valid": is_granted} for since, is_granted in entry.history(right)],
        "valid": entry.has_right_at(right, height),
    }
