"""Every error of the vault, as an error that a person sees.

The vault has a tree of its own and knows nothing of this one. Code, meaning and remedy pass through as they are; the
class, and with it the exit code, is chosen by what happened.
"""

from __future__ import annotations

from contextlib import contextmanager

from prometheus import errors
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_vault.errors import VaultError

_BY_CODE: Final[dict[str, type[errors.PrometheusError]]] = {
    "VAULT-NOT-A-VAULT": errors.NotUnderstood,
    "VAULT-BAD-PASSPHRASE": errors.NotUnderstood,
    "VAULT-TOO-LARGE": errors.TooLarge,
    "VAULT-EXISTS": errors.Conflict,
}
_BY_EXIT_CODE: Final[dict[int, type[errors.PrometheusError]]] = {
    2: errors.NotUnderstood,
    3: errors.Locked,
    4: errors.NotFound,
    6: errors.WrongPassphrase,
    7: errors.Damaged,
    8: errors.RolledBack,
    11: errors.InUse,
    14: errors.TooNew,
    16: errors.StorageFailed,
}

_REMEDIES: Final = {
    "VAULT-NOT-A-VAULT": "put a backup of the vault in its place, or see 'prometheus vault list' for others",
    "VAULT-NOT-FOUND": "see 'prometheus vault list' for the ones on this machine",
    "VAULT-TOO-LARGE": "keep less in one record",
}
"""What to do in the words of the command line, where the vault has no advice of its own."""
_BACKUP: Final = (
    "'prometheus vault restore-backup FILE' puts a backup in its place and keeps this file; "
    "'prometheus vault restore' makes the personas from words"
)
_BETTER_REMEDIES: Final = {
    "VAULT-DAMAGED": _BACKUP,
    "VAULT-FACTOR-MISSING": "open it on the machine that has the other half; or by its recovery words: "
    "'prometheus vault unlock --recovery'",
    "VAULT-INTEGRITY": _BACKUP,
    "VAULT-KDF-TOO-WEAK": _BACKUP,
    "VAULT-NETWORK-DISK": "keep the vault on a local disk; or, knowing the risk, set network_disk = true in the "
    "configuration file, or PROMETHEUS_NETWORK_DISK=1",
    "VAULT-TAMPERED": f"{_BACKUP}; 'prometheus vault doctor' says what of this one still opens",
    "VAULT-ROLLED-BACK": "put the newest copy of the file back, with its -wal file if it has one; "
    "when that is lost, 'prometheus vault accept-rollback' shows both ages and goes on with this one",
}
"""What to do, where a verb of the command line says more than the vault can."""


@contextmanager
def translated() -> Iterator[None]:
    """Turn errors of the vault that leave the block into errors of the house."""
    from prometheus_vault.errors import VaultError

    try:
        yield
    except VaultError as error:
        raise as_prometheus_error(error) from None


def as_prometheus_error(error: VaultError) -> errors.PrometheusError:
    """Return the error that says the same to a person, with the same code and exit code."""
    kind = _BY_CODE.get(error.code) or _BY_EXIT_CODE.get(error.exit_code, errors.VaultError)
    remedy = _BETTER_REMEDIES.get(error.code) or error.remedy or _REMEDIES.get(error.code, "")
    return kind(error.what, code=error.code, meaning=error.meaning, remedy=remedy)
