"""How quick the vault is, against SQLCipher, Askar and KeePass files with the same records on the same disk.

    python benchmarks/vault.py [--sizes 1000,10000,100000] [--folder FOLDER] [--json] [--save]

One run measures all stores, turn and turn about (`stores/phases.py`); the time of any derivation of a key from a
passphrase is left out, and each store says how. Goals are absolute, for two shared processors: those of reading,
searching, inserting and unlocking at 100,000 records, those of commits and of a passphrase change at every size. A goal
is judged by the calmest turn, since processors that are shared change their pace; the median of all turns is shown
beside it, and ratios are made of that. Beside each time stands that of the processor: where it is much smaller, the
rest was waiting for the disk or for other programs. Durable commits can be judged only by what the disk does, so a bare
write with fsync is timed among them.

Ends with 1 when a goal was missed, and shows where the time went, or was not measured, or when a peer is not there.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

CHECKOUT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(CHECKOUT / "vault"), str(CHECKOUT / "benchmarks")]

from _conditions import conditions, keep  # noqa: E402 - found by the path above
from stores.ours import Ours  # noqa: E402
from stores.phases import measured  # noqa: E402
from stores.profiling import profile  # noqa: E402
from stores.rows import BARE, BY_KEY, LARGE, MEASURES, Row, best_peer, goal_of, shown  # noqa: E402

if TYPE_CHECKING:
    from stores.store import Store

PEERS = {"sqlcipher": "SqlCipher", "askar": "Askar", "keepass": "KeePass"}
SIZES = (1000, 10_000, LARGE)


def main() -> int:
    """Measure, print, and return 1 when something is missing or missed."""
    options = read_options()
    peers, absent = peers_at_hand()
    ours = Ours()
    stores: list[Store] = [ours, *peers]
    before, start = os.getloadavg(), time.monotonic()
    rows: list[Row] = []
    profiles: dict[str, list[str]] = {}
    rates: dict[str, tuple[int, float]] = {}
    with tempfile.TemporaryDirectory(prefix="vault-benchmark-", dir=options.folder) as folder:
        kind = file_system(folder)
        for size in options.sizes:
            place = os.path.join(folder, str(size))
            os.mkdir(place)
            found = measured(place, size, stores, rates)
            for measure in dict.fromkeys(row.measure.partition("-")[0] for row in found if is_missed(row)):
                profiles[f"{size} {measure}"] = profile(ours, place, size, measure)
            rows += found
            shutil.rmtree(place)
    document = {
        **conditions("vault", before, ("pynacl",)),
        "file_system": kind,
        "seconds": round(time.monotonic() - start, 1),
        "terms": {store.name: store.terms()._asdict() for store in stores},
        "absent": absent,
        "rows": [as_json(row, rows) for row in rows],
        "goals": [goal_line(row, rows) for row in judged(rows)],
        "unmeasured": unmeasured(rows, kind),
        "profiles": profiles,
    }
    if options.json:
        print(json.dumps(document))
    else:
        show(document, rows, [store.name for store in stores])
    if options.save:
        keep(document)
    is_kept = not any(is_missed(row) for row in judged(rows))
    return 0 if is_kept and not document["unmeasured"] and not absent else 1


def read_options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=sizes, default=SIZES, help="numbers of records, with commas between them")
    parser.add_argument("--folder", help="where the stores are made, to choose the disk")
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    parser.add_argument("--save", action="store_true", help="keep the numbers in benchmarks/results")
    return parser.parse_args()


def sizes(text: str) -> tuple[int, ...]:
    """Return the numbers in a list, the smallest first."""
    found = tuple(sorted(int(part) for part in text.split(",")))
    if found[0] < 500:
        raise argparse.ArgumentTypeError("500 records at least")
    return found


def peers_at_hand() -> tuple[list[Store], dict[str, str]]:
    """Return the peers that are installed, and why others are not there."""
    peers: list[Store] = []
    absent: dict[str, str] = {}
    for module, name in PEERS.items():
        try:
            home = __import__(f"stores.{module}", fromlist=[name])
        except ImportError as error:
            absent[module] = str(error)
        else:
            peers.append(getattr(home, name)())
    return peers, absent


def is_missed(row: Row) -> bool:
    """Whether our vault took longer than its goal even in its calmest turn."""
    goal = goal_of(row)
    return row.store == Ours.name and goal is not None and row.calmest is not None and row.calmest > goal


def judged(rows: list[Row]) -> list[Row]:
    """Return the rows that have a goal."""
    return [row for row in rows if row.store == Ours.name and goal_of(row) is not None and row.value is not None]


def unmeasured(rows: list[Row], kind: str) -> list[str]:
    """Return what no row speaks of: a goal that was not measured is not kept."""
    spoken = {row.measure for row in judged(rows)}
    missing = [f"{measure.named} {measure.title}" for measure in MEASURES if measure.goal and measure.key not in spoken]
    if kind in {"tmpfs", "ramfs"}:
        missing.append(f"A9 durable commit: {kind} keeps nothing, choose a disk by --folder")
    return missing


def goal_line(row: Row, rows: list[Row]) -> str:
    """Return one goal with its number, and how it compares."""
    measure, peer = BY_KEY[row.measure], best_peer(rows, row)
    verdict = "MISSED" if is_missed(row) else "kept"
    against = f"{ratio(row, peer):.2f}x {peer.store}" if peer else "no peer does it"
    return (
        f"{measure.named:<4} {measure.title:<38} {row.size:>7}  {shown(row.value or 0):>6} {measure.unit}"
        f"  calmest {shown(row.calmest or 0):>6}  goal {measure.goal:>4g}  {verdict:<6}"
        f"  processor {shown(row.cpu or 0):>6} {measure.unit}  {against}"
    )


def ratio(row: Row, peer: Row) -> float:
    """Return how many times the other's time a row took."""
    return (row.value or 0) / (peer.value or 1)


