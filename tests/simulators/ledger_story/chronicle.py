"""What the story says must hold at every height, kept without a line of the code that it judges.

A key is in force from the block that added it, inclusive, until the first of its own end, its revocation and the end
of its DID, exclusive. A right is what was last said of it at or below a height.
"""

from __future__ import annotations

from typing import Any, NamedTuple

ADD, REVOKE, GIVE, TAKE, END = "addKey", "revokeKey", "addRight", "revokeRight", "tombstoneDid"
RIGHTS = ("impersonate", "update")


class Key:
    """One entry of a DID's keys."""

    def __init__(self, auth: str, added: int | None, expires: int | None = None) -> None:
        self.auth, self.added, self.expires = auth, added, expires
        self.revoked: int | None = None
        self.points: dict[str, list[tuple[int | None, bool]]] = {right: [(None, added is None)] for right in RIGHTS}


class Event(NamedTuple):
    """A transaction that named a DID: its operations on it, and whether it took effect."""

    txid: str
    height: int
    operations: tuple[dict[str, Any], ...]
    is_applied: bool


class Life:
    """All that happened to one DID."""

    def __init__(self, did: str) -> None:
        self.did = did
        self.keys = [Key("i" + did.rpartition(":")[2], None)]
        self.ended: int | None = None
        self.events: list[Event] = []

    def newest(self, key_id: str, ids: dict[str, str]) -> Key:
        """Return the entry that was added last for a key."""
        return next(key for key in reversed(self.keys) if ids.get(key.auth, key.auth) == key_id)

    def document(self, height: int) -> dict[str, Any]:
        """Return the document that a node has to give of a height: flags of then, the rest as known now."""
        keys = [key for key in self.keys if key.added is None or key.added <= height]
        return {
            "did": self.did,
            "keys": [self._key(place, key, height) for place, key in enumerate(keys)],
            "rights": {
                right: [_right(place, key, right, height) for place, key in enumerate(keys)] for right in RIGHTS
            },
            "tombstonedAtHeight": self.ended,
            "tombstoned": self.ended is not None,
            "queriedAtHeight": height,
        }

    def _key(self, place: int, key: Key, height: int) -> dict[str, Any]:
        ends = [end for end in (key.expires, key.revoked, self.ended) if end is not None]
        return {
            "index": place,
            "auth": key.auth,
            "validFromHeight": key.added,
            "validUntilHeight": min(ends, default=None),
            "valid": all(height < end for end in ends),
        }


def _right(place: int, key: Key, right: str, height: int) -> dict[str, Any]:
    points = key.points[right]
    said = [granted for since, granted in points if since is None or since <= height]
    history = [{"height": since, "valid": granted} for since, granted in points]
    return {"keyLink": f"#{place}", "history": history, "valid": said[-1]}


class Chronicle:
    """The lives of all DIDs, and since when which content is registered."""

    def __init__(self) -> None:
        self.lives: dict[str, Life] = {}
        self.proofs: dict[str, tuple[int, str]] = {}
        self.reasons: dict[str, str] = {}
        """Why a transaction had no effect, by its id."""
        self.key_ids: dict[str, str] = {}
        """The ids of keys that are named by themselves."""

    def life(self, did: str) -> Life:
        """Return what happened to a DID."""
        return self.lives.setdefault(did, Life(did))

    def last(self, did: str, before: int = 0) -> str | None:
        """Return the last transaction that changed a DID, or an earlier one."""
        applied = [event.txid for event in self.life(did).events if event.is_applied]
        return applied[-1 - before] if len(applied) > before else None

    def tell(
        self, txid: str, height: int, attempts: list[dict[str, Any]], *, is_applied: bool, reason: str = ""
    ) -> None:
        """Write down what a transaction did."""
        touched: dict[str, list[dict[str, Any]]] = {}
        for attempt in attempts:
            for signable in attempt.get("signables", ()):
                touched.setdefault(signable["did"], []).append(signable)
            if is_applied and "contentId" in attempt:
                self.proofs[attempt["contentId"]] = (height, txid)
        for did, operations in touched.items():
            life = self.life(did)
            life.events.append(Event(txid, height, tuple(operations), is_applied))
            for operation in operations if is_applied else ():
                self._change(life, operation, height)
        if not is_applied:
            self.reasons[txid] = reason

    def _change(self, life: Life, operation: dict[str, Any], height: int) -> None:
        kind = operation["operation"]
        if kind == END:
            life.ended = height
            return
        auth = operation["auth"]
        key_id = self.key_ids.get(auth, auth)
        if kind == ADD:
            life.keys.append(Key(auth, height, operation.get("expiresAtHeight")))
        elif kind == REVOKE:
            life.newest(key_id, self.key_ids).revoked = height
        else:
            life.newest(key_id, self.key_ids).points[operation["right"]].append((height, kind == GIVE))
