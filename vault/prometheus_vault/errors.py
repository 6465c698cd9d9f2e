"""What can go wrong in the cellar, as one tree of its own.

    VaultError
    ├── NotAVault 2 · BadPassphrase 2 · TooLarge 2         the input is not what was asked for
    ├── VaultMissing 4                                      no file there
    ├── Closed 3                                            the vault was locked
    ├── WrongPassphrase 6   FactorMissing                   no slot opens with this secret
    ├── IntegrityError 7    Damaged · Tampered · KdfTooWeak
    ├── Rollback 8                                          older than, or a fork of, what this machine has seen
    ├── Conflict 11         Busy · AlreadyExists
    ├── TooNew 14                                           a later format
    └── StorageError 16     NotEnoughMemory · NetworkDisk   disk, permissions, memory: the last commit is intact

Every class carries the exit code of the command line. Texts are built from names, counts and public identifiers;
nothing here ever holds a secret or a record's content.
"""

from __future__ import annotations


class VaultError(Exception):
    """Root of every error of the cellar.

    Args:
        what: What happened, lower case, no full stop.
        meaning: Why it matters, or what is known about the cause.
        remedy: What the person can do next.
    """

    code = "VAULT"
    exit_code = 7
    remedy_by_default = ""

    def __init__(self, what: str, *, meaning: str = "", remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.meaning = meaning
        self.remedy = remedy or type(self).remedy_by_default


class NotAVault(VaultError):
    """The file is something else."""

    code = "VAULT-NOT-A-VAULT"
    exit_code = 2


class BadPassphrase(VaultError):
    """The passphrase has a form that is never accepted."""

    code = "VAULT-BAD-PASSPHRASE"
    exit_code = 2


class TooLarge(VaultError):
    """A name, a body or a transaction is outside the limits of the format."""

    code = "VAULT-TOO-LARGE"
    exit_code = 2


class VaultMissing(VaultError):
    """There is no file at that path."""

    code = "VAULT-NOT-FOUND"
    exit_code = 4


class Closed(VaultError):
    """The vault was closed; its keys are gone."""

    code = "VAULT-LOCKED"
    exit_code = 3


class WrongPassphrase(VaultError):
    """No slot of the header opens with the secret given."""

    code = "VAULT-WRONG-PASSPHRASE"
    exit_code = 6


class FactorMissing(WrongPassphrase):
    """A slot needs a secret that lies outside the vault, and it was not found on this machine."""

    code = "VAULT-FACTOR-MISSING"


class IntegrityError(VaultError):
    """The file is not what its key holder wrote."""

    code = "VAULT-INTEGRITY"
    exit_code = 7
    remedy_by_default = "keep the file as it is, and put a backup in its place"


class Damaged(IntegrityError):
    """The header does not parse or its unkeyed check fails; no key derivation was run."""

    code = "VAULT-DAMAGED"


class Tampered(IntegrityError):
    """Something failed authentication or breaks the file's structure."""

    code = "VAULT-TAMPERED"


class KdfTooWeak(IntegrityError):
    """The key derivation cost lies below the floor; it was not run."""

    code = "VAULT-KDF-TOO-WEAK"


class Rollback(VaultError):
    """The file is older than the newest state this machine has seen, or belongs to another branch of it."""

    code = "VAULT-ROLLED-BACK"
    exit_code = 8
    remedy_by_default = "put the newest copy of the file back, with its -wal file if it has one"


class Conflict(VaultError):
    """The state of the file does not allow this now."""

    code = "VAULT-CONFLICT"
    exit_code = 11


class Busy(Conflict):
    """Another process holds the writer lock."""

    code = "VAULT-BUSY"
    remedy_by_default = "wait for the other command to finish and try again"


class AlreadyExists(Conflict):
    """Something lies already where the vault would be made."""

    code = "VAULT-EXISTS"


class TooNew(VaultError):
    """The format is newer than this program."""

    code = "VAULT-TOO-NEW"
    exit_code = 14
    remedy_by_default = "open it with a newer version of the program"


class StorageError(VaultError):
    """The disk is full, read-only or failing; the last commit is intact.

    Args:
        what: What was being done.
        reason: What the system said, for example "disk full" or "read-only".
    """

    code = "VAULT-STORAGE"
    exit_code = 16
    remedy_by_default = "see to the disk that the vault lies on, then try again"

    def __init__(self, what: str, *, reason: str, remedy: str = "") -> None:
        super().__init__(what, meaning=f"{reason}; everything committed before is intact", remedy=remedy)
        self.reason = reason


class NotEnoughMemory(StorageError):
    """The memory for the key derivation or for a record could not be had."""

    code = "VAULT-MEMORY"
    remedy_by_default = "close other programs, then try again"


class NetworkDisk(StorageError):
    """The vault lies on a network file system, and the caller did not say that this risk is known."""

    code = "VAULT-NETWORK-DISK"
    remedy_by_default = "keep the vault on a local disk"
