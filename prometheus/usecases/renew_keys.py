"""Give a vault new keys, in one with the line that the log gets for it; the new file is the vault's business."""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases import audit

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from prometheus.ports import Transaction
    from prometheus.usecases.session import Session


def renew_keys(
    session: Session,
    renewal: AbstractContextManager[Transaction],
    *,
    dropped: Sequence[str],
    is_new_passphrase: bool,
) -> None:
    """Renew the keys, and write what opens the vault no more.

    Args:
        session: The open vault; it is closed afterwards.
        renewal: The change that the vault makes, not yet begun.
        dropped: The kinds of what opened it and could not be made again.
        is_new_passphrase: Whether another passphrase opens it from now on.
    """
    with session.commit(renewal) as commit:
        audit.append(commit, "vault.rekey", facts={"dropped": list(dropped), "new_passphrase": is_new_passphrase})
