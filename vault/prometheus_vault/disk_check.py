"""Telling a disk that fails from a file that was damaged or changed.

SQLite calls a file damaged when the system cannot give its bytes back (it turns EIO of a read into "malformed"). So a
file that SQLite calls damaged is read once more, plainly: when the system still refuses, it is the disk.

A descriptor that is open already is used where there is one, because a process loses all its locks on a file as soon
as it closes any descriptor of it.
"""

from __future__ import annotations

import os
from contextlib import suppress
from typing import Final

_STEP: Final = 1024 * 1024
_DESCRIPTORS: Final = "/dev/fd"
_PARTS: Final = ("", "-wal")
_LOG_MAGICS: Final = (b"\x37\x7f\x06\x82", b"\x37\x7f\x06\x83")
_WRITE_VERSION_AT: Final = 18
_LAST_WRITE_VERSION: Final = b"\x02"
_LOG_VERSION: Final = (3007000).to_bytes(4, "big")


def failure_to_read(path: str) -> OSError | None:
    """Return what keeps a vault file or its log from being read to the end, or None."""
    for part in _PARTS:
        try:
            _read_through(path + part)
        except FileNotFoundError:
            continue
        except OSError as error:
            return error
    return None


def has_log_of_another_version(path: str) -> bool:
    """Say whether the log beside a file claims a version that never was: SQLite calls that "cannot be opened"."""
    with suppress(OSError), open(path + _PARTS[1], "rb", buffering=0) as log:
        front = log.read(8)
        return front[:4] in _LOG_MAGICS and front[4:] != _LOG_VERSION
    return False


def claims_a_later_database_format(path: str) -> bool:
    """Say whether a file names a format for writers that SQLite does not know, and therefore never writes to."""
    with suppress(OSError):
        held = _descriptor_of(os.stat(path))
        return held is not None and os.pread(held, 1, _WRITE_VERSION_AT) > _LAST_WRITE_VERSION
    return False


def _read_through(path: str) -> None:
    held = _descriptor_of(os.stat(path))
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC) if held is None else held
    try:
        offset = 0
        while piece := os.pread(descriptor, _STEP, offset):
            offset += len(piece)
    finally:
        if held is None:
            os.close(descriptor)


def _descriptor_of(wanted: os.stat_result) -> int | None:
    """Return a descriptor by which this process holds a file, or None."""
    for name in os.listdir(_DESCRIPTORS):
        with suppress(OSError, ValueError):
            found = os.fstat(int(name))
            if (found.st_dev, found.st_ino) == (wanted.st_dev, wanted.st_ino):
                return int(name)
    return None
