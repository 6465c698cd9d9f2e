"""Whether what an export holds can be read by the rest of the program, found out before any of it comes in.

A file that was sealed for a recipient can be made by everyone who knows the recipient, so no body is taken on trust: it
has a version that is known, its members have the types that its model has, and its name is the one that it would be
kept under. Personas have to be those of the vault's seed. What this is not: a verdict about claims, which are judged
when they are used, as ever.
"""

from __future__ import annotations

from prometheus.errors import Conflict, Damaged, NotUnderstood, PrometheusError
from prometheus.model import collection, key_record, policy, record
from prometheus.model.audit_entry import AuditEntry
from prometheus.model.claim_record import ClaimRecord
from prometheus.model.frozen import TYPE_CHECKING, Any, Final
from prometheus.model.persona import KINDS, Persona
from prometheus.model.submission import Submission
from prometheus.model.upgrades.table import CHAINS
from prometheus.portable.export_record import kind_of
from prometheus.usecases import known_processes
from prometheus.usecases.seed import did_of, public_key_of
from prometheus.usecases.signed_copies import SignedCopy
from prometheus_memory import holding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from typing import NoReturn

    from prometheus.model.secret import Secret
    from prometheus.portable.export_record import ExportRecord

    Model = Callable[[dict[str, Any]], Any]

MOST_PERSONAS: Final = 10_000
"""Identifiers of a vault; each is derived again from the seed, which takes a millisecond."""
_HIGHEST_INDEX: Final = 0x7FFF_FFFF
_FITS: Final[dict[str, Callable[[Any], bool]]] = {
    "str": lambda value: type(value) is str,
    "int": lambda value: type(value) is int,
    "bool": lambda value: type(value) is bool,
    "tuple[str, ...]": lambda value: all(type(each) is str for each in value),
    "Mapping[str, Any]": lambda value: type(value) is dict,
}
"""What a member of a model has to be, by the annotation that it has there."""
_MODELS: Final[dict[int, Model]] = {
    collection.PERSONA: Persona.from_fields,
    collection.CLAIM: ClaimRecord.from_fields,
    collection.REQUEST: SignedCopy.from_fields,
    collection.AUDIT: AuditEntry.from_fields,
    collection.SUBMISSION: Submission.from_fields,
}


def check_bodies(records: Iterable[ExportRecord]) -> None:
    """Refuse records that the rest of the program could not read.

    Raises:
        TooNew: When a body is of a later version than is known here.
        NotUnderstood: When one does not have the form that it has to.
    """
    for each in records:
        if each.collection == collection.KEY:
            _check_key(each)
        elif CHAINS.knows(each.collection):
            _check_fields(each)


def check_seed(records: Iterable[ExportRecord], seed: Secret) -> None:
    """Refuse records of another seed.

    Raises:
        Conflict: When a persona or the seed itself is another one.
        NotUnderstood: When there are more personas than are derived.
    """
    found = [each for each in records if each.collection in (collection.KEY, collection.PERSONA)]
    if len(found) > MOST_PERSONAS:
        raise NotUnderstood(f"the export has more than {MOST_PERSONAS} personas", code="EXPORT-PERSONAS")
    for each in found:
        own = seed_in((each,)) if each.collection == collection.KEY else None
        if (own is not None and own != seed) or (each.collection == collection.PERSONA and not _derives(each, seed)):
            raise Conflict(
                "the file has another seed than this vault",
                code="SEED-DIFFERS",
                meaning="a vault has one seed; two would make one backup on paper useless",
                remedy="import it into a vault of its own: 'prometheus vault import FILE NAME'",
            )


def seed_in(records: Iterable[ExportRecord]) -> Secret | None:
    """Return the seed that an export brings, or None where it has no keys."""
    for each in records:
        if each.place == (collection.KEY, key_record.SEED):
            return key_record.decode(holding(each.body)).secret
    return None


def _check_key(each: ExportRecord) -> None:
    try:
        found = key_record.decode(holding(each.body))
    except (Damaged, ValueError):
        _refuse(each)
    is_seed = found.kind == key_record.KIND_SEED
    if is_seed != (each.name == key_record.SEED) or (is_seed and len(found.secret) != key_record.SEED_SIZE):
        _refuse(each)


def _check_fields(each: ExportRecord) -> None:
    try:
        fields = record.decode(each.body, each.collection)
    except Damaged:
        _refuse(each)
    if not isinstance(fields.get("hlc", ""), str):
        _refuse(each)
    if each.collection in _MODELS:
        _read(each, _MODELS[each.collection], fields, is_named=True)
    elif each.collection == collection.SETTING:
        _check_setting(each, fields)


def _check_setting(each: ExportRecord, fields: dict[str, Any]) -> None:
    """Check the settings without which nothing else can be read."""
    if each.name == "device":
        _read(each, lambda found: record.Stamp.parse(found["hlc"], found["device"]), fields)
    elif each.name == "audit-head":
        _read(each, lambda found: AuditEntry.from_fields(found["entry"]), fields)
    elif each.name == "active-persona" and not isinstance(fields.get("record"), str):
        _refuse(each)
    elif each.name.startswith(known_processes.RECORD):
        _read(each, known_processes.seen_in, fields)
    elif each.name == "policy":
        _read(each, lambda found: policy.parse(found["text"]), fields)


def _read(each: ExportRecord, model: Model, fields: dict[str, Any], *, is_named: bool = False) -> None:
    """Refuse what a model does not read, or reads into members that are not what they should be."""
    try:
        found = model(fields)
        name = found.record_name if is_named else each.name
        wrong = [
            member
            for member, kind in getattr(type(found), "__annotations__", {}).items()
            if kind in _FITS and not _FITS[kind](getattr(found, member))
        ]
    except (LookupError, TypeError, ValueError, AttributeError, RecursionError, PrometheusError):
        _refuse(each)
    if wrong or name != each.name:
        _refuse(each)


def _derives(each: ExportRecord, seed: Secret) -> bool:
    persona = Persona.from_fields(record.decode(each.body, each.collection))
    if persona.kind not in KINDS or not 0 <= persona.key_index <= _HIGHEST_INDEX:
        return False
    key = public_key_of(seed, persona.kind, persona.key_index)
    return persona.public_key == key and persona.did == did_of(key)


def _refuse(each: ExportRecord) -> NoReturn:
    raise NotUnderstood(
        f"a {kind_of(each.collection)} in the export has not the form that it has to",
        code="EXPORT-BODY",
        meaning="the rest of the program could not read it; nothing was imported",
        remedy="import a file as 'prometheus vault export' wrote it",
    )
