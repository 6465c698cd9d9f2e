"""The state of the second layer, changed by one transaction after the other in the order of the ledger.

Rules:
* A block is begun, then its transactions are applied in order, at its height. The height never falls.
* A transaction is carried out attempt by attempt, each seeing what those before it did. Either all succeed, or none has
  any effect: then the transaction is rejected with the reason, although the first layer keeps it and its fee.
* Every DID named in a signed group remembers the transaction as an attempt, whatever becomes of it.
* Reverting goes the same way backwards: the transactions of the newest block, last first, and then the block, by the
  height to go back to. A rejected transaction only loses its trace.
* A height that falls, or a transaction that cannot be reverted, corrupts the state for good: from then on every change
  and every question fails. A transaction that is refused corrupts nothing.

Nothing is copied: each change leaves in a journal how to undo it, for a transaction that fails half-way, for a dry run
and for a reorganisation.

    state = MorpheusState()
    state.begin_block(126)
    reason = state.apply(txid, asset)         # None, or why it was rejected
    state.document("did:morpheus:ez…", None)

What this is not: a check of the first layer (fees, nonces, senders), nor a copy on disk.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import InputError
from prometheus_morpheus.state.attempts import (
    BeforeProof,
    attempts_of_asset,
    normal_did,
    parse_attempts,
    touched_dids,
)
from prometheus_morpheus.state.did_state import DidState
from prometheus_morpheus.state.documents import document_at
from prometheus_morpheus.state.errors import CORRUPT, StateError
from prometheus_morpheus.state.heights import check_height
from prometheus_morpheus.state.history import DidHistory, Seen
from prometheus_morpheus.state.rules import carry_out, check_last_transaction

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.state.attempts import Attempt, Auth, Signable
    from prometheus_morpheus.state.rules import Journal

__all__ = ["MorpheusState", "StateError"]

_DRY_RUN = "dry_run"


class _Applied(NamedTuple):
    """A transaction that was seen: where, which DIDs it names, and how to undo it (None when it was rejected)."""

    height: int
    dids: tuple[str, ...]
    journal: Journal | None


class MorpheusState:
    """All that the second layer knows."""

    def __init__(self) -> None:
        self._height = 0
        self._is_corrupt = False
        self._transactions: dict[str, _Applied] = {}
        self._before_proofs: dict[str, Seen] = {}
        self._dids: dict[str, DidState] = {}
        self._histories: dict[str, DidHistory] = {}

    # --- questions -------------------------------------------------------------------------------------------------

    @property
    def last_height(self) -> int:
        """The height of the newest block seen, 0 before the first; StateError when the state is corrupt."""
        self._check_sound()
        return self._height

    @property
    def is_corrupt(self) -> bool:
        """Whether a failure happened after which nothing can be trusted."""
        return self._is_corrupt

    def document(self, did: str, height: int | None) -> dict[str, Json]:
        """Return the DID document at a height, None being the newest; a DID never seen has an implicit one.

        Raises:
            NotUnderstood: When it is not a DID, with the reference's text.
            StateError: When it is not a height, or the state is corrupt.
        """
        if height is not None:
            check_height(height)
        self._check_sound()
        name = normal_did(did)
        state = self._dids.get(name) or DidState(name)
        return document_at(state, self._height if height is None else height)

    def last_transaction(self, did: str) -> tuple[str, int] | None:
        """Return id and height of the newest confirmed transaction of a DID; None for what is no DID, too."""
        self._check_sound()
        history = self._history(did)
        last = history.last() if history else None
        return (last.txid, last.height) if last else None

    def transactions(self, did: str, start: int, until: int | None, *, attempts: bool) -> list[tuple[str, int]]:
        """Return ids and heights of a DID's transactions, newest first.

        Args:
            did: The DID; one never seen, and what is none, has no transactions.
            start: The lowest height, inclusive.
            until: The highest height, inclusive; None for no limit.
            attempts: Whether those count that were rejected.
        """
        for height in (start, until):
            if height is not None:
                check_height(height)
        self._check_sound()
        history = self._history(did)
        return history.between(start, until, attempts=attempts) if history else []

    def is_confirmed(self, txid: str) -> bool | None:
        """Return whether a transaction had its effect; None when it was never seen."""
        self._check_sound()
        applied = self._transactions.get(txid)
        return None if applied is None else applied.journal is not None

    def before_proof(self, content_id: str) -> tuple[int, str] | None:
        """Return the height at which a content id was registered, and the transaction that did it."""
        self._check_sound()
        seen = self._before_proofs.get(content_id)
        return (seen.height, seen.txid) if seen else None

    def dry_run(self, attempts: Json) -> list[dict[str, Json]]:
        """Return the first of the attempts that would fail now, with the reason; an empty list when none would.

        Raises:
            StateError: When the attempts are malformed.
        """
        parsed = parse_attempts(attempts)
        if self._is_corrupt:
            return [{"invalidOperationAttempt": None, "message": CORRUPT}]
        journal: Journal = []
        try:
            for attempt, given in zip(parsed, attempts if isinstance(attempts, list) else [], strict=True):
                try:
                    self._attempt(_DRY_RUN, attempt, journal)
                except InputError as refused:
                    return [{"invalidOperationAttempt": given, "message": refused.what}]
            return []
        finally:
            _undo(journal)

    # --- changes ---------------------------------------------------------------------------------------------------

    def begin_block(self, height: int) -> None:
        """Go on to a block; the same height again is fine.

        Raises:
            StateError: When it lies below the newest one, which corrupts the state, or is no height, which does not.
        """
        check_height(height)
        self._check_sound()
        if height < self._height:
            raise self._corrupted(f"The applied height ({height}) is < last seen height ({self._height})")
        self._height = height

    def apply(self, txid: str, asset: Json) -> str | None:
        """Apply a transaction at the newest height, wholly or not at all.

        A malformed asset is refused without a trace, and so is an id that was there before.

        Returns:
            None when it had its effect, or the reason why it had none.

        Raises:
            StateError: When the state is corrupt.
        """
        self._check_sound()
        try:
            attempts = attempts_of_asset(asset)
        except StateError as malformed:
            return malformed.what
        if txid in self._transactions:
            return f"Transaction {txid} was already confirmed"
        dids = touched_dids(attempts)
        seen = Seen(txid, self._height)
        for did in dids:
            self._histories.setdefault(did, DidHistory()).attempts.append(seen)
        journal: Journal = []
        try:
            for attempt in attempts:
                self._attempt(txid, attempt, journal)
            self._agree(txid)
        except InputError as refused:
            _undo(journal)
            self._transactions[txid] = _Applied(self._height, dids, None)
            return refused.what
        for did in dids:
            self._histories[did].confirmed.append(seen)
        self._transactions[txid] = _Applied(self._height, dids, journal)
        return None

    def revert(self, txid: str, asset: Json) -> None:
        """Take a transaction of the newest block back, so that the state is as it was before.

        Raises:
            StateError: When it was never there, is another, or is not the last one of its DIDs; the state is corrupt.
        """
        self._check_sound()
        applied = self._transactions.get(txid)
        if applied is None:
            raise self._corrupted(f"Transaction {txid} has not been applied, cannot revert.")
        if not _names(asset, applied.dids):
            raise self._corrupted(f"Transaction {txid} has another content than the one applied, cannot revert.")
        seen = Seen(txid, applied.height)
        if applied.journal is not None:
            self._check_newest(seen, applied.dids)
            _undo(applied.journal)
        del self._transactions[txid]
        for did in applied.dids:
            self._histories[did].forget(seen)

    def revert_block(self, height: int) -> None:
        """Go back to a height, after the transactions above it were reverted.

        Raises:
            StateError: When it lies above the newest one, which corrupts the state, or is no height, which does not.
        """
        check_height(height)
        self._check_sound()
        if height > self._height:
            raise self._corrupted(f"The reverted height ({height}) is > last seen height ({self._height})")
        self._height = height

    # --- inside ----------------------------------------------------------------------------------------------------

    def _attempt(self, txid: str, attempt: Attempt, journal: Journal) -> None:
        if isinstance(attempt, BeforeProof):
            self._register(txid, attempt.content_id, journal)
            return
        signer = attempt.signer()
        for signable in attempt.signables:
            self._change(txid, signable, signer, journal)

    def _change(self, _txid: str, signable: Signable, signer: Auth, journal: Journal) -> None:
        check_last_transaction(signable, self._last(signable.did), self._height)
        carry_out(self._did(signable.did), signable, signer, self._height, journal)

    def _agree(self, txid: str) -> None:
        """Have the last word before a transaction counts: whoever knows less than all raises StateError here."""

    def _register(self, txid: str, content_id: str, journal: Journal) -> None:
        old = self._before_proofs.get(content_id)
        if old is not None:
            raise StateError(f"Before proof {content_id} is already registered at {old.height} by txn {old.txid}")
        self._before_proofs[content_id] = Seen(txid, self._height)
        journal.append(lambda: self._before_proofs.pop(content_id))

    def _did(self, did: str) -> DidState:
        state = self._dids.get(did)
        if state is None:
            state = self._dids[did] = DidState(did)
        return state

    def _last(self, did: str) -> Seen | None:
        history = self._histories.get(did)
        return history.last() if history else None

    def _history(self, did: str) -> DidHistory | None:
        try:
            return self._histories.get(normal_did(did))
        except InputError:
            return None

    def _check_newest(self, seen: Seen, dids: tuple[str, ...]) -> None:
        if seen.height != self._height:
            raise self._corrupted(
                f"Transaction {seen.txid} was applied at height {seen.height}, cannot be reverted at {self._height}"
            )
        for did in dids:
            if self._histories[did].last() != seen:
                raise self._corrupted(f"Transaction {seen.txid} is not the last one of {did}, cannot revert.")

    def _check_sound(self) -> None:
        if self._is_corrupt:
            raise StateError(CORRUPT)

    def _corrupted(self, what: str) -> StateError:
        self._is_corrupt = True
        return StateError(what)


def _names(asset: Json, dids: tuple[str, ...]) -> bool:
    try:
        return touched_dids(attempts_of_asset(asset)) == dids
    except StateError:
        return False


def _undo(journal: Journal) -> None:
    while journal:
        journal.pop()()
