"""Change what opens the vault, in one commit with the line that the log gets for it.

The change itself is a new header and belongs to the vault, which hands it in as a transaction that is not yet begun.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases import audit

if TYPE_CHECKING:
    from contextlib import AbstractContextManager

    from prometheus.ports import Transaction
    from prometheus.usecases.session import Session


def change_passphrase(session: Session, change: AbstractContextManager[Transaction], *, by: str) -> None:
    """Set the new passphrase, and write what opened the vault for it."""
    with session.commit(change) as commit:
        audit.append(commit, "vault.passphrase", facts={"opened_by": by})


def change_keyring(session: Session, change: AbstractContextManager[Transaction], *, use: str) -> None:
    """Change what the keyring of the desktop does for the vault, and write what."""
    with session.commit(change) as commit:
        audit.append(commit, "vault.keyring", facts={"keyring": use})


def change_recovery(session: Session, change: AbstractContextManager[Transaction], *, is_there: bool) -> None:
    """Make or remove the recovery slot, and write which."""
    with session.commit(change) as commit:
        audit.append(commit, "vault.recovery", facts={"recovery_slot": is_there})
