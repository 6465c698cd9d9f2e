"""What this machine remembers of one vault, in the anchor file and in its mirror: read, judged, written when behind."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus_vault import anchor, journal, sqlite_file
from prometheus_vault.anchor import Anchor
from prometheus_vault.anchor_mirror import MirroredAnchor
from prometheus_vault.errors import Rollback

if TYPE_CHECKING:
    import sqlite3

    from prometheus_memory import LockedBytes
    from prometheus_vault.anchor_mirror import AnchorMirror
    from prometheus_vault.keys import SubKeys
    from prometheus_vault.record_set import RecordSet

_TOLD_AT_MOST: Final = 1 << 48
"""Epochs of which an entry that proves nothing is believed: far from where they end."""


class AnchorUpkeep:
    """Where the anchors of a vault lie, and which one has been judged already."""

    def __init__(self, folder: str, vault_id: bytes, mirror: AnchorMirror | None = None) -> None:
        self.path = anchor.anchor_path(folder, vault_id)
        self.mirrored = MirroredAnchor(mirror, vault_id)
        self._vault_id = vault_id
        self._judged: Anchor | None = None

    def read(self, keys: SubKeys) -> Anchor | None:
        """Return the anchor of this machine, or None.

        Raises:
            Rollback: When it does not fit the keys.
        """
        return anchor.read_anchor(self.path, keys.anchor, self._vault_id)

    def read_both(self, keys: SubKeys) -> list[Anchor]:
        """Return what is remembered of the vault: the mirror's first, then the file's, as far as they are there.

        Raises:
            Rollback: When either does not fit the keys.
        """
        entries = self.mirrored.entries()
        second = None if entries is None else anchor.fitting(entries, keys.anchor, self._vault_id)
        if entries is not None and second is None:
            raise Rollback(
                "the second anchor of this vault does not fit it",
                meaning="the file is from before the vault's keys were renewed, or the keyring's copy was changed",
            )
        return [seen for seen in (second, self.read(keys)) if seen is not None]

    def newest_that_fits(self, anchor_key: LockedBytes) -> Anchor | None:
        """Return the newest state that is remembered under these keys; what does not fit them counts for nothing."""
        kept = (self.mirrored.entries(), anchor.read_entries(self.path))
        seen = [anchor.fitting(entries or [], anchor_key, self._vault_id) for entries in kept]
        return max((one for one in seen if one is not None), key=lambda one: one.epoch, default=None)

    def epoch_to_pass(self, anchor_key: LockedBytes) -> int:
        """Return the epoch that a state has to pass to be the newest of all, also of files under other keys.

        What entries of other keys say cannot be proven with these; a number that is too high does no harm while there
        are enough above it.
        """
        kept = [*(self.mirrored.entries() or ()), *(anchor.read_entries(self.path) or ())]
        told = [int.from_bytes(entry[:8], "little") for entry in kept]
        fitting = self.newest_that_fits(anchor_key)
        return max((fitting.epoch if fitting else 0, *(epoch for epoch in told if epoch < _TOLD_AT_MOST)))

    def write(self, keys: SubKeys, known: RecordSet) -> None:
        """Let the anchor name the state known; the caller holds the writer lock."""
        anchor.write_anchor(self.path, keys.anchor, self._vault_id, _newest(known))

    def is_behind(self, keys: SubKeys, known: RecordSet) -> bool:
        """Say whether it should be written: it is missing, of an older state, or has more than its own entry."""
        seen = self.read(keys)
        if seen is None or seen.epoch < known.root.epoch:
            return True
        return len(anchor.read_entries(self.path) or ()) != 1

    def mirror_is_behind(self, keys: SubKeys, known: RecordSet) -> bool:
        """Say whether the mirror should be written."""
        return self.mirrored.is_behind(keys.anchor, _newest(known))

    def write_mirror(self, keys: SubKeys, known: RecordSet) -> None:
        """Let the mirror name the state known, whatever it names now; the caller holds the writer lock."""
        self.mirrored.replace([anchor.pack(keys.anchor, self._vault_id, _newest(known))])

    def replace(self, entries: list[bytes]) -> None:
        """Let both name what these entries do, and nothing else.

        Raises:
            StorageError: When the file cannot be written; the mirror is written first.
        """
        self.mirrored.replace(entries)
        anchor.write_entries(self.path, entries)

    def add_beside(self, anchor_key: LockedBytes, entry: bytes) -> None:
        """Put an entry of these keys beside those of other keys, wherever there are any and none of these.

        Raises:
            StorageError: When the file cannot be read or written.
        """
        for present, replace in (
            (self.mirrored.entries(), self.mirrored.replace),
            (anchor.read_entries(self.path), lambda entries: anchor.write_entries(self.path, entries)),
        ):
            if present and anchor.fitting(present, anchor_key, self._vault_id) is None:
                replace([*present, entry][-anchor.ENTRIES_AT_MOST :])

    def judge(self, seen: Anchor | None, connection: sqlite3.Connection, keys: SubKeys, known: RecordSet) -> None:
        """Compare the state known with an anchor read before it; this state only goes on, so once is enough."""
        if seen is not None and seen != self._judged:
            judge_state(seen, connection, keys, known)
            self._judged = seen


def judge_state(seen: Anchor, connection: sqlite3.Connection, keys: SubKeys, found: RecordSet) -> None:
    """Refuse a state that does not go on from the one seen before; the connection sees the state found.

    Raises:
        Rollback: When it is older, or on another branch.
    """
    newest, vault_id = (found.root.epoch, found.root.link), found.header.vault_id
    anchor.judge(
        seen,
        found.root,
        lambda epoch: journal.link_at(
            keys, vault_id, newest, epoch, lambda seq: sqlite_file.read_entry(connection, seq)
        ),
    )


def _newest(known: RecordSet) -> Anchor:
    return Anchor(known.root.epoch, known.root.link)
