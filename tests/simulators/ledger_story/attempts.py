"""How the story names what is wanted of layer 2: changes of DIDs, who signs them, what shares a transaction."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from ledger_story.chronicle import ADD, END, GIVE, REVOKE, TAKE
from prometheus_morpheus.transactions.operations import before_proof, operations_message

if TYPE_CHECKING:
    from ledger_story.stage import Stage

LAST, NONE, EARLIER, MADE_UP = "last", "none", "earlier", "made up"
"""After which transaction an operation says it comes: the true one, none, the one before the true one, nobody's."""


class Change(NamedTuple):
    """One operation; `lasts` is how many blocks a key is to hold, from the newest one on, `until` a height."""

    kind: str
    key: str = ""
    right: str = ""
    lasts: int | None = None
    until: int | None = None
    did: str = "ana"
    after: str = LAST


class Group(NamedTuple):
    """Operations signed together."""

    signer: str
    changes: tuple[Change, ...]
    is_broken: bool = False


class Try(NamedTuple):
    """One transaction: groups, and texts that stand for content to be registered.

    `is_checked` is false where the node's own check before cannot know what will happen.
    """

    parts: tuple[Group | str, ...]
    is_checked: bool = True


def add(key: str, **more: Any) -> Change:
    """Return that a key is added."""
    return Change(ADD, key, **more)


def revoke(key: str, **more: Any) -> Change:
    """Return that a key is taken away."""
    return Change(REVOKE, key, **more)


def give(key: str, right: str, **more: Any) -> Change:
    """Return that a right is given."""
    return Change(GIVE, key, right, **more)


def take(key: str, right: str, **more: Any) -> Change:
    """Return that a right is taken."""
    return Change(TAKE, key, right, **more)


def end(**more: Any) -> Change:
    """Return that a DID is ended."""
    return Change(END, **more)


def by(signer: str, *changes: Change) -> Try:
    """Return a transaction of one group."""
    return Try((Group(signer, changes),))


def attempts_of(stage: Stage, wanted: Try, height: int) -> list[Any]:
    """Return the attempts as they stand in a transaction that is made at a height."""
    return [before_proof(part) if isinstance(part, str) else _group(stage, part, height) for part in wanted.parts]


def _group(stage: Stage, group: Group, height: int) -> dict[str, Any]:
    persona = stage.persona(group.signer)
    signables = [_signable(stage, change, height) for change in group.changes]
    signature = persona.sign("", operations_message(list(signables)))
    if group.is_broken:
        signature = persona.sign("", b"something else")
    return {
        "operation": "signed",
        "signables": signables,
        "signerPublicKey": persona.public_key,
        "signature": signature,
    }


def _signable(stage: Stage, change: Change, height: int) -> dict[str, Any]:
    did = stage.did(change.did)
    before = {LAST: 0, EARLIER: 1}.get(change.after)
    last = stage.chronicle.last(did, before) if before is not None else None
    members: dict[str, Any] = {
        "did": did,
        "lastTxId": "ab" * 32 if change.after == MADE_UP else last,
        "operation": change.kind,
    }
    if change.key:
        members["auth"] = stage.auth(change.key)
    if change.right:
        members["right"] = change.right
    until = height + change.lasts if change.lasts is not None else change.until
    return members if until is None else members | {"expiresAtHeight": until}
