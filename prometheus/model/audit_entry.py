"""One entry of the audit log: what was done, as whom, and a hash that chains it to the entry before.

An entry holds names of facts, identifiers and digests, never a disclosed value. Its own hash covers every member but
itself, so that a changed, dropped or reordered entry breaks the chain.
"""

from __future__ import annotations

import hashlib

from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Mapping

FIRST_LINK: Final = "0" * 64
_DOMAIN: Final = b"prometheus/audit/v1\0"


class AuditEntry(NamedTuple):
    """What happened once."""

    seq: int
    at: str
    act: str
    """The action's id, such as ``claim.present``."""
    persona: str
    """DID of the persona that acted, or empty."""
    facts: Mapping[str, Any]
    prev: str
    """Hash of the entry before, 64 hex digits; zeros for the first."""
    hash: str

    @property
    def record_name(self) -> str:
        """The name of its record in the vault; sorts by age."""
        return record_name_of(self.seq)

    def as_fields(self) -> dict[str, Any]:
        """Return the members of its record."""
        return self._asdict()

    @property
    def is_whole(self) -> bool:
        """Whether the hash fits the other members."""
        return self.hash == _hash(self)

    @classmethod
    def follow(
        cls, before: AuditEntry | None, *, at: str, act: str, persona: str, facts: Mapping[str, Any]
    ) -> AuditEntry:
        """Return the entry that comes after another, or the first of all."""
        seq, prev = (before.seq + 1, before.hash) if before else (1, FIRST_LINK)
        entry = cls(seq, at, act, persona, facts, prev, "")
        return entry._replace(hash=_hash(entry))

    @classmethod
    def from_fields(cls, fields: Mapping[str, Any]) -> AuditEntry:
        """Read what `as_fields` wrote."""
        return cls(**{name: fields[name] for name in cls._fields})


def record_name_of(seq: int) -> str:
    """Return the name of the record of an entry's number."""
    return f"{seq:012d}"


def _hash(entry: AuditEntry) -> str:
    import rfc8785

    covered = {name: value for name, value in entry.as_fields().items() if name != "hash"}
    return hashlib.sha3_256(_DOMAIN + rfc8785.dumps(covered)).hexdigest()
