"""The index on the disk: one sealed file beside the anchor, which can be lost without harm.

    <vault id hex>.idx = seal(SK("index"), u64 epoch | journal link[32] | the database, "prom-idx-v1" || vault id)

It names the state of the vault at which it was made. A file that is missing, changed, of another vault or sealed under
other keys is no file at all; whether its state is one that this vault went through is judged in `index_upkeep`.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_vault import aead
from prometheus_vault.filesystem import make_private_folder, remove_if_there, staged_name, write_durably
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    from prometheus_vault.keys import SubKeys

_FRONT: Final = 40
_BYTES_AT_MOST: Final = 1 << 30
"""What SQLite holds of a database in memory at most, and far more than an index ever has."""


class Snapshot(NamedTuple):
    """Epoch and journal link of a state, and the database as it was then."""

    epoch: int
    link: bytes
    database: memoryview | bytes


def index_path(folder: str, vault_id: bytes) -> str:
    """Return where the index of a vault lies."""
    return os.path.join(folder, f"{vault_id.hex()}.idx")


def seal_snapshot(keys: SubKeys, vault_id: bytes, snapshot: Snapshot) -> bytes:
    """Return the content of the file."""
    plaintext = b"".join((snapshot.epoch.to_bytes(8, "little"), snapshot.link, snapshot.database))
    return aead.seal(keys.search, plaintext, _associated(vault_id))


def open_snapshot(keys: SubKeys, vault_id: bytes, sealed: bytes) -> Snapshot | None:
    """Return what the file holds, or None when it is not authentic."""
    return _opened(keys, vault_id, bytearray(sealed))


def read_snapshot(path: str, keys: SubKeys, vault_id: bytes) -> Snapshot | None:
    """Return what lies at a path, or None when it is not authentic, cannot be read or is not there."""
    found = _content(path)
    return None if found is None else _opened(keys, vault_id, found)


def _opened(keys: SubKeys, vault_id: bytes, sealed: bytearray) -> Snapshot | None:
    # In place, because each copy of something so large takes its time.
    plaintext = aead.unseal_in_place(keys.search, sealed, _associated(vault_id))
    if plaintext is None or len(plaintext) < _FRONT:
        return None
    return Snapshot(int.from_bytes(plaintext[:8], "little"), bytes(plaintext[8:_FRONT]), plaintext[_FRONT:])


def write_snapshot(path: str, keys: SubKeys, vault_id: bytes, snapshot: Snapshot) -> None:
    """Replace the file; the caller holds the writer lock.

    Raises:
        StorageError: When it cannot be written.
    """
    with translated("the index of the vault could not be written"):
        make_private_folder(os.path.dirname(path))
        write_durably(path, seal_snapshot(keys, vault_id, snapshot))


def remove_snapshot(path: str) -> None:
    """Remove the file, as far as the system lets."""
    for leftover in (path, staged_name(path)):
        with suppress(OSError):
            remove_if_there(leftover)


def _content(path: str) -> bytearray | None:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
        with os.fdopen(descriptor, "rb", buffering=0) as file:
            found = os.fstat(descriptor)
            is_ours = stat.S_ISREG(found.st_mode) and found.st_size <= _BYTES_AT_MOST
            sealed = bytearray(found.st_size if is_ours else 0)
            return sealed if is_ours and file.readinto(sealed) == len(sealed) else None
    except (OSError, MemoryError):
        return None


def _associated(vault_id: bytes) -> bytes:
    return b"prom-idx-v1" + vault_id
