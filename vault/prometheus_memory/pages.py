"""Pages that hold secrets, and which piece of them is taken.

    anonymous, private to this process | mlock | not in a memory image | zeros in a forked child

A piece starts at a multiple of `GRAIN` and is found by first fit. Pages are never given back to the system: they are
few, and a piece that is freed is overwritten at once. Where the system refuses one of the protections, the pages are
used all the same, and `protection` says which one is missing. With the first page the process becomes one that leaves
no memory image and that its neighbours cannot read.
"""

from __future__ import annotations

import mmap
from _thread import RLock
from contextlib import suppress
from typing import Final, NamedTuple

from prometheus_memory import process, system_calls

GRAIN: Final = 32
_REGION: Final = 16 * 1024
_WIPE_ON_FORK: Final = 18
"""MADV_WIPEONFORK of Linux, which Python has no name for."""


class Protection(NamedTuple):
    """What the system granted for the pages of secrets."""

    is_locked: bool
    is_left_out_of_dumps: bool
    is_wiped_on_fork: bool
    is_native: bool
    """Whether keys reach libsodium by address, and not as copies."""


class Region:
    """Some pages, and which grains of them are taken."""

    def __init__(self, size: int) -> None:
        self.pages = mmap.mmap(-1, size, flags=mmap.MAP_PRIVATE | mmap.MAP_ANONYMOUS)
        self.is_locked = system_calls.lock(self.pages)
        self.is_left_out_of_dumps = _advise(self.pages, getattr(mmap, "MADV_DONTDUMP", None))
        self.is_wiped_on_fork = _advise(self.pages, _WIPE_ON_FORK if hasattr(mmap, "MADV_DONTFORK") else None)
        native = system_calls.NATIVE
        self.address = None if native is None else native.ffi.from_buffer("unsigned char[]", self.pages)
        self.base = system_calls.address_of(self.pages)
        self._taken = bytearray(size // GRAIN)

    def take(self, grains: int) -> int | None:
        """Return where a run of free grains starts, now taken; None when there is none."""
        start = self._taken.find(bytes(grains))
        if start < 0:
            return None
        self._taken[start : start + grains] = b"\x01" * grains
        return start * GRAIN

    def give_back(self, start: int, grains: int) -> None:
        """Free a run that was taken and is overwritten."""
        first = start // GRAIN
        self._taken[first : first + grains] = bytes(grains)


_regions: list[Region] = []
_guard = RLock()  # reentrant, because the collector may free a piece while another one is being taken


def take(size: int) -> tuple[Region, int]:
    """Return a region and the offset of a free piece of at least this many bytes, now taken; it holds zeros."""
    grains = grains_of(size)
    with _guard:
        for region in _regions:
            start = region.take(grains)
            if start is not None:
                return region, start
        if not _regions:
            process.forbid_dumps()
        region = Region(max(_REGION, -(-grains * GRAIN // mmap.PAGESIZE) * mmap.PAGESIZE))
        _regions.append(region)
        return region, region.take(grains) or 0


def give_back(region: Region, start: int, size: int) -> None:
    """Free a piece that was taken and is overwritten."""
    with _guard:
        region.give_back(start, grains_of(size))


def grains_of(size: int) -> int:
    """Return how many grains a piece needs, at least one."""
    return max(1, -(-size // GRAIN))


def protection() -> Protection:
    """Return what the system granted, for all pages together; it takes the first pages when there are none."""
    with _guard:
        if not _regions:
            give_back(*take(1), 1)
        return Protection(
            is_locked=all(region.is_locked for region in _regions),
            is_left_out_of_dumps=all(region.is_left_out_of_dumps for region in _regions),
            is_wiped_on_fork=all(region.is_wiped_on_fork for region in _regions),
            is_native=system_calls.NATIVE is not None,
        )


def _advise(pages: mmap.mmap, advice: int | None) -> bool:
    if advice is None:
        return False
    with suppress(OSError):
        pages.madvise(advice)
        return True
    return False
