"""A terminal with a person at it: reads what is shown, waits for a prompt, types."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import subprocess
import termios
import time
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

PATIENCE = 30.0
"""Seconds after which a prompt that did not come is a failure."""


class Terminal:
    """One command at a pseudo terminal of its own; standard input, output and error all are that terminal."""

    def __init__(self, command: Sequence[str | Path], *, environ: Mapping[str, str], folder: Path) -> None:
        self.shown = ""
        self._seen = 0
        self._master, slave = pty.openpty()
        self.process = subprocess.Popen(
            command,
            env=dict(environ),
            cwd=folder,
            stdin=slave,
            stdout=slave,
            stderr=slave,
            start_new_session=True,
            preexec_fn=lambda: fcntl.ioctl(0, termios.TIOCSCTTY, 0),  # noqa: PLW1509  # no thread is running here
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.poll() is None:
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def wait_for(self, text: str) -> None:
        """Read until a text is shown that was not waited for before."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.shown[self._seen :]:
            if not self._read(deadline - time.monotonic()):
                raise AssertionError(f"waited for {text!r}, saw:\n{self.shown[self._seen :]}")
        self._seen = self.shown.index(text, self._seen) + len(text)

    def type(self, text: str) -> None:
        """Type a text as it is; an Enter is a newline, a Ctrl-C is U+0003."""
        os.write(self._master, text.encode())

    def shows_more(self) -> bool:
        """Read what comes next; return whether there may be more."""
        return self._read(PATIENCE)

    def end(self) -> int:
        """Read to the end and return the exit code."""
        deadline = time.monotonic() + PATIENCE
        while self._read(deadline - time.monotonic()):
            pass
        return self.process.wait(PATIENCE)

    def _read(self, patience: float) -> bool:
        """Take what is there; return whether there may be more."""
        if not select.select([self._master], [], [], max(0.0, patience))[0]:
            return False
        try:
            part = os.read(self._master, 65_536)
        except OSError:  # the other side is gone: this is how a pseudo terminal says so
            return False
        self.shown += part.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(part)
