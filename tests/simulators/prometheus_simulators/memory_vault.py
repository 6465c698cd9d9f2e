"""A vault held in a dictionary: all-or-nothing transactions, no file, no secrets."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


class MemoryTransaction:
    def __init__(self, records: dict[tuple[int, str], bytes]) -> None:
        self.records = dict(records)

    def get(self, collection: int, name: str) -> bytes | None:
        return self.records.get((collection, name))

    def put(self, collection: int, name: str, body: bytes) -> None:
        self.records[collection, name] = bytes(body)

    def delete(self, collection: int, name: str) -> bool:
        return self.records.pop((collection, name), None) is not None


class MemoryVault:
    def __init__(self) -> None:
        self.records: dict[tuple[int, str], bytes] = {}
        self.commits = 0

    @property
    def vault_id(self) -> bytes:
        return bytes(range(16))

    def get(self, collection: int, name: str) -> bytes | None:
        return self.records.get((collection, name))

    def scan(self, collection: int) -> Iterator[tuple[str, bytes]]:
        for (found, name), body in sorted(self.records.items()):
            if found == collection:
                yield name, body

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        pending = MemoryTransaction(self.records)
        yield pending
        self.records = pending.records
        self.commits += 1
