"""The answers of Morpheus under ``/morpheus/v1``: documents, histories, before-proofs, status and the dry run.

Rules:
* A DID nobody registered is no error: it has its implicit document. One that cannot be parsed is status 500.
* A height that is left out, 0 or no number means now, except as the beginning of a range, where no number is 500.
* Both ends of a range are inclusive, the newest comes first, and operations of one transaction come last to first.
* Whatever the state refuses to answer is status 500 and tells nothing, as the node does.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import PrometheusError
from prometheus_morpheus.ledger.http.asked import Refused, broken

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.ledger.http.asked import Asked
    from prometheus_morpheus.state.machine import MorpheusState

_DECIMAL = re.compile(r"\s*([+-]?[0-9]{1,40})(?:\.[0-9]*)?(?:[eE][+-]?[0-9]+)?\s*")
_HEXADECIMAL = re.compile(r"\s*0[xX][0-9a-fA-F]+\s*")


class LayerTwo(NamedTuple):
    """Where the state of the second layer is found, and the asset of a transaction; a reorganisation may renew both."""

    present: Callable[[], MorpheusState]
    asset_of: Callable[[str], Json]

    @property
    def state(self) -> MorpheusState:
        """The state as it is now."""
        return self.present()


def document(world: LayerTwo, asked: Asked) -> Json:
    """Return the DID document at a height."""
    height = _height(asked.names, "height")
    with _Silence():
        return world.state.document(asked.names["did"], height or None)


def last_transaction(world: LayerTwo, asked: Asked) -> Json:
    """Return the newest transaction that changed a DID; 404 where none did."""
    did = asked.names["did"]
    with _Silence():
        last = world.state.last_transaction(did)
    if last is None:
        raise Refused(404, f"DID {did} has no transactions yet")
    return _reference(*last)


def transactions(world: LayerTwo, asked: Asked) -> Json:
    """Return the transactions that changed a DID in a range of heights."""
    return [_reference(*found) for found in _history(world, asked, attempts=False)]


def transaction_attempts(world: LayerTwo, asked: Asked) -> Json:
    """Return the transactions that changed a DID or tried to."""
    return [_reference(*found) for found in _history(world, asked, attempts=True)]


def operations(world: LayerTwo, asked: Asked) -> Json:
    """Return the operations that changed a DID in a range of heights."""
    return _operations(world, asked, attempts=False)


def operation_attempts(world: LayerTwo, asked: Asked) -> Json:
    """Return the operations that changed a DID or tried to, each with whether it did."""
    return _operations(world, asked, attempts=True)


def before_proof_exists(world: LayerTwo, asked: Asked) -> Json:
    """Return whether a content id was registered at a height."""
    height = _height(asked.names, "height")
    with _Silence():
        proof = world.state.before_proof(asked.names["content_id"])
    return proof is not None and (height is None or height >= proof[0])


def before_proof_history(world: LayerTwo, asked: Asked) -> Json:
    """Return since when a content id is registered."""
    content_id = asked.names["content_id"]
    with _Silence():
        height, txid = world.state.before_proof(content_id) or (None, None)
        now = world.state.last_height
    return {"contentId": content_id, "existsFromHeight": height, "txid": txid, "queriedAtHeight": now}


def transaction_status(world: LayerTwo, asked: Asked) -> Json:
    """Return whether a transaction had its effect; 404 where the second layer never saw it."""
    txid = asked.names["id"]
    with _Silence():
        is_confirmed = world.state.is_confirmed(txid)
    if is_confirmed is None:
        raise Refused(404, f"Transaction {txid} is not processed by morpheus (yet)")
    return is_confirmed


def check_validity(world: LayerTwo, asked: Asked) -> Json:
    """Return the first operation attempt that would fail now, in a list; an empty list where none would."""
    if not isinstance(asked.body, list):
        raise broken()
    with _Silence():
        return [*world.state.dry_run(asked.body)]


class _Silence:
    """Turns what the state says of an unfit question into the node's silent 500."""

    def __enter__(self) -> None:
        pass

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, PrometheusError) and not isinstance(error, Refused):
            raise broken() from error


def _history(world: LayerTwo, asked: Asked, *, attempts: bool) -> list[tuple[str, int]]:
    start = _number(asked.names["start"])
    if start is None:
        raise broken()
    with _Silence():
        return world.state.transactions(asked.names["did"], start, _height(asked.names, "until"), attempts=attempts)


def _operations(world: LayerTwo, asked: Asked, *, attempts: bool) -> Json:
    did = asked.names["did"]
    history = _history(world, asked, attempts=attempts)
    with _Silence():
        valid = {txid: bool(world.state.is_confirmed(txid)) for txid, _height in history}
    return [
        {"transactionId": txid, "blockHeight": height, "data": signable, "valid": valid[txid]}
        for txid, height in history
        for signable in reversed(list(_signables(world.asset_of(txid), did)))
    ]


def _signables(asset: Json, did: str) -> Iterator[dict[str, Json]]:
    """Yield the operations of an asset on one DID, in their order; the asset has passed the ledger's schema."""
    attempts = asset["operationAttempts"] if isinstance(asset, dict) else []
    for attempt in attempts if isinstance(attempts, list) else []:
        signables = attempt.get("signables") if isinstance(attempt, dict) else None
        for signable in signables if isinstance(signables, list) else []:
            if isinstance(signable, dict) and signable.get("did") == did:
                yield signable


def _reference(txid: str, height: int) -> dict[str, Json]:
    return {"transactionId": txid, "height": height}


def _height(names: Mapping[str, str], name: str) -> int | None:
    """Return a height that may be left out; None for now."""
    return _number(names.get(name, "")) or None


def _number(text: str) -> int | None:
    """Return the number in a text as the node reads it: it must be one for JavaScript, and its first digits count."""
    if found := _DECIMAL.fullmatch(text):
        return int(found[1])
    return 0 if _HEXADECIMAL.fullmatch(text) else None
