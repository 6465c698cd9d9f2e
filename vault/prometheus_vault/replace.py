"""Putting a whole vault file in place, so that a crash leaves the old one or the new one.

Under the writer lock: the new file is built as `<vault>.new` with a rollback journal and verified by the caller of
`staging`, then synced and renamed. A write-ahead log left beside the target would silently bring its old rows into the
new file, so a target with one is refused: a file that is to be replaced has left that mode before.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from prometheus_vault.errors import AlreadyExists
from prometheus_vault.filesystem import remove_if_there, sync_file, sync_folder
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    from collections.abc import Iterator

_LEFTOVERS: Final = ("-wal", "-journal")
_WRITING: Final = "the vault could not be written"


@contextmanager
def staging(path: str, *, replaces: bool = False) -> Iterator[str]:
    """Yield the path of a new empty private file, and put it in place when the block ends well.

    The caller holds the writer lock, and has closed every connection to the new file when the block ends.

    Args:
        path: Where the file goes.
        replaces: Whether a file that lies there goes for it.

    Raises:
        AlreadyExists: When the log of a vault lies at the target, or a vault that is not to be replaced.
        StorageError: When the system refuses; nothing is left behind.
    """
    refuse = refuse_log if replaces else refuse_existing
    staged = f"{path}.new"
    with translated(_WRITING):
        if not replaces:  # a log that goes away together with the file may still lie there
            refuse(path)
        remove_staged(path)
        os.close(os.open(staged, os.O_RDWR | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600))
        try:
            with translated(_WRITING, staged):
                yield staged
            sync_file(staged)
            refuse(path)
            os.rename(staged, path)
        except BaseException:
            remove_staged(path)
            raise
        sync_folder(os.path.dirname(path))


def refuse_existing(path: str) -> None:
    """Refuse a target that is taken.

    Raises:
        AlreadyExists: When a file lies there, or the log of one with anything in it.
    """
    if os.path.lexists(path):
        raise AlreadyExists("a file of that name is there already", remedy="choose another name")
    refuse_log(path)


def refuse_log(path: str) -> None:
    """Refuse a target beside which a log with anything in it lies.

    Raises:
        AlreadyExists: When one does.
    """
    for ending in _LEFTOVERS:
        if _has_content(path + ending):
            raise AlreadyExists(
                f"the log of another vault lies there: a file ending in {ending}",
                meaning="its rows would mix into the new vault",
                remedy="move it away, together with the vault file that it belongs to",
            )


def has_staged(path: str) -> bool:
    """Say whether a file that was being built for a target is still there: its builder died, or is at work."""
    return os.path.lexists(f"{path}.new")


def remove_staged(path: str) -> None:
    """Remove what is left of a file that was being built; the caller holds the writer lock."""
    for ending in ("", *_LEFTOVERS, "-shm"):
        remove_if_there(f"{path}.new{ending}")


def _has_content(path: str) -> bool:
    try:
        return os.lstat(path).st_size > 0
    except OSError:
        return False  # none there; or a folder that cannot be looked into, which the next step says better
