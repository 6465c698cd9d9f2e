"""What runs beside the steps of the story, and is ended with it: the development ledger.

What it says goes into a file of the demo's folder, so that the two do not talk at once.
"""

from __future__ import annotations

import socket
import subprocess
import sys

from prometheus.model.frozen import TYPE_CHECKING, Final, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

PROGRAM: Final = (sys.executable, "-P", "-m", "prometheus")
"""The program by which a step's command is run."""

_GRACE: Final = 10


class Beside:
    """Commands that run until the block ends; each is then told to stop."""

    def __init__(self, folder: str, environment: Mapping[str, str]) -> None:
        self._folder = folder
        self._environment = environment
        self._running: list[subprocess.Popen[bytes]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        for process in self._running:
            process.terminate()
        for process in self._running:
            try:
                process.wait(_GRACE)
            except subprocess.TimeoutExpired:
                process.kill()

    def start(self, command: Sequence[str]) -> None:
        """Start a command; what it says goes to a file named by its first word."""
        with open(f"{self._folder}/{command[0]}.txt", "wb") as said:
            self._running.append(
                subprocess.Popen(
                    [*PROGRAM, *command],
                    cwd=self._folder,
                    env=self._environment,
                    stdin=subprocess.DEVNULL,
                    stdout=said,
                    stderr=said,
                )
            )


def free_port() -> int:
    """Return a port of the loopback that nobody listens at now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port: int = listener.getsockname()[1]
        return port
