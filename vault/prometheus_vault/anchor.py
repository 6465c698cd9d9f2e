"""The anchor: the newest state this machine has seen of a vault, kept apart from the vault file.

    <vault id hex>.anchor = u64 epoch | link[32] |
                            BLAKE2b(SK("anchor"), "prom-anchor-v1", vault id || u64 epoch || link)       72 bytes

It is written by the writer after the commit that it names, and read before the read transaction that it judges; else a
commit in between would look like a rollback.

| found | result |
|---|---|
| no anchor | a warning, then it is written |
| epoch of the root below the anchor's, or a wrong MAC | `Rollback` |
| another link at the anchor's epoch | `Rollback`: copies were written on two machines |
| root ahead, journal trimmed or broken | accepted |
| opened read-only | a warning instead of `Rollback`; the anchor is left alone |

While a file takes the place of one with other keys, the anchor holds an entry of 72 bytes for each, so that either of
them opens after a crash: one that verifies is enough. The next writer leaves only its own.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_vault import blake2
from prometheus_vault.errors import Rollback
from prometheus_vault.filesystem import make_private_folder, remove_if_there, staged_name, write_durably
from prometheus_vault.index_snapshot import remove_snapshot
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_memory import LockedBytes
    from prometheus_vault.root import Root

    LinkAt = Callable[[int], bytes | None]

_LENGTH: Final = 72
ENTRIES_AT_MOST: Final = 3


class Anchor(NamedTuple):
    """Epoch and journal link of the newest state seen."""

    epoch: int
    link: bytes


def anchor_path(folder: str, vault_id: bytes) -> str:
    """Return where the anchor of a vault lies."""
    return os.path.join(folder, f"{vault_id.hex()}.anchor")


def pack(anchor_key: LockedBytes, vault_id: bytes, anchor: Anchor) -> bytes:
    """Return the 72 bytes of the file."""
    body = anchor.epoch.to_bytes(8, "little") + anchor.link
    return body + _mac(anchor_key, vault_id, body)


def unpack(anchor_key: LockedBytes, vault_id: bytes, entry: bytes) -> Anchor | None:
    """Return what 72 bytes say, or None when they are not of this vault and these keys."""
    body = entry[:40]
    if len(entry) != _LENGTH or not blake2.same(_mac(anchor_key, vault_id, body), entry[40:]):
        return None
    return Anchor(int.from_bytes(body[:8], "little"), body[8:])


def read_anchor(path: str, anchor_key: LockedBytes, vault_id: bytes) -> Anchor | None:
    """Return the anchor, or None when there is no file.

    Raises:
        Rollback: When the file is not one that this vault wrote.
        StorageError: When it cannot be read.
    """
    entries = read_entries(path)
    if entries is None:
        return None
    found = fitting(entries, anchor_key, vault_id)
    if found is not None:
        return found
    raise Rollback(
        "the anchor of this vault does not fit it",
        meaning="the file is from before the vault's keys were renewed, or the anchor was changed",
    )


def fitting(entries: list[bytes], anchor_key: LockedBytes, vault_id: bytes) -> Anchor | None:
    """Return what the last of these entries says that is of this vault and these keys, or None."""
    for entry in reversed(entries):
        found = unpack(anchor_key, vault_id, entry)
        if found is not None:
            return found
    return None


def split(data: bytes) -> list[bytes]:
    """Return the entries in the bytes of an anchor; none where they have another form."""
    count, rest = divmod(len(data), _LENGTH)
    if rest or count > ENTRIES_AT_MOST:
        return []
    return [data[at : at + _LENGTH] for at in range(0, len(data), _LENGTH)]


def read_entries(path: str) -> list[bytes] | None:
    """Return the entries of the file as they lie there, none where it has another form, or None without a file.

    Raises:
        StorageError: When it cannot be read.
    """
    with translated("the anchor could not be read"):
        try:
            with open(path, "rb", buffering=0) as file:
                return split(file.read(ENTRIES_AT_MOST * _LENGTH + 1))
        except FileNotFoundError:
            return None


def write_entries(path: str, entries: list[bytes]) -> None:
    """Replace the anchor by packed entries, of which the newest stay when there are too many.

    Raises:
        StorageError: When it cannot be written.
    """
    with translated("the anchor could not be written"):
        make_private_folder(os.path.dirname(path))
        write_durably(path, b"".join(entries[-ENTRIES_AT_MOST:]))


def write_anchor(path: str, anchor_key: LockedBytes, vault_id: bytes, anchor: Anchor) -> None:
    """Replace the anchor; the caller holds the writer lock and has committed what it names.

    Raises:
        StorageError: When it cannot be written.
    """
    write_entries(path, [pack(anchor_key, vault_id, anchor)])


def forget_anchor(path: str) -> None:
    """Remove the anchor and the index of a vault that is no more, as far as the system lets."""
    for leftover in (path, staged_name(path)):
        with suppress(OSError):
            remove_if_there(leftover)
    remove_snapshot(f"{os.path.splitext(path)[0]}.idx")


def judge(seen: Anchor, found: Root, link_at: LinkAt) -> None:
    """Compare what was seen with a root found now.

    Args:
        seen: The newest state known.
        found: The root in the file.
        link_at: Gives the link that stood at an epoch, or None when the journal does not reach back unbroken.

    Raises:
        Rollback: When the root is older, or on another branch.
    """
    if found.epoch < seen.epoch:
        raise Rollback(
            f"the vault is older than it was: state {found.epoch}, and this machine has seen {seen.epoch}",
            meaning="an old copy was put in its place, or its -wal file was left behind when it was copied",
        )
    link = link_at(seen.epoch)
    if link is not None and not blake2.same(link, seen.link):
        raise Rollback(
            f"the vault is on another branch than this machine has seen at state {seen.epoch}",
            meaning="copies were written on two machines",
        )


def _mac(anchor_key: LockedBytes, vault_id: bytes, body: bytes) -> bytes:
    return blake2.digest(anchor_key, b"prom-anchor-v1", vault_id + body)
