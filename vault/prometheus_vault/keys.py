"""The subkeys of a vault, one per purpose, all from the master key and all in locked memory.

SK(label) = BLAKE2b(master key, "prom-subkey-v1", vault id || label)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_vault import blake2

if TYPE_CHECKING:
    from prometheus_memory import LockedBytes

LABELS: Final = ("data", "keys", "id", "set", "root", "jrnl", "index", "anchor", "header", "sync", "audit")


class SubKeys(NamedTuple):
    """32 bytes each, in the order of `LABELS`; printed as nothing."""

    data: LockedBytes
    keys: LockedBytes
    id: LockedBytes
    set: LockedBytes
    root: LockedBytes
    jrnl: LockedBytes
    search: LockedBytes
    anchor: LockedBytes
    header: LockedBytes
    sync: LockedBytes
    audit: LockedBytes

    def wipe(self) -> None:
        """Overwrite all of them."""
        for key in self:
            key.wipe()

    def __repr__(self) -> str:
        return "SubKeys(...)"


def derive_subkeys(master_key: LockedBytes, vault_id: bytes) -> SubKeys:
    """Return all subkeys of a vault."""
    return SubKeys(*(blake2.derive(master_key, b"prom-subkey-v1", vault_id + label.encode()) for label in LABELS))
