"""Start-up: what the stub and each hot verb really import, deferred imports included, against lists in imports.toml."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import pytest

TIMED = re.compile(r"import time:[^|]*\|[^|]*\| *(\S+)")
LISTS = tomllib.loads((Path(__file__).parent / "imports.toml").read_text(encoding="utf-8"))
COMMAND = Path(sys.executable).parent / "prometheus"
COMMANDS = LISTS["command"]


def run_timed(*line: str | Path, home: Path, inside: str = "") -> tuple[int, set[str]]:
    """Run an interpreter that reports its imports; return the exit code and the modules.

    Inside names a shell script in the home that sets the environment of a demo.
    """
    program: list[str | Path] = [sys.executable, "-X", "importtime", *line]
    if inside:
        program = ["sh", "-c", f'. ./{inside} && exec "$0" "$@"', *program]
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": "", "NO_COLOR": "1"}
    done = subprocess.run(
        program,
        env={name: value for name, value in environment.items() if not name.startswith(("XDG_", "PROMETHEUS_"))},
        cwd=home,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.returncode, {match[1] for match in TIMED.finditer(done.stderr)}


@pytest.fixture(scope="module")
def documents(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Published documents as files, by the name that the lists use for them."""
    vectors = json.loads((checkout / "tests/vectors/qr-p1-morpheus.json").read_text(encoding="utf-8"))
    folder = tmp_path_factory.mktemp("documents")
    texts = {
        "presentation": vectors["presentations"][0]["text"],
        "statement": json.dumps(vectors["signedStatement"]),
    }
    for name, text in texts.items():
        (folder / name).write_text(text, encoding="utf-8")
    return {name: str(folder / name) for name in texts}


@pytest.fixture
def home(command: dict[str, Any], tmp_path: Path) -> Path:
    """Where a command is played: an empty home, or the folder that a demo left."""
    if not command.get("in_demo"):
        return tmp_path
    demo: list[str | Path] = [COMMAND, "demo", "--folder", tmp_path / "demo", "--json"]
    clean = {"HOME": str(tmp_path), "PATH": os.environ["PATH"]}
    subprocess.run(demo, env=clean, cwd=tmp_path, check=True, capture_output=True)
    return tmp_path / "demo"


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> set[str]:
    """What the interpreter imports anyway."""
    return run_timed("-c", "pass", home=tmp_path_factory.mktemp("home"))[1]


def fits(module: str, patterns: list[str]) -> bool:
    """Tell whether a module is on a list."""
    return any(fnmatchcase(module, pattern) for pattern in patterns)


def surplus(modules: set[str], command: dict[str, Any]) -> list[str]:
    """Return the modules that the lists do not allow a command."""
    if command["only"]:
        allowed, never = command["only"], []
    else:
        allowed = [pattern for patterns in LISTS["every_verb"].values() for pattern in patterns]
        never = LISTS["never"]["modules"]
    also = command.get("also", [])
    return sorted(name for name in modules if not fits(name, also) and (not fits(name, allowed) or fits(name, never)))


@pytest.mark.parametrize("command", COMMANDS, ids=[command["name"] for command in COMMANDS])
def test_a_hot_command_imports_no_more_than_its_list(
    command: dict[str, Any], bare: set[str], documents: dict[str, str], home: Path
) -> None:
    line = [word.format(**documents) for word in command["line"]]
    inside = "env.sh" if command.get("in_demo") else ""
    exit_code, modules = run_timed(COMMAND, *line, home=home, inside=inside)
    assert surplus(modules - bare, command) == []
    assert exit_code in command["exit"]


def test_a_planted_import_is_seen(bare: set[str], tmp_path: Path) -> None:
    _, modules = run_timed("-c", "import dataclasses", home=tmp_path)
    assert "dataclasses" in surplus(modules - bare, {"only": []})
