"""The sockets in the wall: what use cases need from outside, as Protocols.

Use cases receive these; `compose` alone knows which concrete thing stands behind each. Nothing here does any work.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import Any

    from prometheus.identity.multicipher import PublicKey
    from prometheus.model.ledger_knowledge import LedgerKnowledge
    from prometheus_memory import LockedBytes


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

    def secret(self, name: str) -> LockedBytes | None:
        """Return the body of a key as this transaction sees it, or None; it is the caller's to wipe."""
        ...

    def put(self, collection: int, name: str, body: bytes | LockedBytes) -> None:
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

    @property
    def is_open_by_keyring_alone(self) -> bool:
        """Whether nobody had to know a secret to open it: then no key may be handed out."""
        ...

    def get(self, collection: int, name: str) -> bytes | None:
        """Return the body of one record that is no key, or None."""
        ...

    def secret(self, name: str) -> LockedBytes | None:
        """Return the body of one key in locked memory, or None; it is the caller's to wipe."""
        ...

    def scan(self, collection: int) -> Iterator[tuple[str, bytes]]:
        """Yield name and body of each record of a collection, sorted by name."""
        ...

    def find(
        self,
        collection: int,
        *,
        words: str = "",
        tags: Iterable[str] = (),
        newest_first: bool = True,
        limit: int | None = None,
    ) -> list[str]:
        """Return names of records that have all tags and in whose text each of these words begins some word.

        What text, tags and order a record has is said when the vault is opened; they are sorted by order, then name.
        A word is a run of letters and digits, after Unicode form NFKD, without case and without marks.
        """
        ...

    def count(self, collection: int, *, tags: Iterable[str] = ()) -> int:
        """Return how many records have all tags."""
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


class TextFile(Protocol):
    """A small file of the user's, kept outside the vault because it holds nothing secret."""

    def read(self) -> str:
        """Return its text; empty where there is no file yet."""
        ...

    def write(self, content: bytes) -> None:
        """Replace it whole."""
        ...


class DidMethod(Protocol):
    """One way to write and resolve identifiers, such as ``did:key``; plugins bring them."""

    @property
    def name(self) -> str:
        """The method's name between the first two colons."""
        ...

    def write(self, key: PublicKey) -> str:
        """Return the identifier that belongs to a public key."""
        ...

    def resolve(self, did: str) -> Mapping[str, Any]:
        """Return the DID document as JSON values.

        Raises:
            NotUnderstood: When the identifier is not of this method.
        """
        ...


class Result(Protocol):
    """Where a verb puts its result."""

    def result(self, document: Mapping[str, Any], lines: Iterable[str]) -> None:
        """Write the document with ``--json``, else the lines."""
        ...


class Call(Protocol):
    """What the verb of a plugin receives: its values by name, and where to put the result."""

    @property
    def output(self) -> Result:
        """Where the result goes."""
        ...

    def text(self, name: str) -> str:
        """Return a text that was required or has a default."""
        ...

    def maybe(self, name: str) -> str | None:
        """Return a text, or None where it was not given."""
        ...

    def flag(self, name: str) -> bool:
        """Return whether a flag was given."""
        ...


class LedgerView(Protocol):
    """How the house looks at a ledger; a plugin brings it."""

    def look_up(
        self,
        endpoints: Sequence[str],
        clock: Clock,
        *,
        dids: Sequence[str] = (),
        content_ids: Sequence[str] = (),
        heights: Sequence[int] = (),
    ) -> LedgerKnowledge:
        """Ask every endpoint and compare; what cannot be asked is said in the notes, never raised.

        Args:
            endpoints: Base URLs or names of networks.
            clock: Gives the age of what is found.
            dids: DIDs whose documents are wanted.
            content_ids: Content ids whose before proofs are wanted.
            heights: Heights whose block ids are wanted.
        """
        ...

    def show_did(self, call: Call) -> int:
        """Run ``did show`` where more is asked for than what the DID says by itself."""
        ...
