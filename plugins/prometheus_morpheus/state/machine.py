"""The state of the second layer, changed by one transaction after the other in the order of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.state.errors import StateError

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

__all__ = ["MorpheusState", "StateError"]


class MorpheusState:
    """All that the second layer knows."""

    @property
    def last_height(self) -> int:
        """The height of the newest block seen; StateError when the state is corrupt."""
        raise NotImplementedError

    @property
    def is_corrupt(self) -> bool:
        """Whether a failure happened after which nothing can be trusted."""
        raise NotImplementedError

    def begin_block(self, height: int) -> None:
        """Go on to a block; StateError when it lies below the newest one, which corrupts the state."""
        raise NotImplementedError

    def apply(self, txid: str, asset: Json) -> str | None:
        """Apply a transaction at the newest height, wholly or not at all; return None, or why it had no effect."""
        raise NotImplementedError

    def revert(self, txid: str, asset: Json) -> None:
        """Take the newest transaction back; StateError when it never was there, which corrupts the state."""
        raise NotImplementedError

    def revert_block(self, height: int) -> None:
        """Go back to a height; StateError when it lies above the newest one, which corrupts the state."""
        raise NotImplementedError

    def document(self, did: str, height: int | None) -> dict[str, Json]:
        """Return the DID document at a height, None being the newest; StateError or NotUnderstood."""
        raise NotImplementedError

    def last_transaction(self, did: str) -> tuple[str, int] | None:
        """Return id and height of the newest confirmed transaction of a DID."""
        raise NotImplementedError

    def transactions(self, did: str, start: int, until: int | None, *, attempts: bool) -> list[tuple[str, int]]:
        """Return ids and heights of a DID's transactions, newest first, both bounds inclusive."""
        raise NotImplementedError

    def is_confirmed(self, txid: str) -> bool | None:
        """Return whether a transaction had its effect; None when it was never seen."""
        raise NotImplementedError

    def before_proof(self, content_id: str) -> tuple[int, str] | None:
        """Return height and transaction that registered a content id."""
        raise NotImplementedError

    def dry_run(self, attempts: Json) -> list[dict[str, Json]]:
        """Return the first attempt that would fail with the reason, in a list; an empty list when none would."""
        raise NotImplementedError
