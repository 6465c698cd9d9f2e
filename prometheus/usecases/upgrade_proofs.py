"""What must be the same before and after the bodies of a vault are brought up to date.

Taken of all records before and after, and compared: how many there are of each collection, their names, the issued
bytes of every claim and of every document signed here with its content id, which of their signatures hold, and every
entry of the log, whole and in its place. Bodies that no step speaks about must be the same to the last byte.

Pure: records in, sentences out. What it is not: a verdict about a claim.
"""

from __future__ import annotations

import hashlib
import json

from prometheus.errors import PrometheusError
from prometheus.model import collection
from prometheus.model.audit_entry import AuditEntry
from prometheus.model.claim_record import issued_bytes
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from prometheus.model.upgrades.chain import Chains

    Body = tuple[int, str, bytes]
    Place = tuple[int, str]

NO_ID: Final = ""


class Issued(NamedTuple):
    """The proof in one record."""

    digest: str
    """SHA3-256 of the issued bytes."""
    content_id: str
    """Content id of the signed object without its outer nonce, or empty where there is none."""
    holds: bool
    """Whether the signature fits."""


class Snapshot(NamedTuple):
    """What was taken of all records at one time."""

    counts: Mapping[int, int]
    names: frozenset[Place]
    issued: Mapping[Place, Issued]
    entries: Mapping[str, str]
    """Hash of each log entry that is whole, by name."""
    untouched: Mapping[Place, str]
    """SHA3-256 of each body that no step speaks about."""

    @property
    def valid_signatures(self) -> int:
        """How many issued documents have a signature that fits."""
        return sum(proof.holds for proof in self.issued.values())


class Prover:
    """Takes snapshots; what was proven about issued bytes is remembered, for most are met twice."""

    def __init__(self, chains: Chains) -> None:
        self._chains = chains
        self._known: dict[bytes, Issued] = {}

    def take(self, records: Iterable[Body]) -> Snapshot:
        """Return what all records of a vault come to; keys come without their bodies."""
        counts: dict[int, int] = {}
        names: set[Place] = set()
        issued: dict[Place, Issued] = {}
        entries: dict[str, str] = {}
        untouched: dict[Place, str] = {}
        for group, name, body in records:
            counts[group] = counts.get(group, 0) + 1
            names.add((group, name))
            fields = _fields(body)
            raw = _raw(group, fields)
            if raw is not None:
                issued[group, name] = self._proof(raw)
            if group == collection.AUDIT and (link := _whole_entry(fields)):
                entries[name] = link
            if not self._chains.steps.get(group):
                untouched[group, name] = hashlib.sha3_256(body).hexdigest()
        return Snapshot(counts, frozenset(names), issued, entries, untouched)

    def _proof(self, raw: bytes) -> Issued:
        found = self._known.get(raw)
        if found is None:
            found = self._known[raw] = prove(raw)
        return found


def differences(before: Snapshot, after: Snapshot) -> list[str]:
    """Say in sentences what is not the same; nothing else may go on when there is one."""
    found = []
    if before.counts != after.counts:
        groups = sorted(before.counts.keys() | after.counts.keys())
        changed = [group for group in groups if before.counts.get(group) != after.counts.get(group)]
        found += [
            f"there were {before.counts.get(group, 0)} of {_kind(group)}, and now {after.counts.get(group, 0)}"
            for group in changed
        ]
    if before.names != after.names:
        found.append(f"{len(before.names ^ after.names)} records came, went or have another name")
    if before.issued.keys() != after.issued.keys():
        found.append("not the same records hold issued documents")
    for place in before.issued.keys() & after.issued.keys():
        found += _proof_differences(place[0], before.issued[place], after.issued[place])
    if before.valid_signatures != after.valid_signatures:
        found.append(f"{before.valid_signatures} signatures were valid, and now {after.valid_signatures}")
    if before.entries != after.entries:
        found.append("the log is not the same")
    if before.untouched != after.untouched:
        found.append("a record changed that no step speaks about")
    return found


def prove(raw: bytes) -> Issued:
    """Return what issued bytes prove; bytes that are no signed document prove nothing and are compared all the same."""
    from prometheus.claims.digest import content_id
    from prometheus.claims.jsontext import parse
    from prometheus.claims.signed import signature_is_valid

    digest = hashlib.sha3_256(raw).hexdigest()
    try:
        document: Any = parse(raw)
        holds = signature_is_valid(document)
        name = content_id({member: value for member, value in document.items() if member != "nonce"})
    except (PrometheusError, AttributeError):
        return Issued(digest, NO_ID, holds=False)
    return Issued(digest, name, holds)


def _proof_differences(group: int, before: Issued, after: Issued) -> list[str]:
    kind = _kind(group)
    found = []
    if before.digest != after.digest:
        found.append(f"the issued bytes of a {kind} changed")
    if before.content_id != after.content_id:
        found.append(f"the content id of a {kind} changed")
    if before.holds != after.holds:
        found.append(f"the signature of a {kind} was {'valid' if before.holds else 'not valid'}, and is not so now")
    return found


def _fields(body: bytes) -> dict[str, Any]:
    try:
        fields = json.loads(body)
    except (ValueError, RecursionError):
        return {}
    return fields if isinstance(fields, dict) else {}


def _raw(group: int, fields: Mapping[str, Any]) -> bytes | None:
    text = fields.get("raw")
    if not isinstance(text, str):
        return None
    if group == collection.CLAIM:
        try:
            return issued_bytes(text)
        except ValueError:
            return text.encode("utf-8", "surrogatepass")
    return text.encode("utf-8", "surrogatepass") if group == collection.REQUEST else None


def _whole_entry(fields: Mapping[str, Any]) -> str:
    try:
        entry = AuditEntry.from_fields(fields)
        is_whole = entry.is_whole
    except (LookupError, TypeError, ValueError):
        return ""
    return entry.hash if is_whole else ""


def _kind(group: int) -> str:
    return collection.NAMES.get(group, "record of an unknown kind")
