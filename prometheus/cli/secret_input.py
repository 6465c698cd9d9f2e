"""Secrets from a terminal or an open file, straight from the kernel into locked memory.

A terminal gives a line at a time, and more than one when a person pastes; what follows the first line end is kept for
the next question, in locked memory too.
"""

from __future__ import annotations

import os

from prometheus.errors import Cancelled, NotFound, NotUnderstood
from prometheus.files import STANDARD_STREAM, storage_error
from prometheus.model.frozen import Final
from prometheus.model.secret import Secret
from prometheus_memory import LockedBytes, allocate

LINE_AT_MOST: Final = 8192
"""Bytes of a line that is typed or pasted; 24 words of the longest list need far less."""
_LINE_END: Final = 0x0A


class SecretLines:
    """Lines that a person types into a terminal."""

    __slots__ = ("_handle", "_held", "_size")

    def __init__(self, handle: int) -> None:
        self._handle = handle
        self._held: LockedBytes = allocate(LINE_AT_MOST)
        self._size = 0

    def next(self) -> Secret:
        """Return the next line without its end.

        Raises:
            Cancelled: When the person ends the input (Ctrl-D), or the line is longer than any that is of use.
        """
        seen = 0
        while (end := _line_end(self._held.view, seen, self._size)) < 0:
            seen = self._size
            count = os.readv(self._handle, [self._held.view[seen:]]) if seen < LINE_AT_MOST else 0
            if not count:
                self.wipe()
                raise Cancelled("the question was not answered", meaning="nothing was changed")
            self._size += count
        line = self._held.copy(0, end)
        rest = self._size - end - 1
        self._held.view[:rest] = self._held.view[end + 1 : self._size]
        self._held.view[rest : self._size] = bytes(self._size - rest)
        self._size = rest
        return Secret(line)

    def wipe(self) -> None:
        """Overwrite what was typed and not asked for; another line can follow."""
        self._held.view[:] = bytes(LINE_AT_MOST)
        self._size = 0


def read_secret(handle: int, limit: int) -> Secret:
    """Return what an open file gives, without one final line end (LF or CRLF).

    Raises:
        OSError: When it cannot be read.
        NotUnderstood: When it gives more than the limit.
    """
    with allocate(limit + 1) as held:
        size = 0
        while count := os.readv(handle, [held.view[size:]]):
            size += count
            if size > limit:
                raise NotUnderstood("the secret is longer than any that is accepted", code="SECRET-TOO-LONG")
        if size and held.view[size - 1] == _LINE_END:
            size -= 1
            size -= bool(size and held.view[size - 1] == 0x0D)
        return Secret(held.copy(0, size))


def read_secret_file(path: str, limit: int) -> Secret:
    """Return what a file holds, or standard input for ``-``, without one final line end.

    Raises:
        NotFound: When there is no such file.
        NotUnderstood: When it holds more than the limit.
        StorageFailed: When it cannot be read.
    """
    try:
        handle = 0 if path == STANDARD_STREAM else os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}", code="FILE-NOT-FOUND", remedy="check the path") from None
    except OSError as error:
        raise storage_error(error, f"{path} could not be read") from None
    try:
        return read_secret(handle, limit)
    except OSError as error:
        raise storage_error(error, f"{path} could not be read") from None
    finally:
        if handle:
            os.close(handle)


def _line_end(view: memoryview, start: int, end: int) -> int:
    return next((place for place in range(start, end) if view[place] == _LINE_END), -1)
