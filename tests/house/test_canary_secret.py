"""A planted passphrase reaches no channel that others can read, in real processes, also where things go wrong.

Channels: standard output, standard error, the command line and environment of the process while it runs, every file
below its home and its folder for temporary files, reports of failures included. For each channel there is a control
that leaks on purpose and is caught.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys
import time
from pathlib import Path
from typing import NamedTuple

import pytest
from prometheus_simulators.command_line import COMMAND

CANARY = "canary-Zugvogel-7341-kestrel"
FORMS = tuple(
    form.encode()
    for form in (
        CANARY,
        CANARY[::-1],
        CANARY.encode().hex(),
        base64.b64encode(CANARY.encode()).decode().rstrip("="),
        base64.urlsafe_b64encode(CANARY.encode()).decode().rstrip("="),
    )
)
BROKEN = """
import sys
from prometheus.cli import stub
from prometheus.usecases import personas
def explode(*_, **__):
    typed = CANARY
    raise ValueError(typed)
CANARY = "-".join(("canary", "Zugvogel", "7341", "kestrel"))
personas.list_personas = explode
from prometheus.cli.persona import show
for name, value in list(vars(show).items()):
    if name == "list_personas": setattr(show, name, explode)
sys.exit(stub.main())
"""
LEAKS = {
    "output": "import os; print(os.read(int(sys.argv[1]), 99).decode())",
    "error": "import os; sys.exit(os.read(int(sys.argv[1]), 99).decode())",
    "traceback": "import os; raise ValueError(os.read(int(sys.argv[1]), 99))",
    "file": "import os, tempfile; os.write(tempfile.mkstemp()[0], os.read(int(sys.argv[1]), 99))",
    "encoded": "import os, base64; print(base64.b64encode(os.read(int(sys.argv[1]), 99).strip()))",
    "command line": (
        "import os, time; said = os.read(int(sys.argv[1]), 99).strip();"
        "os.execv(sys.executable, [sys.executable, '-c', 'import time; time.sleep(1)', said])"
    ),
    "environment": (
        "import os, time; said = os.read(int(sys.argv[1]), 99).strip();"
        "os.execve(sys.executable, [sys.executable, '-c', 'import time; time.sleep(1)'], {b'X': said})"
    ),
}


class Case(NamedTuple):
    """One command that is given the canary as its passphrase."""

    line: str
    exit_code: int
    program: str = ""


MADE = Case("vault create --kdf light --words-to words", 0)
CASES = (
    Case("vault status", 0),
    Case("vault verify --deep", 0),
    Case("vault unlock", 0),
    Case("vault create --kdf light --words-to words", 11),
    Case("vault restore second --kdf light --words-file missing", 4),
    Case("persona add Work", 0),
    Case("persona add Home --json --verbose", 0),
    Case("persona list", 0),
    Case("persona show nobody", 4),
    Case("persona list", 70, BROKEN),
    Case("persona list --verbose", 70, BROKEN),
    Case("persona list --json", 70, BROKEN),
    Case("key sign missing", 4),
    Case("claim list", 0),
    Case("claim list --json --verbose", 0),
    Case("claim show zzzzzz", 4),
    Case("claim present --ask .nothing --yes", 15),
    Case("claim present missing.json", 4),
    Case("claim import missing.json", 4),
    Case("claim request --schema nothing --data missing.json", 4),
    Case("claim witness missing.json", 4),
    Case("claim accept missing.json", 4),
    Case("claim search something", 0),
    Case("claim delete zzzzzz --yes", 4),
    Case("claim export zzzzzz", 4),
    Case("schema list", 0),
    Case("policy show", 0),
    Case("trust list", 0),
    Case("audit list --json", 0),
    Case("vault backup copy.vault", 0),
    Case("vault backup .local/share/prometheus/copy.vault", 11),
    Case("vault verify copy.vault --json", 0),
    Case("vault accept-rollback --yes --verbose", 0),
    Case("vault restore-backup copy.vault --yes --verbose", 0),
    Case("vault rekey --full --kdf light --yes --verbose", 0),
    Case("bug-report --out -", 0),
)


class World:
    """A home, a folder for temporary files, and everything that was seen of the processes in it."""

    def __init__(self, folder: Path) -> None:
        self.home, self.temporary = folder / "home", folder / "tmp"
        self.home.mkdir()
        self.temporary.mkdir()
        self.seen: dict[str, bytes] = {}

    def run(self, command: list[str | Path], secret: str = CANARY) -> int:
        """Run a command that gets the secret from an open file, watching it from outside."""
        reader, writer = os.pipe()
        os.write(writer, f"{secret}\n".encode())
        os.close(writer)
        process = subprocess.Popen(
            [str(reader) if part == "FD" else part for part in command],
            cwd=self.home,
            env={"HOME": str(self.home), "TMPDIR": str(self.temporary), "PATH": os.environ["PATH"], "LANG": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=(self.temporary.parent / "out").open("wb"),
            stderr=(self.temporary.parent / "err").open("wb"),
            pass_fds=[reader],
            start_new_session=True,
        )
        os.close(reader)
        while process.poll() is None:
            self._look_at(process.pid)
            time.sleep(0.002)
        for name in ("out", "err"):
            self._keep(name, (self.temporary.parent / name).read_bytes())
        return process.returncode

    def leaks(self) -> list[str]:
        """Return where the canary was seen, in any of its forms."""
        files = {str(path): path.read_bytes() for folder in (self.home, self.temporary) for path in below(folder)}
        places = {**self.seen, **files}
        return [name for name, content in places.items() if any(form in content for form in FORMS)]

    def _look_at(self, process: int) -> None:
        for name in ("cmdline", "environ"):
            try:
                self._keep(name, Path(f"/proc/{process}/{name}").read_bytes())
            except OSError:
                continue

    def _keep(self, name: str, content: bytes) -> None:
        if content not in self.seen.get(name, b""):
            self.seen[name] = self.seen.get(name, b"") + content


def below(folder: Path) -> list[Path]:
    """Return every file below a folder."""
    return [path for path in folder.rglob("*") if path.is_file()]


def command_of(case: Case) -> list[str | Path]:
    """Return the command of a case, with the open file that holds the passphrase."""
    start: list[str | Path] = [sys.executable, "-c", case.program] if case.program else [COMMAND]
    return [*start, *case.line.split(), "--passphrase-fd", "FD"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    """An empty world; without /proc two channels cannot be watched."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("needs /proc to watch processes from outside")
    return World(tmp_path)


