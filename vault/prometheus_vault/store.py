"""The vault: records by collection and name, sealed in one file and authenticated as a set; here, the ways to open it.

    vault = Vault.open(path, anchor_dir, passphrase=b"...")
    with vault.transaction() as change:
        change.put(3, "claim-1", b"{}")
    vault.get(3, "claim-1")
    vault.close()

Rules: nothing is written before everything read has been verified; one writer at a time, readers any time; a commit is
rows, root and journal together, durable when the block ends. Every error is a class of `errors`, with its exit code.
What an open vault can do is in `unlocked_vault`.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_vault import creation, opening, unlocking
from prometheus_vault.index import Description
from prometheus_vault.transaction import write_nothing
from prometheus_vault.unlocked_vault import UnlockedVault

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_memory import SecretBytes
    from prometheus_vault.anchor_mirror import AnchorMirror
    from prometheus_vault.header import Header
    from prometheus_vault.index import Describe
    from prometheus_vault.kdf import KdfParameters
    from prometheus_vault.keyring_secret import FindSecret
    from prometheus_vault.transaction import Note
    from prometheus_vault.unlocking import Unlocked

    Path = str | os.PathLike[str]


class Vault(UnlockedVault):
    """An unlocked vault; made by `create`, `open` or `open_with_recovery`, ended by `close`."""

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
        mirror: AnchorMirror | None = None,
        describe: Describe | None = None,
        describe_version: int = 0,
    ) -> Vault:
        """Open a vault by its passphrase, with the second factor that `find_factor` gives, and verify it whole.

        A `mirror` keeps a second anchor; what it remembers is judged like the anchor file, before anything is written.

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
        return cls._open(
            path, anchor_dir, unlock, said, read_only=read_only, allow_network_fs=allow_network_fs, mirror=mirror
        )

    @classmethod
    def open_with_keyring(
        cls,
        path: Path,
        anchor_dir: Path,
        *,
        find_secret: FindSecret,
        read_only: bool = False,
        allow_network_fs: bool = False,
        mirror: AnchorMirror | None = None,
        describe: Describe | None = None,
        describe_version: int = 0,
    ) -> Vault:
        """Open a vault by a secret that lies in the keyring alone; errors as for `open`.

        What opens the vault is not changed through it; see `is_open_by_keyring_alone`.
        """

        def unlock(header: Header) -> Unlocked:
            return unlocking.with_keyring(header, find_secret)

        said = Description(describe, describe_version)
        return cls._open(
            path, anchor_dir, unlock, said, read_only=read_only, allow_network_fs=allow_network_fs, mirror=mirror
        )

    @classmethod
    def open_with_recovery(
        cls,
        path: Path,
        anchor_dir: Path,
        *,
        recovery_secret: SecretBytes,
        read_only: bool = False,
        allow_network_fs: bool = False,
        mirror: AnchorMirror | None = None,
        describe: Describe | None = None,
        describe_version: int = 0,
    ) -> Vault:
        """Open a vault by the 32 bytes of `recovery_secret(seed)`; errors as for `open`."""

        def unlock(header: Header) -> Unlocked:
            return unlocking.with_recovery(header, recovery_secret)

        said = Description(describe, describe_version)
        return cls._open(
            path, anchor_dir, unlock, said, read_only=read_only, allow_network_fs=allow_network_fs, mirror=mirror
        )

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
        mirror: AnchorMirror | None = None,
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
            mirror: As for `open`; the new state goes past what it remembers, and takes its place there.
            describe: As for `open`.
            describe_version: As for `open`.
        """

        def unlock(header: Header) -> Unlocked:
            if passphrase is not None:
                return unlocking.with_passphrase(header, passphrase, find_factor)
            return unlocking.with_recovery(header, recovery_secret or b"")

        said = Description(describe, describe_version)
        return cls._open(
            path,
            anchor_dir,
            unlock,
            said,
            read_only=False,
            allow_network_fs=allow_network_fs,
            mirror=mirror,
            accept_rollback=note,
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
        mirror: AnchorMirror | None = None,
        accept_rollback: Note | None = None,
    ) -> Vault:
        session = opening.open_session(
            os.path.realpath(path),
            os.path.realpath(anchor_dir),
            unlock,
            read_only=read_only,
            allow_network_fs=allow_network_fs,
            mirror=mirror,
            accept_rollback=accept_rollback,
            description=description,
        )
        return cls(session)
