"""SQLite files and logs as an attacker may write them: fields at their edges, pages moved, checksums made anew.

Nothing here imports the product: a mistake in it must not be repeated by what attacks it.
"""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

PAGE = 4096
HEADER_FIELDS = ((16, 2), (18, 1), (19, 1), (20, 1), (21, 1), (24, 4), (28, 4), (32, 4), (36, 4), (40, 4), (44, 4),
                 (48, 4), (52, 4), (56, 4), (60, 4), (64, 4), (68, 4), (92, 4), (96, 4))  # fmt: skip
PAGE_FIELDS = ((0, 1), (1, 2), (3, 2), (5, 2), (7, 1), (8, 4), (8, 2), (10, 2), (12, 2), (14, 2))
LOG_FIELDS = ((0, 4), (4, 4), (8, 4), (12, 4), (16, 4), (20, 4))
FRAME_FIELDS = ((0, 4), (4, 4), (8, 4), (12, 4))
EDGES = (
    0,
    1,
    2,
    3,
    4,
    5,
    0x0A,
    0x0D,
    7,
    8,
    12,
    13,
    100,
    4088,
    4095,
    4096,
    4097,
    0x7FFF,
    0x8000,
    0xFFFF,
    0x7FFFFFFF,
    0xFFFFFFFF,
)
FRAME = 24 + PAGE
LOG_HEADER = 32


def put(data: bytearray, at: int, size: int, value: int) -> None:
    """Write a big-endian number, as far as the data reach."""
    if at + size <= len(data):
        data[at : at + size] = (value & ((1 << 8 * size) - 1)).to_bytes(size, "big")


def some_page(chance: Random, data: bytearray) -> int:
    """Return where some page begins."""
    return chance.randrange(max(1, len(data) // PAGE)) * PAGE


def header_field(chance: Random, data: bytearray) -> None:
    """Set a field of the database header to an edge."""
    at, size = chance.choice(HEADER_FIELDS)
    put(data, at, size, chance.choice(EDGES))


def page_field(chance: Random, data: bytearray) -> None:
    """Set a field of a page's header, or one of its first cell pointers, to an edge."""
    start = some_page(chance, data)
    at, size = chance.choice(PAGE_FIELDS)
    put(data, start + at + (100 if start == 0 else 0), size, chance.choice(EDGES))


def cell_bytes(chance: Random, data: bytearray) -> None:
    """Set the first bytes of a cell, where its lengths are, to long or short numbers."""
    start = some_page(chance, data)
    front = start + (100 if start == 0 else 0)
    count = int.from_bytes(data[front + 3 : front + 5], "big")
    if not 0 < count < 500:
        return flip_bits(chance, data)
    at = front + 8 + 2 * chance.randrange(count)
    cell = start + int.from_bytes(data[at : at + 2], "big") + chance.randrange(6)
    for offset, byte in enumerate(
        chance.choice((b"\xff" * 9, b"\x00", b"\x81\x00", b"\x7f", b"\x01", b"\x0c", b"\x0d"))
    ):
        put(data, cell + offset, 1, byte)
    return None


def swap_pointers(chance: Random, data: bytearray) -> None:
    """Swap or double two cell pointers of a page."""
    start = some_page(chance, data)
    front = start + (108 if start == 0 else 8)
    one, two = front + 2 * chance.randrange(6), front + 2 * chance.randrange(6)
    kept = data[one : one + 2]
    data[one : one + 2] = data[two : two + 2]
    if chance.random() < 0.7:
        data[two : two + 2] = kept


def flip_bits(chance: Random, data: bytearray) -> None:
    """Flip a bit, or a few."""
    for _ in range(chance.choice((1, 1, 1, 4, 32))):
        if data:
            data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)


def random_block(chance: Random, data: bytearray) -> None:
    """Overwrite a block with random bytes or zeros."""
    size = chance.choice((1, 4, 16, 512, PAGE))
    at = chance.randrange(len(data) + 1)
    block = chance.randbytes(size) if chance.random() < 0.7 else bytes(size)
    data[at : at + size] = block[: len(data) - at]


def move_pages(chance: Random, data: bytearray) -> None:
    """Swap two pages, or put one in the place of another."""
    one, two = some_page(chance, data), some_page(chance, data)
    first, second = data[one : one + PAGE], data[two : two + PAGE]
    data[one : one + len(second)] = second
    if chance.random() < 0.5:
        data[two : two + len(first)] = first


def cut(chance: Random, data: bytearray) -> None:
    """Take the end away, or put something behind it."""
    if chance.random() < 0.7:
        del data[chance.choice((0, 1, 99, 100, 512, PAGE, chance.randrange(len(data) + 1))) :]
    else:
        data += chance.randbytes(chance.choice((1, 512, PAGE)))


MUTATIONS: tuple[Callable[[Random, bytearray], None], ...] = (
    header_field, page_field, page_field, cell_bytes, cell_bytes, swap_pointers, flip_bits, flip_bits, random_block,
    move_pages, cut,
)  # fmt: skip


def mutate_database(chance: Random, data: bytearray, others: tuple[bytes, ...]) -> None:
    """Change a database once or twice; or bring in a page of another one, older or foreign."""
    for _ in range(chance.choice((1, 1, 1, 2, 3))):
        if chance.random() < 0.15:
            source, at = chance.choice(others), some_page(chance, data)
            data[at : at + PAGE] = source[at : at + PAGE] or bytes(PAGE)
        else:
            chance.choice(MUTATIONS)(chance, data)


def mutate_log(chance: Random, log: bytearray) -> None:
    """Change a write-ahead log; most often with right checksums afterwards, so that it is believed."""
    frames = (len(log) - LOG_HEADER) // FRAME
    kind = chance.randrange(6)
    start = LOG_HEADER + FRAME * chance.randrange(max(1, frames))
    if kind == 0:
        at, size = chance.choice(LOG_FIELDS)
        put(log, at, size, chance.choice(EDGES))
    elif kind == 1:
        at, size = chance.choice(FRAME_FIELDS)
        put(log, start + at, size, chance.choice(EDGES))
    elif kind == 2:
        del log[start:]
    elif kind == 3:
        other = LOG_HEADER + FRAME * chance.randrange(max(1, frames))
        log[start : start + FRAME], log[other : other + FRAME] = log[other : other + FRAME], log[start : start + FRAME]
    else:
        page = bytearray(log[start + 24 : start + FRAME])
        if page:
            chance.choice(MUTATIONS[1:8])(chance, page)
            log[start + 24 : start + FRAME] = page.ljust(PAGE, b"\0")[:PAGE]
    if chance.random() < 0.8:
        sum_log_anew(log)


def sum_log_anew(log: bytearray) -> None:
    """Make the checksums of a log right, as anyone can."""
    if len(log) < LOG_HEADER:
        return
    order = ">" if log[3] & 1 else "<"
    salts = log[16:24]
    sums = _summed(log[:24], (0, 0), order)
    log[24:32] = struct.pack(">II", *sums)
    for start in range(LOG_HEADER, len(log) - FRAME + 1, FRAME):
        log[start + 8 : start + 16] = salts
        sums = _summed(log[start : start + 8] + log[start + 24 : start + FRAME], sums, order)
        log[start + 16 : start + 24] = struct.pack(">II", *sums)


def _summed(data: bytes | bytearray, sums: tuple[int, int], order: str) -> tuple[int, int]:
    one, two = sums
    words = struct.unpack(f"{order}{len(data) // 4}I", data)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + two) & 0xFFFFFFFF
        two = (two + second + one) & 0xFFFFFFFF
    return one, two
