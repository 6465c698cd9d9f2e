"""Checking an open vault again, on demand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_vault import journal, sqlite_file
from prometheus_vault.errors import Tampered
from prometheus_vault.facts import Report
from prometheus_vault.limits import JOURNAL_KEPT

if TYPE_CHECKING:
    from prometheus_vault.reader import Reader
    from prometheus_vault.session import Session


def verify(session: Session, reader: Reader, *, deep: bool) -> Report:
    """Check the set; deep also opens every record and runs SQLite's own check.

    Raises:
        IntegrityError: When anything is not what the key holder wrote.
        Rollback: When the file is no continuation of the state known.
    """
    with session.reading():
        known = session.verify_again()
        if deep:
            _check_database(session)
            for _ in reader.open_all():
                pass
        entries, is_whole = _check_journal(session)
    return Report(known.root.epoch, known.header.generation, known.root.records, entries, is_whole, deep)


def _check_database(session: Session) -> None:
    if session.connection.execute("PRAGMA integrity_check").fetchall() != [(b"ok",)]:
        raise Tampered("the file breaks the rules of its database format")


def _check_journal(session: Session) -> tuple[int, bool]:
    """Count the entries; say whether they are those that chain back from the root, to the first or as many as kept."""
    newest = session.records.root
    chain = list(
        journal.walk_back(
            session.unlocked.keys,
            session.records.header.vault_id,
            (newest.epoch, newest.link),
            lambda seq: sqlite_file.read_entry(session.connection, seq),
        )
    )
    stored = session.connection.execute("SELECT count(*) FROM jrnl").fetchone()[0]
    reaches_back = len(chain) >= JOURNAL_KEPT or (bool(chain) and chain[-1][1] == journal.NO_LINK)
    return stored, len(chain) == stored and reaches_back
