"""Headers as an attacker may write them: fields at their edges, slots of every type, right and wrong checks.

Nothing here imports the product: a mistake in it must not be repeated by what attacks it.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable
    from random import Random

BYTES = (0, 1, 2, 3, 4, 5, 6, 7, 16, 17, 0x13, 0x7F, 0x80, 0xFF)
LENGTHS = (0, 1, 41, 42, 43, 63, 64, 65, 1023, 1024, 1025, 32767, 32768, 65535)
PASSES = (0, 1, 2, 3, 4, 8, 63, 64, 65, 255, 256, 1 << 31, (1 << 32) - 1)
MEMORIES = (
    0,
    7,
    8,
    31,
    32,
    65535,
    65536,
    65537,
    98304,
    196608,
    262144,
    2097151,
    2097152,
    2097153,
    1 << 31,
    (1 << 32) - 1,
)
LANES = (0, 1, 2, 4, 15, 16, 17, 255)
FRONT, CHECK, FIXED = 32, 48, 124


def with_check(header: bytes) -> bytes:
    """Recompute the unkeyed check, as anyone can."""
    return header[:-CHECK] + blake2b(header[:-CHECK], digest_size=16, person=b"prom-chk-v1").digest() + header[-32:]


def costs(chance: Random, *, sane: bool = False) -> bytes:
    """Return the numbers of a derivation, many of them at an edge."""
    if sane:
        passes, memory, lanes = 3, 65536, 4
    else:
        passes, memory, lanes = chance.choice(PASSES), chance.choice(MEMORIES), chance.choice(LANES)
    return b"\x13" + passes.to_bytes(4, "little") + memory.to_bytes(4, "little") + bytes([lanes])


def parameters(chance: Random, kind: int, flags: int) -> bytes:
    """Return parameters that fit a type of slot, or nearly so."""
    if kind == 1:
        factor = b""
        if flags & 1:
            inner = parameters(chance, 4, 0) if chance.random() < 0.5 else b""
            factor = bytes([4 if inner else 3]) + len(inner).to_bytes(2, "little") + inner
        return costs(chance, sane=chance.random() < 0.5) + chance.randbytes(32) + factor
    if kind == 4:
        party, credential = chance.randbytes(chance.randrange(20)), chance.randbytes(chance.randrange(80))
        lengths = bytes([len(party)]), len(credential).to_bytes(2, "little")
        return lengths[0] + party + lengths[1] + credential + chance.randbytes(33)
    return {5: chance.randbytes(chance.choice((0, 1, 100, 1024, 1025))), 6: chance.randbytes(64)}.get(kind, b"")


def new_slot(chance: Random) -> bytes:
    """Return a slot of any type, well formed or nearly so."""
    kind = chance.choice(BYTES[:9]) if chance.random() < 0.2 else chance.randrange(1, 7)
    flags = chance.choice(BYTES) if chance.random() < 0.1 else int(kind == 1 and chance.random() < 0.3)
    data = parameters(chance, kind, flags)
    if chance.random() < 0.15:
        data = data[: chance.randrange(len(data) + 1)] + chance.randbytes(chance.choice((0, 1, 3)))
    length = chance.choice(LENGTHS) if chance.random() < 0.1 else len(data)
    return bytes([kind, flags]) + length.to_bytes(2, "little") + chance.randbytes(FIXED - 4) + data


def split(header: bytes) -> list[bytes]:
    """Return the slots of a well-formed header."""
    found, at = [], FRONT
    while at < len(header) - CHECK:
        end = at + FIXED + int.from_bytes(header[at + 2 : at + 4], "little")
        found.append(header[at:end])
        at = end
    return found


def join(header: bytes, slots: list[bytes], count: int) -> bytes:
    """Return a header with other slots and the front and end of a given one."""
    return header[:11] + bytes([count & 0xFF]) + header[12:FRONT] + b"".join(slots) + header[-CHECK:]


def flip_bits(chance: Random, header: bytes) -> bytes:
    """Flip one bit, or a few."""
    changed = bytearray(header)
    for _ in range(chance.choice((1, 1, 1, 2, 5))):
        bit = chance.randrange(len(changed) * 8)
        changed[bit // 8] ^= 1 << bit % 8
    return bytes(changed)


def set_field(chance: Random, header: bytes) -> bytes:
    """Set a field of the front or of the first slot to a value at an edge."""
    at = chance.choice((0, 8, 9, 10, 11, 12, 28, 31, 32, 33, 34, 36, 52, 76, 124, 156, 157, 161, 165, 166))
    return header[:at] + bytes([chance.choice(BYTES)]) + header[at + 1 :]


def set_cost(chance: Random, header: bytes) -> bytes:
    """Give the first slot another derivation."""
    return header[: FRONT + FIXED] + costs(chance) + header[FRONT + FIXED + 10 :]


def set_length(chance: Random, header: bytes) -> bytes:
    """Let the first slot say another length."""
    return header[:34] + chance.choice(LENGTHS).to_bytes(2, "little") + header[36:]


def edit_slots(chance: Random, header: bytes) -> bytes:
    """Drop, double, swap, add or replace slots, and count them rightly or not."""
    slots = split(header)
    for _ in range(chance.choice((1, 1, 2, 5, 16))):
        at = chance.randrange(len(slots) + 1)
        match chance.randrange(5):
            case 0:
                del slots[at : at + 1]
            case 1 if slots:
                slots.insert(at, chance.choice(slots))
            case 2:
                chance.shuffle(slots)
            case 3:
                slots[at : at + 1] = [new_slot(chance)]
            case _:
                slots.insert(at, new_slot(chance))
    count = len(slots) if chance.random() < 0.9 else chance.choice(BYTES)
    return join(header, slots, count)


def cut(chance: Random, header: bytes) -> bytes:
    """Take bytes away or put bytes in, anywhere."""
    at = chance.randrange(len(header))
    if chance.random() < 0.5:
        return header[:at] + header[at + chance.choice((1, 2, 16, 124, 400)) :]
    return header[:at] + chance.randbytes(chance.choice((1, 2, 16, 124, 20000))) + header[at:]


def noise(chance: Random, header: bytes) -> bytes:
    """Return random bytes, with or without a right beginning."""
    return header[: chance.choice((0, 8, 12, 32, 36))] + chance.randbytes(chance.choice((0, 1, 150, 300, 1000)))


def nothing(_: Random, header: bytes) -> bytes:
    """Leave it as it is: the control."""
    return header


MUTATIONS: tuple[Callable[[Random, bytes], bytes], ...] = (
    flip_bits, set_field, set_cost, set_length, edit_slots, edit_slots, edit_slots, cut, noise, nothing,
)  # fmt: skip


def mutated(chance: Random, header: bytes) -> bytes:
    """Return a header after one or two changes, most often with a right check."""
    for _ in range(chance.choice((1, 1, 1, 2))):
        header = chance.choice(MUTATIONS)(chance, header) or b"\0"
    return with_check(header) if chance.random() < 0.85 and len(header) > CHECK else header
