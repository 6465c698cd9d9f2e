"""The state of a DID as a document tells it, for plans made while nobody can be asked.

A document does not name the last transaction of its DID, nor whether a key ended by itself or was taken off: neither
matters to what may be done next, only to what is signed. So what is planned on it is never signed.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.claims.did_document import has_right_at, is_tombstoned_at
from prometheus.errors import NotUnderstood
from prometheus.identity.did import KeyLink
from prometheus.identity.multicipher import PublicKey
from prometheus_morpheus.state.did_state import RIGHTS, DidState, KeyEntry

if TYPE_CHECKING:
    from prometheus.claims.did_document import DidDocument, DocumentKey, RightEntry
    from prometheus.claims.jsontext import Json


def state_told(document: DidDocument) -> DidState:
    """Return the state that a document tells; the default key is its first one."""
    state = DidState(document.did.text)
    state.tombstoned_at = document.tombstoned_at
    state.keys[0].revoked_at = document.keys[0].valid_until if document.keys else None
    for key in document.keys[1:]:
        state.add(_entry(key))
    for right, entries in document.rights.items():
        for entry in entries:
            _give(state, right, entry)
    return state


def in_force(document: DidDocument) -> dict[str, Json]:
    """Return who may do what at the height of a document, without heights that pass: what a person agrees to."""
    height = document.queried_at
    keys: list[Json] = []
    for key in document.keys:
        if key.is_valid_at(height):
            held: list[Json] = [right for right in RIGHTS if has_right_at(document, key.auth, right, height)]
            keys.append([key.auth.text, key.valid_until, held])
    return {"given_up": is_tombstoned_at(document, height), "keys": keys}


def _entry(key: DocumentKey) -> KeyEntry:
    key_id = key.auth.key_id() if isinstance(key.auth, PublicKey) else key.auth
    return KeyEntry(key.auth.text, key_id.text, key.valid_from, key.valid_until)


def _give(state: DidState, right: str, entry: RightEntry) -> None:
    try:
        index = KeyLink.parse_local(entry.key_link).key_index
    except NotUnderstood:
        return  # an outside link says nothing about the keys here
    if index < len(state.keys):
        state.keys[index].points[right] = [(point.height, point.is_granted) for point in entry.history if point.height]
