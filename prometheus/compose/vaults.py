"""Open, make and find vaults by name.

Files are ``<name>.vault`` in the data folder, anchors lie in the state folder. A new vault is made and furnished under
another name (see `unfinished`) and takes its own when it is whole, so an interrupted creation leaves no half vault and
never replaces one. While a session is open no lock is held; each commit takes the writer lock for itself.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager

from prometheus.compose.anchor_mirror import mirror_in
from prometheus.compose.clock import SystemClock
from prometheus.compose.vault_errors import translated
from prometheus.errors import Conflict, NotFound, StorageFailed
from prometheus.files import make_folder, storage_error
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.model.secret import Secret
from prometheus.model.vault_name import checked_vault_name, is_vault_name
from prometheus.usecases.indexing import DESCRIBE_VERSION, describe
from prometheus.usecases.seed import load_seed
from prometheus.usecases.seed_signer import SeedSigner
from prometheus.usecases.session import Session

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.compose.desktop_keyring import Keyring
    from prometheus.model.places import Places
    from prometheus_vault import KdfParameters, PublicFacts, Vault

SUFFIX: Final = ".vault"
NO_SECOND_NAMES: Final = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
"""What a file system says that gives a file one name only."""
COSTS: Final = ("default", "light")
"""Names of key derivation costs; light is the floor, for tests and weak machines."""


class OpenVault(NamedTuple):
    """A session with the vault behind it; the vault is for verbs about the file itself."""

    session: Session
    vault: Vault
    name: str


def vault_path(places: Places, name: str) -> str:
    """Return the path of a vault's file; a path cannot be given as a name."""
    return f"{places.vaults}/{checked_vault_name(name)}{SUFFIX}"


def vault_names(places: Places) -> list[str]:
    """Return the names of the vaults on this machine, sorted."""
    try:
        files = os.listdir(places.vaults)
    except FileNotFoundError:
        return []
    except OSError as error:
        raise storage_error(error, "the folder of the vaults could not be read") from None
    names = [file.removesuffix(SUFFIX) for file in files if file.endswith(SUFFIX)]
    return sorted(name for name in names if is_vault_name(name))


def refuse_taken_name(places: Places, name: str) -> None:
    """Refuse a name that a vault has; asked before any secret is, and settled again when the file is made."""
    from prometheus_vault.errors import AlreadyExists
    from prometheus_vault.replace import refuse_existing

    path = vault_path(places, name)
    if os.path.lexists(path):
        raise _taken(name)
    try:
        refuse_existing(path)
    except AlreadyExists as error:
        meaning = f"{error.meaning}: it lies beside {path}, which is gone"
        raise Conflict(error.what, code=error.code, meaning=meaning, remedy=error.remedy) from None


def require_vault(places: Places, name: str) -> str:
    """Return the path of a vault that exists, before any secret is asked for.

    Raises:
        NotFound: When there is none of that name.
    """
    path = vault_path(places, name)
    if not _is_there(path):
        others = vault_names(places)
        raise NotFound(
            f"there is no vault called '{name}'",
            code="VAULT-NOT-FOUND",
            meaning=f"the vaults on this machine are {', '.join(others)}" if others else "this machine has no vault",
            remedy="name one with --vault" if others else "make one with 'prometheus vault create'",
        )
    return path


def _is_there(path: str) -> bool:
    try:
        os.lstat(path)
    except FileNotFoundError:
        return False
    except OSError as error:
        raise storage_error(error, "the folder of the vaults could not be read") from None
    return True


