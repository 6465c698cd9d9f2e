"""Make vaults: furnished under another name (see `unfinished`), and given their own when they are whole.

So an interrupted creation leaves no half vault, and none ever takes the place of another.
"""

from __future__ import annotations

import errno
import os
from contextlib import contextmanager

from prometheus.compose.open_vaults import lent
from prometheus.compose.vault_errors import translated
from prometheus.compose.vault_files import refuse_taken_name, taken, vault_path
from prometheus.errors import StorageFailed
from prometheus.files import make_folder, storage_error
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.indexing import DESCRIBE_VERSION, describe

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.compose.open_vaults import OpenVault
    from prometheus.model.places import Places
    from prometheus.model.secret import Secret
    from prometheus_vault import KdfParameters

NO_SECOND_NAMES: Final = frozenset({errno.EPERM, errno.ENOSYS, errno.EOPNOTSUPP, errno.ENOTSUP})
"""What a file system says that gives a file one name only."""
COSTS: Final = ("default", "light")
"""Names of key derivation costs; light is the floor, for tests and weak machines."""


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
        with lent(vault, name) as opened:
            yield opened
        _refuse_log_left(unfinished)
        refuse_taken_name(places, name)
        _take_name(unfinished, path, name)


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
        raise taken(name) from None
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
