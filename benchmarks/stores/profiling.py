"""Where our vault spends its time in what missed its goal: the functions that cost most in themselves.

What runs is the same as in `phases`, once more, under the profiler; so the numbers are larger, and only their
proportions tell something. Threads other than the caller's do not show.
"""

from __future__ import annotations

import cProfile
import os
import pstats
from io import StringIO
from typing import TYPE_CHECKING

from stores.ours import Ours
from stores.records import made, queries

if TYPE_CHECKING:
    from collections.abc import Callable

    from stores.records import Made

COSTLIEST = 10


def profile(ours: Ours, folder: str, size: int, measure: str) -> list[str]:
    """Return the lines of a profile of one measure."""
    records = made(size)
    watched = cProfile.Profile()
    if measure == "insert":
        place = os.path.join(folder, "profiled")
        os.mkdir(place)
        another = Ours()
        # The making of the vault is in it too, with one derivation.
        watched.runcall(another.fill, place, records)
    elif measure in {"unlock", "ready"}:
        watched.runcall(ours.open)
        if measure == "ready":
            watched.runcall(ours.search, [records[0].number])
        ours.close()
    else:
        ours.open()
        ours.check()
        action = _action(ours, records, measure)
        action()
        watched.runcall(action)
        ours.close()
    return _costliest(watched)


def _action(ours: Ours, records: list[Made], measure: str) -> Callable[[], object]:
    texts: dict[str, tuple[str, ...]] = queries(records)._asdict()
    if measure in texts:
        return lambda: ours.search(texts[measure])
    if measure == "read":
        return lambda: ours.read([record.name for record in records[:1000]])
    if measure == "passphrase":
        return ours.change_passphrase
    more = iter([made(100, first=2 * len(records) + 100 * part) for part in range(2)])
    return lambda: ours.commit(next(more))


def _costliest(watched: cProfile.Profile) -> list[str]:
    out = StringIO()
    pstats.Stats(watched, stream=out).strip_dirs().sort_stats("tottime").print_stats(COSTLIEST)
    return [line for line in out.getvalue().splitlines() if line.strip()]
