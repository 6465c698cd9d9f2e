"""How long the command takes to start, against bare Python in the same environment.

Each row is the median of 20 runs that are interleaved with the others, so that a busy moment hits all alike. "Bare" is
the interpreter of the same environment with ``-c pass``. The installed wheel runs in a temporary environment that
borrows the libraries of this one; the checkout runs as it is. All built-in plugins are enabled.

    python benchmarks/startup.py [--json] [--runs N] [--only wheel|checkout] [--save]

Exits 1 when a goal is missed, and then shows where the time went.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[1]
BUILT_IN_PLUGINS = ("didkey", "morpheus")
COSTLIEST = 12
NOTHING_LOST = (0, 1, 13)
"""Exit codes of a verdict that was reached."""


class Goal(NamedTuple):
    """A line and how many times bare Python it may take."""

    name: str
    line: tuple[str, ...]
    limit: float


class Row(NamedTuple):
    """What was measured for one goal in one environment."""

    where: str
    name: str
    milliseconds: float
    bare: float
    limit: float

    @property
    def ratio(self) -> float:
        """How many times bare Python it took."""
        return self.milliseconds / self.bare

    @property
    def is_met(self) -> bool:
        """Whether it is within its goal."""
        return self.ratio <= self.limit


class House(NamedTuple):
    """An environment that has the command installed."""

    where: str
    python: Path
    command: Path
    home: Path

    def environ(self) -> dict[str, str]:
        """Return an environment without anything of the user's."""
        return {"HOME": str(self.home), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}

    def run(self, *line: str | Path, capture: bool = False) -> subprocess.CompletedProcess[str]:
        """Run a program with nothing to read and nobody to look."""
        out = subprocess.PIPE if capture else subprocess.DEVNULL
        return subprocess.run(
            line,
            env=self.environ(),
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=out,
            text=True,
            check=False,
        )


def main() -> int:
    """Measure, print, and return 1 when a goal is missed."""
    options = read_options()
    rows: list[Row] = []
    profiles: dict[str, list[str]] = {}
    with tempfile.TemporaryDirectory(prefix="startup-") as folder:
        for where in (options.only,) if options.only else ("wheel", "checkout"):
            house = prepare(where, Path(folder) / where)
            goals = goals_for(house)
            measured = measure(house, goals, options.runs)
            rows += measured
            for row, goal in zip(measured, goals, strict=True):
                if not row.is_met:
                    profiles[f"{where}: {row.name}"] = profile(house, goal)
    document = as_document(rows, profiles, options.runs)
    show(document, rows, profiles, is_json=options.json)
    if options.save:
        target = CHECKOUT / "benchmarks/results" / f"{document['date']}-startup.json"
        target.parent.mkdir(exist_ok=True)
        target.write_text(json.dumps(document, indent=1) + "\n", encoding="utf-8")
    return 0 if all(row.is_met for row in rows) else 1


