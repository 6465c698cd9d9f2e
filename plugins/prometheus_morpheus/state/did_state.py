"""What the second layer knows of one DID: its keys in the order they were added, their rights, and whether it is over.

Rules:
* A DID starts with its default key, valid since ever, with both rights. A key added later starts with none.
* A key is valid from the height it was added at, inclusive, until the lowest of expiry, revocation and end of the DID,
  exclusive. A key that is added again after it ended is a new entry.
* A right is what its last point at or below a height says, and before the first point what the entry started with.

What this is not: a check whether a change is allowed; `prometheus_morpheus.state.rules` asks these questions and then
changes what is kept here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.identity.did import DID_PREFIX
from prometheus.identity.multicipher import KEY_ID_PREFIX

if TYPE_CHECKING:
    from prometheus_morpheus.state.attempts import Auth

UPDATE = "update"
IMPERSONATE = "impersonate"
RIGHTS = (UPDATE, IMPERSONATE)


class KeyEntry:
    """One key of a DID from its addition to its end; heights are None where there is none."""

    __slots__ = ("added_at", "auth", "expires_at", "key_id", "points", "revoked_at", "starts_with_rights")

    def __init__(self, auth: str, key_id: str, added_at: int | None, expires_at: int | None) -> None:
        self.auth = auth
        """The public key or key id as it was added."""
        self.key_id = key_id
        self.added_at = added_at
        self.expires_at = expires_at
        self.revoked_at: int | None = None
        self.starts_with_rights = added_at is None
        self.points: dict[str, list[tuple[int, bool]]] = {}
        """Per right, from which height on it is granted or not; missing where it never changed."""

    def valid_until(self, tombstoned_at: int | None = None) -> int | None:
        """Return the first height at which the key is not valid any more, None being never."""
        known = [height for height in (self.expires_at, self.revoked_at, tombstoned_at) if height is not None]
        return min(known) if known else None

    def is_valid_at(self, height: int, tombstoned_at: int | None = None) -> bool:
        """Return whether the key is in force at a height."""
        if self.added_at is not None and height < self.added_at:
            return False
        for until in (self.expires_at, self.revoked_at, tombstoned_at):
            if until is not None and until <= height:
                return False
        return True

    def has_right_at(self, right: str, height: int) -> bool:
        """Return what is said about a right at a height; whether the key is valid is another question."""
        for since, is_granted in reversed(self.points.get(right, ())):
            if since <= height:
                return is_granted
        return self.starts_with_rights

    def history(self, right: str) -> list[tuple[int | None, bool]]:
        """Return all that is known of a right; the first point has no height, it holds since ever."""
        return [(None, self.starts_with_rights), *self.points.get(right, ())]


class DidState:
    """All that is known of one DID."""

    __slots__ = ("by_key_id", "did", "keys", "tombstoned_at")

    def __init__(self, did: str) -> None:
        self.did = did
        default_key = KEY_ID_PREFIX + did.removeprefix(DID_PREFIX)
        first = KeyEntry(default_key, default_key, None, None)
        self.keys = [first]
        self.by_key_id = {default_key: [first]}
        self.tombstoned_at: int | None = None

    def add(self, entry: KeyEntry) -> None:
        """Append a key."""
        self.keys.append(entry)
        self.by_key_id.setdefault(entry.key_id, []).append(entry)

    def take_back(self) -> None:
        """Remove the key that was appended last."""
        entry = self.keys.pop()
        entries = self.by_key_id[entry.key_id]
        entries.pop()
        if not entries:
            del self.by_key_id[entry.key_id]

    def newest(self, auth: Auth) -> KeyEntry | None:
        """Return the last added entry of a key."""
        entries = self.by_key_id.get(auth.key_id)
        return entries[-1] if entries else None

    def may(self, right: str, signer: Auth, height: int) -> bool:
        """Return whether a key has a right; the first of its entries that is valid at the height decides."""
        for entry in self.by_key_id.get(signer.key_id, ()):
            if entry.is_valid_at(height, self.tombstoned_at):
                return entry.has_right_at(right, height)
        return False
