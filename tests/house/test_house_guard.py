"""The house guard: ``python -m prometheus`` does not run a stranger's package that has one of our names."""

from __future__ import annotations

import os
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from prometheus import house_guard

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = "print('a stranger ran')\n"


def as_module(folder: Path) -> subprocess.CompletedProcess[str]:
    """Run the module in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "prometheus", "--version"],
        cwd=folder,
        env={"HOME": str(folder), "PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=False,
    )


def test_in_an_innocent_folder_it_runs(tmp_path: Path) -> None:
    done = as_module(tmp_path)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("prometheus ")


@pytest.mark.parametrize("room", [room for room in house_guard.ROOMS if room != "prometheus"])
@pytest.mark.parametrize("kind", ["package", "module", "bare folder"])
def test_a_package_of_that_name_in_the_current_folder_is_refused(tmp_path: Path, room: str, kind: str) -> None:
    if kind == "module":
        (tmp_path / f"{room}.py").write_text(PLANTED, encoding="utf-8")
    else:
        (tmp_path / room).mkdir()
        (tmp_path / room / ("__init__.py" if kind == "package" else "other.py")).write_text(PLANTED, encoding="utf-8")
    done = as_module(tmp_path)
    assert "a stranger ran" not in done.stdout
    if kind == "bare folder":  # a regular package further along the path wins over a folder without __init__.py
        assert done.returncode == 0
    else:
        assert done.returncode == 70
        assert f"error: the package {room} would be taken" in done.stderr


def test_the_guard_knows_every_package_of_the_wheel(checkout: Path) -> None:
    import tomllib

    card = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    packages = card["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]
    assert {path.rpartition("/")[2] for path in packages} == set(house_guard.ROOMS)


def test_an_installed_package_is_ours_by_the_files_of_the_distribution(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A folder beside the distribution's own, as another distribution would leave it, is a stranger's."""
    monkeypatch.setattr(house_guard, "_folders", lambda: [str(tmp_path)])
    assert house_guard.stranger() == "prometheus"
