"""Make `.venv`: the environment that ./start and ./check run in.

Called by environment.sh with ``run`` or ``dev`` when the stamp in `.venv` does not fit. The rules:

1. One at a time: a kernel lock on `.venv.lock` is held to the end, by the installers too, so it cannot go stale.
2. Packages come from the lock of that kind only, with hashes; then the checkout itself, editable, without
   dependencies and without isolation (its build backend is in the lock).
3. `uv` installs when it is there and works, pip when not.
4. The stamp is written last. Without a fitting stamp there is no environment: a broken one is made anew.
5. When only the project's own description changed, the packages stay and the project alone is installed again.

Standard library only, Python 3.11 or later. Nothing here is imported by prometheus.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, NoReturn

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CHECKOUT = Path(__file__).resolve().parent.parent
INPUTS = (
    "requirements/run.txt",
    "requirements/dev.txt",
    "pyproject.toml",
    "prometheus/__init__.py",
    "scripts/prometheus",
    "scripts/iop",
)
LOCKS = 2  # so many of the inputs decide about the packages, the rest about the project alone
COMMANDS = ("prometheus", "iop")
OFFLINE = 12  # exit code: the network, or the other side, refused
EDITABLE = "_editable_impl_prometheus_agent.pth"  # the file in which the build backend names the checkout
LONGEST_FIRST_LINE = 127  # Linux read no more of a "#!" line before 5.1
MISLEADING = ("PIP_USER", "PIP_TARGET", "PIP_PREFIX", "PIP_ROOT", "PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV")
NO_NETWORK = (
    "ConnectionError", "ConnectTimeout", "Max retries exceeded", "name resolution", "ProxyError", "Read timed out",
    "Network is unreachable", "dns error", "error sending request", "Could not connect", "from versions: none",
)  # fmt: skip


class Failure(Exception):
    """Why there is no environment: what, why, hint, and the exit code."""

    def __init__(self, what: str, why: str, hint: str, exit_code: int) -> None:
        super().__init__(what)
        self.lines = f"error: {what}\nwhy: {why}\nhint: {hint}"
        self.exit_code = exit_code


class Stamp(NamedTuple):
    """What an environment was made of; environment.sh compares the same lines."""

    kind: str
    checkout: str
    interpreter: str
    size: str
    version: str
    inputs: tuple[str, ...]

    @classmethod
    def read(cls, path: Path) -> Stamp | None:
        """Return the stamp in a file, or None where there is no whole one."""
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return None
        if len(lines) != len(cls._fields) - 1 + len(INPUTS):
            return None
        kind, checkout, interpreter, size, version, *inputs = lines
        return cls(kind, checkout, interpreter, size, version, tuple(inputs))

    def write(self, path: Path) -> None:
        """Write it whole or not at all."""
        unfinished = path.with_suffix(".new")
        unfinished.write_text("\n".join([*self[:5], *self.inputs]) + "\n", encoding="utf-8")
        unfinished.replace(path)

    def serves(self, wanted: Stamp) -> bool:
        """Tell whether the packages are those wanted; the project may differ."""
        same_place = self[1:5] == wanted[1:5]
        return same_place and self.kind in {wanted.kind, "dev"} and self.inputs[:LOCKS] == wanted.inputs[:LOCKS]


class Environment(NamedTuple):
    """One environment to be made: where, of what kind, and the lock that its makers hold."""

    place: Path
    kind: str
    lock: int

    @property
    def python(self) -> str:
        """The interpreter in it."""
        return str(self.place / "bin" / "python")

    def is_whole(self, version: str) -> bool:
        """Tell whether the parts are there that every run needs; environment.sh looks for the same."""
        packages = self.place / "lib" / f"python{version.rpartition('.')[0]}" / "site-packages"
        parts = ("pyvenv.cfg", "bin/python", *(f"bin/{name}" for name in COMMANDS))
        return all((self.place / part).exists() for part in parts) and (packages / EDITABLE).exists()

    @property
    def requirements(self) -> str:
        """The lock file of its kind."""
        return str(CHECKOUT / "requirements" / f"{self.kind}.txt")

    def run(self, *command: str) -> None:
        """Run one step quietly.

        Raises:
            Failure: When it fails, with the end of what it printed.
        """
        clean = {name: value for name, value in os.environ.items() if name not in MISLEADING}
        done = subprocess.run(
            command,
            cwd=CHECKOUT,
            env=clean,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            pass_fds=(self.lock,),
            text=True,
            errors="replace",
            check=False,
        )
        if done.returncode:
            raise explained(command, done.stdout)


def explained(command: Sequence[str], output: str) -> Failure:
    """Say in the person's words why a step failed."""
    lines = [line[:160] for line in output.strip().splitlines()[-6:]]
    tail = "\n     ".join(lines) or "it printed nothing"
    if any(sign in output for sign in NO_NETWORK):
        return Failure(
            "the packages could not be fetched",
            f"the package index did not answer; the installer ended with:\n     {lines[-1]}",
            "the first run needs the network once, later runs do not; behind a proxy set HTTPS_PROXY",
            OFFLINE,
        )
    if "No space left" in output:
        return Failure("the disk is full", tail, "an environment takes about 150 MB", 16)
    return Failure(
        f"the environment could not be made: {Path(command[0]).name} failed",
        tail,
        "run it again; if it stays, remove .venv and try PROMETHEUS_PYTHON with another Python",
        70,
    )


