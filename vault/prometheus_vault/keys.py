"""The subkeys of a vault, one per purpose, all from the master key.

SK(label) = BLAKE2b(master key, "prom-subkey-v1", vault id || label)
"""

from __future__ import annotations

from typing import Final, NamedTuple

from prometheus_vault import blake2

LABELS: Final = ("data", "keys", "id", "set", "root", "jrnl", "index", "anchor", "header", "sync", "audit")


class SubKeys(NamedTuple):
    """32 bytes each, in the order of `LABELS`; printed as nothing."""

    data: bytes
    keys: bytes
    id: bytes
    set: bytes
    root: bytes
    jrnl: bytes
    search: bytes
    anchor: bytes
    header: bytes
    sync: bytes
    audit: bytes

    def __repr__(self) -> str:
        return "SubKeys(...)"


def derive_subkeys(master_key: bytes, vault_id: bytes) -> SubKeys:
    """Return all subkeys of a vault."""
    return SubKeys(*(blake2.digest(master_key, b"prom-subkey-v1", vault_id + label.encode()) for label in LABELS))
