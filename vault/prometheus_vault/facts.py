"""What is known of a vault file without any secret, and what a check of an open one found."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from prometheus_vault import sqlite_file
from prometheus_vault.header import Header, parse_header
from prometheus_vault.slot_parameters import KIND_NAMES
from prometheus_vault.sqlite_errors import translated

if TYPE_CHECKING:
    from prometheus_vault.kdf import KdfParameters


class SlotInfo(NamedTuple):
    """One slot: its id, its kind ("passphrase", "recovery", ...), the cost of its derivation, second factor or not."""

    slot_id: bytes
    kind: str
    kdf: KdfParameters | None
    needs_second_factor: bool
    second_factor: str = ""
    """The kind of the second factor, such as "keyring"."""


class PublicFacts(NamedTuple):
    """What anyone who holds the file can see."""

    vault_id: bytes
    generation: int
    slots: tuple[SlotInfo, ...]
    records: int
    size_bytes: int


class Report(NamedTuple):
    """A check that passed; a failed one is an exception.

    `journal_is_whole` is False when entries are missing or do not chain, which is no damage to the records.
    """

    epoch: int
    generation: int
    records: int
    journal_entries: int
    journal_is_whole: bool
    is_deep: bool


def inspect(path: str | os.PathLike[str]) -> PublicFacts:
    """Read what needs no secret; nothing is authenticated by it.

    Raises:
        VaultError: When the file is missing, something else, too new, damaged or unreadable.
    """
    real = os.path.realpath(path)
    connection = sqlite_file.open_file(real, read_only=True)
    try:
        with translated("the vault could not be read", real):
            header = parse_header(sqlite_file.read_meta(connection)[0])
            records = connection.execute("SELECT count(*) FROM rec").fetchone()[0]
            size = sum(_size(real + ending) for ending in ("", "-wal"))
    finally:
        connection.close()
    return PublicFacts(header.vault_id, header.generation, describe_slots(header), records, size)


def describe_slots(header: Header) -> tuple[SlotInfo, ...]:
    """Return what a header says about its slots, in file order."""
    return tuple(
        SlotInfo(
            slot.slot_id,
            KIND_NAMES[slot.kind],
            slot.passphrase.cost if slot.passphrase else None,
            slot.needs_second_factor,
            KIND_NAMES[slot.second_factor] if slot.needs_second_factor else "",
        )
        for slot in header.slots
    )


def _size(path: str) -> int:
    try:
        return os.stat(path).st_size
    except FileNotFoundError:
        return 0
