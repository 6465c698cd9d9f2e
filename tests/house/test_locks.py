"""Locks: they answer pyproject.toml, a change of it shows, and they hold nothing of the machine that made them."""

from __future__ import annotations

import re
import shutil
import tomllib
from typing import TYPE_CHECKING

import pytest
from packaging.markers import Marker
from prometheus_check.locks import KINDS, asked_for, lock_path, opening_line, problems, read_lock

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from prometheus_check.locks import Pin


@pytest.fixture
def copy(tmp_path: Path, checkout: Path) -> Path:
    """A copy of what the locks are about, to be changed."""
    shutil.copy(checkout / "pyproject.toml", tmp_path)
    shutil.copytree(checkout / "requirements", tmp_path / "requirements")
    return tmp_path


@pytest.mark.parametrize("kind", KINDS)
def test_the_lock_was_made_from_the_requirements_as_they_are(checkout: Path, kind: str) -> None:
    assert lock_path(checkout, kind).read_text(encoding="utf-8").startswith(opening_line(checkout, kind) + "\n")


@pytest.mark.parametrize("kind", KINDS)
def test_a_new_dependency_shows_in_both_locks(copy: Path, kind: str) -> None:
    card = copy / "pyproject.toml"
    text = card.read_text(encoding="utf-8")
    card.write_text(text.replace("dependencies = [", 'dependencies = [\n  "left-pad>=1",', 1), encoding="utf-8")
    found = list(problems(copy, kind))
    assert f"{kind}.txt was made from other requirements; run requirements/relock" in found
    assert f"{kind}.txt does not pin left-pad" in found


def test_a_pin_outside_the_range_asked_for_shows(copy: Path) -> None:
    lock = lock_path(copy, "run")
    lock.write_text(re.sub(r"typer==[\d.]+", "typer==0.29.2", lock.read_text(encoding="utf-8")), encoding="utf-8")
    assert any("typer 0.29.2, which does not fit" in problem for problem in problems(copy, "run"))


def test_a_pin_that_nothing_asks_for_shows(copy: Path) -> None:
    lock = lock_path(copy, "run")
    lock.write_text(lock.read_text(encoding="utf-8") + f"left-pad==1.0 --hash=sha256:{'0' * 64}\n", encoding="utf-8")
    assert "run.txt pins left-pad, which nothing asks for" in list(problems(copy, "run"))


MACHINES = [
    {"python_version": version, "python_full_version": f"{version}.9", "sys_platform": system}
    for version in ("3.11", "3.12", "3.13")
    for system in ("linux", "darwin")
]


def test_the_lock_for_development_is_a_superset(checkout: Path) -> None:
    for machine in MACHINES:
        assert installed(read_lock(checkout, "run"), machine) <= installed(read_lock(checkout, "dev"), machine), machine


def installed(pins: Iterable[Pin], machine: dict[str, str]) -> set[Pin]:
    """Return the pins that hold on a machine, without their markers: a lock for more may say less often when not."""
    return {pin._replace(marker="") for pin in pins if not pin.marker or Marker(pin.marker).evaluate(machine)}


@pytest.mark.parametrize("kind", KINDS)
def test_every_pin_has_hashes(checkout: Path, kind: str) -> None:
    for pin in read_lock(checkout, kind):
        assert pin.hashes, pin.name
        assert all(re.fullmatch(r"sha256:[0-9a-f]{64}", digest) for digest in pin.hashes)


@pytest.mark.parametrize("kind", KINDS)
def test_a_lock_has_no_index_no_path_and_no_option(checkout: Path, kind: str) -> None:
    text = lock_path(checkout, kind).read_text(encoding="utf-8")
    assert not re.search(r"://|^-|@ |file:", text, re.MULTILINE)


def test_the_tools_that_install_the_project_are_in_the_lock(checkout: Path) -> None:
    assert {"pip", "hatchling", "editables"} <= {pin.name for pin in read_lock(checkout, "run")}


def test_the_build_backend_is_pinned_to_what_the_lock_has(checkout: Path) -> None:
    card = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    (backend,) = card["build-system"]["requires"]
    assert backend in asked_for(checkout, "run")
    assert backend.removeprefix("hatchling==") in {
        pin.version for pin in read_lock(checkout, "run") if pin.name == "hatchling"
    }


def test_the_versions_of_python_are_the_same_everywhere(checkout: Path) -> None:
    card = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    assert card["project"]["requires-python"] == ">=3.11,<3.14"
    script = (checkout / "requirements" / "environment.sh").read_text(encoding="utf-8")
    assert "(3, 11) <= sys.version_info[:2] <= (3, 13)" in script
