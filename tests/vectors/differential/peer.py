"""The reference as a child process: installed once per lock file into the user's cache, asked line by line."""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
DRIVER = HERE / "driver.js"


class Unavailable(Exception):
    """Node or the package cannot be had here; the text says why."""


def node() -> str:
    """Return the path of Node."""
    found = shutil.which("node")
    if found is None:
        raise Unavailable("there is no node on this machine")
    return found


def install(wanted: Path = HERE, name: str = "sdk-wasm") -> Path:
    """Return a folder of installed packages that fits a lock file, making it when needed.

    Args:
        wanted: The folder of the lock file.
        name: What the folder is called in the cache, before the hash of the lock file.

    Raises:
        Unavailable: When it cannot be made.
    """
    lock_file = (wanted / "package-lock.json").read_bytes()
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "prometheus" / "test-peers"
    folder = cache / f"{name}-{hashlib.sha256(lock_file).hexdigest()[:16]}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (folder / "complete").exists():
                _install_into(folder, wanted)
    except OSError as error:
        raise Unavailable(f"the cache folder cannot be written: {error}") from error
    return folder / "node_modules"


def _install_into(folder: Path, wanted: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        raise Unavailable("there is no npm on this machine")
    for name in ("package.json", "package-lock.json"):
        shutil.copyfile(wanted / name, folder / name)
    command = [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    try:
        result = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=180, check=False)
    except subprocess.TimeoutExpired:
        raise Unavailable("npm did not finish within three minutes") from None
    if result.returncode:
        lines = result.stderr.strip().splitlines()
        raise Unavailable(f"npm ci failed: {lines[0] if lines else result.returncode}")
    (folder / "complete").touch()


class Peer:
    """A running reference; one that crashed is started again."""

    def __init__(self, script: Path = DRIVER, packages: Path | None = None) -> None:
        self._command = [node(), str(script)]
        self._environment = os.environ | {"NODE_PATH": str(packages or install())}
        self._process: subprocess.Popen[str] | None = None

    def ask(self, operation: str, given: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to one question: ``output`` or ``error``, and ``seen`` where JavaScript came between."""
        answer = self.ask_raw({"op": operation, "input": given})
        if "unreachable" in answer.get("error", ""):
            # Its memory is in an unknown state after a crash.
            self.close()
        return answer

    def ask_raw(self, question: dict[str, Any]) -> dict[str, Any]:
        """Return the answer to a question of another script."""
        process = self._process or self._start()
        if process.stdin is None or process.stdout is None:
            raise Unavailable("node was started without pipes")
        process.stdin.write(json.dumps(question) + "\n")
        process.stdin.flush()
        line = process.stdout.readline()
        if not line:
            self.close()
            raise Unavailable("node ended without an answer")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def close(self) -> None:
        """Stop the child process."""
        if self._process is None:
            return
        if self._process.stdin is not None:
            self._process.stdin.close()
        if self._process.stdout is not None:
            self._process.stdout.close()
        self._process.wait(timeout=20)
        self._process = None

    def _start(self) -> subprocess.Popen[str]:
        self._process = subprocess.Popen(
            self._command,
            env=self._environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )
        return self._process
