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
COMMANDS = LISTS["command"]


def run_timed(*line: str | Path, home: Path) -> tuple[int, set[str]]:
    """Run an interpreter that reports its imports; return the exit code and the modules."""
    environment = {**os.environ, "HOME": str(home), "PYTHONPATH": "", "NO_COLOR": "1"}
    done = subprocess.run(
        [sys.executable, "-X", "importtime", *line],
        env={name: value for name, value in environment.items() if not name.startswith(("XDG_", "PROMETHEUS_"))},
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
    return sorted(name for name in modules if not fits(name, allowed) or fits(name, never))


@pytest.mark.parametrize("command", COMMANDS, ids=[command["name"] for command in COMMANDS])
def test_a_hot_command_imports_no_more_than_its_list(
    command: dict[str, Any], bare: set[str], documents: dict[str, str], tmp_path: Path
) -> None:
    line = [word.format(**documents) for word in command["line"]]
    exit_code, modules = run_timed(Path(sys.executable).parent / "prometheus", *line, home=tmp_path)
    assert surplus(modules - bare, command) == []
    assert exit_code in command["exit"]


def test_a_planted_import_is_seen(bare: set[str], tmp_path: Path) -> None:
    _, modules = run_timed("-c", "import dataclasses", home=tmp_path)
    assert "dataclasses" in surplus(modules - bare, {"only": []})