def wanted_stamp(kind: str) -> Stamp:
    """Describe the environment that this checkout and this interpreter ask for."""
    interpreter = Path(getattr(sys, "_base_executable", sys.executable)).resolve()
    sums = subprocess.run(("cksum", *INPUTS), cwd=CHECKOUT, capture_output=True, text=True, check=True)
    version = ".".join(str(part) for part in sys.version_info[:3])
    size = str(interpreter.stat().st_size)
    return Stamp(kind, str(CHECKOUT), str(interpreter), size, version, tuple(sums.stdout.splitlines()))


@contextmanager
def alone() -> Iterator[int]:
    """Hold the lock of the checkout, waiting for whoever has it; yield its file descriptor."""
    lock = os.open(CHECKOUT / ".venv.lock", os.O_RDWR | os.O_CREAT, 0o644)
    try:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("waiting for another start, which is making the environment")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield lock
    finally:
        os.close(lock)


def make(kind: str) -> None:
    """Make the environment of this checkout, or as much of it as is missing."""
    with alone() as lock:
        stamp = CHECKOUT / ".venv" / "stamp"
        present = Stamp.read(stamp)
        if present is not None and present.kind == "dev":
            kind = "dev"  # who develops here goes on doing so, also after a ./start
        wanted = wanted_stamp(kind)
        environment = Environment(CHECKOUT / ".venv", kind, lock)
        if present is not None and present.serves(wanted) and environment.is_whole(wanted.version):
            if present.inputs == wanted.inputs:
                return  # another start made it while this one waited
            wanted = wanted._replace(kind=present.kind)
            stamp.unlink()
            install_project(environment)
        else:
            started = time.monotonic()
            fill(environment, wanted)
            install_project(environment)
            say(f"the environment is ready after {time.monotonic() - started:.0f} s")
        wanted.write(stamp)


def fill(environment: Environment, wanted: Stamp) -> None:
    """Make it from nothing and install the packages of its lock."""
    say(f"making the environment in {environment.place} with Python {wanted.version}: once, and it needs the network")
    uv = shutil.which("uv")
    if not (uv and filled_by_uv(environment, wanted.interpreter, uv)):
        fill_by_pip(environment, wanted.interpreter)