def as_json(row: Row, rows: list[Row]) -> dict[str, Any]:
    """Return a row with its unit and, where it is ours, goal and best peer."""
    found: dict[str, Any] = {**row._asdict(), "unit": BY_KEY[row.measure].unit}
    for key in ("value", "cpu", "calmest"):
        found[key] = None if found[key] is None else round(found[key], 4)
    if row.store == Ours.name and row.value is not None:
        peer = best_peer(rows, row)
        found |= {"goal": goal_of(row), "met": None if goal_of(row) is None else not is_missed(row)}
        found |= {"best_peer": peer and peer.store, "ratio": peer and round(ratio(row, peer), 3)}
    return found


def file_system(folder: str) -> str:
    """Return the type of the file system that a folder lies on, where the system tells."""
    try:
        lines = Path("/proc/self/mounts").read_text(encoding="utf-8").splitlines()
    except OSError:
        return "unknown"
    mounts = [line.split()[1:3] for line in lines]
    real = os.path.realpath(folder)
    around = [(at, kind) for at, kind in mounts if os.path.commonpath((at, real)) == at]
    return max(around, key=lambda mount: len(mount[0]), default=("", "unknown"))[1]


def show(document: dict[str, Any], rows: list[Row], names: list[str]) -> None:
    """Print the terms, a table for each measure, and the goals."""
    for name, terms in document["terms"].items():
        print(f"{name}: {terms['version']}")
        print(f"    journal {terms['journal']}; synchronous {terms['synchronous']}; KDF {terms['derivation']}")
        print(f"    {terms['notes']}")
    for name, why in document["absent"].items():
        print(f"{name}: MISSING, {why}")
    columns = [*names, BARE]
    for size in sorted({row.size for row in rows}):
        print(f"\n{f'{size:,} records (processor)':<44}" + "".join(f"{name:>18}" for name in columns) + "   ratio")
        for measure in MEASURES:
            here = {row.store: row for row in rows if (row.size, row.measure) == (size, measure.key)}
            cells = "".join(f"{cell(here.get(name)):>18}" for name in columns)
            peer = best_peer(list(here.values()), here[Ours.name])
            against = f"{ratio(here[Ours.name], peer):8.2f}" if peer else "       -"
            print(f"{measure.title + ', ' + measure.unit:<44}{cells}{against}")
    print("\nMissing (-)", *missing(rows), "", "Goals, ratio to the best peer", *document["goals"], sep="\n")
    for goal in document["unmeasured"]:
        print(f"NOT MEASURED {goal}")
    for name, lines in document["profiles"].items():
        print(f"\n{name} missed its goal; its time goes into:", *lines, sep="\n")
    known = {key: value for key, value in document.items() if not isinstance(value, dict)}
    print(
        "\n" + ", ".join(f"{key} {value}" for key, value in known.items() if key not in {"rows", "goals", "unmeasured"})
    )


def missing(rows: list[Row]) -> list[str]:
    """Return why there are no numbers, once for each reason."""
    measures: dict[tuple[str, str, int], list[str]] = {}
    for row in rows:
        if row.value is None:
            measures.setdefault((row.store, row.reason, row.size), []).append(row.measure)
    return [
        f"{size:>7} {store:<12} {'everything' if len(named) == len(MEASURES) else ', '.join(named)}: {reason}"
        for (store, reason, size), named in measures.items()
    ]


def cell(row: Row | None) -> str:
    """Return a time and, in parentheses, that of the processor."""
    if row is None:
        return ""
    return "-" if row.value is None else f"{shown(row.value)} ({shown(row.cpu or 0)})"


if __name__ == "__main__":
    sys.exit(main())
