"""When to remind of a backup, and what the vault remembers of the last one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.memory_vault import MemoryVault

from prometheus.usecases import audit, backups
from prometheus.usecases.backups import LastBackup, Limits, reminder
from prometheus.usecases.session import Session

NOW = datetime(2026, 11, 22, 18, tzinfo=UTC)
USUAL = Limits(days=30, changes=100)


class NoSigner:
    def sign(self, public_key: str, message: bytes) -> str:
        raise AssertionError


def days_ago(days: float, epoch: int = 5) -> LastBackup:
    return LastBackup((NOW - timedelta(days=days)).strftime("%Y-%m-%dT%H:%M:%SZ"), epoch)


def said(last: LastBackup | None, *, epoch: int = 5, records: int = 50, limits: Limits = USUAL) -> str:
    return reminder(last, NOW, epoch=epoch, records=records, limits=limits)


@pytest.mark.parametrize(
    ("last", "epoch", "text"),
    [
        (days_ago(29.9), 5, ""),
        (days_ago(30), 5, "the last backup is 30 days old"),
        (days_ago(400), 5, "the last backup is 400 days old"),
        (days_ago(0), 104, ""),
        (days_ago(0), 105, "100 changes since the last backup"),
        (days_ago(-3), 5, ""),
        (days_ago(0, epoch=900), 5, ""),
    ],
)
def test_a_backup_is_due_after_days_or_changes(last: LastBackup, epoch: int, text: str) -> None:
    assert said(last, epoch=epoch) == text


def test_a_vault_that_holds_more_than_words_bring_back_needs_a_first_backup() -> None:
    assert said(None, records=backups.RECORDS_OF_A_NEW_VAULT) == ""
    assert said(None, records=backups.RECORDS_OF_A_NEW_VAULT + 1) == "there is no backup of it yet"


@pytest.mark.parametrize(
    ("limits", "text"),
    [
        (Limits(0, 0), ""),
        (Limits(0, 100), "900 changes since the last backup"),
        (Limits(1, 0), "the last backup is 400 days old"),
    ],
)
def test_each_reminder_can_be_switched_off(limits: Limits, text: str) -> None:
    assert said(days_ago(400), epoch=905, limits=limits) == text
    if not text:
        assert said(None, limits=limits) == ""


def test_one_day_is_one_day() -> None:
    assert said(days_ago(1), limits=Limits(1, 0)) == "the last backup is 1 day old"


def test_the_vault_remembers_its_last_backup_and_logs_it() -> None:
    session = Session(MemoryVault(), FakeClock(), NoSigner())
    assert backups.last_backup(session) is None
    assert backups.last_change(session) == ""
    made = backups.keep_backup(session, 7, {"file": "b.vault", "epoch": 7})
    assert made == LastBackup("2026-11-22T18:00:00Z", 8)
    assert backups.last_backup(session) == made
    assert backups.last_change(session) == "2026-11-22T18:00:00Z"
    (entry,) = audit.entries(session)
    assert (entry.act, entry.facts["file"]) == ("vault.backup", "b.vault")
