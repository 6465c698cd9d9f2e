"""Whose the files of a service are: what is read at start and kept is its own, or the start is refused.

Rules:
* The folder, what is published from it and the lists of people belong to whoever runs the service, or to root, and
  nobody else may write them: else others of this machine name the clerks. The group may where it has the number of the
  owner, for then it is the owner alone.
* What is read is a regular file: a pipe would keep the start waiting.
* The file of the store is a regular file of whoever runs the service, not a link, and is closed to all others.
"""

from __future__ import annotations

import os
import stat
from contextlib import suppress

from prometheus.errors import NotUnderstood, PolicyForbids
from prometheus.files import storage_error

STORE_FILES = ("service.db", "service.db-wal", "service.db-shm", "service.db-journal")
_ROOT = 0
_OF_OTHERS = stat.S_IRWXG | stat.S_IRWXO


def require_own(path: str, *, is_folder: bool = False) -> None:
    """Check a file or a folder that is read at start; one that is not there is no matter of this.

    Raises:
        NotUnderstood: When it is neither a regular file nor the folder that it should be.
        PolicyForbids: When it is of others, or others may write it.
        StorageFailed: When it cannot be looked at.
    """
    found = _status(path)
    if found is None:
        return
    if not (stat.S_ISDIR if is_folder else stat.S_ISREG)(found.st_mode):
        raise _no_file(path, "folder" if is_folder else "regular file")
    by_group = found.st_mode & stat.S_IWGRP and found.st_gid != found.st_uid
    if found.st_uid not in (os.geteuid(), _ROOT):
        raise _of_others(path, "it belongs to another person of this machine", "chown it, or use a folder of your own")
    if by_group or found.st_mode & stat.S_IWOTH:
        raise _of_others(path, "others of this machine may write it", f"chmod go-w {path}")


def require_own_store(folder: str) -> None:
    """Check the files of the store in a folder and close them to all others; errors as `require_own`."""
    for name in STORE_FILES:
        path = os.path.join(folder, name)
        found = _status(path, follows=False)
        if found is None:
            continue
        if not stat.S_ISREG(found.st_mode):
            raise _no_file(path, "regular file")
        if found.st_uid != os.geteuid():
            raise _of_others(path, "it belongs to another person of this machine", "move it out of the folder")
        if found.st_mode & _OF_OTHERS:
            with suppress(OSError):
                os.chmod(path, stat.S_IRUSR | stat.S_IWUSR)


def _status(path: str, *, follows: bool = True) -> os.stat_result | None:
    try:
        return os.stat(path, follow_symlinks=follows)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise storage_error(error, f"{path} could not be read") from None


def _no_file(path: str, wanted: str) -> NotUnderstood:
    return NotUnderstood(
        f"{path} is no {wanted}",
        code="SERVICE-NO-FILE",
        meaning="a link, a pipe or a device may be anything at any time",
        remedy="move it out of the folder",
    )


def _of_others(path: str, why: str, remedy: str) -> PolicyForbids:
    return PolicyForbids(f"{path} is not safe from others", code="SERVICE-OF-OTHERS", meaning=why, remedy=remedy)
