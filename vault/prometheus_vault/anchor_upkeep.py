"""The anchor of one open vault: read, judged, written when it is behind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_vault import anchor, journal, sqlite_file
from prometheus_vault.anchor import Anchor

if TYPE_CHECKING:
    import sqlite3

    from prometheus_vault.keys import SubKeys
    from prometheus_vault.record_set import RecordSet


class AnchorUpkeep:
    """Where the anchor of a vault lies, and which one has been judged already."""

    def __init__(self, path: str) -> None:
        self.path = path
        self._judged: Anchor | None = None

    def read(self, keys: SubKeys, known: RecordSet) -> Anchor | None:
        """Return the anchor of this machine, or None."""
        return anchor.read_anchor(self.path, keys.anchor, known.header.vault_id)

    def write(self, keys: SubKeys, known: RecordSet) -> None:
        """Let the anchor name the state known; the caller holds the writer lock."""
        newest = Anchor(known.root.epoch, known.root.link)
        anchor.write_anchor(self.path, keys.anchor, known.header.vault_id, newest)

    def is_behind(self, keys: SubKeys, known: RecordSet) -> bool:
        """Say whether it should be written: it is missing, of an older state, or has more than its own entry."""
        seen = self.read(keys, known)
        if seen is None or seen.epoch < known.root.epoch:
            return True
        return len(anchor.read_entries(self.path) or ()) != 1

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
