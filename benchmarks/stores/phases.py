"""The phases of the comparison at one size: fill, open, read, search, commit, change the passphrase.

In each phase the stores take turns, so that a busy moment hits all alike. A value is the median, of the turns where one
turn is one time, else of all times; for commits the ninety-ninth of a hundred too. Beside it stands that of the calmest
turn: processors that are shared run at half their pace for seconds, and a goal is for processors with nothing else to
do. A store that has had its seconds in a phase takes no more turns. Before anything is timed it is done once.
"""

from __future__ import annotations

import gc
import os
import random
import shutil
import statistics
import time
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from stores.records import made, queries
from stores.rows import BARE, BY_KEY, Row
from stores.store import Cannot, each, once

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from stores.records import Made
    from stores.store import Store

TURNS = 5
TURNS_OF_MANY = 15
FIRST = 500
COMMITS = 25
COMMIT_TURNS = 20
SECONDS = {"fill": 8.0, "open": 6.0, "read": 4.0, "search": 4.0, "commit": 12.0, "passphrase": 6.0}
"""After how long in a phase a store takes no more turns, at one size."""
BLOCK = bytes(4096)


class Figures:
    """The times noted at one size."""

    def __init__(self, size: int) -> None:
        self.size = size
        self.rows: list[Row] = []
        self._wall: dict[tuple[str, str], list[float]] = {}
        self._turns: dict[tuple[str, str], list[float]] = {}
        self._cpu: dict[tuple[str, str], list[float]] = {}
        self._missing: dict[tuple[str, str], str] = {}

    def note(self, measure: str, store: str, wall: Sequence[float], cpu: float) -> None:
        """Note nanoseconds of each time, and those of the processor of one time."""
        self._wall.setdefault((measure, store), []).extend(wall)
        self._turns.setdefault((measure, store), []).append(statistics.median(wall))
        self._cpu.setdefault((measure, store), []).append(cpu)

    def miss(self, measure: str, store: str, reason: str) -> None:
        """Note why there is nothing."""
        self._missing[measure, store] = reason

    def as_rows(self, stores: Sequence[str]) -> list[Row]:
        """Return a row for each measure and store."""
        return [self._row(measure, store) for measure in BY_KEY for store in stores if self._is_known(measure, store)]

    def _is_known(self, measure: str, store: str) -> bool:
        return store != BARE or (measure, store) in self._wall

    def _row(self, measure: str, store: str) -> Row:
        wall = self._wall.get((measure, store))
        if wall is None:
            return Row(self.size, measure, store, None, None, 0, self._missing.get((measure, store), "not measured"))
        unit = BY_KEY[measure].per_unit
        value = calmest = sorted(wall)[int(len(wall) * 0.99)]
        if measure != "commit-99":
            value, calmest = statistics.median(wall), min(self._turns[measure, store])
        cpu = statistics.median(self._cpu[measure, store])
        return Row(self.size, measure, store, value / unit, cpu / unit, len(wall), calmest=calmest / unit)


class Turns:
    """Who may go on in a phase."""

    def __init__(self, phase: str, stores: Sequence[Store]) -> None:
        self._left = {store.name: SECONDS[phase] for store in stores}
        self._stores = stores

    def __call__(self, turns: int) -> Iterator[tuple[int, Store]]:
        """Yield turn and store, each store as long as it has seconds left and once at least."""
        for turn in range(turns):
            for store in self._stores:
                if self._left[store.name] > 0:
                    start = time.perf_counter()
                    yield turn, store
                    self._left[store.name] -= time.perf_counter() - start


def measured(folder: str, size: int, stores: Sequence[Store], rates: dict[str, tuple[int, float]]) -> list[Row]:
    """Return all rows of one size; `rates` holds the records of the last size and what each of them took to fill."""
    figures = Figures(size)
    with records_of(size) as records:
        able = [store for store in stores if not _is_too_slow(folder, store, rates, figures)]
        _fill(folder, records, able, figures, rates)
        _open(records, able, figures)
        for store in able:
            store.open()
        for store in able:
            with suppress(Cannot):
                store.check()
        _read(records, able, figures)
        _search(records, able, figures)
        _commit(folder, size, able, figures)
        _change(able, figures)
        for store in able:
            store.close()
    return figures.as_rows([*(store.name for store in stores), BARE])


@contextmanager
def records_of(size: int) -> Iterator[list[Made]]:
    """Yield the records, which the collector of rubbish need not look at again and again."""
    records = made(size)
    gc.collect()
    gc.freeze()
    try:
        yield records
    finally:
        gc.unfreeze()


def _is_too_slow(folder: str, store: Store, rates: dict[str, tuple[int, float]], figures: Figures) -> bool:
    size = figures.size
    if store.name not in rates:
        place = os.path.join(folder, f"{store.name}-first")
        os.mkdir(place)
        rates[store.name] = FIRST, store.fill(place, made(FIRST)).wall / 1e9 / FIRST
    known, rate = rates[store.name]
    if rate * size <= store.patience:
        return False
    reason = f"not run: would take {rate * size:.0f} s to fill at the rate measured at {known}"
    for measure in BY_KEY:
        figures.miss(measure, store.name, reason)
    return True


