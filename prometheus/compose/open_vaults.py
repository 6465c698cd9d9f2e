"""Open vaults by passphrase, keyring, words or shares, and close them at the end of the block.

While a session is open no lock is held; each commit takes the writer lock for itself. A large vault is checked after it
opens, and is lent only when that has come to its end.
"""

from __future__ import annotations

from contextlib import contextmanager

from prometheus.compose.anchor_mirror import mirror_in
from prometheus.compose.clock import SystemClock
from prometheus.compose.vault_errors import translated
from prometheus.compose.vault_files import require_vault
from prometheus.errors import Conflict
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.model.secret import Secret
from prometheus.usecases.indexing import DESCRIBE_VERSION, describe
from prometheus.usecases.seed import load_seed
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypedDict

    from prometheus.compose.anchor_mirror import KeyringMirror
    from prometheus.compose.desktop_keyring import Keyring
    from prometheus.model.places import Places
    from prometheus_vault import Vault
    from prometheus_vault.index import Describe

    class InCommon(TypedDict):
        """What every way to open a vault is told."""

        read_only: bool
        allow_network_fs: bool
        mirror: KeyringMirror | None
        describe: Describe
        describe_version: int


class OpenVault(NamedTuple):
    """A session with the vault behind it; the vault is for verbs about the file itself."""

    session: Session
    vault: Vault
    name: str


@contextmanager
def opened(
    places: Places,
    name: str,
    passphrase: Secret,
    *,
    read_only: bool = False,
    network_disk: bool = False,
    keyring: Keyring | None = None,
    mirror: Keyring | None = None,
) -> Iterator[OpenVault]:
    """Open a vault by its passphrase, and close it at the end.

    Args:
        places: The folders of this machine.
        name: Its name.
        passphrase: What opens it, with the second factor in the keyring where it has one.
        read_only: Never write; report a rollback instead of refusing it.
        network_disk: Whether it may lie on a network file system, whose locks may fail.
        keyring: Where the second factor lies; the keyring of the desktop when left out.
        mirror: Where a second anchor is kept; nowhere when left out.
    """
    from prometheus.compose.vault_keyring import SecretFinder
    from prometheus_vault import Vault

    path, finder = require_vault(places, name), SecretFinder(keyring)
    with translated():
        with finder.told():
            vault = Vault.open(
                path,
                places.state,
                passphrase=passphrase.locked,
                find_factor=finder,
                **_in_common(read_only=read_only, network_disk=network_disk, mirror=mirror),
            )
        with lent(vault, name) as opened:
            yield opened


@contextmanager
def opened_by_keyring(
    places: Places,
    name: str,
    keyring: Keyring,
    *,
    read_only: bool = False,
    network_disk: bool = False,
    mirror: Keyring | None = None,
) -> Iterator[OpenVault]:
    """Open a vault by what lies in the keyring alone, and close it at the end; the session hands out no keys."""
    from prometheus.compose.vault_keyring import SecretFinder
    from prometheus_vault import Vault

    path, finder = require_vault(places, name), SecretFinder(keyring)
    with translated():
        with finder.told():
            vault = Vault.open_with_keyring(
                path,
                places.state,
                find_secret=finder,
                **_in_common(read_only=read_only, network_disk=network_disk, mirror=mirror),
            )
        with lent(vault, name) as opened:
            yield opened


@contextmanager
def opened_with_recovery(
    places: Places,
    name: str,
    seed: Secret,
    *,
    read_only: bool = False,
    network_disk: bool = False,
    mirror: Keyring | None = None,
) -> Iterator[OpenVault]:
    """Open a vault by the seed of its recovery words, and close it at the end; `network_disk` as for `opened`."""
    from prometheus_vault import recovery_secret

    with (
        Secret(recovery_secret(seed.locked)) as secret,
        opened_with_recovery_secret(
            places, name, secret, read_only=read_only, network_disk=network_disk, mirror=mirror
        ) as opened,
    ):
        secret.wipe()  # the vault is open: nobody needs it any more
        yield opened


@contextmanager
def opened_with_recovery_secret(
    places: Places,
    name: str,
    secret: Secret,
    *,
    read_only: bool = False,
    network_disk: bool = False,
    mirror: Keyring | None = None,
) -> Iterator[OpenVault]:
    """Open a vault by what its recovery slot is made from, as shares give it back, and close it at the end."""
    from prometheus_vault import Vault

    path = require_vault(places, name)
    with translated():
        vault = Vault.open_with_recovery(
            path,
            places.state,
            recovery_secret=secret.locked,
            **_in_common(read_only=read_only, network_disk=network_disk, mirror=mirror),
        )
        with lent(vault, name) as opened:
            yield opened


@contextmanager
def recovery_secret_of(opened: OpenVault) -> Iterator[Secret]:
    """Lend what the recovery slot of an open vault opens by: 32 bytes that make no keys.

    Raises:
        Conflict: When the vault has no recovery slot for its seed, so that they would open nothing.
    """
    from prometheus_vault import recovery_secret
    from prometheus_vault.secrets_change import is_recovery_secret

    with load_seed(opened.session.vault) as seed, Secret(recovery_secret(seed.locked)) as secret:
        if not is_recovery_secret(opened.vault, secret.locked):
            raise Conflict(
                f"{opened.name} has no recovery slot",
                code="NO-RECOVERY-SLOT",
                meaning="it was removed, or never made, so neither words nor shares open this vault",
            )
        yield secret


def session_of(vault: Vault) -> Session:
    """Return the session of an open vault, with this machine's clock and the signer over its seed."""
    return Session(vault, SystemClock(), SeedSigner(vault))


def _in_common(*, read_only: bool, network_disk: bool, mirror: Keyring | None) -> InCommon:
    """Return what every way to open a vault is told."""
    return {
        "read_only": read_only,
        "allow_network_fs": network_disk,
        "mirror": mirror_in(mirror),
        "describe": describe,
        "describe_version": DESCRIBE_VERSION,
    }


@contextmanager
def lent(vault: Vault, name: str) -> Iterator[OpenVault]:
    """Lend an open vault once it is verified whole, and close it at the end."""
    try:
        vault.verified()  # a large one is checked after it opens, and nothing of it is shown or used before
        yield OpenVault(session_of(vault), vault, name)
    finally:
        vault.close()
