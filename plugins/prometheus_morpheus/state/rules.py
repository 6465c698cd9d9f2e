"""What an operation on a DID may do, and what it changes.

Rules, checked in this order at the height of the block:
* The operation names the last confirmed transaction of the DID (null when there is none); so nobody changes a DID
  without knowing its present state, and no operation counts twice.
* The DID is not over, and the key that signed has the right to update it.
* No key touches its own entry, the default key included; an added key has to be new or ended, a changed one valid.

Every change leaves in the journal how to undo it. An operation that is refused raises before it changes anything.
The texts of the errors are the reference's, to the letter.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from prometheus_morpheus.state.attempts import ADD_KEY, ADD_RIGHT, REVOKE_KEY, TOMBSTONE, Auth, Signable
from prometheus_morpheus.state.did_state import RIGHTS, UPDATE, DidState, KeyEntry
from prometheus_morpheus.state.errors import StateError

if TYPE_CHECKING:
    from prometheus_morpheus.state.history import Seen

Journal: TypeAlias = list[Callable[[], object]]
"""How to undo what was done, the newest last."""

_FIRST_HEIGHT_FOR_KEYS = 2


def check_last_transaction(signable: Signable, last: Seen | None, height: int) -> None:
    """Refuse an operation that does not follow the last confirmed transaction of its DID."""
    if signable.last_tx_id == (last.txid if last else None):
        return
    after = f"after txn {signable.last_tx_id}" if signable.last_tx_id is not None else "on an implicit document"
    fact = f"it last changed at height {last.height} by txn {last.txid}" if last else "it never changed yet"
    raise StateError(f"Operation on {signable.did} at height {height} was attempted {after}, but {fact}")


def carry_out(state: DidState, signable: Signable, signer: Auth, height: int, journal: Journal) -> None:
    """Change a DID as an operation asks.

    Raises:
        StateError: When the rules forbid it; nothing was changed.
    """
    _check_signer(state, signer, height)
    if signable.operation == TOMBSTONE:
        journal.append(partial(setattr, state, "tombstoned_at", None))
        state.tombstoned_at = height
        return
    if signable.auth is None:
        raise StateError("missing field `auth`")
    if signable.operation == ADD_KEY:
        _add_key(state, signable.auth, signable.expires_at, height, journal)
    elif signable.operation == REVOKE_KEY:
        _revoke_key(state, signable.auth, signer, height, journal)
    else:
        _set_right(state, signable, signer, height, journal)


def _check_signer(state: DidState, signer: Auth, height: int) -> None:
    if state.tombstoned_at is not None:
        raise StateError(f"{signer.text} cannot update {state.did} at height {height}. The DID is tombstoned")
    if not state.may(UPDATE, signer, height):
        raise StateError(f"{signer.text} has no right to update {state.did} at height {height}")


def _add_key(state: DidState, auth: Auth, expires_at: int | None, height: int, journal: Journal) -> None:
    _check_first_height(height)
    entry = state.newest(auth)
    if entry is not None and entry.is_valid_at(height):
        raise StateError(f"DID {state.did} already has a still valid key matching {auth.text}")
    state.add(KeyEntry(auth.text, auth.key_id, height, expires_at))
    journal.append(state.take_back)


def _revoke_key(state: DidState, auth: Auth, signer: Auth, height: int, journal: Journal) -> None:
    _check_not_own(auth, signer)
    _check_first_height(height)
    entry = state.newest(auth)
    if entry is None:
        raise StateError(f"DID {state.did} does not have a key matching {auth.text}")
    if not entry.is_valid_at(height):
        raise StateError(f"DID {state.did} has a key matching {auth.text}, but it's already invalidated")
    journal.append(partial(setattr, entry, "revoked_at", None))
    entry.revoked_at = height


def _set_right(state: DidState, signable: Signable, signer: Auth, height: int, journal: Journal) -> None:
    auth, right = signable.auth, signable.right
    if auth is None or right is None:
        raise StateError("missing field `right`")
    _check_not_own(auth, signer)
    if right not in RIGHTS:
        raise StateError(f"unknown variant `{right}`, expected `update` or `impersonate`")
    entry = state.newest(auth)
    if entry is None:
        raise StateError(f"DID {state.did} has no key matching {auth.text}")
    if not entry.is_valid_at(height):
        raise StateError(f"Key matching {auth.text} of DID {state.did} is invalid at height {height}")
    is_granted = signable.operation == ADD_RIGHT
    _check_right_changes(state, entry, auth, right, is_granted=is_granted, height=height)
    points = entry.points.setdefault(right, [])
    points.append((height, is_granted))
    journal.append(points.pop)


def _check_right_changes(
    state: DidState, entry: KeyEntry, auth: Auth, right: str, *, is_granted: bool, height: int
) -> None:
    """Refuse a second change in one block, and a change to what it is already."""
    already = f"Validity of key {auth.text} in DID {state.did} was already set"
    points = entry.points.get(right)
    if points and points[-1][0] >= height:
        raise StateError(f"{already} at height {height}")
    if is_granted == (points[-1][1] if points else entry.starts_with_rights):
        raise StateError(f"{already} to {'true' if is_granted else 'false'} at height {height}")


def _check_not_own(auth: Auth, signer: Auth) -> None:
    if auth.key_id == signer.key_id:
        raise StateError(f"{signer.text} cannot modify its own authorization (as {auth.text})")


def _check_first_height(height: int) -> None:
    if height < _FIRST_HEIGHT_FOR_KEYS:
        raise StateError("Keys cannot be added before height 2")
