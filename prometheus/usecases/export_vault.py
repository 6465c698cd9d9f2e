"""Take everything out of a vault, and log it before any of it is handed out.

What is shown to the person is what leaves: the records are read once, and the commit that logs the export refuses when
they are not the same any more. The text is made in memory and sealed there; sealing and writing are the caller's. Keys
are read only when they are asked for.
"""

from __future__ import annotations

import hashlib
from itertools import zip_longest

from prometheus.errors import Conflict
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.portable.export_record import COLLECTION_LIMIT, ExportRecord
from prometheus.portable.export_text import Origin, counts_of, write_export
from prometheus.usecases import audit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from datetime import datetime

    from prometheus.usecases.session import Session
    from prometheus_memory import LockedBytes

PASSPHRASE_SEALED: tuple[str, ...] = ("passphrase",)
"""For whom a file is sealed that a passphrase opens."""


class Contents(NamedTuple):
    """What leaves."""

    records: tuple[ExportRecord, ...]
    has_keys: bool
    vault_id: bytes
    is_whole: bool = True
    """False when it is what was left of a damaged vault."""

    @property
    def counts(self) -> dict[str, int]:
        """How many records of each kind."""
        return counts_of(self.records)


def contents_of(session: Session, *, with_keys: bool) -> Contents:
    """Return every record of the vault; the keys, the seed among them, only when asked for.

    Raises:
        Locked: When keys are asked for and the keyring alone opened the vault.
    """
    if with_keys:
        session.require_known_secret()
    records = tuple(_records(session, with_keys=with_keys))
    return Contents(records, _has_keys(records), session.vault.vault_id)


def contents_left(
    found: Iterable[tuple[int, str, bytes | LockedBytes]], vault_id: bytes, *, with_keys: bool
) -> Contents:
    """Return what can still be read of a damaged vault; nothing can be logged in one.

    Args:
        found: Collection, name and body of every record that opens, in any order; bodies of keys are wiped here.
        vault_id: Its id.
        with_keys: Whether the keys leave too.
    """
    kept = []
    for group, name, body in found:
        if isinstance(body, bytes):
            kept.append(ExportRecord(group, name, body))
            continue
        if with_keys:
            kept.append(ExportRecord(group, name, bytes(body.view)))
        body.wipe()
    records = tuple(sorted(kept))
    return Contents(records, _has_keys(records), vault_id, is_whole=False)


def text_of(contents: Contents, now: datetime, progress: Callable[[int], None] = lambda _: None) -> bytes:
    """Return the text of an export; errors as `write_export`."""
    created = now.strftime("%Y-%m-%dT%H:%M:%SZ")
    origin = Origin(contents.vault_id, created, contents.has_keys, contents.is_whole)
    return write_export(contents.records, origin, progress)


def log_export(session: Session, contents: Contents, text: bytes, sealed_for: Sequence[str]) -> None:
    """Write into the log what is about to leave.

    Args:
        session: The open vault.
        contents: What `contents_of` returned.
        text: What `text_of` made of it.
        sealed_for: The recipients, or `PASSPHRASE_SEALED`.

    Raises:
        Conflict: When the vault has changed since it was read; nothing is logged then, and nothing may leave.
    """
    with session.commit() as commit:
        now = _records(session, with_keys=contents.has_keys)
        if any(before != after for before, after in zip_longest(contents.records, now)):
            raise Conflict(
                "the vault was changed while its export was made",
                code="VAULT-CHANGED",
                meaning="what would leave is not what was shown; nothing was handed out",
                remedy="try again",
            )
        facts = {
            "format": "age",
            "keys": contents.has_keys,
            "records": len(contents.records),
            "sealed_for": list(sealed_for),
            "sha256": hashlib.sha256(text).hexdigest(),
        }
        audit.append(commit, "vault.export", facts=facts)


def _has_keys(records: Iterable[ExportRecord]) -> bool:
    return any(record.collection == collection.KEY for record in records)


def _records(session: Session, *, with_keys: bool) -> Iterator[ExportRecord]:
    """Yield the records in the order of an export; keys, which come first, in ordinary memory: they are to leave."""
    if with_keys:
        for name in sorted(session.find(collection.KEY)):
            body = session.vault.secret(name)
            if body is not None:
                yield ExportRecord(collection.KEY, name, bytes(body.view))
                body.wipe()
    for number in range(collection.KEY + 1, COLLECTION_LIMIT + 1):
        for name, content in session.vault.scan(number):
            yield ExportRecord(number, name, content)
