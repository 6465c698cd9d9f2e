"""Write into the log that a damaged vault was rebuilt from what opened in it.

The log goes on after the newest entry that is there, whatever the vault remembers as the newest: what it remembers may
be lost or older, and an entry is never written over another.
"""

from __future__ import annotations

from prometheus.errors import PrometheusError
from prometheus.model import collection, record
from prometheus.model.audit_entry import AuditEntry
from prometheus.model.frozen import TYPE_CHECKING, Any
from prometheus.usecases import audit
from prometheus.usecases.session import Commit

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus.ports import Clock, Transaction


def newest_entry(bodies: Iterable[bytes]) -> AuditEntry | None:
    """Return the newest of the log's entries that can be read."""
    return max(filter(None, map(_entry, bodies)), key=lambda entry: entry.seq, default=None)


def note_damage(transaction: Transaction, clock: Clock, newest: AuditEntry | None, facts: Mapping[str, Any]) -> None:
    """Add the entry to a commit that the vault itself began.

    Args:
        transaction: The commit.
        clock: Where time comes from.
        newest: The newest entry that opens.
        facts: How many records opened and are missing; names, never values.
    """
    commit = Commit(transaction, clock)
    remembered = _remembered(commit)
    if newest is not None and (remembered is None or remembered.seq < newest.seq):
        commit.put(collection.SETTING, audit.HEAD, {"entry": newest.as_fields()})
    audit.append(commit, "vault.accept-damage", facts=facts)
    commit.close()


def _remembered(commit: Commit) -> AuditEntry | None:
    try:
        head = commit.get(collection.SETTING, audit.HEAD)
        return AuditEntry.from_fields(head["entry"]) if head else None
    except (PrometheusError, LookupError, TypeError):
        return None


def _entry(body: bytes) -> AuditEntry | None:
    try:
        entry = AuditEntry.from_fields(record.decode(body, collection.AUDIT))
    except (PrometheusError, LookupError, TypeError):
        return None
    return entry if type(entry.seq) is int and entry.seq > 0 else None
