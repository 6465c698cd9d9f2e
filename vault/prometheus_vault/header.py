"""The header: who may open the vault. It lies in `meta.hdr`, 204..18448 bytes.

    0   8   "PROMVLT1"
    8   4   u8 version=1 | u8 aead=1 | u8 hash=1 | u8 slot count 1..16
    12  16  vault id, random
    28  4   generation u32: 1 at creation, +1 on every rewrite
    32  ..  slots
    -48 16  BLAKE2b("", "prom-chk-v1", all before): damage, told before any key derivation
    -32 32  BLAKE2b(SK("header"), "prom-hdr-v1", all before): forgery, told once the master key is known

Parsing answers `Damaged` or `KdfTooWeak`; nothing slow or secret happens here. Someone who edits the header and
recomputes the unkeyed check can only make a right passphrase look wrong.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_vault import blake2, limits
from prometheus_vault.errors import Damaged, Tampered
from prometheus_vault.slot_parameters import PASSPHRASE
from prometheus_vault.slots import Slot, parse_slot

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_memory import LockedBytes

_FRONT: Final = 32
_CHECK_LENGTH: Final = 16
_MAC_LENGTH: Final = 32
_FORMS: Final = bytes([limits.HEADER_VERSION, limits.AEAD_XCHACHA20_POLY1305, limits.HASH_BLAKE2B])


class Header(NamedTuple):
    """A header whose unkeyed check holds; its MAC is checked by `authenticate`."""

    raw: bytes
    vault_id: bytes
    generation: int
    slots: tuple[Slot, ...]

    @property
    def mac(self) -> bytes:
        """The last 32 bytes, which the root repeats."""
        return self.raw[-_MAC_LENGTH:]


def parse_header(data: bytes) -> Header:
    """Read a header without any secret.

    Raises:
        Damaged: When a length, the unkeyed check or any field is wrong.
        KdfTooWeak: When a slot's derivation cost lies below the floor.
    """
    if not limits.HEADER_SHORTEST <= len(data) <= limits.HEADER_LONGEST:
        raise Damaged(f"the header has {len(data)} bytes")
    checked = data[: -_CHECK_LENGTH - _MAC_LENGTH]
    if not blake2.same(_check(checked), data[-_CHECK_LENGTH - _MAC_LENGTH : -_MAC_LENGTH]):
        raise Damaged("the header does not fit its checksum")
    if checked[:8] != limits.HEADER_MAGIC or checked[8:11] != _FORMS:
        raise Damaged("the header is not of the form known here")
    generation = int.from_bytes(checked[28:_FRONT], "little")
    if not generation:
        raise Damaged("the header has no generation")
    return Header(data, checked[12:28], generation, _parse_slots(checked, checked[11]))


def build_header(vault_id: bytes, generation: int, slots: Sequence[Slot], header_key: LockedBytes) -> Header:
    """Return a new header over these slots.

    Raises:
        Damaged: When the slots break a limit of the format.
    """
    front = limits.HEADER_MAGIC + _FORMS + bytes([len(slots)]) + vault_id + generation.to_bytes(4, "little")
    checked = front + b"".join(slot.raw for slot in slots)
    body = checked + _check(checked)
    return parse_header(body + _mac(header_key, body))


def authenticate(header: Header, header_key: LockedBytes) -> None:
    """Check the MAC.

    Raises:
        Tampered: When it was made under another key or over other bytes.
    """
    if not blake2.same(_mac(header_key, header.raw[:-_MAC_LENGTH]), header.mac):
        raise Tampered("the header was changed by someone without the key")


def _parse_slots(checked: bytes, count: int) -> tuple[Slot, ...]:
    if not 1 <= count <= limits.SLOTS_AT_MOST:
        raise Damaged(f"the header announces {count} slots")
    slots: list[Slot] = []
    offset = _FRONT
    for _ in range(count):
        slots.append(parse_slot(checked, offset))
        offset += len(slots[-1].raw)
    if offset != len(checked):
        raise Damaged("the header has bytes after its slots")
    if len({slot.slot_id for slot in slots}) != count:
        raise Damaged("two slots of the header have the same id")
    if sum(slot.kind == PASSPHRASE for slot in slots) > limits.PASSPHRASE_SLOTS_AT_MOST:
        raise Damaged("the header has too many passphrase slots")
    return tuple(slots)


def _check(checked: bytes) -> bytes:
    return blake2.digest(None, b"prom-chk-v1", checked, _CHECK_LENGTH)


def _mac(header_key: LockedBytes, body: bytes) -> bytes:
    return blake2.digest(header_key, b"prom-hdr-v1", body)
