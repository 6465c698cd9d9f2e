"""What is said when a file does not open that was named as a backup.

The advice for a vault, to put a backup in its place, would send its owner round in a circle. Not here: other errors,
which pass as they are.
"""

from __future__ import annotations

from contextlib import contextmanager

from prometheus.errors import Damaged, NotUnderstood, WrongPassphrase
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator

_ANOTHER: Final = "take another backup: of this file nothing is certain"
_REMEDIES: Final = {
    "VAULT-DAMAGED": _ANOTHER,
    "VAULT-INTEGRITY": _ANOTHER,
    "VAULT-NOT-A-VAULT": "name a file that 'prometheus vault backup' made",
    "VAULT-TAMPERED": _ANOTHER,
    "VAULT-WRONG-PASSPHRASE": "try the passphrase of the day that the backup was made; a later one does not open it",
}


@contextmanager
def told_of_backup() -> Iterator[None]:
    """Give the errors of the block the advice that fits a backup.

    Raises:
        PrometheusError: What the block raised, with the same class, code and meaning.
    """
    try:
        yield
    except (Damaged, NotUnderstood, WrongPassphrase) as error:
        remedy = _REMEDIES.get(error.code)
        if remedy is None:
            raise
        raise type(error)(error.what, code=error.code, meaning=error.meaning, remedy=remedy) from None
