"""This project's vault, as the product opens it: words searched by its sealed index, every row checked."""

from __future__ import annotations

import json
import os
import sqlite3
import time
from contextlib import contextmanager
from importlib.metadata import version
from typing import TYPE_CHECKING

from prometheus_vault import kdf
from prometheus_vault.index import Indexed
from prometheus_vault.kdf import LIGHT
from prometheus_vault.store import Vault
from stores.records import AT_MOST, text_of
from stores.store import Terms, Took, each, once

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_memory import LockedBytes
    from prometheus_vault.kdf import KdfParameters
    from stores.records import Made

CLAIM = 3
PASSPHRASE = b"correct horse battery staple"
RECOVERY = bytes(range(32))


class Ours:
    """The vault."""

    name = "prometheus"
    patience = 120.0
    reads = 2000

    def __init__(self) -> None:
        self._folder = ""
        self._vault: Vault | None = None

    def terms(self) -> Terms:
        """Return the terms."""
        return Terms(
            version=f"SQLite {sqlite3.sqlite_version}, PyNaCl {version('pynacl')}",
            journal="WAL",
            synchronous="FULL",
            derivation="Argon2id. Opened by its recovery secret: none runs; passphrase change: timed in it, subtracted",
            notes="opened is: header and root are authentic; above 20,000 records a thread checks the rows meanwhile",
        )

    def fill(self, folder: str, records: Sequence[Made]) -> Took:
        """Make the vault with a passphrase and a recovery secret, and write all records in one commit."""
        self._folder = folder
        vault = Vault.create(
            self._path, self._anchors, passphrase=PASSPHRASE, recovery_secret=RECOVERY, kdf=LIGHT, describe=described
        )

        def write() -> None:
            with vault.transaction() as change:
                for record in records:
                    change.put(CLAIM, record.name, record.body)

        took = once(write)
        vault.close()
        return took

    def make_searchable(self) -> Took:
        """Make the index from the records, which is what happens when its file is missing."""
        self.check()  # so that the time is that of the index alone
        return once(lambda: self.vault.find(CLAIM, words="none such", limit=AT_MOST))

    def open(self) -> None:
        """Open it."""
        self._vault = Vault.open_with_recovery(self._path, self._anchors, recovery_secret=RECOVERY, describe=described)

    def close(self) -> None:
        """Close it, which waits until every row was checked."""
        self.vault.close()
        self._vault = None

    def check(self) -> None:
        """Wait until every row was checked."""
        self.vault.verified()

    def read(self, names: Sequence[str]) -> list[int]:
        """Read records by name."""
        vault = self.vault
        return each(lambda name: vault.get(CLAIM, name), names)

    def search(self, texts: Sequence[str]) -> list[int]:
        """Search, the newest first."""
        return each(self.found, texts)

    def found(self, text: str) -> list[str]:
        """Return the names of the newest that fit."""
        return self.vault.find(CLAIM, words=text, limit=AT_MOST)

    def commit(self, records: Sequence[Made]) -> list[int]:
        """Write records, each in a commit of its own."""
        return each(self._commit, records)

    def _commit(self, record: Made) -> None:
        with self.vault.transaction() as change:
            change.put(CLAIM, record.name, record.body)

    def change_passphrase(self) -> Took:
        """Change it, in the way in which a person does; the time of the derivation is taken off."""
        with timed_derivation() as derived:
            took = once(lambda: self.vault.change_passphrase(PASSPHRASE, LIGHT))
        return Took(took.wall - sum(each.wall for each in derived), took.cpu - sum(each.cpu for each in derived))

    @property
    def vault(self) -> Vault:
        """The open vault."""
        if self._vault is None:
            raise RuntimeError("the vault is closed")
        return self._vault

    @property
    def _path(self) -> str:
        return os.path.join(self._folder, "personal.vault")

    @property
    def _anchors(self) -> str:
        return os.path.join(self._folder, "anchors")


def described(_collection: int, _name: str, body: bytes) -> Indexed:
    """Return what the index knows of a record."""
    return Indexed(text_of(body), json.loads(body)["added"])


@contextmanager
def timed_derivation() -> Iterator[list[Took]]:
    """Note what each key derivation takes in the block."""
    derive, noted = kdf.argon2id, list[Took]()

    def timed(passphrase: LockedBytes, salt: bytes, parameters: KdfParameters) -> LockedBytes:
        wall, cpu = time.perf_counter_ns(), time.process_time_ns()
        derived = derive(passphrase, salt, parameters)
        noted.append(Took(time.perf_counter_ns() - wall, time.process_time_ns() - cpu))
        return derived

    kdf.argon2id = timed
    try:
        yield noted
    finally:
        kdf.argon2id = derive
