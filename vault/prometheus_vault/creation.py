"""A new vault file: built aside, verified, and put in place whole.

The master key and the vault id are fresh random bytes; the header has a passphrase slot and, when a recovery secret is
given, a recovery slot. The first journal entry names the first header.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple

from prometheus_memory import fresh
from prometheus_vault import anchor, commit, journal, record_set, root, sqlite_file, unlocking
from prometheus_vault.filesystem import make_private_folder, remove_if_there
from prometheus_vault.header import Header, build_header
from prometheus_vault.journal import Operation
from prometheus_vault.keys import derive_subkeys
from prometheus_vault.lock import writer_lock
from prometheus_vault.replace import refuse_existing, staging
from prometheus_vault.sqlite_errors import translated
from prometheus_vault.unlocking import Unlocked

if TYPE_CHECKING:
    from prometheus_memory import SecretBytes
    from prometheus_vault.kdf import KdfParameters
    from prometheus_vault.keys import SubKeys


class Created(NamedTuple):
    """A file that was made: its vault id and what opens it."""

    vault_id: bytes
    unlocked: Unlocked


def create_file(
    path: str, *, passphrase: SecretBytes, recovery_secret: SecretBytes | None, kdf: KdfParameters
) -> Created:
    """Make a vault file and return what opens it.

    Raises:
        AlreadyExists: When something lies at the path.
        BadPassphrase: When the passphrase has a form that is never accepted.
        KdfTooWeak: When the cost lies below the floor.
        StorageError: When it cannot be written; nothing is left behind.
    """
    refuse_existing(path)
    vault_id, master_key = os.urandom(16), fresh(32)
    slots = [unlocking.new_passphrase_slot(passphrase, kdf, vault_id=vault_id, master_key=master_key)]
    if recovery_secret is not None:
        slots.append(unlocking.new_recovery_slot(recovery_secret, vault_id=vault_id, master_key=master_key))
    keys = derive_subkeys(master_key, vault_id)
    header = build_header(vault_id, 1, slots, keys.header)
    with translated("the vault could not be written"):
        make_private_folder(os.path.dirname(path))
    with writer_lock(path), staging(path) as staged:
        _fill(staged, keys, header)
        _check(staged, keys, header)
    return Created(vault_id, Unlocked(master_key, keys, slots[0].slot_id))


def discard_file(path: str, anchor_dir: str, vault_id: bytes) -> None:
    """Take back a file that was just made, with its log and anchor, as far as the system lets; the lock file stays."""
    for leftover in (f"{path}-wal", f"{path}-journal", f"{path}-shm", path):
        with suppress(OSError):
            remove_if_there(leftover)
    anchor.forget_anchor(anchor.anchor_path(anchor_dir, vault_id))


def _fill(staged: str, keys: SubKeys, header: Header) -> None:
    connection = sqlite_file.connect(staged, "mode=rw")
    try:
        sqlite_file.create_tables(connection)
        connection.execute("BEGIN IMMEDIATE")
        operations = [Operation(journal.HEADER, journal.NO_ID, header.generation)]
        link = commit.write_entry(connection, keys, header.vault_id, root.BEFORE_ALL, operations)
        first = root.Root(1, 0, bytes(32), header.mac, link)
        rows = [("hdr", header.raw), ("root", root.seal_root(keys, header.vault_id, first))]
        connection.executemany("INSERT INTO meta(k, v) VALUES (?, ?)", rows)
        connection.execute("COMMIT")
    finally:
        connection.close()


def _check(staged: str, keys: SubKeys, header: Header) -> None:
    connection = sqlite_file.open_file(staged, read_only=True)
    try:
        record_set.verify(connection, keys, header.vault_id)
    finally:
        connection.close()
