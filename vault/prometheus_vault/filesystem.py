"""Files around the vault: durable writes, private folders, and which file systems cannot be trusted with locks."""

from __future__ import annotations

import errno
import fcntl
import os
from typing import Final

_NETWORK_TYPES: Final = frozenset(
    {"9p", "afs", "beegfs", "ceph", "cifs", "davfs", "drvfs", "glusterfs", "lustre", "ncpfs", "nfs", "nfs4", "smb3"}
)
_NETWORK_FUSE: Final = ("fuse.sshfs", "fuse.glusterfs", "fuse.rclone", "fuse.s3fs", "fuse.davfs", "fuse.ceph")
_ATTEMPTS: Final = 3
_NO_PLAIN_FILE: Final = frozenset({errno.ELOOP, errno.EMLINK, errno.ENXIO})
"""What opening a symbolic link or a pipe gives."""
_MOUNTS: Final = "/proc/self/mountinfo"


def network_type(path: str, mounts: str = _MOUNTS) -> str:
    """Return the type of the network file system that holds a path, or "" when it is local or unknown.

    Known on Linux only: elsewhere there is no table to read, and the answer is "".
    """
    try:
        with open(mounts, encoding="utf-8", errors="surrogateescape") as table:
            lines = table.read().splitlines()
    except OSError:
        return ""
    best, kind = "", ""
    for line in lines:
        before, _, after = line.partition(" - ")
        fields = before.split(" ")
        if len(fields) > 4 and _holds(point := _unescaped(fields[4]), path) and len(point) >= len(best):
            best, kind = point, after.split(" ")[0]
    return kind if kind in _NETWORK_TYPES or kind.startswith(_NETWORK_FUSE) else ""


def can_be_written(path: str) -> bool:
    """Say whether this process may write a file and make others beside it."""
    return os.access(path, os.W_OK) and os.access(os.path.dirname(path) or ".", os.W_OK)


def make_private_folder(path: str) -> None:
    """Make a folder and its missing parents, all with mode 0700: who may rename a parent may replace what is below.

    Their names are on the disk when this returns; else a power cut would take all that is put into them later.
    """
    if os.path.isdir(path):
        return
    parent = os.path.dirname(path)
    if parent:
        make_private_folder(parent)
    try:
        os.mkdir(path, 0o700)
    except FileExistsError:
        if not os.path.isdir(path):
            raise
    sync_folder(parent)


def write_durably(path: str, data: bytes) -> None:
    """Replace a small private file so that a crash leaves the old or the new one, whole.

    What a crash leaves beside it has one name, and goes with the next write.
    """
    temporary = staged_name(path)
    descriptor = _own_file(temporary)
    if descriptor is None:
        temporary = f"{path}.{os.urandom(8).hex()}.new"
        descriptor = _opened(temporary, os.O_EXCL)
    try:
        _write_all(descriptor, data)
        os.fsync(descriptor)
        os.rename(temporary, path)
    except BaseException:
        remove_if_there(temporary)
        raise
    finally:
        os.close(descriptor)
    sync_folder(os.path.dirname(path))


def staged_name(path: str) -> str:
    """Return the name under which a small file is written before it takes its own."""
    return f"{path}.new"


def is_at(path: str, descriptor: int) -> bool:
    """Say whether an open file is still the one of that name."""
    held = os.fstat(descriptor)
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return False
    return (held.st_dev, held.st_ino) == (found.st_dev, found.st_ino)


def sync_file(path: str) -> None:
    """Wait until a file's content is on the disk."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_folder(path: str) -> None:
    """Wait until a folder's names are on the disk."""
    sync_file(path or ".")


def remove_if_there(path: str) -> None:
    """Remove a file, or do nothing when there is none."""
    try:
        os.unlink(path)
    except FileNotFoundError:
        return


def _opened(path: str, flags: int) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW | flags, 0o600)


def _own_file(path: str) -> int | None:
    """Open an empty file that nobody else writes until it is closed; None while a living writer has one of that name.

    Only who holds the lock of the file at that name takes it over or away, so no writer loses his own.
    """
    for _ in range(_ATTEMPTS):
        try:
            descriptor = _opened(path, os.O_NONBLOCK)
        except OSError as error:
            if error.errno not in _NO_PLAIN_FILE:
                raise
            remove_if_there(path)
            continue
        if not _hold(descriptor):
            os.close(descriptor)
            return None
        if is_at(path, descriptor):
            found = os.fstat(descriptor)
            if found.st_nlink == 1 and found.st_uid == os.geteuid():
                os.fchmod(descriptor, 0o600)
                os.ftruncate(descriptor, 0)
                return descriptor
            remove_if_there(path)  # somebody's file, or another name of one
        os.close(descriptor)
    return None


def _hold(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _write_all(descriptor: int, data: bytes) -> None:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(descriptor, rest) :]


def _holds(point: str, path: str) -> bool:
    return path == point or path.startswith(point.rstrip("/") + "/")


def _unescaped(field: str) -> str:
    for code, character in (("\\040", " "), ("\\011", "\t"), ("\\012", "\n"), ("\\134", "\\")):
        field = field.replace(code, character)
    return field