def inspected(places: Places, name: str) -> PublicFacts:
    """Return what a vault's file says without its passphrase.

    Raises:
        VaultError: When it is no vault, is damaged, is too new or cannot be read.
    """
    from prometheus_vault import inspect

    with translated():
        return inspect(require_vault(places, name))


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
                read_only=read_only,
                allow_network_fs=network_disk,
                mirror=mirror_in(mirror),
                describe=describe,
                describe_version=DESCRIBE_VERSION,
            )
        with _closing(vault):
            yield OpenVault(session_of(vault), vault, name)


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
                read_only=read_only,
                allow_network_fs=network_disk,
                mirror=mirror_in(mirror),
                describe=describe,
                describe_version=DESCRIBE_VERSION,
            )
        with _closing(vault):
            yield OpenVault(session_of(vault), vault, name)


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
            read_only=read_only,
            allow_network_fs=network_disk,
            mirror=mirror_in(mirror),
            describe=describe,
            describe_version=DESCRIBE_VERSION,
        )
        with _closing(vault):
            yield OpenVault(session_of(vault), vault, name)


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


@contextmanager
def making(
    places: Places,
    name: str,
    passphrase: Secret,
    *,
    seed: Secret | None,
    cost: str = "default",
    network_disk: bool = False,
) -> Iterator[OpenVault]:
    """Make a vault, let the block furnish it, and give it its name at the end; all of it or nothing.

    Args:
        places: The folders of this machine.
        name: Its name, which no vault has.
        passphrase: What opens it.
        seed: What its recovery slot is made from; without one, words do not open it.
        cost: One of `COSTS`.
        network_disk: Whether it may lie on a network file system.

    Raises:
        Conflict: When a vault has that name, now or at the end.
    """
    from prometheus.compose.unfinished import unfinished_file
    from prometheus_vault import Vault, recovery_secret

    refuse_taken_name(places, name)
    path = vault_path(places, name)
    make_folder(places.vaults)
    make_folder(places.state)
    with translated(), unfinished_file(places, name) as unfinished:
        recovery = None if seed is None else recovery_secret(seed.locked)
        vault = Vault.create(
            unfinished,
            places.state,
            passphrase=passphrase.locked,
            recovery_secret=recovery,
            kdf=key_derivation(cost),
            allow_network_fs=network_disk,
            describe=describe,
            describe_version=DESCRIBE_VERSION,
        )
        with _closing(vault):
            yield OpenVault(session_of(vault), vault, name)
        _refuse_log_left(unfinished)
        refuse_taken_name(places, name)
        _take_name(unfinished, path, name)


def session_of(vault: Vault) -> Session:
    """Return the session of an open vault, with this machine's clock and the signer over its seed."""
    return Session(vault, SystemClock(), SeedSigner(vault))


@contextmanager
def _closing(vault: Vault) -> Iterator[None]:
    try:
        vault.verified()  # a large one is checked after it opens, and nothing of it is shown or used before
        yield
    finally:
        vault.close()


def key_derivation(name: str) -> KdfParameters:
    """Return the parameters of one of `COSTS`; the default one is measured on this machine, for about a second."""
    from prometheus_vault import LIGHT, default_parameters

    return LIGHT if name == "light" else default_parameters()


def _refuse_log_left(unfinished: str) -> None:
    from prometheus_vault.sqlite_file import has_log

    if has_log(unfinished):
        raise StorageFailed(
            "the new vault could not be finished",
            meaning="there was no room to bring its log into the file; nothing was made",
            remedy="make room and try again",
        )


def _take_name(unfinished: str, path: str, name: str) -> None:
    from prometheus_vault.filesystem import sync_folder

    try:
        _link(unfinished, path)
        sync_folder(os.path.dirname(path))
    except FileExistsError:
        raise _taken(name) from None
    except OSError as error:
        raise storage_error(error, "the new vault could not be given its name") from None


def _link(unfinished: str, path: str) -> None:
    """Give a file a second name that nobody has; where a file can have only one, that name under the writer lock."""
    from prometheus_vault.lock import writer_lock

    try:
        os.link(unfinished, path)
    except OSError as error:
        if error.errno not in NO_SECOND_NAMES:
            raise
        with writer_lock(path):
            if os.path.lexists(path):
                raise FileExistsError from None
            os.rename(unfinished, path)


def _taken(name: str) -> Conflict:
    return Conflict(
        f"there is a vault called '{name}' already",
        code="VAULT-EXISTS",
        meaning="it was left as it is",
        remedy="choose another name, or see your vaults with 'prometheus vault list'",
    )
