"""How old a vault file is: by what it says itself, and by what this machine has seen of the vault."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from prometheus_vault import sqlite_file
from prometheus_vault.errors import Rollback
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    from prometheus_vault.store import Vault


def seen_epoch(vault: Vault) -> int | None:
    """Return the newest state that this machine has seen of a vault; None where it remembers none that fits its keys.

    Raises:
        StorageError: When the anchor cannot be read.
    """
    session = vault._session
    seen = session.anchors.newest_that_fits(session.unlocked.keys.anchor)
    return seen.epoch if seen else None


def rollback_of(vault: Vault) -> Rollback | None:
    """Return why a vault that was opened read-only would be refused as rolled back, or None when it would not."""
    session = vault._session
    try:
        remembered = session.anchors.read_both(session.unlocked.keys)
        with session.reading():
            for seen in remembered:
                session.judge_anchor(seen)
    except Rollback as error:
        return error
    return None


def record_count(vault: Vault) -> int:
    """Return how many records the present state of a vault has."""
    with vault._session.reading() as known:
        return known.root.records


def told_epoch(path: str | os.PathLike[str]) -> int:
    """Return the state that a file claims to be in, read without any secret; nothing proves it.

    Raises:
        VaultError: When it is no vault or cannot be read.
    """
    connection = sqlite_file.open_file(os.path.realpath(path), read_only=True)
    try:
        with translated("the vault could not be read"):
            row = connection.execute("SELECT max(seq) FROM jrnl").fetchone()
    finally:
        connection.close()
    return row[0] if type(row[0]) is int else 0
