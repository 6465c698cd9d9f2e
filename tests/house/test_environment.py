"""The environment: ./start and ./check find a Python, notice what changed, and explain what is missing."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path
    from types import ModuleType

PARTS = ("start", "requirements", "scripts", "pyproject.toml", "prometheus/__init__.py")
TOOLS = ("sh", "cksum", "wc", "env")


@pytest.fixture
def copy(tmp_path: Path, checkout: Path) -> Path:
    """A checkout of its own, in a path with a space, without an environment."""
    place = tmp_path / "a place"
    for name in PARTS:
        target = place / name
        target.parent.mkdir(parents=True, exist_ok=True)
        source = checkout / name
        shutil.copytree(source, target) if source.is_dir() else shutil.copy(source, target)
    return place


@pytest.fixture
def bin_folder(tmp_path: Path) -> Path:
    """A PATH with the few tools that ./start may count on, and no Python."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(str(shutil.which(name)))
    return folder


def start(copy: Path, bin_folder: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """Run ./start with a PATH of its own."""
    variables = {"PATH": str(bin_folder), "HOME": str(bin_folder), **environment}
    return subprocess.run(
        [copy / "start", *arguments], env=variables, capture_output=True, text=True, check=False, cwd=bin_folder
    )


def script(path: Path, text: str) -> None:
    """Write an executable shell script."""
    path.write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
    path.chmod(0o755)


def pretend_made(copy: Path, maker: ModuleType, *, kind: str = "run") -> None:
    """Give a checkout an environment that only says that it is one."""
    bin_of_venv = copy / ".venv" / "bin"
    bin_of_venv.mkdir(parents=True)
    script(bin_of_venv / "python", 'echo "ran $1 $3 in $(pwd)"')
    script(bin_of_venv / "prometheus", "")
    script(bin_of_venv / "iop", "")
    (copy / ".venv" / "pyvenv.cfg").touch()
    packages = copy / ".venv" / "lib" / "python3.11" / "site-packages"
    packages.mkdir(parents=True)
    (packages / maker.EDITABLE).touch()
    interpreter = os.path.realpath(getattr(sys, "_base_executable", sys.executable))
    sums = subprocess.run(["cksum", *maker.INPUTS], cwd=copy, capture_output=True, text=True, check=True).stdout
    size = str(os.stat(interpreter).st_size)
    stamp = maker.Stamp(kind, str(copy.resolve()), interpreter, size, "3.11.0", tuple(sums.splitlines()))
    stamp.write(copy / ".venv" / "stamp")


def test_the_shell_and_python_look_at_the_same_files(checkout: Path, maker: ModuleType) -> None:
    text = (checkout / "requirements" / "environment.sh").read_text(encoding="utf-8")
    assert f"environment_inputs='{' '.join(maker.INPUTS)}'" in text


def test_without_any_python_it_says_what_is_needed(copy: Path, bin_folder: Path) -> None:
    done = start(copy, bin_folder)
    assert done.returncode == 4
    assert done.stderr.startswith("error: no Python 3.11, 3.12 or 3.13 was found\nwhy: there is no working python3")


def test_an_old_python_is_named_and_refused(copy: Path, bin_folder: Path) -> None:
    script(bin_folder / "python3", '[ "$1" = -V ] && echo Python 3.9.18 && exit 0; exit 1')
    done = start(copy, bin_folder)
    assert done.returncode == 4
    assert "why: python3 in PATH is Python 3.9.18\n" in done.stderr


def test_a_name_that_leads_to_no_python_is_refused(copy: Path, bin_folder: Path) -> None:
    done = start(copy, bin_folder, PROMETHEUS_PYTHON="/nowhere/python")
    assert done.returncode == 2
    assert "error: PROMETHEUS_PYTHON names no Python 3.11, 3.12 or 3.13: /nowhere/python\n" in done.stderr


def test_a_shim_that_does_not_work_is_passed_over(copy: Path, bin_folder: Path) -> None:
    script(bin_folder / "python3.13", "echo 'no such version' >&2; exit 127")
    script(bin_folder / "python3.12", 'case "$*" in *environment.py*) echo "made with 3.12" >&2; exit 70;; esac')
    assert start(copy, bin_folder).stderr == "made with 3.12\n"


def test_a_python_with_venv_is_preferred_to_a_newer_one_without(copy: Path, bin_folder: Path) -> None:
    script(bin_folder / "python3.13", 'case "$*" in *ensurepip*) exit 1;; esac')
    script(bin_folder / "python3.11", 'case "$*" in *environment.py*) echo "made with 3.11" >&2; exit 70;; esac')
    assert start(copy, bin_folder).stderr == "made with 3.11\n"


def test_a_python_without_venv_is_explained(maker: ModuleType, bin_folder: Path) -> None:
    script(bin_folder / "python3", "exit 1")
    with pytest.raises(maker.Failure) as caught:
        maker.require_venv(str(bin_folder / "python3"))
    assert str(caught.value) == "this Python has no venv module"
    assert "hint: install it" in caught.value.lines


def test_a_fitting_environment_is_used_from_the_folder_of_the_caller(
    copy: Path, bin_folder: Path, maker: ModuleType
) -> None:
    pretend_made(copy, maker)
    done = start(copy, bin_folder, "--version")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"ran -I --version in {bin_folder.resolve()}\n"


def test_the_environment_for_development_serves_start_too(copy: Path, bin_folder: Path, maker: ModuleType) -> None:
    pretend_made(copy, maker, kind="dev")
    assert start(copy, bin_folder).returncode == 0


@pytest.mark.parametrize(
    "change",
    [
        lambda copy: (copy / "requirements" / "run.txt").write_text("changed\n"),
        lambda copy: (copy / "pyproject.toml").write_text("changed\n"),
        lambda copy: (copy / ".venv" / "stamp").unlink(),
        lambda copy: (copy / ".venv" / "bin" / "python").unlink(),
        lambda copy: (copy / ".venv" / "bin" / "prometheus").unlink(),
        lambda copy: shutil.rmtree(copy / ".venv" / "lib"),
        lambda copy: (copy / ".venv" / "stamp").write_text("run\n"),
    ],
    ids=["lock", "project", "no stamp", "no interpreter", "no command", "no packages", "half a stamp"],
)
def test_an_environment_that_no_longer_fits_is_made_anew(
    copy: Path, bin_folder: Path, maker: ModuleType, change: object
) -> None:
    assert callable(change)
    pretend_made(copy, maker)
    change(copy)
    script(bin_folder / "python3", 'case "$*" in *environment.py*) echo making >&2; exit 70;; esac')
    assert start(copy, bin_folder).stderr == "making\n"


def test_a_moved_checkout_gets_a_new_environment(copy: Path, bin_folder: Path, maker: ModuleType) -> None:
    pretend_made(copy, maker)
    moved = copy.rename(copy.with_name("another place"))
    script(bin_folder / "python3", 'case "$*" in *environment.py*) echo making >&2; exit 70;; esac')
    assert start(moved, bin_folder).stderr == "making\n"


def test_only_the_project_is_installed_again_when_the_packages_still_fit(maker: ModuleType) -> None:
    made = maker.Stamp("dev", "/c", "/p", "1", "3.11.7", ("a", "b", "c", "d", "e", "f"))
    assert made.serves(made._replace(kind="run", inputs=("a", "b", "other", "d", "e", "f")))
    assert not made.serves(made._replace(inputs=("a", "other", "c", "d", "e", "f")))
    assert not made.serves(made._replace(version="3.12.1"))
    assert not made._replace(kind="run").serves(made)


def test_a_second_maker_waits_for_the_first(maker: ModuleType, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(maker, "CHECKOUT", tmp_path)
    with maker.alone(), (tmp_path / ".venv.lock").open() as other, pytest.raises(BlockingIOError):
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)
    with (tmp_path / ".venv.lock").open() as other:
        fcntl.flock(other, fcntl.LOCK_EX | fcntl.LOCK_NB)


@pytest.mark.parametrize(
    ("output", "exit_code"),
    [
        ("WARNING: Retrying after connection broken by 'NewConnectionError(...)'", 12),
        ("error: Request failed after 3 retries\n  Caused by: dns error", 12),
        ("OSError: [Errno 28] No space left on device", 16),
        ("THESE PACKAGES DO NOT MATCH THE HASHES", 70),
    ],
)
def test_a_failed_step_is_told_apart_by_what_it_printed(maker: ModuleType, output: str, exit_code: int) -> None:
    failure = maker.explained(("/x/bin/python", "-m", "pip"), output)
    assert failure.exit_code == exit_code
    assert output.splitlines()[-1] in failure.lines


def test_a_checkout_that_cannot_be_written_is_explained(copy: Path, tmp_path: Path) -> None:
    (copy / ".venv.lock").mkdir()  # stands for any reason not to write: this one holds for root too
    done = subprocess.run(
        [sys.executable, copy / "requirements" / "environment.py", "run"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 16
    assert f"error: {(tmp_path / 'a place').resolve()} cannot be written" in done.stderr


def test_a_command_in_a_path_with_a_space_finds_its_python(maker: ModuleType, tmp_path: Path) -> None:
    folder = tmp_path / "it's a place"
    folder.mkdir()
    python = folder / "python"
    python.symlink_to(sys.executable)
    command = folder / "prometheus"
    script(command, "")
    command.write_text(f"#!{python}\nimport sys\nprint(sys.argv[1:])\n", encoding="utf-8")
    maker.mend_first_line(command, str(python))
    done = subprocess.run([command, "one two", "$x"], capture_output=True, text=True, check=True)
    assert done.stdout == "['one two', '$x']\n"


def test_a_first_line_that_works_is_left_alone(maker: ModuleType, tmp_path: Path) -> None:
    command = tmp_path / "prometheus"
    command.write_text("#!/usr/bin/python3\npass\n", encoding="utf-8")
    maker.mend_first_line(command, "/usr/bin/python3")
    assert command.read_text(encoding="utf-8") == "#!/usr/bin/python3\npass\n"


def test_emptying_a_linked_environment_spares_what_it_leads_to(maker: ModuleType, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "kept").touch()
    link = tmp_path / ".venv"
    link.symlink_to(elsewhere)
    maker.empty(link)
    assert not link.exists()
    assert (elsewhere / "kept").exists()


def test_a_start_leaves_an_environment_for_development_one(
    copy: Path, bin_folder: Path, maker: ModuleType, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend_made(copy, maker, kind="dev")
    (copy / "requirements" / "run.txt").write_text("changed\n")
    made: list[str] = []
    monkeypatch.setattr(maker, "CHECKOUT", copy.resolve())
    monkeypatch.setattr(maker, "fill", lambda environment, _: made.append(environment.kind))
    monkeypatch.setattr(maker, "install_project", lambda _: None)
    maker.make("run")
    written = maker.Stamp.read(copy / ".venv" / "stamp")
    assert (made, written.kind) == (["dev"], "dev")
