"""The vault: records by collection and name, sealed in one file and authenticated as a set.

    vault = Vault.open(path, anchor_dir, passphrase=b"...")
    with vault.transaction() as change:
        change.put(3, "claim-1", b"{}")
    vault.get(3, "claim-1")
    vault.close()

Rules: nothing is written before everything read has been verified; one writer at a time, readers any time; a commit is
rows, root and journal together, durable when the block ends. Other processes may write between two calls: what they
wrote is verified and seen. Every error is a class of `errors`, with its exit code.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Self

from prometheus_vault import creation, opening, secrets_change, unlocking
from prometheus_vault.facts import Report, SlotInfo, describe_slots
from prometheus_vault.index import Description
from prometheus_vault.reader import Reader
from prometheus_vault.transaction import Transaction, committing, write_nothing
from prometheus_vault.verification import verify

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from prometheus_memory import LockedBytes, SecretBytes
    from prometheus_vault.header import Header
    from prometheus_vault.index import Describe
    from prometheus_vault.kdf import KdfParameters
    from prometheus_vault.keyring_secret import FindSecret, KeyringSecret
    from prometheus_vault.rehearsal import Rehearsal
    from prometheus_vault.session import Session
    from prometheus_vault.transaction import Note
    from prometheus_vault.unlocking import Unlocked

    Path = str | os.PathLike[str]


class Vault:
    """An unlocked vault; made by `create`, `open` or `open_with_recovery`, ended by `close`."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._reader = Reader(session)

    @classmethod
    def create(
        cls,
        path: Path,
        anchor_dir: Path,
        *,
        passphrase: SecretBytes,
        recovery_secret: SecretBytes | None,
        kdf: KdfParameters,
        allow_network_fs: bool = False,
        describe: Describe | None = None,
        describe_version: int = 0,
    ) -> Vault:
        """Make a new vault file and open it.

        Args:
            path: Where the file will lie; its folder is made with mode 0700 when missing.
            anchor_dir: Folder of this machine's anchors, apart from the vault's.
            passphrase: UTF-8; normalised to NFC, 1..1024 bytes, no control characters.
            recovery_secret: 32 bytes of `recovery_secret(seed)`, or None for a vault without a recovery slot.
            kdf: Cost of the derivation: `calibration.default_parameters()` or `kdf.LIGHT`.
            allow_network_fs: Do not refuse a network file system.
            describe: Says what `find` and `count` know of a record; see `index`. Keys are never shown to it.
            describe_version: Changes when `describe` says other things than before.

        Raises:
            AlreadyExists: When something lies at the path.
            BadPassphrase: When the passphrase has a form that is never accepted.
            KdfTooWeak: When the cost lies below the floor.
            NotEnoughMemory: When the derivation does not fit into memory.
            StorageError: When the system refuses; nothing is left behind.
        """
        real = os.path.realpath(path)
        opening.refuse_network_file_system(real, allowed=allow_network_fs)
        vault_id, unlocked = creation.create_file(real, passphrase=passphrase, recovery_secret=recovery_secret, kdf=kdf)
        try:
            return cls._open_new(real, anchor_dir, unlocked, Description(describe, describe_version))
        except BaseException:
            creation.discard_file(real, os.path.realpath(anchor_dir), vault_id)
            raise

    @classmethod
    def _open_new(cls, path: str, anchor_dir: Path, unlocked: Unlocked, description: Description) -> Vault:
        vault = cls._open(path, anchor_dir, lambda _: unlocked, description, read_only=False, allow_network_fs=True)
        try:
            vault._session.warnings.clear()  # that a new vault has no anchor yet is no news
            with vault._session.writing():
                pass  # it leaves the file with a write-ahead log, so that readers never wait for the first writer
        except BaseException:
            vault.close()
            raise
        return vault

    @classmethod
    def open(
        cls,
        path: Path,
        anchor_dir: Path,
        *,
        passphrase: SecretBytes,
        find_factor: FindSecret | None = None,
        read_only: bool = False,
        allow_network_fs: bool = False,
        describe: Describe | None = None,
        describe_version: int = 0,
    ) -> Vault:
        """Open a vault by its passphrase, with the second factor that `find_factor` gives, and verify it whole.

        Raises:
            VaultMissing: When there is no file.
            NotAVault: When the file is something else.
            TooNew: When its format is later.
            Damaged: When the header is.
            KdfTooWeak: When the header asks for less than the floor.
            WrongPassphrase: When no slot opens.
            FactorMissing: When a second factor is needed and not found.
            Tampered: When anything is not what the key holder wrote.
            Rollback: When it is older than, or a fork of, what this machine has seen; a warning if `read_only`.
            Busy: When another program keeps the file locked.
            StorageError: When the system refuses.
        """

        def unlock(header: Header) -> Unlocked:
            return unlocking.with_passphrase(header, passphrase, find_factor)

        said = Description(describe, describe_version)
        return cls._open(path, anchor_dir, unlock, said, read_only=read_only, allow_network_fs=allow_network_fs)

    @classmethod
    def open_with_keyring(
        cls,
        path: Path,
        anchor_dir: Path,
        *,
        find_secret: FindSecret,
        read_only: bool = False,
        allow_network_fs: bool = False,
        describe: Describe | None = None,
        describe_version: int = 0,
    ) -> Vault:
        """Open a vault by a secret that lies in the keyring alone; errors as for `open`.

        What opens the vault is not changed through it; see `is_open_by_keyring_alone`.
        """

        def unlock(header: Header) -> Unlocked:
            return unlocking.with_keyring(header, find_secret)

        said = Description(describe, describe_version)
        return cls._open(path, anchor_dir, unlock, said, read_only=read_only, allow_network_fs=allow_network_fs)

    @classmethod
    def open_with_recovery(
        cls,
        path: Path,
        anchor_dir: Path,
        *,
        recovery_secret: SecretBytes,
        read_only: bool = False,
        allow_network_fs: bool = False,
        describe: Describe | None = None,
        describe_version: int = 0,
    ) -> Vault:
        """Open a vault by the 32 bytes of `recovery_secret(seed)`; errors as for `open`."""

        def unlock(header: Header) -> Unlocked:
            return unlocking.with_recovery(header, recovery_secret)

        said = Description(describe, describe_version)
        return cls._open(path, anchor_dir, unlock, said, read_only=read_only, allow_network_fs=allow_network_fs)

    @classmethod
    def accept_rollback(
        cls,
        path: Path,
        anchor_dir: Path,
        *,
        passphrase: SecretBytes | None = None,
        find_factor: FindSecret | None = None,
        recovery_secret: SecretBytes | None = None,
        note: Note = write_nothing,
        allow_network_fs: bool = False,
        describe: Describe | None = None,
        describe_version: int = 0,
    ) -> Vault:
        """Open a file that `open` refuses as `Rollback`, and make it the newest state of the vault.

        Only after the person has seen both ages and agreed: what was written since is given up. The epoch goes past
        the anchor's, the journal begins anew, and a warning keeps what was found. A file that is not rolled back is
        just opened. Errors as for `open`, without `Rollback`.

        Args:
            path: The file.
            anchor_dir: Folder of this machine's anchors.
            passphrase: Opens it; or None when words do.
            find_factor: As for `open`.
            recovery_secret: The 32 bytes of `recovery_secret(seed)`, used when there is no passphrase.
            note: Writes into the same commit; not called when nothing was rolled back.
            allow_network_fs: Do not refuse a network file system.
            describe: As for `open`.
            describe_version: As for `open`.
        """

        def unlock(header: Header) -> Unlocked:
            if passphrase is not None:
                return unlocking.with_passphrase(header, passphrase, find_factor)
            return unlocking.with_recovery(header, recovery_secret or b"")

        said = Description(describe, describe_version)
        return cls._open(
            path, anchor_dir, unlock, said, read_only=False, allow_network_fs=allow_network_fs, accept_rollback=note
        )

    @classmethod
    def _open(
        cls,
        path: Path,
        anchor_dir: Path,
        unlock: Callable[[Header], Unlocked],
        description: Description,
        *,
        read_only: bool,
        allow_network_fs: bool,
        accept_rollback: Note | None = None,
    ) -> Vault:
        session = opening.open_session(
            os.path.realpath(path),
            os.path.realpath(anchor_dir),
            unlock,
            read_only=read_only,
            allow_network_fs=allow_network_fs,
            accept_rollback=accept_rollback,
            description=description,
        )
        return cls(session)

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

    def rehearsing(self, folder: Path) -> AbstractContextManager[Rehearsal]:
        """Copy the vault into a private empty folder, to try a change on the copy before it is made here."""
        from prometheus_vault.rehearsal import rehearsing

        return rehearsing(self._session, os.path.realpath(folder))

    def verified(self) -> None:
        """Wait until every record has been checked, which for more than 20,000 goes on after `open`.

        Until then only what has not been changed or taken away can be read, but nothing should leave the program.

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
