"""People who change DIDs on the second layer of a ledger: operations, signatures over them, and a chain to put them on.

Keys come from fixed bytes (`signed_world`), so every operation, signature and transaction id is the same in every run.
"""

from __future__ import annotations

import hashlib
import json
from functools import cache
from typing import TYPE_CHECKING, Any

from prometheus_morpheus.state.machine import MorpheusState
from prometheus_morpheus.transactions.operations import operations_message
from prometheus_simulators.signed_world import did, public, secret

if TYPE_CHECKING:
    from collections.abc import Iterable

Operation = dict[str, Any]
Asset = dict[str, Any]


@cache
def key_id(name: str) -> str:
    """Return the key id of a person."""
    return secret(name).public_key().key_id().text


def operation(of: str, kind: str, last: str | None = None, **members: Any) -> Operation:
    """Return an operation on a person's DID after a transaction; ``auth`` may be a person's name."""
    if "auth" in members and not members["auth"].startswith(("iez", "pez")):
        members["auth"] = key_id(members["auth"])
    return {"did": did(of), "lastTxId": last, "operation": kind, **members}


def signed(by: str, *operations: Operation) -> dict[str, Any]:
    """Return a group of operations with a person's signature."""
    return {
        "operation": "signed",
        "signables": list(operations),
        "signerPublicKey": public(by),
        "signature": _signature(by, json.dumps(operations)),
    }


@cache
def _signature(by: str, operations: str) -> str:
    return secret(by).sign(operations_message(json.loads(operations))).text


def register(content_id: str) -> dict[str, Any]:
    """Return the attempt to register a content id."""
    return {"operation": "registerBeforeProof", "contentId": content_id}


def asset(*attempts: dict[str, Any]) -> Asset:
    """Return the asset of a transaction."""
    return {"operationAttempts": list(attempts)}


def txid(label: object) -> str:
    """Return a transaction id that no other label has."""
    return hashlib.sha256(f"transaction {label}".encode()).hexdigest()


class Chain:
    """A state of the second layer with the transactions that led to it."""

    def __init__(self) -> None:
        self.state = MorpheusState()
        self.state.begin_block(2)
        self.applied: list[tuple[str, Asset]] = []

    def apply(self, what: Asset) -> tuple[str, str | None]:
        """Apply an asset under a new id; return the id, and why it was rejected or None."""
        name = txid(len(self.applied))
        self.applied.append((name, what))
        return name, self.state.apply(name, what)

    def do(self, by: str, of: str, kind: str, **members: Any) -> str:
        """Carry out one operation that must succeed, in a block of its own; return the transaction id."""
        self.state.begin_block(self.state.last_height + 1)
        name, refused = self.apply(asset(signed(by, operation(of, kind, self.last(of), **members))))
        assert refused is None
        return name

    def refuse(self, by: str, of: str, kind: str, **members: Any) -> str:
        """Try one operation that must be rejected, in the newest block; return the reason."""
        _name, refused = self.apply(asset(signed(by, operation(of, kind, self.last(of), **members))))
        assert refused is not None
        return refused

    def last(self, of: str) -> str | None:
        """Return the last confirmed transaction of a person's DID."""
        last = self.state.last_transaction(did(of))
        return last[0] if last else None

    def document(self, of: str, height: int | None = None) -> dict[str, Any]:
        """Return a person's document."""
        return self.state.document(did(of), height)


def view(state: MorpheusState, people: Iterable[str], txids: Iterable[str], content_ids: Iterable[str]) -> Any:
    """Return all that anybody can learn from a state about these."""
    height = state.last_height
    return {
        "height": height,
        "documents": [state.document(did(name), at) for name in people for at in (None, 1, height, height + 1)],
        "attempts": [state.transactions(did(name), 0, None, attempts=True) for name in people],
        "confirmed": [state.transactions(did(name), 0, None, attempts=False) for name in people],
        "last": [state.last_transaction(did(name)) for name in people],
        "status": {name: state.is_confirmed(name) for name in txids},
        "proofs": {name: state.before_proof(name) for name in content_ids},
    }
