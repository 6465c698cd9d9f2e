"""Askar: each record and its tags encrypted on their own in SQLite; its calls are asynchronous."""

from __future__ import annotations

import asyncio
import os
import time
from importlib.metadata import version
from typing import TYPE_CHECKING, NoReturn

import aries_askar

from stores.store import Cannot, Terms, Took, once

if TYPE_CHECKING:
    from collections.abc import Coroutine, Sequence
    from typing import Any

    from stores.records import Made

CATEGORY = "claim"


class Askar:
    """One Askar store, with one session held open while it is used."""

    name = "aries-askar"
    patience = 120.0
    reads = 400

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._address = ""
        self._key = ""
        self._store: aries_askar.Store | None = None

    def terms(self) -> Terms:
        """Return the terms."""
        return Terms(
            version=version("aries-askar"),
            journal="WAL",
            synchronous="FULL",
            derivation="Argon2i by default. Opened and rekeyed by raw keys: none runs",
            notes="opened is: the profile key opens; tags are matched whole, no words; no check of the whole set",
        )

    def fill(self, folder: str, records: Sequence[Made]) -> Took:
        """Make the store and insert all in one transaction."""
        # Journal and synchronous are named, so that they are these whatever its defaults become.
        self._address = f"sqlite://{os.path.join(folder, 'askar.db')}?journal_mode=wal&synchronous=full"
        self._key = aries_askar.Store.generate_raw_key()
        self._store = self._run(aries_askar.Store.provision(self._address, "raw", self._key))

        async def write() -> None:
            async with self._opened.transaction() as change:
                for record in records:
                    await change.insert(CATEGORY, record.name, record.body)
                await change.commit()

        took = once(lambda: self._run(write()))
        self.close()
        return took

    def make_searchable(self) -> Took:
        """Refuse: it has no such index."""
        return self._no_words()

    def open(self) -> None:
        """Open it."""
        self._store = self._run(aries_askar.Store.open(self._address, "raw", self._key))

    def close(self) -> None:
        """Close it."""
        self._run(self._opened.close())
        self._store = None

    def check(self) -> None:
        """Refuse: a record is checked when it is read, the set never."""
        raise Cannot("a record is checked when it is read; that none is missing or old is never checked")

    def read(self, names: Sequence[str]) -> list[int]:
        """Read records by name."""

        async def read() -> list[int]:
            times = []
            async with self._opened.session() as session:
                for name in names:
                    start = time.perf_counter_ns()
                    entry: Any = await session.fetch(CATEGORY, name)
                    _ = entry.value
                    times.append(time.perf_counter_ns() - start)
            return times

        return self._timed(read())

    def search(self, _texts: Sequence[str]) -> list[int]:
        """Refuse: it has no such index."""
        return self._no_words()

    def found(self, _text: str) -> None:
        """Return nothing: it finds none."""

    def commit(self, records: Sequence[Made]) -> list[int]:
        """Write records, each committed on its own."""

        async def write() -> list[int]:
            times = []
            async with self._opened.session() as session:
                for record in records:
                    start = time.perf_counter_ns()
                    await session.insert(CATEGORY, record.name, record.body)
                    times.append(time.perf_counter_ns() - start)
            return times

        return self._timed(write())

    def change_passphrase(self) -> Took:
        """Wrap the keys of the store by another raw key."""
        key = aries_askar.Store.generate_raw_key()
        took = once(lambda: self._run(self._opened.rekey("raw", key)))
        self._key = key
        return took

    @property
    def _opened(self) -> aries_askar.Store:
        if self._store is None:
            raise RuntimeError("the store is closed")
        return self._store

    def _run(self, doing: Coroutine[Any, Any, Any]) -> Any:
        return self._loop.run_until_complete(doing)

    def _timed(self, doing: Coroutine[Any, Any, list[int]]) -> list[int]:
        return self._loop.run_until_complete(doing)

    def _no_words(self) -> NoReturn:
        raise Cannot("has no text search, only tags that are matched whole")
