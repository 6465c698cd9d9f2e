"""The folder of a service: what it publishes, read from ``processes/*.json`` and ``scenarios/*.json``.

Rules:
* Every file is read strictly. One that is wrong keeps the service from starting and is named with the reason: what was
  published once cannot be taken back from those who fetched it.
* A schema inside becomes a document of its own, and its content id stands in its place; that changes no id. A schema
  that a file names by its id is in ``schemas/*.json``.
* Names that begin with a dot are passed over.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, NamedTuple

from prometheus.claims.digest import content_id, is_content_id
from prometheus.claims.jsontext import parse
from prometheus.claims.process import parse_process
from prometheus.claims.scenario import parse_scenario
from prometheus.errors import NotUnderstood, PrometheusError
from prometheus.files import read
from prometheus_morpheus.services.own_files import require_own
from prometheus_morpheus.services.store.published import Document

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.jsontext import Json
    from prometheus.claims.process import Process
    from prometheus.claims.scenario import Scenario

PROCESSES, SCENARIOS, SCHEMAS = "processes", "scenarios", "schemas"
MOST_FILES = 1000


class OfferedProcess(NamedTuple):
    """A process as its file has it, schemas whole."""

    content_id: str
    process: Process


class OfferedScenario(NamedTuple):
    """A scenario as its file has it."""

    content_id: str
    scenario: Scenario


class Catalogue(NamedTuple):
    """What a folder offers, in the order of the files' names; `documents` holds it in the form that is served."""

    processes: tuple[OfferedProcess, ...]
    scenarios: tuple[OfferedScenario, ...]
    documents: tuple[Document, ...]


def read_catalogue(folder: str) -> Catalogue:
    """Return what a folder offers.

    Raises:
        NotUnderstood: When a file is wrong; it is named with the reason.
        PolicyForbids: When others may write one.
        StorageFailed: When one cannot be read.
    """
    schemas = {content_id(value): _object(value, path) for path, value in _files(folder, SCHEMAS)}
    processes = tuple(_process(path, value, schemas) for path, value in _files(folder, PROCESSES))
    scenarios = tuple(_scenario(path, value, schemas) for path, value in _files(folder, SCENARIOS))
    return catalogue_of(processes, scenarios)


def catalogue_of(processes: tuple[OfferedProcess, ...], scenarios: tuple[OfferedScenario, ...]) -> Catalogue:
    """Return the catalogue of processes and scenarios whose schemas are whole."""
    documents: dict[str, Document] = {}
    for one in processes:
        kept = one.process
        parts = (kept.claim_schema, kept.evidence_schema, kept.constraints_schema)
        collapsed = [_collapsed(part, documents) for part in parts]
        value = dict(kept.to_json())
        value["claimSchema"], value["evidenceSchema"], value["constraintsSchema"] = collapsed
        documents[one.content_id] = Document(one.content_id, "process", value)
    for offered in scenarios:
        value = dict(offered.scenario.to_json())
        value["resultSchema"] = _collapsed(offered.scenario.result_schema, documents)
        documents[offered.content_id] = Document(offered.content_id, "scenario", value)
    return Catalogue(processes, scenarios, tuple(documents.values()))


def _collapsed(schema: Json, documents: dict[str, Document]) -> Json:
    if not isinstance(schema, dict):
        return schema
    schema_id = content_id(schema)
    documents.setdefault(schema_id, Document(schema_id, "schema", schema))
    return schema_id


def _files(folder: str, kind: str) -> Iterator[tuple[str, Json]]:
    place = os.path.join(folder, kind)
    require_own(place, is_folder=True)
    names = sorted(os.listdir(place)) if os.path.isdir(place) else []
    chosen = [name for name in names if name.endswith(".json") and not name.startswith(".")]
    if len(chosen) > MOST_FILES:
        raise _wrong(place, f"it has {len(chosen)} files, at most {MOST_FILES} are read")
    for name in chosen:
        path = os.path.join(place, name)
        require_own(path)
        try:
            value = parse(read(path))
            content_id(value)
        except PrometheusError as error:
            raise _wrong(path, error.what) from None
        yield path, value


def _process(path: str, value: Json, schemas: dict[str, dict[str, Json]]) -> OfferedProcess:
    try:
        found = parse_process(value)
    except PrometheusError as error:
        raise _wrong(path, f"{error.what} {error.meaning}".strip()) from None
    whole = [
        _whole(part, path, schemas) for part in (found.claim_schema, found.evidence_schema, found.constraints_schema)
    ]
    if whole[0] is None:
        raise _wrong(path, "it has no schema for claims, so nobody could fill one in")
    claim, evidence, constraints = whole
    process = found._replace(claim_schema=claim, evidence_schema=evidence, constraints_schema=constraints)
    return OfferedProcess(content_id(process.to_json()), process)


def _scenario(path: str, value: Json, schemas: dict[str, dict[str, Json]]) -> OfferedScenario:
    try:
        found = parse_scenario(value)
    except PrometheusError as error:
        raise _wrong(path, f"{error.what} {error.meaning}".strip()) from None
    if not found.prerequisites:
        raise _wrong(path, "it asks for no claim")
    for prerequisite in found.prerequisites:
        if not is_content_id(prerequisite.process):
            raise _wrong(path, f"{prerequisite.process[:60]!r} is no content id of a process")
    result = found.result_schema
    scenario = found
    if isinstance(result, (dict, str)):
        scenario = found._replace(result_schema=_whole(result, path, schemas))
    return OfferedScenario(content_id(scenario.to_json()), scenario)


def _whole(
    schema: dict[str, Json] | str | None, path: str, schemas: dict[str, dict[str, Json]]
) -> dict[str, Json] | None:
    """Return a schema itself, taken from the folder of schemas where it is named by its id."""
    if schema is None:
        return None
    if isinstance(schema, str):
        if schema not in schemas:
            raise _wrong(path, f"the schema {schema[:60]} is in no file of {SCHEMAS}/")
        return schemas[schema]
    _require_schema(schema, path)
    return schema


def _object(value: Json, path: str) -> dict[str, Json]:
    if not isinstance(value, dict):
        raise _wrong(path, "a schema is an object")
    _require_schema(value, path)
    return value


def _require_schema(schema: dict[str, Json], path: str) -> None:
    """Refuse what no wallet could check a claim against; nothing is fetched."""
    import jsonschema_rs

    try:
        jsonschema_rs.meta.validate(schema)
        jsonschema_rs.validator_for(schema, offline=True)
    except (jsonschema_rs.ReferencingError, jsonschema_rs.ValidationError, ValueError) as error:
        raise _wrong(path, f"a schema cannot be used: {str(error).splitlines()[0]}") from None


def _wrong(path: str, why: str) -> NotUnderstood:
    return NotUnderstood(
        f"{path} cannot be published",
        code="SERVICE-CATALOGUE",
        meaning=why,
        remedy="mend the file, or move it out of the folder",
    )