def _fill(
    folder: str,
    records: list[Made],
    stores: Sequence[Store],
    figures: Figures,
    rates: dict[str, tuple[int, float]],
) -> None:
    for turn, store in Turns("fill", stores)(TURNS):
        place = os.path.join(folder, f"{store.name}-{figures.size}")
        if turn:
            shutil.rmtree(place)
        os.mkdir(place)
        took = store.fill(place, records)
        rates[store.name] = figures.size, took.wall / 1e9 / len(records)
        figures.note("insert", store.name, [took.wall / len(records)], took.cpu / len(records))
    for store in stores:
        store.open()
        with _if_it_can("index", store, figures):
            took = store.make_searchable()
            if took.wall:
                figures.note("index", store.name, [took.wall / len(records)], took.cpu / len(records))
            else:
                figures.miss("index", store.name, "searches without an index")
        store.close()


def _open(records: list[Made], stores: Sequence[Store], figures: Figures) -> None:
    word, name = records[len(records) // 2].number, records[len(records) // 3].name
    afterwards: dict[str, Callable[[Store], object]] = {
        "ready": lambda store: store.search([word]),
        "first": lambda store: store.read([name]),
        "check": lambda store: store.check(),
    }
    warm = set()
    for _, store in Turns("open", stores)(TURNS + 1):
        for measure, action in afterwards.items():
            gc.collect()
            opened = once(store.open)
            with _if_it_can(measure, store, figures):
                done = once(partial(action, store))
                if store.name in warm:
                    figures.note(measure, store.name, [opened.wall + done.wall], opened.cpu + done.cpu)
            if store.name in warm:
                figures.note("unlock", store.name, [opened.wall], opened.cpu)
            store.close()
            if opened.wall > 1e9:  # nothing of its first time is left to warm up
                warm.add(store.name)
        warm.add(store.name)


def _read(records: list[Made], stores: Sequence[Store], figures: Figures) -> None:
    chance = random.Random("reads")
    for store in stores:
        store.read([records[0].name])
    for _, store in Turns("read", stores)(TURNS_OF_MANY):
        names = [record.name for record in chance.choices(records, k=store.reads)]
        _note_each(figures, "read", store.name, partial(store.read, names))


def _search(records: list[Made], stores: Sequence[Store], figures: Figures) -> None:
    asked = queries(records)._asdict()
    _agree(stores, [text for texts in asked.values() for text in texts])
    for measure, texts in asked.items():
        for turn, store in Turns("search", stores)(TURNS_OF_MANY):
            one = [texts[turn % len(texts)]] if store.patience < 60 else texts
            with _if_it_can(measure, store, figures):
                _note_each(figures, measure, store.name, partial(store.search, one))


def _commit(folder: str, size: int, stores: Sequence[Store], figures: Figures) -> None:
    waiting = {store.name: made(COMMITS * COMMIT_TURNS, first=size) for store in stores}
    with open(os.path.join(folder, "bare"), "wb", buffering=0) as bare:
        turns = Turns("commit", stores)
        for turn, store in turns(COMMIT_TURNS):
            if store is stores[0]:
                _note_commits(figures, BARE, lambda: each(lambda _: _write_durably(bare.fileno()), range(COMMITS)))
            many = COMMITS if store.patience > 60 else 1
            batch = waiting[store.name][turn * many : (turn + 1) * many]
            _note_commits(figures, store.name, partial(store.commit, batch))


def _change(stores: Sequence[Store], figures: Figures) -> None:
    for _, store in Turns("passphrase", stores)(TURNS):
        took = store.change_passphrase()
        figures.note("passphrase", store.name, [took.wall], took.cpu)


def _note_each(figures: Figures, measure: str, store: str, action: Callable[[], list[int]]) -> list[int]:
    cpu = time.process_time_ns()
    times = action()
    figures.note(measure, store, times, (time.process_time_ns() - cpu) / len(times))
    return times


def _note_commits(figures: Figures, store: str, action: Callable[[], list[int]]) -> None:
    cpu = time.process_time_ns()
    times = action()
    each_cpu = (time.process_time_ns() - cpu) / len(times)
    for measure in ("commit", "commit-99"):
        figures.note(measure, store, times, each_cpu)


def _write_durably(descriptor: int) -> None:
    os.write(descriptor, BLOCK)
    os.fsync(descriptor)


def _agree(stores: Sequence[Store], texts: Sequence[str]) -> None:
    for text in texts:
        answers = [found for store in stores if (found := store.found(text)) is not None]
        if any(answer != answers[0] for answer in answers) or not answers[0]:
            raise SystemExit(f"the stores do not find the same for {text!r}, so their times mean nothing")


@contextmanager
def _if_it_can(measure: str, store: Store, figures: Figures) -> Iterator[None]:
    try:
        yield
    except Cannot as reason:
        figures.miss(measure, store.name, str(reason))
