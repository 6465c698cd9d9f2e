"""The parts of a whole check, in the order in which they run: quick ones that need no test first."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import NamedTuple

CHECKOUT = Path(__file__).resolve().parents[2]
PACKAGES = (
    "prometheus",
    "vault/prometheus_memory",
    "vault/prometheus_vault",
    "plugins/prometheus_didkey",
    "plugins/prometheus_morpheus",
)
TYPED = (*PACKAGES, "tests", "benchmarks", "tools/prometheus_check", "requirements/environment.py")
PYTHON = sys.executable
WORKERS = "2"
NORMAL_MINUTES = 15
LONG_MINUTES = 75


class Part(NamedTuple):
    """One command of the check, and what it shows when it succeeds."""

    name: str
    shows: str
    command: tuple[str, ...]
    has_tests: bool = False
    needs: str = ""
    """A file without which the part cannot run; it is then skipped, and says so."""


QUICK = (
    Part(
        "locks",
        "the locks answer pyproject.toml and are installed",
        (PYTHON, str(CHECKOUT / "tools/prometheus_check/locks.py")),
    ),
    Part("lint", "no rule of ruff is broken", (PYTHON, "-m", "ruff", "check", ".")),
    Part("format", "the layout is ruff's", (PYTHON, "-m", "ruff", "format", "--check", ".")),
    Part("types", "mypy, strict, on source and tests", (PYTHON, "-m", "mypy", *TYPED)),
    Part("walls", "the import contracts hold", (str(Path(PYTHON).parent / "lint-imports"),)),
    Part("spelling", "no common misspelling", (str(Path(PYTHON).parent / "codespell"),)),
)
GENERATED = Part(
    "generated",
    "help, completion, man pages and reference are those of the command table",
    (PYTHON, "-m", "prometheus.cli.rendering", "--check"),
    needs="prometheus/cli/rendering/__main__.py",
)
TESTS = Part(
    "tests",
    "every test, the commands in README and docs and the built wheel among them",
    (PYTHON, "-m", "pytest", "-n", WORKERS, "--dist", "worksteal"),
    has_tests=True,
)


def parts(*, long: bool) -> list[Part]:
    """Return the parts of a normal or a long check."""
    chosen = [*QUICK, GENERATED, TESTS]
    if long:
        chosen.extend(
            Part(f"benchmark {path.stem}", "its goals are met", (PYTHON, str(path)))
            for path in sorted((CHECKOUT / "benchmarks").glob("*.py"))
            if not path.stem.startswith("_")
        )
    return chosen
