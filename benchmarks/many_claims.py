"""How long commands take in a vault with very many claims, against opening that vault.

A vault is made with `--kdf light` and filled with signed claims of four kinds and their log entries. "Opening" is
``persona list``, which reads two records. Each row is the median of interleaved runs of whole commands. A command that
looks at every claim would take many times as long as opening; the goal is 1.5 times.

    python benchmarks/many_claims.py [--claims N] [--runs N] [--json] [--save]

Exits 1 when a goal is missed. A hundred thousand claims take some minutes to make.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[1]
COMMAND = Path(sys.executable).parent / "prometheus"
GOAL = 1.5
OPENING = ("persona", "list")
LINES = {
    "list": ("claim", "list", "--limit", "20"),
    "list of one kind": ("claim", "list", "--type", "degree", "--limit", "20"),
    "search, many found": ("claim", "search", "kov", "--limit", "20"),
    "search, few found": ("claim", "search", "kov", "gyor", "degree", "--limit", "20"),
    "show": ("claim", "show", "ID"),
    "present": ("claim", "present", "--ask", ".ageOver18", "--type", "age", "--dry-run"),
    "log": ("audit", "list", "--limit", "20"),
}


class Row(NamedTuple):
    """What one command took, and opening in the same rounds."""

    name: str
    milliseconds: float
    opening: float

    @property
    def ratio(self) -> float:
        """How many times opening it took."""
        return self.milliseconds / self.opening


def main() -> int:
    """Make the vault, measure, print, and return 1 when a goal is missed."""
    options = read_options()
    with tempfile.TemporaryDirectory(prefix="many-claims-") as folder:
        home = Path(folder)
        seconds = filled(home, options.claims)
        rows = measured(home, options.runs)
    document = as_document(rows, options, seconds)
    if options.json:
        print(json.dumps(document))
    else:
        print(f"{options.claims} claims, kept in {seconds:.0f} s")
        print(f"{'command':<20} {'ms':>8} {'opening':>8} {'ratio':>7} {'goal':>7}")
        for row in rows:
            missed = "" if row.ratio <= GOAL else "  missed"
            print(f"{row.name:<20} {row.milliseconds:8.0f} {row.opening:8.0f} {row.ratio:6.2f}x {GOAL:6.1f}x{missed}")
    if options.save:
        target = CHECKOUT / "benchmarks/results" / f"{document['date']}-many-claims-{options.claims}.json"
        target.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0 if all(row.ratio <= GOAL for row in rows) else 1


def read_options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--claims", type=int, default=10_000, help="claims in the vault")
    parser.add_argument("--runs", type=int, default=9, help="runs of each row")
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    parser.add_argument("--save", action="store_true", help="keep the numbers in benchmarks/results")
    return parser.parse_args()


def filled(home: Path, count: int) -> float:
    """Make a vault with two personas and so many claims; return how long the claims took, in seconds."""
    (home / "pass").write_text("correct horse battery staple\n", encoding="utf-8")
    run(home, "vault", "create", "personal", "--kdf", "light", "--words-to", str(home / "words"))
    run(home, "persona", "add", "Work")
    start = time.perf_counter()
    line = [sys.executable, "-m", "prometheus_simulators.claims_crowd", "personal", str(count), str(home / "pass")]
    paths = {"PYTHONPATH": f"{CHECKOUT}:{CHECKOUT / 'vault'}:{CHECKOUT / 'tests/simulators'}"}
    subprocess.run(line, env=environ(home) | paths, check=True, stdout=subprocess.DEVNULL)
    return time.perf_counter() - start


def measured(home: Path, runs: int) -> list[Row]:
    """Return a row for each command; each runs once before, which also makes the index."""
    newest = json.loads(run(home, "claim", "list", "--limit", "500", "--json"))["claims"]
    shown = newest[len(newest) // 2]["id"][:13]
    lines = [OPENING, *(tuple(shown if word == "ID" else word for word in line) for line in LINES.values())]
    times: list[list[float]] = [[] for _ in lines]
    for turn in range(runs + 1):
        for line, taken in zip(lines, times, strict=True):
            start = time.perf_counter()
            run(home, *line)
            if turn:
                taken.append((time.perf_counter() - start) * 1000)
    opening, *others = (statistics.median(taken) for taken in times)
    return [Row(name, taken, opening) for name, taken in zip(LINES, others, strict=True)]


def run(home: Path, *line: str) -> str:
    """Run a command in the vault and return what it wrote."""
    done = subprocess.run(
        [COMMAND, *line, "--passphrase-file", str(home / "pass")],
        env=environ(home),
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        sys.exit(f"{' '.join(line)} ended with {done.returncode}:\n{done.stderr}")
    return done.stdout


def environ(home: Path) -> dict[str, str]:
    """Return an environment without anything of the user's."""
    return {"HOME": str(home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}


def as_document(rows: list[Row], options: argparse.Namespace, seconds: float) -> dict[str, object]:
    """Return the numbers with what they were measured on."""
    return {
        "v": 1,
        "benchmark": "many-claims",
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "load": list(os.getloadavg()),
        "claims": options.claims,
        "runs": options.runs,
        "seconds_to_fill": round(seconds, 1),
        "rows": [{**row._asdict(), "ratio": round(row.ratio, 3), "met": row.ratio <= GOAL} for row in rows],
    }


if __name__ == "__main__":
    sys.exit(main())
