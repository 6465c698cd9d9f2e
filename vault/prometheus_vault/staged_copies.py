"""A large file in the making in a folder that is not ours, such as a backup; swept away when its maker died.

    <target>.<16 hex digits>.new          the file, private, and beside it what SQLite needs while it is open
    <target>.<16 hex digits>.new.lock     locked by the maker for as long as it lives; made first, removed last

A maker that was killed leaves both. Whoever makes the next such file in that folder takes the lock of each; where it
can be had, nobody is at work there and all of it goes. A file without such a lock beside it is none of ours and stays.
The lock is not that of the file itself, because SQLite's own locks on it must not meet another.
"""

from __future__ import annotations

import fcntl
import os
import re
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Final

from prometheus_vault.filesystem import is_at, remove_if_there
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

_MARK: Final = re.compile(r"(.+\.[0-9a-f]{16}\.new)\.lock", re.DOTALL)
_ENDINGS: Final = ("", "-journal", "-wal", "-shm")
_FLAGS: Final = os.O_RDWR | os.O_CLOEXEC | os.O_NOFOLLOW


@contextmanager
def staged_copy(path: str, what_fails: str) -> Iterator[str]:
    """Yield the path of a new empty private file beside a target; whatever is left of it goes at the end.

    Give the file its own name for it to stay.

    Args:
        path: The target; its folder exists.
        what_fails: Says in an error what could not be done.

    Raises:
        StorageError: When the folder cannot be written.
    """
    with translated(what_fails):
        _sweep(os.path.dirname(path))
        staged, mark = _marked(path)
        try:
            os.close(os.open(staged, _FLAGS | os.O_CREAT | os.O_EXCL, 0o600))
            with translated(what_fails, staged):
                yield staged
        finally:
            _remove(staged)
            os.close(mark)


def _marked(path: str) -> tuple[str, int]:
    """Return a name that is free for a new file, with the lock beside it; another when somebody swept just then."""
    while True:
        staged = f"{path}.{os.urandom(8).hex()}.new"
        mark = os.open(f"{staged}.lock", _FLAGS | os.O_CREAT | os.O_EXCL, 0o600)
        with suppress(OSError):  # where files cannot be locked nothing is swept either
            fcntl.flock(mark, fcntl.LOCK_EX)
        if os.fstat(mark).st_nlink:
            return staged, mark
        os.close(mark)


def _sweep(folder: str) -> None:
    """Remove what makers that died left in a folder, as far as the system lets."""
    with suppress(OSError):
        for name in os.listdir(folder):
            found = _MARK.fullmatch(name)
            if found:
                _sweep_one(os.path.join(folder, found[1]))


def _sweep_one(staged: str) -> None:
    with suppress(OSError):
        mark = os.open(f"{staged}.lock", _FLAGS | os.O_NONBLOCK)
        try:
            fcntl.flock(mark, fcntl.LOCK_EX | fcntl.LOCK_NB)
            if os.fstat(mark).st_uid == os.geteuid() and is_at(f"{staged}.lock", mark):
                _remove(staged)
        finally:
            os.close(mark)


def _remove(staged: str) -> None:
    for ending in (*_ENDINGS, ".lock"):
        with suppress(OSError):
            remove_if_there(staged + ending)
