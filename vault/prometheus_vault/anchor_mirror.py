"""A second copy of the anchor, kept apart from the first by the caller, such as in the keyring of a desktop.

    epoch and link of the newest state seen, authenticated: the 72 bytes of an anchor file

Whoever takes the vault file and the anchor file back together is seen by it. It is read before the vault is opened and
judged when it is open: the higher of the two counts. A copy that this vault's keys did not write is a rollback too, as
the anchor file would be. It is written when the vault is closed and at no other time, so it may be behind; that is no
rollback.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_vault import anchor
from prometheus_vault.anchor import Anchor
from prometheus_vault.errors import Rollback

if TYPE_CHECKING:
    from prometheus_vault.store import Vault


def judge_mirror(vault: Vault, kept: bytes) -> None:
    """Refuse a vault that does not go on from the state which the copy names; say so in a warning if it is read-only.

    Raises:
        Rollback: When it is older, on another branch, or the copy is not one of this vault's.
    """
    error = mirror_refusal(vault, kept)
    if error is None:
        return
    if not vault._session.why_read_only:
        raise error
    tell_trouble(vault, f"{error.what}: {error.meaning}")


def mirror_refusal(vault: Vault, kept: bytes) -> Rollback | None:
    """Return what the copy has against an open vault, or None."""
    session = vault._session
    try:
        seen = _read(vault, kept)
        with session.reading():
            session.judge_anchor(seen)
    except Rollback as error:
        return error
    return None


def renewed_mirror(vault: Vault, kept: bytes | None) -> bytes | None:
    """Return the copy that is to be kept from now on, or None where the one there need not be changed.

    A copy that names a later state, or does not fit, was left by somebody who opened the vault meanwhile. A vault that
    was opened read-only changes nothing, because there a rollback was only told.
    """
    newest = vault._session.records.root
    key = vault._session.unlocked.keys.anchor
    if vault._session.why_read_only:
        return None
    if kept is not None:
        found = anchor.unpack(key, vault.vault_id, kept)
        if found is None or found.epoch >= newest.epoch:
            return None
    return anchor.pack(key, vault.vault_id, Anchor(newest.epoch, newest.link))


def tell_trouble(vault: Vault, text: str) -> None:
    """Put what is wrong with the copy among the warnings of an open vault."""
    if text not in vault._session.warnings:
        vault._session.warnings.append(text)


def _read(vault: Vault, kept: bytes) -> Anchor:
    found = anchor.unpack(vault._session.unlocked.keys.anchor, vault.vault_id, kept)
    if found is None:
        raise Rollback(
            "the second anchor of this vault does not fit it",
            meaning="the file is from before the vault's keys were renewed, or the keyring's copy was changed",
        )
    return found