def read_options() -> argparse.Namespace:
    """Return what was asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    parser.add_argument("--runs", type=int, default=20, help="runs of each row")
    parser.add_argument("--only", choices=("wheel", "checkout"), help="measure one environment")
    parser.add_argument("--save", action="store_true", help="keep the numbers in benchmarks/results")
    return parser.parse_args()


def prepare(where: str, folder: Path) -> House:
    """Return the environment, with an own home and the built-in plugins enabled."""
    home = folder / "home"
    home.mkdir(parents=True)
    python = Path(sys.executable) if where == "checkout" else wheel_environment(folder)
    house = House(where, python, python.parent / "prometheus", home)
    vectors = json.loads((CHECKOUT / "tests/vectors/qr-p1-morpheus.json").read_text(encoding="utf-8"))
    (home / "presentation.json").write_text(vectors["presentations"][0]["text"], encoding="utf-8")
    for plugin in BUILT_IN_PLUGINS:
        done = house.run(house.command, "plugin", "enable", plugin, "--yes", capture=True)
        if done.returncode:
            sys.exit(f"{where}: the plugin {plugin} could not be enabled:\n{done.stderr}")
    return house


def wheel_environment(folder: Path) -> Path:
    """Build the wheel, install it into a new environment and return the interpreter of that."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder / "dist")]
    subprocess.run(build, cwd=CHECKOUT, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (wheel,) = (folder / "dist").glob("*.whl")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder / "venv")], check=True)
    python = folder / "venv/bin/python"
    target = subprocess.run(
        [python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    pip = [sys.executable, "-m", "pip", "--python", str(python), "install", "-q", "--no-index", "--no-deps", str(wheel)]
    subprocess.run(pip, check=True)
    # A line in a .pth file adds the folder without its own .pth files: the libraries, not this checkout.
    Path(target, "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    return python


def goals_for(house: House) -> list[Goal]:
    """Return the lines that are measured."""
    return [
        Goal("--version", ("--version",), 1.3),
        Goal("--help", ("--help",), 1.3),
        Goal("claim verify FILE", ("claim", "verify", str(house.home / "presentation.json")), 4.0),
    ]


def measure(house: House, goals: list[Goal], runs: int) -> list[Row]:
    """Return a row for each goal; every line is run once before, so that nothing is compiled while measured."""
    lines = [(str(house.python), "-c", "pass"), *((str(house.command), *goal.line) for goal in goals)]
    for line in lines:
        done = house.run(*line, capture=True)
        if done.returncode not in NOTHING_LOST:
            sys.exit(f"{house.where}: {' '.join(line)} ended with {done.returncode}:\n{done.stderr}")
    times: list[list[float]] = [[] for _ in lines]
    for _ in range(runs):
        for line, taken in zip(lines, times, strict=True):
            start = time.perf_counter()
            house.run(*line)
            taken.append((time.perf_counter() - start) * 1000)
    bare, *others = (statistics.median(taken) for taken in times)
    return [Row(house.where, goal.name, taken, bare, goal.limit) for goal, taken in zip(goals, others, strict=True)]


def profile(house: House, goal: Goal) -> list[str]:
    """Return the imports that cost most in themselves."""
    done = house.run(house.python, "-X", "importtime", house.command, *goal.line, capture=True)
    found = [line for line in done.stderr.splitlines() if line.startswith("import time:") and "[us]" not in line]
    return sorted(found, key=lambda line: -int(line.split(":")[1].split("|")[0]))[:COSTLIEST]


def as_document(rows: list[Row], profiles: dict[str, list[str]], runs: int) -> dict[str, object]:
    """Return the numbers with what they were measured on."""
    return {
        "v": 1,
        "benchmark": "startup",
        "date": datetime.now(UTC).strftime("%Y-%m-%d"),
        "python": platform.python_version(),
        "system": platform.platform(),
        "cpu": cpu(),
        "load": list(os.getloadavg()),
        "runs": runs,
        "rows": [{**row._asdict(), "ratio": round(row.ratio, 3), "met": row.is_met} for row in rows],
        "profiles": profiles,
    }


def cpu() -> str:
    """Return the name of the processor, where the system tells."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        return platform.processor()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), "")


def show(document: dict[str, object], rows: list[Row], profiles: dict[str, list[str]], *, is_json: bool) -> None:
    """Print the table, and why goals were missed."""
    if is_json:
        print(json.dumps(document))
        return
    print(f"{'':<9} {'line':<20} {'ms':>7} {'bare':>7} {'ratio':>7} {'goal':>7}")
    for row in rows:
        verdict = "" if row.is_met else "  missed"
        print(
            f"{row.where:<9} {row.name:<20} {row.milliseconds:7.1f} {row.bare:7.1f} "
            f"{row.ratio:6.2f}x {row.limit:6.1f}x{verdict}"
        )
    for name, lines in profiles.items():
        print(f"\n{name}: the imports that cost most (self | with what they import, microseconds)")
        print("\n".join(lines[: shutil.get_terminal_size().lines]))


if __name__ == "__main__":
    sys.exit(main())
