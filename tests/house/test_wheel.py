"""The wheel: it holds what the product needs and nothing else, and works in an environment that has only the lock."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
import tomllib
import zipfile
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType


@pytest.fixture
def wheel(checkout: Path, tmp_path: Path) -> Path:
    """The wheel, built without isolation and without network."""
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(tmp_path / "dist")]
    subprocess.run(build, cwd=checkout, check=True, capture_output=True, stdin=subprocess.DEVNULL)
    (found,) = (tmp_path / "dist").glob("*.whl")
    return found


def test_the_wheel_holds_the_packages_the_commands_and_the_licence_and_no_more(wheel: Path, checkout: Path) -> None:
    card = tomllib.loads((checkout / "pyproject.toml").read_text(encoding="utf-8"))
    packages = {path.rpartition("/")[2] for path in card["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"]}
    names = zipfile.ZipFile(wheel).namelist()
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith((".dist-info", ".data"))} == packages
    scripts = {name.rpartition("/")[2] for name in names if ".data/scripts/" in name}
    assert scripts == {"prometheus", "iop"}
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    assert not [name for name in names if "__pycache__" in name or name.endswith((".pyc", ".orig"))]


def test_every_data_file_of_a_package_is_in_the_wheel(wheel: Path, files: list[Path], checkout: Path) -> None:
    inside = set(zipfile.ZipFile(wheel).namelist())
    roots = (checkout, checkout / "vault", checkout / "plugins")
    for path in files:
        for root in roots:
            if path.is_relative_to(root) and path.relative_to(root).parts[0].startswith("prometheus"):
                assert path.relative_to(root).as_posix() in inside


@pytest.mark.long
def test_the_wheel_works_in_an_environment_that_has_only_the_lock(
    wheel: Path, checkout: Path, maker: ModuleType, tmp_path: Path
) -> None:
    venv = clean_environment(maker, tmp_path / "venv")
    subprocess.run([venv / "bin/python", "-m", "pip", "install", "-q", "--no-index", "--no-deps", wheel], check=True)
    subprocess.run([venv / "bin/python", "-m", "pip", "check"], check=True, capture_output=True)
    assert_it_works(venv, checkout, tmp_path)


def test_the_wheel_works_beside_the_packages_that_are_here(wheel: Path, checkout: Path, tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", venv], check=True)
    [packages] = (venv / "lib").glob("python*/site-packages")
    # A folder that is named so is searched, and its own .pth files, the checkout's among them, are not followed.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib") + "\n", encoding="utf-8")
    python = str(venv / "bin/python")
    install = [sys.executable, "-m", "pip", "--python", python, "install", "-q", "--no-index", "--no-deps"]
    subprocess.run([*install, "--ignore-installed", str(wheel)], check=True)
    place = [python, "-P", "-c", "import prometheus; print(prometheus.__file__)"]
    found = subprocess.run(place, capture_output=True, text=True, check=True, cwd=tmp_path, env={})
    assert found.stdout.startswith(str(venv))
    assert_it_works(venv, checkout, tmp_path)


def assert_it_works(venv: Path, checkout: Path, tmp_path: Path) -> None:
    """Play some commands of an environment that has the wheel."""

    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        clean = {"HOME": str(tmp_path), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"}
        command = [venv / "bin/prometheus", *arguments]
        return subprocess.run(command, env=clean, cwd=tmp_path, capture_output=True, text=True, check=False)

    vectors = json.loads((checkout / "tests/vectors/qr-p1-morpheus.json").read_text(encoding="utf-8"))
    statement = tmp_path / "statement.json"
    statement.write_text(json.dumps(vectors["signedStatement"]), encoding="utf-8")

    assert run("--version").stdout.startswith("prometheus 0.")
    assert "claim" in run("--help").stdout
    assert run("digest", statement).stdout.strip() == vectors["signedStatementId"]
    verified = run("claim", "verify", statement)
    assert verified.returncode == 13, verified.stderr  # unknown: what needs a ledger cannot be told offline
    assert "unknown" in verified.stdout.lower()
    assert subprocess.run([venv / "bin/iop", "--version"], capture_output=True, check=True).stdout


def clean_environment(maker: ModuleType, place: Path) -> Path:
    """Make an environment as ./start does, from the lock to run; skip where the packages cannot be had."""
    with (place.parent / "lock").open("w") as lock:
        environment = maker.Environment(place, "run", lock.fileno())
        try:
            maker.fill(environment, maker.wanted_stamp("run"))
        except maker.Failure as failure:
            if failure.exit_code == maker.OFFLINE:
                pytest.skip("needs network: the packages of the lock are fetched into a clean environment")
            raise
    return place
