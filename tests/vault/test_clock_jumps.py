"""The clock jumps by a year, back and forth: the cellar keeps no time, and its patience follows the steady clock."""

from __future__ import annotations

import time

import pytest
from prometheus_simulators.promised_life import CLAIMS, State, broken_promise
from prometheus_simulators.vault_lab import PASSPHRASE, Place

from prometheus_vault import lock
from prometheus_vault.errors import Busy

YEAR = 365 * 86400.0


class NoEnd(Exception):
    """A wait went on and on."""


class JumpingClock:
    """A wall clock that is a year behind or ahead at every look, and a steady one that only `sleep` moves."""

    def __init__(self) -> None:
        self.steady = 1000.0
        self.looks = 0
        self.naps = 0

    def time(self) -> float:
        self.looks += 1
        return 1.8e9 + self.steady + (YEAR if self.looks % 2 else -YEAR)

    def monotonic(self) -> float:
        return self.steady

    def sleep(self, seconds: float) -> None:
        self.steady += seconds
        self.naps += 1
        if self.naps > 1000:
            raise NoEnd


def jump(patch: pytest.MonkeyPatch, clock: JumpingClock) -> None:
    for name in ("time", "monotonic", "sleep"):
        patch.setattr(time, name, getattr(clock, name))


def test_a_vault_lives_on_whatever_the_clock_says(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    jump(monkeypatch, JumpingClock())
    records = {}
    for number in range(6):
        with place.create() if not number else place.open() as vault, vault.transaction() as change:
            change.put(CLAIMS, f"claim {number}", b"x")
        records[CLAIMS, f"claim {number}"] = b"x"
    promised = State(records, PASSPHRASE)
    assert broken_promise(place, promised, promised) == ""


def wait_for_the_lock(full: Place) -> None:
    path = str(full.file)
    with lock.writer_lock(path), lock.writer_lock(path, 5.0):
        pass


def test_the_wait_for_another_writer_ends_after_its_time(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = JumpingClock()
    jump(monkeypatch, clock)
    with pytest.raises(Busy) as caught:
        wait_for_the_lock(full)
    assert caught.value.remedy
    assert 200 < clock.naps < 300


def test_a_wait_by_a_clock_that_is_set_back_would_never_end(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    clock = JumpingClock()
    jump(monkeypatch, clock)
    monkeypatch.setattr(time, "monotonic", lambda: 1.8e9 - YEAR * clock.naps)
    with pytest.raises(NoEnd):
        wait_for_the_lock(full)
