"""The command line inside the test's process, with a home of its own, real vault files and a quick key derivation.

`House.run` takes a command line as a person types it; `Terminal` runs the installed command as a child with a terminal
that the test reads and types into.
"""

from __future__ import annotations

import json
import os
import pty
import select
import shlex
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus.cli.main import main
from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_vault import kdf

if TYPE_CHECKING:
    import pytest

COMMAND = str(Path(sys.executable).parent / "prometheus")
PASSPHRASE = "correct horse battery staple"


class Answer(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        return json.loads(self.out)


class House:
    """A home folder and the commands run in it."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self._capsys = capsys
        for name in list(os.environ):
            if name.startswith(("XDG_", "PROMETHEUS_")):
                monkeypatch.delenv(name)
        monkeypatch.setenv("HOME", str(home))
        monkeypatch.setattr(kdf, "argon2id", quick_argon2id)
        monkeypatch.setattr(sys, "stdin", open(os.devnull))  # noqa: SIM115  # lives as long as the test
        home.mkdir(exist_ok=True)
        (home / "pass").write_text(PASSPHRASE + "\n")

    def run(self, line: str) -> Answer:
        """Run one command line; words in it are split like a shell does."""
        self._capsys.readouterr()
        code = main(shlex.split(line))
        said = self._capsys.readouterr()
        return Answer(code, said.out, said.err)

    def unlocked(self, line: str) -> Answer:
        """Run one command line with the passphrase of the vault that `create` made."""
        return self.run(f"{line} --passphrase-file {self.home}/pass")

    def create(self, name: str = "") -> Answer:
        """Make a vault, its words in the file `words`."""
        words = self.home / "words"
        words.unlink(missing_ok=True)
        return self.unlocked(f"vault create {name} --kdf light --words-to {words} --json")

    def vault_file(self, name: str = "personal") -> Path:
        return self.home / ".local/share/prometheus" / f"{name}.vault"


class Terminal:
    """The installed command with a terminal of its own."""

    def __init__(self, home: Path, *arguments: str, wait: float = 20.0) -> None:
        self._wait = wait
        self.seen = ""
        self.process, self._handle = pty.fork()
        if self.process == 0:
            os.chdir(home)
            environ = {"HOME": str(home), "PATH": os.environ["PATH"], "TERM": "xterm", "LANG": "C.UTF-8"}
            os.execve(COMMAND, [COMMAND, *arguments], environ)  # noqa: S606  # that is the point

    def until(self, text: str) -> str:
        """Read until a text was shown and return everything since the last call."""
        start, deadline = len(self.seen), time.monotonic() + self._wait
        while text not in self.seen[start:]:
            if not self._read(deadline):
                raise AssertionError(f"{text!r} was never shown; seen: {self.seen[start:]!r}")
        return self.seen[start:]

    def type(self, line: str) -> None:
        """Type a line and press Enter."""
        os.write(self._handle, line.encode() + b"\n")

    def interrupt(self) -> None:
        """Press Ctrl-C."""
        os.write(self._handle, b"\x03")

    def end(self) -> int:
        """Read to the end and return the exit code."""
        deadline = time.monotonic() + self._wait
        while self._read(deadline):
            pass
        os.close(self._handle)
        return os.waitstatus_to_exitcode(os.waitpid(self.process, 0)[1])

    def _read(self, deadline: float) -> bool:
        while time.monotonic() < deadline:
            if select.select([self._handle], [], [], 0.2)[0]:
                try:
                    part = os.read(self._handle, 65536)
                except OSError:
                    return False
                self.seen += part.decode("utf-8", "replace")
                return bool(part)
        raise AssertionError(f"nothing came; seen: {self.seen!r}")
