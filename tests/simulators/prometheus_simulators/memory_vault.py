"""A vault held in a dictionary: all-or-nothing transactions, no file, no secrets."""

from __future__ import annotations

import re
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus.model.collection import KEY
from prometheus.usecases import indexing
from prometheus_memory import LockedBytes, holding
from prometheus_vault.index import Indexed

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus_vault.index import Describe, Said


class MemoryTransaction:
    def __init__(self, records: dict[tuple[int, str], bytes]) -> None:
        self.records = dict(records)

    def get(self, collection: int, name: str) -> bytes | None:
        return self.records.get((collection, name))

    def secret(self, name: str) -> LockedBytes | None:
        return _locked(self.records, name)

    def put(self, collection: int, name: str, body: bytes | LockedBytes) -> None:
        self.records[collection, name] = bytes(body.view if isinstance(body, LockedBytes) else body)

    def delete(self, collection: int, name: str) -> bool:
        return self.records.pop((collection, name), None) is not None


class MemoryVault:
    is_open_by_keyring_alone = False

    def __init__(self, describe: Describe | None = indexing.describe) -> None:
        self.records: dict[tuple[int, str], bytes] = {}
        self.commits = 0
        self.describe = describe

    @property
    def vault_id(self) -> bytes:
        return bytes(range(16))

    def get(self, collection: int, name: str) -> bytes | None:
        return self.records.get((collection, name))

    def secret(self, name: str) -> LockedBytes | None:
        return _locked(self.records, name)

    def scan(self, collection: int) -> Iterator[tuple[str, bytes]]:
        for (found, name), body in sorted(self.records.items()):
            if found == collection:
                yield name, body

    def find(
        self,
        collection: int,
        *,
        words: str = "",
        tags: Iterable[str] = (),
        newest_first: bool = True,
        limit: int | None = None,
    ) -> list[str]:
        tags = list(tags)
        found = [
            (said.order, name)
            for name, said in self._said(collection)
            if set(tags) <= set(said.tags)
            and all(any(word.startswith(sought) for word in _words(said.text)) for sought in _words(words))
        ]
        return [name for _, name in sorted(found, reverse=newest_first)][:limit]

    def count(self, collection: int, *, tags: Iterable[str] = ()) -> int:
        return len(self.find(collection, tags=tags))

    def _said(self, collection: int) -> Iterator[tuple[str, Indexed | Said]]:
        for (found, name), body in self.records.items():
            if found == collection:
                no_key = self.describe if collection != KEY else None
                said = Indexed() if no_key is None else no_key(collection, name, body)
                if said is not None:
                    yield name, said

    @contextmanager
    def transaction(self) -> Iterator[MemoryTransaction]:
        pending = MemoryTransaction(self.records)
        yield pending
        self.records = pending.records
        self.commits += 1


def _locked(records: dict[tuple[int, str], bytes], name: str) -> LockedBytes | None:
    body = records.get((KEY, name))
    return None if body is None else holding(body)


def _words(text: str) -> list[str]:
    folded = unicodedata.normalize("NFKD", text).casefold()
    bare = "".join(each for each in folded if not unicodedata.category(each).startswith("M"))
    return re.findall(r"[^\W_]+", bare)
