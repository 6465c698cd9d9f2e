"""The sockets in the wall: what use cases need from outside, as Protocols.

Use cases receive these; `compose` alone knows which concrete thing stands behind each. Nothing here does any work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager
    from datetime import datetime


class Clock(Protocol):
    """Where time comes from; no environment variable changes it."""

    def now(self) -> datetime:
        """Return the present moment, aware, in UTC."""
        ...

    def monotonic(self) -> float:
        """Return seconds from some fixed moment, never going back."""
        ...


class Transaction(Protocol):
    """One commit of the vault: everything in it becomes durable together, or nothing does."""

    def get(self, collection: int, name: str) -> bytes | None:
        """Return the body as this transaction sees it, or None."""
        ...

    def put(self, collection: int, name: str, body: bytes) -> None:
        """Write a record, replacing the one of that name."""
        ...

    def delete(self, collection: int, name: str) -> bool:
        """Remove a record; return whether it was there."""
        ...


class Vault(Protocol):
    """An unlocked vault: sealed records by collection and name."""

    @property
    def vault_id(self) -> bytes:
        """The 16 random bytes that name this vault for ever."""
        ...

    def get(self, collection: int, name: str) -> bytes | None:
        """Return the body of one record, or None."""
        ...

    def scan(self, collection: int) -> Iterator[tuple[str, bytes]]:
        """Yield name and body of each record of a collection, sorted by name."""
        ...

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Take the writer lock, yield a transaction and commit it; an exception inside undoes it all."""
        ...


class Signer(Protocol):
    """Signs with a persona's key, which never leaves it."""

    def sign(self, public_key: str, message: bytes) -> str:
        """Return the multicipher signature text over a message.

        Raises:
            KeyUnavailable: When no key of this vault has that public key.
        """
        ...
