"""The power goes at any moment: what was acknowledged is there, whole, and the vault goes on.

The program and its SQLite are the real ones. What they do to the disk is recorded; then, for each moment, a disk is
made as it may be found after a power cut at that moment (`lossy_disk`), opened and judged. Every disk that is judged
differs from all others. The controls take a sync away, and must lose something.
"""

from __future__ import annotations

import os
import shutil
from random import Random
from typing import TYPE_CHECKING, NamedTuple

import pytest
from prometheus_simulators.disk_recorder import Recording, recording
from prometheus_simulators.lossy_disk import LossyDisk
from prometheus_simulators.promised_life import Life, judge, keep_a_short_journal, state_of
from prometheus_simulators.vault_lab import Place

from prometheus_vault import sqlite_file

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterator
    from pathlib import Path

    from prometheus_simulators.lossy_disk import Image, Operation

SEED = int(os.environ.get("PROMETHEUS_SEED", "20261122"))
JOURNAL_KEPT = 6


class Outcome(NamedTuple):
    """How many different disks were judged, and what was wrong with some."""

    judged: int
    broken: tuple[str, ...]


def lived(folder: Path, steps: int) -> tuple[Life, tuple[Image, list[Operation]]]:
    """Live a life from the creation on, and return it with what the disk was told."""
    folder.mkdir()
    with recording(folder) as notes:
        life = Life(Place(folder), notes)
        life.create()
        life.vault._session.connection.execute("PRAGMA wal_autocheckpoint=20")
        life.live(Random(SEED), steps)
        life.close()
    return life, (notes.start, notes.operations)


def disks(start: Image, operations: list[Operation], cuts: set[int]) -> Iterator[tuple[int, Image]]:
    """Yield the disk after a cut at each of these moments, leaving out those that were seen before."""
    disk, seen = LossyDisk(start), set()
    for number in range(len(operations) + 1):
        if number in cuts:
            image = disk.after_power_cut(Random(SEED + number))
            digest = image.digest()
            if digest not in seen:
                seen.add(digest)
                yield number, image
        if number < len(operations):
            disk.do(operations[number])


def cut_and_judge(place: Place, steps: int, cuts: int) -> Outcome:
    """Cut the power at so many moments of a life, spread evenly, and judge each disk."""
    life, (start, operations) = lived(place.folder / "life", steps)
    moments = set(range(len(operations) + 1))
    if cuts < len(moments):
        moments = set(Random(SEED).sample(sorted(moments), cuts))
    broken, judged = [], 0
    for number, image in disks(start, operations, moments):
        judged += 1
        there = Place(place.folder / "cut")
        wrong = judge(image, there, *life.cut_after(number))
        shutil.rmtree(there.folder)
        if wrong:
            broken.append(f"cut {number} of seed {SEED}: {wrong}")
    summary = f"seed {SEED}: {len(operations)} operations, {judged} different disks judged, {len(broken)} broken"
    print(summary, *broken, sep="\n")  # noqa: T201 - with the seed, a failure can be played again
    return Outcome(judged, tuple(broken))


@pytest.fixture
def place(swift_place: Place) -> Place:
    swift_place.folder.mkdir()
    return swift_place


@pytest.fixture
def short_journal(monkeypatch: pytest.MonkeyPatch) -> None:
    keep_a_short_journal(monkeypatch, JOURNAL_KEPT)


@pytest.mark.usefixtures("short_journal")
def test_no_power_cut_loses_what_was_acknowledged(place: Place) -> None:
    outcome = cut_and_judge(place, steps=32, cuts=230)
    assert "\n".join(outcome.broken) == ""
    assert outcome.judged >= 150


@pytest.mark.long
@pytest.mark.usefixtures("short_journal")
def test_no_power_cut_of_two_thousand_loses_what_was_acknowledged(place: Place) -> None:
    outcome = cut_and_judge(place, steps=140, cuts=10_000)
    assert "\n".join(outcome.broken) == ""
    assert outcome.judged >= 2000


def cut_twice(place: Place, first: int, second: int) -> list[str]:
    """Cut the power, live on from what is there, and cut it again; return what was broken."""
    life, (start, operations) = lived(place.folder / "life", 12)
    chance = Random(SEED)
    broken = []
    for number, image in disks(start, operations, set(chance.sample(range(len(operations)), first))):
        once = Place(place.folder / "once")
        image.write_to(once.folder)
        promised, going_on = life.cut_after(number)
        if once.file.exists():
            with recording(once.folder) as notes:
                after = Life(once, notes, state_of(once, promised, going_on))
                after.live(chance, 9)
                after.close()
            moments = set(chance.sample(range(len(notes.operations)), second))
            for again, left in disks(notes.start, notes.operations, moments):
                twice = Place(place.folder / "twice")
                wrong = judge(left, twice, *after.cut_after(again))
                shutil.rmtree(twice.folder)
                broken += [f"cuts {number} and {again} of seed {SEED}: {wrong}"] if wrong else []
        shutil.rmtree(once.folder)
    return broken


def test_a_second_power_cut_after_the_first_loses_nothing_either(place: Place) -> None:
    first, second = (40, 40) if os.environ.get("PROMETHEUS_LONG") else (3, 10)
    assert cut_twice(place, first, second) == []


def with_synchronous(level: str, opened: Callable[..., sqlite3.Connection]) -> Callable[..., sqlite3.Connection]:
    def open_file(path: str, *, read_only: bool) -> sqlite3.Connection:
        connection = opened(path, read_only=read_only)
        connection.execute(f"PRAGMA synchronous={level}")
        return connection

    return open_file


@pytest.mark.parametrize("level", ["OFF", "NORMAL"])
def test_with_fewer_syncs_of_sqlite_something_is_lost(
    place: Place, monkeypatch: pytest.MonkeyPatch, level: str
) -> None:
    monkeypatch.setattr(sqlite_file, "open_file", with_synchronous(level, sqlite_file.open_file))
    assert cut_and_judge(place, steps=20, cuts=40).broken


@pytest.mark.parametrize("are_folders", [True, False], ids=["names", "contents"])
def test_without_our_own_syncs_something_is_lost(
    place: Place, monkeypatch: pytest.MonkeyPatch, *, are_folders: bool
) -> None:
    noted = Recording.synced

    def note(notes: Recording, descriptor: int, path: str) -> None:
        if os.path.isdir(path) != are_folders:
            noted(notes, descriptor, path)

    monkeypatch.setattr(Recording, "synced", note)
    assert cut_and_judge(place, steps=20, cuts=40).broken


def test_a_way_to_the_disk_past_the_recorder_is_noticed(tmp_path: Path) -> None:
    with pytest.raises(AssertionError), recording(tmp_path):
        (tmp_path / "unseen").write_bytes(b"x")