def filled_by_uv(environment: Environment, interpreter: str, uv: str) -> bool:
    """Try the fast way; return whether the environment is there and pip in it answers."""
    empty(environment.place)
    install = (uv, "pip", "install", "--quiet", "--compile-bytecode", "--python", environment.python)
    try:
        environment.run(uv, "venv", "--quiet", "--no-project", "--python", interpreter, str(environment.place))
        environment.run(*install, "--require-hashes", "--requirement", environment.requirements)
        environment.run(environment.python, "-I", "-m", "pip", "--version")
    except (Failure, OSError):
        say("uv did not manage; pip does it")
        return False
    return True


def fill_by_pip(environment: Environment, interpreter: str) -> None:
    """Go the way that needs nothing but Python."""
    require_venv(interpreter)
    empty(environment.place)
    environment.run(interpreter, "-I", "-m", "venv", str(environment.place))
    environment.run(*pip(environment), "install", "--require-hashes", "--requirement", environment.requirements)
    if "setuptools==" not in Path(environment.requirements).read_text(encoding="utf-8"):
        # venv brings it with Python 3.11; it is not in the lock, and its start-up file costs every run a little.
        environment.run(*pip(environment), "uninstall", "--yes", "setuptools")


def install_project(environment: Environment) -> None:
    """Install the checkout itself and make its commands run from any path."""
    options = ("install", "--no-build-isolation", "--no-deps", "--no-index", "--editable")
    environment.run(*pip(environment), *options, str(CHECKOUT))
    for name in COMMANDS:
        mend_first_line(environment.place / "bin" / name, environment.python)


def pip(environment: Environment) -> tuple[str, ...]:
    """Return how the environment's own pip is called."""
    quiet = ("--quiet", "--no-input", "--disable-pip-version-check", "--retries", "2")
    return (environment.python, "-I", "-m", "pip", *quiet)


def mend_first_line(command: Path, python: str) -> None:
    """Let a shell find the interpreter where a ``#!`` line cannot name it: with spaces, or too long.

    The line is valid in both languages: for the shell it replaces the process, for Python it is a string.
    """
    first, _, rest = command.read_text(encoding="utf-8").partition("\n")
    if " " not in python and len(python) + 2 <= LONGEST_FIRST_LINE and first == f"#!{python}":
        return
    quoted = python.replace("'", "'\"'\"'")
    command.write_text(f"#!/bin/sh\n'''exec' '{quoted}' \"$0\" \"$@\"\n' '''\n{rest}", encoding="utf-8")


def require_venv(interpreter: str) -> None:
    """Check for the two standard modules that some distributions of Python leave out.

    Raises:
        Failure: When one is missing.
    """
    check = subprocess.run((interpreter, "-I", "-c", "import ensurepip, venv"), capture_output=True, check=False)
    if check.returncode == 0:
        return
    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    raise Failure(
        "this Python has no venv module",
        f"{interpreter} came without venv or ensurepip, which make the environment",
        f"install it (on Debian: apt install python{version}-venv), or name another Python in PROMETHEUS_PYTHON",
        4,
    )


def empty(place: Path) -> None:
    """Remove what is there, a link included, but never what a link leads to."""
    if place.is_symlink() or place.is_file():
        place.unlink()
    elif place.exists():
        shutil.rmtree(place)


def say(text: str) -> None:
    """Narrate on stderr; stdout belongs to the command."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def stop(failure: Failure) -> NoReturn:
    """Tell why and end."""
    say(failure.lines)
    sys.exit(failure.exit_code)


def main() -> None:
    """Make the environment named on the command line."""
    try:
        make(sys.argv[1])
    except Failure as failure:
        stop(failure)
    except KeyboardInterrupt:
        say("interrupted; the next start makes the environment anew")
        sys.exit(130)
    except OSError as error:
        what = f"{CHECKOUT} cannot be written: {error.strerror}"
        why = "the environment lives in .venv inside the checkout"
        stop(Failure(what, why, "copy or clone the project to a folder that is yours", 16))


if __name__ == "__main__":
    main()
