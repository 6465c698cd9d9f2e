"""Files of the user's: read with a limit, written whole or not at all.

Reading checks the length before the work. Writing goes to a new file beside the target, is flushed to the disk and
then takes the target's name, so that a full disk or a lost power never leaves half a file; what a writer that was
killed leaves beside it goes when that file is written next. Room can be taken before there is anything to write
(`reserved`): what must not be signed for nothing is signed after that. A device, a pipe and the names of open files are
written to and never replaced. Failures become errors with a code; no path is put into an error of which it is not
already the subject.
"""

from __future__ import annotations

import errno
import os
import stat
import sys
from contextlib import contextmanager, suppress

from prometheus.errors import Conflict, NotFound, NotUnderstood, StorageFailed, TooLarge
from prometheus.model.frozen import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import BinaryIO

STANDARD_STREAM: Final = "-"
DOCUMENT_LIMIT: Final = 1 << 20
"""Bytes of a document that a person hands over: 1 MiB."""
_NOTHING_TO_KEEP: Final = frozenset({errno.EINVAL, errno.EOPNOTSUPP})
"""What a file system answers that cannot keep room free."""
_RANDOM_BYTES: Final = 8
_DIGITS: Final = frozenset("0123456789abcdef")
_NAMES_OF_OPEN_FILES: Final = ("/dev/std", "/dev/fd/", "/proc/")


def read(path: str, limit: int = DOCUMENT_LIMIT) -> bytes:
    """Return the bytes of a file, or of standard input for ``-``.

    Raises:
        NotFound: When there is no such file.
        TooLarge: When it holds more than `limit` bytes; no more than that is read.
        StorageFailed: When it cannot be read.
    """
    if path == STANDARD_STREAM:
        return _read_stream(sys.stdin.buffer, "standard input", limit)
    try:
        with open(path, "rb") as stream:
            return _read_stream(stream, path, limit)
    except FileNotFoundError:
        raise NotFound(f"there is no file {path}", code="FILE-NOT-FOUND", remedy="check the path") from None
    except OSError as error:
        raise storage_error(error, f"{path} could not be read") from None


def read_text(path: str, limit: int = DOCUMENT_LIMIT) -> str:
    """Return the text of a UTF-8 file, or of standard input for ``-``; errors as `read`.

    Raises:
        NotUnderstood: When it is not UTF-8.
    """
    try:
        return read(path, limit).decode()
    except UnicodeDecodeError:
        raise NotUnderstood(
            f"{path} is not UTF-8 text", code="FILE-NOT-TEXT", remedy="save it as UTF-8 and try again"
        ) from None


def write(path: str, content: bytes, *, mode: int = 0o600, replace: bool = True) -> None:
    """Write a file whole or not at all.

    Args:
        path: Where; its folder must exist.
        content: All of it.
        mode: Permission bits of a new file.
        replace: Whether a file of that name may be replaced.

    Raises:
        Conflict: When the file exists and may not be replaced.
        StorageFailed: When the disk is full, read-only or failing; what was there is untouched.
    """
    with reserved(path, len(content), mode=mode, replace=replace) as place:
        place.fill(content)


@contextmanager
def reserved(path: str, size: int = 0, *, mode: int = 0o600, replace: bool = True) -> Iterator[Place]:
    """Take room for a file before there is anything to write; nothing of it stays unless it is filled.

    Args:
        path: Where; its folder must exist.
        size: Bytes that are kept free for it.
        mode: Permission bits of a new file.
        replace: Whether a file of that name may be replaced.

    Raises:
        Conflict: When the file exists and may not be replaced.
        StorageFailed: When it cannot be written there, or the disk has no room for that many bytes.
    """
    if replace and _is_written_through(path):
        yield Place(path, None, replace=True)
        return
    beside = f"{path}.{os.urandom(_RANDOM_BYTES).hex()}.new"
    try:
        if os.path.isdir(path):
            raise IsADirectoryError(errno.EISDIR, "")
        _sweep(path)
        descriptor = _own_file(beside, mode)
    except OSError as error:
        raise storage_error(error, f"{path} could not be written") from None
    try:
        _keep_free(descriptor, path, size)
        yield Place(path, (descriptor, beside), replace=replace)
    finally:
        os.close(descriptor)
        _forget(beside)


class Place:
    """Room for a file that is not there yet."""

    __slots__ = ("_path", "_replace", "_staged")

    def __init__(self, path: str, staged: tuple[int, str] | None, *, replace: bool) -> None:
        self._path = path
        self._staged = staged
        self._replace = replace

    def fill(self, content: bytes) -> None:
        """Write all of the file and give it its name.

        Raises:
            Conflict: When the file exists and may not be replaced.
            StorageFailed: When the disk is full, read-only or failing; what was there is untouched.
        """
        try:
            if self._staged is None:
                _write_through(self._path, content)
                return
            descriptor, beside = self._staged
            _write_all(descriptor, content)
            os.ftruncate(descriptor, len(content))
            os.fsync(descriptor)
            _take_name(beside, self._path, replace=self._replace)
        except OSError as error:
            raise storage_error(error, f"{self._path} could not be written") from None


