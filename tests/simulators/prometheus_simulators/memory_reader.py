"""How often secrets lie in the memory of another process, read the way a thief with the right would."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_REGION = re.compile(rb"^([0-9a-f]+)-([0-9a-f]+) r\S* \S+ \S+ \S+\s*(.*)$")
_NOT_MEMORY = (b"[vvar", b"[vsyscall]", b"/dev/")
_PIECE = 1 << 24


def copies(pid: int, needles: Mapping[str, bytes]) -> dict[str, int]:
    """Return how often each of these lies in the readable memory of a process."""
    found = dict.fromkeys(needles, 0)
    for memory in _regions(pid):
        for name, needle in needles.items():
            found[name] += memory.count(needle)
    return found


def locked_kibibytes(pid: int) -> int:
    """Return how much of the memory of a process is kept out of the swap."""
    return _status(pid, "VmLck")


def _status(pid: int, field: str) -> int:
    with open(f"/proc/{pid}/status", encoding="ascii", errors="replace") as status:
        return next(int(line.split()[1]) for line in status if line.startswith(f"{field}:"))


def _regions(pid: int) -> Iterator[bytes]:
    with open(f"/proc/{pid}/maps", "rb") as maps:
        lines = maps.read().splitlines()
    with open(f"/proc/{pid}/mem", "rb", buffering=0) as memory:
        for line in lines:
            match = _REGION.match(line)
            if match and not match[3].startswith(_NOT_MEMORY):
                yield _read(memory.fileno(), int(match[1], 16), int(match[2], 16))


def _read(handle: int, start: int, end: int) -> bytes:
    import os

    content = bytearray()
    while start < end:
        try:
            part = os.pread(handle, min(_PIECE, end - start), start)
        except OSError:
            break  # a page that is mapped and cannot be read
        if not part:
            break
        content += part
        start += len(part)
    return bytes(content)
