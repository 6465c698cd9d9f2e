"""What a use case holds while the vault is open: the vault, a clock, a signer, and one way to commit.

Every write goes through `commit()`: it takes the writer lock, stamps each body with a hybrid logical clock that never
goes back, and makes all of it durable together. An audit entry written in the same commit therefore exists exactly
when the act that it describes does.
"""

from __future__ import annotations

import secrets
from contextlib import contextmanager

from prometheus.errors import Locked
from prometheus.model import collection, record
from prometheus.model.frozen import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from contextlib import AbstractContextManager

    from prometheus.ports import Clock, Signer, Transaction, Vault
    from prometheus_memory import LockedBytes

_DEVICE_RECORD: Final = "device"


class Commit:
    """One all-or-nothing change of the vault, with stamped bodies."""

    __slots__ = ("_stamp", "_transaction", "clock")

    def __init__(self, transaction: Transaction, clock: Clock) -> None:
        self._transaction = transaction
        self.clock = clock
        self._stamp = _last_stamp(transaction)

    def get(self, group: int, name: str) -> dict[str, Any] | None:
        """Return the fields of a record as this commit sees it."""
        body = self._transaction.get(group, name)
        return None if body is None else record.decode(body, group)

    def put(self, group: int, name: str, fields: Mapping[str, Any]) -> bytes:
        """Write a record and return the body as it was written."""
        self._stamp = self._stamp.next(self.clock.now())
        body = record.encode(fields, self._stamp, group)
        self._transaction.put(group, name, body)
        return body

    def swap(self, group: int, name: str, before: bytes, after: bytes) -> bool:
        """Put a body in the place of another, stamp and all, if that one lies there still; return whether it did."""
        if self._transaction.get(group, name) != before:
            return False
        self._transaction.put(group, name, after)
        return True

    def put_verbatim(self, group: int, name: str, body: bytes) -> None:
        """Write a record, which is no key, as it was written elsewhere, stamp and all."""
        self._transaction.put(group, name, body)

    def put_secret(self, name: str, body: LockedBytes) -> None:
        """Write a key record."""
        self._transaction.put(collection.KEY, name, body)

    def secret(self, name: str) -> LockedBytes | None:
        """Return a key record as this commit sees it; it is the caller's to wipe."""
        return self._transaction.secret(name)

    def delete(self, group: int, name: str) -> bool:
        """Remove a record; return whether it was there."""
        return self._transaction.delete(group, name)

    def close(self) -> None:
        """Remember the newest stamp, so that the next commit continues after it."""
        self._stamp = self._stamp.next(self.clock.now())
        self._transaction.put(collection.SETTING, _DEVICE_RECORD, record.encode({}, self._stamp, collection.SETTING))


class Session:
    """An open vault with the things that act on it."""

    __slots__ = ("clock", "signer", "vault")

    def __init__(self, vault: Vault, clock: Clock, signer: Signer) -> None:
        self.vault = vault
        self.clock = clock
        self.signer = signer

    def require_known_secret(self) -> None:
        """Refuse to hand out keys where the desktop alone opened the vault: any of its programs could have.

        Raises:
            Locked: When nobody had to know anything.
        """
        if self.vault.is_open_by_keyring_alone:
            raise Locked(
                "the keyring alone hands out no keys",
                code="KEYRING-ALONE",
                meaning="any program of the desktop's session can read the keyring; keys leave for who knows a secret",
                remedy="give the passphrase of the vault",
            )

    @contextmanager
    def commit(self, joined: AbstractContextManager[Transaction] | None = None) -> Iterator[Commit]:
        """Take the writer lock, yield a commit, and make all of it durable together.

        Args:
            joined: A transaction of the vault that also does something else, such as changing its passphrase.
        """
        with joined or self.vault.transaction() as transaction:
            commit = Commit(transaction, self.clock)
            yield commit
            commit.close()

    def get(self, group: int, name: str) -> dict[str, Any] | None:
        """Return the fields of one record, or None."""
        body = self.vault.get(group, name)
        return None if body is None else record.decode(body, group)

    def find(
        self,
        group: int,
        *,
        words: str = "",
        tags: Iterable[str] = (),
        newest_first: bool = True,
        limit: int | None = None,
    ) -> list[str]:
        """Return the names of records by what `indexing.describe` says of them; see `Vault.find`."""
        return self.vault.find(group, words=words, tags=tags, newest_first=newest_first, limit=limit)

    def count(self, group: int, *, tags: Iterable[str] = ()) -> int:
        """Return how many records have all of these tags."""
        return self.vault.count(group, tags=tags)

    def read(self, group: int, names: Iterable[str]) -> Iterator[dict[str, Any]]:
        """Yield the fields of the records of these names, without those that have gone since they were found."""
        for name in names:
            fields = self.get(group, name)
            if fields is not None:
                yield fields

    def scan(self, group: int) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield name and fields of each record of a collection."""
        for name, body in self.vault.scan(group):
            yield name, record.decode(body, group)


def _last_stamp(transaction: Transaction) -> record.Stamp:
    body = transaction.get(collection.SETTING, _DEVICE_RECORD)
    if body is None:
        return record.Stamp(0, 0, secrets.token_hex(8))
    fields = record.decode(body, collection.SETTING)
    return record.Stamp.parse(fields["hlc"], fields["device"])
