"""The daily round of the purge goes on, whatever one of them met."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from io import StringIO
from typing import TYPE_CHECKING, Any

from prometheus_simulators.clock import FakeClock
from prometheus_simulators.service_floor import laid_floor

from prometheus_morpheus.services import running
from prometheus_morpheus.services.http.journal import Journal

if TYPE_CHECKING:
    import pytest

    from prometheus_morpheus.services.floor import Floor

DAY = 24 * 3600
PLAN = running.Plan("authority", None, None, "127.0.0.1", 0)


def rounds(floor: Floor, patch: pytest.MonkeyPatch, enough: int) -> list[dict[str, Any]]:
    """Let the rounds run one after the other, and return what so many of them told in the log."""
    log = StringIO()

    async def until_told() -> None:
        async with running._purged_daily(PLAN, floor, Journal(floor.clock, log)):
            while log.getvalue().count("\n") < enough:  # noqa: ASYNC110 - the log has no event
                await asyncio.sleep(0.001)

    patch.setattr(running, "EVERY_SECONDS", 0.001)
    asyncio.run(asyncio.wait_for(until_told(), 20))
    return [json.loads(line) for line in log.getvalue().splitlines()[:enough]]


def test_a_round_that_fails_in_a_way_nobody_expected_is_told_and_the_next_one_purges(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    floor = laid_floor(FakeClock())
    floor.store.requests.add("cju1", "cjuP", {"claim": "x"}, "uLink", floor.now() - 400 * DAY * 1000)
    cut, failures = floor.store.database.cut_log, iter([sqlite3.OperationalError("disk I/O error"), KeyError("odd")])

    def failing() -> None:
        for failure in failures:
            raise failure
        cut()

    monkeypatch.setattr(type(floor.store.database), "cut_log", lambda _database: failing())
    first, second, third = rounds(floor, monkeypatch, 3)
    assert [(one["event"], one["doing"], one["kind"]) for one in (first, second)] == [
        ("failed", "purge", "OperationalError"),
        ("failed", "purge", "KeyError"),
    ]
    assert third["event"] == "purged"
    row = floor.store.requests.by_id("cju1")
    assert row is not None
    assert row.purged is not None


def test_rows_that_were_changed_on_the_disk_are_counted_in_the_log(monkeypatch: pytest.MonkeyPatch) -> None:
    floor = laid_floor(FakeClock())
    floor.store.requests.add("cju1", "cjuP", {"claim": "x"}, "uLink", floor.now())
    assert [one["event"] for one in rounds(floor, monkeypatch, 2)] == ["purged", "purged"], "the control"
    floor.store.database.run("UPDATE requests SET received = 1")
    told = rounds(floor, monkeypatch, 2)
    assert told[0]["event"] == "purged"
    assert (told[1]["event"], told[1]["rows"]) == ("damaged", 1)
