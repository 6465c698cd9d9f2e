"""A vault made whole again from what opens in a damaged one.

The rows that open are copied as they are, with the header, into a new file with a root and a journal of its own; that
file is then put in the place of the damaged one like a backup, past every state that was seen, and the damaged one is
kept. What was lost is not in it, and what was put back to an older state is in it as that.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_vault import commit, journal, root, sqlite_file
from prometheus_vault.index import NOTHING_DESCRIBED
from prometheus_vault.journal import Operation
from prometheus_vault.restore import Target, restoring
from prometheus_vault.sqlite_errors import translated
from prometheus_vault.store import Vault

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

    from prometheus_vault.anchor_mirror import AnchorMirror
    from prometheus_vault.salvage import Wreck
    from prometheus_vault.transaction import Transaction


@contextmanager
def rebuilding(
    wreck: Wreck,
    anchor_dir: str,
    folder: str,
    keep_as: str,
    *,
    allow_network_fs: bool = False,
    mirror: AnchorMirror | None = None,
) -> Iterator[Transaction]:
    """Put a rebuilt vault in the place of a damaged one, in one with what the block writes; the wreck is used up.

    Args:
        wreck: What was looked through.
        anchor_dir: Folder of this machine's anchors.
        folder: A private empty folder, in which the new file is made; on the same disk as the vault.
        keep_as: New name of the damaged file.
        allow_network_fs: Do not refuse a network file system.
        mirror: Keeps a second anchor, which learns of the rebuilt file.

    Raises:
        Busy: When another process has the damaged file open.
        AlreadyExists: When something lies under the new name of the damaged file.
        StorageError: When the system refuses; the damaged file is as it was.
    """
    made = os.path.join(folder, "rebuilt.vault")
    _fill(wreck, made)
    aside = os.path.join(folder, "anchors")
    with Vault._open(
        made, aside, lambda _: wreck.unlocked, NOTHING_DESCRIBED, read_only=True, allow_network_fs=allow_network_fs
    ) as rebuilt:
        target = Target(wreck.path, anchor_dir, keep_as, wreck.found.epoch, mirror)
        with restoring(rebuilt, target, allow_network_fs=allow_network_fs) as change:
            yield change


def _fill(wreck: Wreck, path: str) -> None:
    with translated("the rebuilt vault could not be written"):
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        connection = sqlite_file.connect(path, "mode=rw")
        try:
            sqlite_file.create_tables(connection)
            connection.execute("BEGIN IMMEDIATE")
            _write(connection, wreck)
            connection.execute("COMMIT")
        finally:
            connection.close()


def _write(connection: sqlite3.Connection, wreck: Wreck) -> None:
    keys, header = wreck.unlocked.keys, wreck.header
    rows = sorted(wreck.rows.values())
    connection.executemany("INSERT INTO rec(id, ver, ct) VALUES (?, ?, ?)", rows)
    total = bytes(32)
    for row in rows:
        total = root.xor(total, root.leaf(keys.set, *row))
    before = root.BEFORE_ALL._replace(epoch=wreck.found.epoch)
    operations = [Operation(journal.RESTART, journal.NO_ID, wreck.found.epoch)]
    link = commit.write_entry(connection, keys, header.vault_id, before, operations)
    newest = root.Root(before.epoch + 1, len(rows), total, header.mac, link)
    meta = [("hdr", header.raw), ("root", root.seal_root(keys, header.vault_id, newest))]
    connection.executemany("INSERT INTO meta(k, v) VALUES (?, ?)", meta)
