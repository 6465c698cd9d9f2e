"""An unlocked vault: what can be read, found, changed and checked in it until it is closed.

Every call may meet what another process wrote since the last one: that is verified and seen. Errors are classes of
`errors`. How a vault comes to be open is not said here: see `store`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from prometheus_vault import secrets_change
from prometheus_vault.facts import Report, SlotInfo, describe_slots
from prometheus_vault.reader import Reader
from prometheus_vault.transaction import Transaction, committing
from prometheus_vault.verification import verify

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from prometheus_memory import LockedBytes, SecretBytes
    from prometheus_vault.kdf import KdfParameters
    from prometheus_vault.keyring_secret import KeyringSecret
    from prometheus_vault.rehearsal import Rehearsal
    from prometheus_vault.session import Session


class UnlockedVault:
    """A vault that is open over a session; `store.Vault` is made of it, and `close` ends it."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reader = Reader(session)

    @property
    def vault_id(self) -> bytes:
        """The 16 random bytes that name this vault for ever."""
        return self._session.records.header.vault_id

    @property
    def is_open_by_keyring_alone(self) -> bool:
        """Whether nobody had to know a secret to open it: then no key may be handed out."""
        return self._session.unlocked.by_keyring_alone

    @property
    def path(self) -> str:
        """Where the file lies, without symbolic links."""
        return self._session.path

    @property
    def epoch(self) -> int:
        """The number of the state last seen: 1 at creation, +1 per commit."""
        return self._session.records.root.epoch

    @property
    def warnings(self) -> tuple[str, ...]:
        """What a person should know although nothing failed, oldest first."""
        return tuple(self._session.warnings)

    def get(self, collection: int, name: str) -> bytes | None:
        """Return the body of one record that is no key, or None."""
        return self._reader.get(collection, name)

    def secret(self, name: str) -> LockedBytes | None:
        """Return the body of one record of the collection of keys, or None; it is the caller's to wipe."""
        return self._reader.secret(name)

    def secrets(self) -> Iterator[tuple[str, LockedBytes]]:
        """Return name and body of each key, sorted by name, in locked memory."""
        return self._reader.secrets()

    def scan(self, collection: int) -> Iterator[tuple[str, bytes]]:
        """Return name and body of each record of a collection, sorted by name, as of now."""
        return self._reader.scan(collection)

    def find(
        self,
        collection: int,
        *,
        words: str = "",
        tags: Iterable[str] = (),
        newest_first: bool = True,
        limit: int | None = None,
    ) -> list[str]:
        """Return the names of the records of a collection that fit, by what `describe` said of each.

        Args:
            collection: 0..255.
            words: Each must begin some word of the text; a word is a run of letters and digits, after Unicode form
                NFKD, without case and without marks such as accents. Without words, any text fits.
            tags: The record must have all of them.
            newest_first: Sorted by order, then name, from the last to the first; else from the first to the last.
            limit: How many at most.
        """
        return self._reader.find(collection, words=words, tags=tags, newest_first=newest_first, limit=limit)

    def count(self, collection: int, *, tags: Iterable[str] = ()) -> int:
        """Return how many records `find` would find by these tags."""
        return self._reader.count(collection, tags)

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Take the writer lock, yield a transaction and commit it; an exception inside undoes it all.

        Nothing slow belongs into the block: others wait for it, 5 seconds at most.

        Raises:
            Busy: When another process holds the lock.
            StorageError: When the disk is full, read-only or failing; nothing of the block is kept.
        """
        return committing(self._session, self._reader)

    def changing_passphrase(
        self,
        new: SecretBytes,
        kdf: KdfParameters,
        *,
        factor: KeyringSecret | None = None,
        alone: Sequence[KeyringSecret] | None = None,
    ) -> AbstractContextManager[Transaction]:
        """Replace the passphrase in one commit with what the block writes.

        With `factor` both are needed from then on; `alone` as for `changing_keyring`, None leaves that as it is. Old
        copies of the file still open with the old one. Errors as for `create` and `transaction`, `Conflict` when
        another process changed what opens the vault, and `Closed` when the keyring alone opened it.
        """
        return secrets_change.changing_passphrase(self._session, self._reader, new, kdf, factor=factor, alone=alone)

    def changing_keyring(self, alone: Sequence[KeyringSecret]) -> AbstractContextManager[Transaction]:
        """Let these secrets of the keyring open the vault, each alone, and no others, with what the block writes."""
        return secrets_change.changing_keyring(self._session, self._reader, alone)

    def changing_recovery(self, secret: SecretBytes | None) -> AbstractContextManager[Transaction]:
        """Replace the recovery slot by one for this secret of 32 bytes, or remove it, with what the block writes."""
        return secrets_change.changing_recovery(self._session, self._reader, secret)

    def change_passphrase(self, new: SecretBytes, kdf: KdfParameters) -> None:
        """Replace the passphrase and write nothing else; errors as for `changing_passphrase`."""
        with self.changing_passphrase(new, kdf):
            pass

    def set_recovery(self, secret: SecretBytes | None) -> None:
        """Replace the recovery slot by one for this secret of 32 bytes, or remove it when None."""
        with self.changing_recovery(secret):
            pass

    def slots(self) -> tuple[SlotInfo, ...]:
        """Return what opens this vault, in file order."""
        with self._session.reading() as known:
            return describe_slots(known.header)

    def verify(self, *, deep: bool = False) -> Report:
        """Read and check the whole set again; deep also opens every record and checks the database itself.

        Raises:
            IntegrityError: When anything is not what the key holder wrote.
            Rollback: When the file is no continuation of the state known.
        """
        return verify(self._session, self._reader, deep=deep)

    def rehearsing(self, folder: str | os.PathLike[str]) -> AbstractContextManager[Rehearsal]:
        """Copy the vault into a private empty folder, to try a change on the copy before it is made here."""
        from prometheus_vault.rehearsal import rehearsing

        return rehearsing(self._session, os.path.realpath(folder))

    def verified(self) -> None:
        """Wait until every record has been checked, which for more than 20,000 goes on after `open`.

        What is read until then was written by the key holder under that name, but it may have been put back: nothing
        should be shown, or leave the program.

        Raises:
            IntegrityError: When anything is not what the key holder wrote; each time.
        """
        self._session.verified()

    def close(self) -> None:
        """Empty the log, bring the anchor up to date and let go of the keys; harmless twice.

        Raises:
            IntegrityError: When the records were still being checked and are not what the key holder wrote.
        """
        self._session.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
