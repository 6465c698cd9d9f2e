"""A vault whose file is older than this machine has seen: how old it is, and going on with it all the same."""

from __future__ import annotations

import os
from datetime import UTC, datetime

from prometheus.compose.anchor_mirror import mirror_in
from prometheus.compose.backups import age_of, seen_here
from prometheus.compose.clock import SystemClock
from prometheus.compose.unfinished import anchor_path
from prometheus.compose.vault_errors import translated
from prometheus.compose.vaults import require_vault
from prometheus.errors import Conflict
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases import backups

if TYPE_CHECKING:
    from prometheus.compose.desktop_keyring import Keyring
    from prometheus.compose.vaults import OpenVault
    from prometheus.model.places import Places
    from prometheus.model.secret import Secret
    from prometheus.usecases.backups import Age
    from prometheus_vault import Transaction


class Found(NamedTuple):
    """A vault that was opened for reading, and what this machine remembers of it."""

    age: Age
    reason: str
    """Why it is refused; empty when it is not rolled back."""
    seen_epoch: int | None
    """The newest state that was seen; None when the memory does not fit the keys of the file."""
    seen_at: datetime | None
    """When that was noted last."""


def look(places: Places, opened: OpenVault) -> Found:
    """Return how old an open vault is, and whether it would be refused."""
    from prometheus_vault.ages import rollback_of

    with translated():
        error = rollback_of(opened.vault)
    reason = f"{error.what}: {error.meaning}" if error else ""
    return Found(age_of(opened), reason, seen_here(opened), _noted(places, opened.vault.vault_id))


def accept(
    places: Places,
    name: str,
    found: Found,
    *,
    passphrase: Secret | None = None,
    seed: Secret | None = None,
    network_disk: bool = False,
    mirror: Keyring | None = None,
) -> int:
    """Make an older state the newest one, with a line in the log, and return its number.

    Raises:
        Conflict: When another state lies there now than the one that was shown; nothing is changed.
        VaultError: When the vault does not open, each reason with its own exit code.
    """
    from prometheus.compose.vault_keyring import SecretFinder
    from prometheus_vault import Vault, recovery_secret

    clock, finder = SystemClock(), SecretFinder()
    facts = {"epoch": found.age.epoch, "seen_epoch": found.seen_epoch, "reason": found.reason}

    def note(change: Transaction) -> None:
        if change.epoch != found.age.epoch:
            raise _other_state(change.epoch, found.age.epoch)
        backups.note(change, clock, "vault.accept-rollback", facts)

    with translated(), finder.told():
        vault = Vault.accept_rollback(
            require_vault(places, name),
            places.state,
            passphrase=passphrase.locked if passphrase else None,
            find_factor=finder,
            recovery_secret=recovery_secret(seed.locked) if seed else None,
            note=note,
            allow_network_fs=network_disk,
            mirror=mirror_in(mirror),
        )
        epoch = vault.epoch
        vault.close()
    return epoch


def _other_state(there: int, shown: int) -> Conflict:
    return Conflict(
        "another file took the place of the vault meanwhile",
        code="VAULT-CHANGED",
        meaning=f"it is of state {there}, and what was shown to you was state {shown}; nothing was changed",
        remedy="look at what is there now, and decide again",
    )


def _noted(places: Places, vault_id: bytes) -> datetime | None:
    try:
        return datetime.fromtimestamp(os.stat(anchor_path(places, vault_id)).st_mtime, UTC)
    except OSError:
        return None