@pytest.fixture(scope="module")
def lived_in(tmp_path_factory: pytest.TempPathFactory) -> World:
    """A world with a vault whose passphrase is the canary."""
    if not Path("/proc/self/environ").exists():
        pytest.skip("needs /proc to watch processes from outside")
    world = World(tmp_path_factory.mktemp("world"))
    assert world.run(command_of(MADE)) == MADE.exit_code, world.seen["err"]
    assert world.leaks() == []
    return world


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.line} {case.exit_code}")
def test_no_command_lets_the_passphrase_out(lived_in: World, case: Case) -> None:
    assert lived_in.run(command_of(case)) == case.exit_code, lived_in.seen["err"][-2000:]
    assert lived_in.leaks() == []


def test_a_wrong_passphrase_is_not_repeated(world: World) -> None:
    assert world.run(command_of(MADE), "another passphrase entirely") == 0, world.seen["err"]
    assert world.run(command_of(Case("persona list", 6))) == 6
    assert world.run(command_of(Case("persona list --json --verbose", 6))) == 6
    assert world.leaks() == []


def test_the_failure_that_was_provoked_left_a_report(world: World) -> None:
    world.run(command_of(MADE))
    assert world.run(command_of(Case("persona list", 70, BROKEN))) == 70
    (report,) = (path for path in below(world.home) if path.name.startswith("failure-"))
    assert "exception: builtins.ValueError" in report.read_text(encoding="utf-8")
    assert world.leaks() == []


@pytest.mark.parametrize("program", LEAKS.values(), ids=LEAKS)
def test_a_leak_on_purpose_is_caught(world: World, program: str) -> None:
    world.run([sys.executable, "-c", f"import sys; {program}", "FD"])
    assert world.leaks() != []
