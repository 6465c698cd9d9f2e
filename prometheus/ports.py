"""The sockets in the wall: what use cases need from outside, as Protocols.

Use cases receive these; `compose` alone knows which concrete thing stands behind each. Nothing here does any work.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from contextlib import AbstractContextManager
    from datetime import datetime
    from typing import Any

    from prometheus.identity.multicipher import PublicKey
    from prometheus.model.persona import Persona
    from prometheus.model.places import Places
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


class StoreTransaction(Protocol):
    """One commit of a plugin's own records: all of it becomes durable together, with what it adds to the log."""

    def get(self, name: str) -> dict[str, Any] | None:
        """Return a record as this transaction sees it, or None."""
        ...

    def put(self, name: str, fields: Mapping[str, Any]) -> None:
        """Write a record of JSON values, replacing the one of that name; numbers stay below 2^53."""
        ...

    def delete(self, name: str) -> bool:
        """Remove a record; return whether it was there."""
        ...

    def audit(self, act: str, *, persona: str = "", **facts: Any) -> None:
        """Add an entry to the log of the vault: names, identifiers and digests, never values.

        Args:
            act: The id of a verb of the plugin, or a dotted name under its own name or a noun that is its alone.
            persona: The DID that acted, where one did.
            facts: JSON values.
        """
        ...


class Store(Protocol):
    """A plugin's own records inside the vault; nobody else's can be seen through it."""

    def get(self, name: str) -> dict[str, Any] | None:
        """Return a record, or None."""
        ...

    def scan(self, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield name and record of each whose name begins so, sorted by name."""
        ...

    def transaction(self) -> AbstractContextManager[StoreTransaction]:
        """Take the writer lock, yield a transaction and commit it; an exception inside undoes it all.

        Nothing is asked and nothing is sent while it is open; it never lies inside another.
        """
        ...


class OpenVault(Protocol):
    """What a plugin sees of an unlocked vault: its own records, public sides, and signatures one at a time.

    Which of these work is decided by what the plugin asked for when the person let it in.
    """

    @property
    def store(self) -> Store:
        """The plugin's own records."""
        ...

    @property
    def signer(self) -> Signer:
        """Signs with keys of the personas of this vault."""
        ...

    def personas(self) -> Sequence[Persona]:
        """Return the personas, devices, groups and resources of this vault, hidden ones too."""
        ...

    def persona(self, text: str) -> Persona:
        """Return the one that a label, a default name, a DID or the beginning of one names.

        Raises:
            NotFound: When none has that name; Ambiguous when several do.
        """
        ...

    def active_persona(self) -> Persona:
        """Return the persona that acts when no other is named; NotFound where there is none."""
        ...

    def wallet_public_key(self, network: str, account: int, index: int) -> bytes:
        """Return the 33 bytes of a ledger key's public side; the network by its name, such as ``HYD mainnet``."""
        ...

    def wallet_sign(self, network: str, account: int, index: int, message: bytes) -> bytes:
        """Return the DER signature of a ledger key over the SHA-256 of a message."""
        ...


class Call(Protocol):
    """What the verb of a plugin receives: its values by name, where to say what, and narrow doors to the rest."""

    @property
    def output(self) -> Result:
        """Where the result goes."""
        ...

    @property
    def clock(self) -> Clock:
        """Where time comes from."""
        ...

    @property
    def places(self) -> Places:
        """The folders of this machine; what is private belongs into the store instead."""
        ...

    @property
    def may_ask(self) -> bool:
        """Whether a person can be asked."""
        ...

    @property
    def is_json(self) -> bool:
        """Whether the result is written as one JSON object."""
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

    def number(self, name: str) -> int | None:
        """Return a whole number, or None where it was not given."""
        ...

    def many(self, name: str) -> tuple[str, ...]:
        """Return every value of a repeatable parameter."""
        ...

    def setting(self, name: str) -> str | None:
        """Return a setting by flag, environment, configuration or default; None where it is off or nothing sets it."""
        ...

    def safe(self, text: str) -> str:
        """Return a foreign text in which nothing steers a terminal or hides."""
        ...

    def note(self, text: str) -> None:
        """Tell the person something on standard error, unless ``--quiet``; foreign parts are made `safe` before."""
        ...

    def warn(self, text: str) -> None:
        """Tell the person something that they must not miss; foreign parts are made `safe` before."""
        ...

    def show(self, lines: Iterable[str]) -> None:
        """Show what belongs to a question that follows: on standard error, also with ``--quiet``."""
        ...

    def confirm(self, question: str, *, default: bool = False, beyond_yes: bool = False) -> bool:
        """Return whether the person agrees; ``--yes`` agrees, but for what is asked `beyond_yes`.

        Raises:
            NoConsent: When nobody can be asked.
        """
        ...

    def progress(self, doing: str) -> AbstractContextManager[Callable[[int, int], None]]:
        """Yield what is to be called with how much is done and how much there is."""
        ...

    def open_vault(self) -> AbstractContextManager[OpenVault]:
        """Open the vault that the call means; whatever takes long or asks happens outside.

        Raises:
            PluginOff: When the plugin did not ask for any of it.
            VaultError: When it does not open, each reason with its own exit code.
        """
        ...