def make_folder(path: str) -> None:
    """Make a private folder, with private parents where they are missing; one that is there stays as it is.

    Raises:
        StorageFailed: When it cannot be made.
    """
    try:
        _make_private(path)
    except OSError as error:
        raise storage_error(error, f"the folder {path} could not be made") from None


class LocalFile:
    """A small text file at a fixed path; its folder is made with the first write."""

    __slots__ = ("path",)

    def __init__(self, path: str) -> None:
        self.path = path

    def read(self) -> str:
        """Return its text; empty where there is no file yet."""
        try:
            return read_text(self.path)
        except NotFound:
            return ""

    def write(self, content: bytes) -> None:
        """Replace it whole."""
        make_folder(os.path.dirname(self.path))
        write(self.path, content)


def storage_error(error: OSError, what: str) -> StorageFailed:
    """Return the error that tells a person why a file operation failed."""
    reasons = {
        errno.ENOSPC: ("the disk is full", "make room and try again"),
        errno.EDQUOT: ("your quota on this disk is used up", "make room and try again"),
        errno.EFBIG: ("the file would be larger than allowed here", "raise the limit and try again"),
        errno.EROFS: ("the disk is read-only", "choose another folder, or mount it writable"),
        errno.EACCES: ("permission was refused", "check the permissions of the file and its folder"),
        errno.EPERM: ("permission was refused", "check the permissions of the file and its folder"),
        errno.ENOENT: ("its folder does not exist", "make the folder first"),
        errno.EISDIR: ("it is a folder", "name a file"),
        errno.ENOTDIR: ("a part of the path is no folder", "check the path"),
        errno.ELOOP: ("it is a symbolic link", "name the file itself"),
    }
    meaning, remedy = reasons.get(error.errno or 0, (os.strerror(error.errno or 0), "check the disk"))
    return StorageFailed(what, code="STORAGE", meaning=meaning, remedy=remedy)


def _make_private(path: str) -> None:
    """Make what is missing with mode 0700, whatever the mask: who may rename a parent may replace what is below it."""
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    if parent:
        _make_private(parent)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not os.path.isdir(path):
            raise


def _read_stream(stream: BinaryIO, name: str, limit: int) -> bytes:
    content = stream.read(limit + 1)
    if len(content) > limit:
        raise TooLarge(f"{name} holds more than {limit} bytes", meaning="nothing of it was used")
    return content


def _is_written_through(path: str) -> bool:
    """Whether a name stands for a device, a pipe or an open file, which must not be replaced by a file."""
    try:
        found = os.stat(path).st_mode
    except OSError:
        return False
    if os.path.abspath(path).startswith(_NAMES_OF_OPEN_FILES):
        return True
    return not (stat.S_ISREG(found) or stat.S_ISDIR(found))


def _write_through(path: str, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CLOEXEC | os.O_NOCTTY)
    try:
        _write_all(descriptor, content)
    finally:
        os.close(descriptor)


def _write_all(descriptor: int, content: bytes) -> None:
    left = memoryview(content)
    while left:
        left = left[os.write(descriptor, left) :]


def _keep_free(descriptor: int, path: str, size: int) -> None:
    if not size:
        return
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
        else:
            _write_all(descriptor, bytes(size))
            os.lseek(descriptor, 0, os.SEEK_SET)
    except OSError as error:
        if error.errno not in _NOTHING_TO_KEEP:
            raise storage_error(error, f"{path} could not be written") from None


def _take_name(beside: str, path: str, *, replace: bool) -> None:
    if replace:
        os.replace(beside, path)
        return
    try:
        os.link(beside, path)
    except FileExistsError:
        raise Conflict(
            f"{path} exists already", code="FILE-EXISTS", remedy="choose another name, or remove it first"
        ) from None


def _sweep(path: str) -> None:
    """Remove what a writer left beside a file who died before it was whole: nobody holds its lock any more."""
    folder, name = os.path.split(path)
    with suppress(OSError):
        for found in os.listdir(folder or "."):
            if _is_staged(found, name):
                with suppress(OSError):
                    _sweep_one(os.path.join(folder, found))


def _is_staged(found: str, name: str) -> bool:
    digits = found.removeprefix(f"{name}.").removesuffix(".new")
    return found == f"{name}.{digits}.new" and len(digits) == 2 * _RANDOM_BYTES and _DIGITS.issuperset(digits)


def _sweep_one(beside: str) -> None:
    import fcntl

    descriptor = os.open(beside, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK)
    try:
        found = os.fstat(descriptor)
        if stat.S_ISREG(found.st_mode) and found.st_uid == os.geteuid():
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
            os.unlink(beside)
    finally:
        os.close(descriptor)


def _own_file(beside: str, mode: int) -> int:
    """Make a new file and hold its lock until it is closed; again when somebody swept it in the moment between."""
    import fcntl

    while True:
        descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW, mode)
        with suppress(OSError):  # where files cannot be locked nothing is swept either
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if os.fstat(descriptor).st_nlink:
            return descriptor
        os.close(descriptor)


def _forget(path: str) -> None:
    with suppress(OSError):  # whatever went wrong before is what a person should hear of
        os.unlink(path)
