"""Put a change of what opens the vault into its log; the change itself is a new header and belongs to the vault."""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases import audit

if TYPE_CHECKING:
    from prometheus.usecases.session import Session


def note_passphrase_change(session: Session, *, by: str) -> None:
    """Write that the passphrase was changed, and what opened the vault for it."""
    with session.commit() as commit:
        audit.append(commit, "vault.passphrase", facts={"opened_by": by})


def note_recovery_change(session: Session, *, is_there: bool) -> None:
    """Write that the recovery slot was made or removed."""
    with session.commit() as commit:
        audit.append(commit, "vault.recovery", facts={"recovery_slot": is_there})
