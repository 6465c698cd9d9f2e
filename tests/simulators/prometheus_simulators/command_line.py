"""The command as a person runs it: a child process in an empty home, without a terminal."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

COMMAND = Path(sys.executable).parent / "prometheus"
KEPT = ("PATH", "LC_ALL", "PYTHONHASHSEED")
LONGEST = 60


class CommandLine:
    """Runs the installed command with a home of its own and nothing else of the person's environment."""

    def __init__(self, home: Path) -> None:
        home.mkdir(exist_ok=True)
        self.home = home
        self.environ = {name: os.environ[name] for name in KEPT if name in os.environ}
        self.environ |= {"HOME": str(home), "TERM": "xterm-256color", "LANG": "C.UTF-8", "COLUMNS": "80"}

    def start(self, *arguments: str, env: dict[str, str] | None = None, **options: object) -> subprocess.Popen[bytes]:
        """Start it in a session of its own, so that it finds no terminal."""
        streams: dict[str, Any] = {"stdin": subprocess.DEVNULL, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        settings: dict[str, Any] = {**streams, **options, "env": {**self.environ, **(env or {})}, "cwd": self.home}
        process: subprocess.Popen[bytes] = subprocess.Popen([COMMAND, *arguments], start_new_session=True, **settings)
        return process

    def run(
        self, *arguments: str, typed: bytes | None = None, env: dict[str, str] | None = None, **options: object
    ) -> subprocess.CompletedProcess[str]:
        """Run it to its end; `typed` is its standard input."""
        if typed is not None:
            options["stdin"] = subprocess.PIPE
        process = self.start(*arguments, env=env, **options)
        out, err = process.communicate(typed, timeout=LONGEST)
        texts = [(part or b"").decode("utf-8", "backslashreplace") for part in (out, err)]
        return subprocess.CompletedProcess(arguments, process.returncode, *texts)
