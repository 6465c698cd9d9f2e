"""One writer at a time: an advisory lock on `<vault>.lock`.

The file goes only when its vault is deleted; who waited for a lock file that has gone takes the one that is there now,
so that all processes hold the same. The holder writes its process id and command name into it, for the message of
whoever waits; arguments are never written. Readers take no lock.
"""

from __future__ import annotations

import fcntl
import os
import sys
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from prometheus_vault.errors import Busy
from prometheus_vault.filesystem import is_at
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

WAIT_SECONDS: Final = 5.0
_PAUSE_SECONDS: Final = 0.02


@contextmanager
def writer_lock(vault_path: str, wait_seconds: float = WAIT_SECONDS) -> Iterator[None]:
    """Hold the writer lock of a vault inside the block.

    Raises:
        Busy: When another holds it for longer than the wait; says who.
        StorageError: When the lock file cannot be made.
    """
    with translated("the writer lock could not be taken"):
        held = _locked(f"{vault_path}.lock", time.monotonic() + wait_seconds)
    try:
        _sign(held.descriptor, f"{os.getpid()} {_command_name()}\n".encode(errors="replace"))
        try:
            yield
        finally:
            _sign(held.descriptor, b"")
    finally:
        held.close()


class _Held:
    """An open lock file; a signal between two steps may lose it, and then its lock goes with it."""

    __slots__ = ("descriptor",)

    def __init__(self, path: str) -> None:
        self.descriptor = -1
        self.descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)

    def close(self) -> None:
        descriptor, self.descriptor = self.descriptor, -1
        if descriptor >= 0:
            os.close(descriptor)

    __del__ = close


def _locked(path: str, deadline: float) -> _Held:
    while True:
        held = _Held(path)
        try:
            _acquire(held.descriptor, deadline)
            if is_at(path, held.descriptor):
                return held
        except BaseException:
            held.close()
            raise
        held.close()


def _acquire(descriptor: int, deadline: float) -> None:
    while True:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise Busy("the vault is in use", meaning=_holder(descriptor)) from None
            time.sleep(_PAUSE_SECONDS)
        else:
            return


def _holder(descriptor: int) -> str:
    process, _, command = os.pread(descriptor, 200, 0).decode(errors="replace").strip().partition(" ")
    if not process.isdigit():
        return "another process is writing to it"
    return f"process {process} ({command or 'unknown'}) is writing to it"


def _sign(descriptor: int, text: bytes) -> None:
    # Only advice for a person: on a full disk the lock holds all the same.
    try:
        os.ftruncate(descriptor, 0)
        os.pwrite(descriptor, text, 0)
    except OSError:
        return


def _command_name() -> str:
    return os.path.basename(sys.argv[0] if sys.argv else "") or "python"
