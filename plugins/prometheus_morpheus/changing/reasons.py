"""Why the rules of the ledger forbid a change, in the words of a person: what is in the way, and what to do about it.

The state of the DID says it, not the text of the refusal; that stays beside it, for whoever compares with the ledger.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_morpheus.state.attempts import ADD_KEY, ADD_RIGHT, Auth
from prometheus_morpheus.state.did_state import UPDATE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus_morpheus.state.attempts import Signable
    from prometheus_morpheus.state.did_state import DidState, KeyEntry

_NO_WAY_BACK = "nothing can change it any more; `prometheus persona add` makes a new one"
_SHOW = "`prometheus did show` lists its keys, `prometheus did add-key` adds one"


class Reason(NamedTuple):
    """What is in the way, and what to do about it."""

    said: str
    remedy: str


def reason_of(state: DidState, wanted: Signable, signer: Auth, height: int, names: Mapping[str, str]) -> Reason | None:
    """Return why an operation is refused at a height; None where there are no better words than the ledger's.

    Args:
        state: The DID as it was before the operation.
        wanted: The operation.
        signer: Who would sign it.
        height: Of the block that would take it.
        names: What the person calls each key, by its id or public key.
    """
    if state.tombstoned_at is not None:
        return Reason(f"the DID was given up for good at height {state.tombstoned_at}", _NO_WAY_BACK)
    if not state.may(UPDATE, signer, height):
        return Reason(
            f"{_name(signer, names)} has no right to update this DID",
            "`prometheus did show` says who may; --sign-as names another persona",
        )
    if wanted.auth is None:
        return None
    is_own, name = wanted.auth.key_id == signer.key_id, _name(wanted.auth, names)
    return _of_key(state.newest(wanted.auth), wanted, name, height, is_own=is_own)


def _of_key(entry: KeyEntry | None, wanted: Signable, name: str, height: int, *, is_own: bool) -> Reason | None:
    if wanted.operation == ADD_KEY:
        is_there = entry is not None and entry.is_valid_at(height)
        return Reason(f"{name} is a key of this DID already", _RIGHTS) if is_there else None
    if is_own:
        return Reason(
            f"{name} cannot change itself", "another key with the right to update has to: --sign-as names its persona"
        )
    if entry is None:
        return Reason(f"{name} is no key of this DID", _SHOW)
    if not entry.is_valid_at(height):
        return Reason(f"{name} {_end(entry, height)}", _SHOW)
    return _of_right(entry, wanted, name, height)


_RIGHTS = "`prometheus did add-right` gives it a right"


def _of_right(entry: KeyEntry, wanted: Signable, name: str, height: int) -> Reason | None:
    if wanted.right is None:
        return None
    has = entry.has_right_at(wanted.right, height)
    if has != (wanted.operation == ADD_RIGHT):
        return None
    said = "has this right already" if has else "does not have this right"
    return Reason(f"{name} {said}: {wanted.right}", "nothing has to be done; `prometheus did show` lists rights")


def _end(entry: KeyEntry, height: int) -> str:
    if entry.revoked_at is not None and entry.revoked_at <= height:
        return f"was taken off at height {entry.revoked_at}"
    return f"expired at height {entry.expires_at}"


def _name(auth: Auth, names: Mapping[str, str]) -> str:
    return names.get(auth.text) or names.get(auth.key_id) or auth.text
