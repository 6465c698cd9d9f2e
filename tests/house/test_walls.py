"""Walls: planted violations break exactly the contract that they should; that all hold is a part of ./check."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

CELLAR = "The vault is a cellar: it imports no other room, no UI, no network"
COMPOSE = "Only compose opens the vault"
PLUGINS = "Plugins know the api and the pure rooms, and nothing behind them"
FLOORS = "The house stands: each floor rests on those below"


def broken_contracts(house: Path) -> set[str]:
    """Run the import linter in a copy of the house and return the names of the contracts it finds broken."""
    roots = os.pathsep.join(str(house / name) for name in (".", "vault", "plugins"))
    linter = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run(
        [linter, "--no-cache"],
        cwd=house,
        env={**os.environ, "PYTHONPATH": roots, "COLUMNS": "200", "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Contracts:" in done.stdout, done.stdout + done.stderr
    return {line.removesuffix(" BROKEN").strip() for line in done.stdout.splitlines() if line.endswith(" BROKEN")}


@pytest.fixture
def house(tmp_path: Path, checkout: Path) -> Path:
    """A copy of the source, to be violated."""
    for name in ("prometheus", "vault", "plugins"):
        shutil.copytree(checkout / name, tmp_path / name, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(checkout / "pyproject.toml", tmp_path)
    return tmp_path


def test_the_house_as_it_is_breaks_no_contract(house: Path) -> None:
    assert broken_contracts(house) == set()


@pytest.mark.parametrize(
    ("place", "line", "expected"),
    [
        ("vault/prometheus_vault/planted.py", "import prometheus.errors", {CELLAR}),
        ("vault/prometheus_vault/planted.py", "import socket", {CELLAR}),
        ("prometheus/usecases/planted.py", "import prometheus_vault", {COMPOSE}),
        ("plugins/prometheus_didkey/planted.py", "import prometheus.compose", {PLUGINS}),
        ("prometheus/identity/planted.py", "import prometheus.claims", {FLOORS}),
    ],
)
def test_a_planted_violation_breaks_its_contract(house: Path, place: str, line: str, expected: set[str]) -> None:
    (house / place).write_text(f'"""Planted."""\n\n{line}\n', encoding="utf-8")
    assert broken_contracts(house) >= expected
