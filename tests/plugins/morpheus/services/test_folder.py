"""The folder of a service: what it publishes, who is admitted, and its key."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING, Any

import pytest

from prometheus.claims.digest import content_id
from prometheus.errors import Conflict, NotUnderstood, PolicyForbids
from prometheus_morpheus.services.catalogue import read_catalogue
from prometheus_morpheus.services.clerks import read_admitted
from prometheus_morpheus.services.key_file import make_key_file, seal_from_descriptor, seal_from_file

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus.claims.jsontext import Json

CLERK = "pezDj6ea4tVfNRUTMyssVDepAAzPW67Fe3yHtuHL6ZNtcfJ"
HOLDER = "pez2CLkBUjHB8w8G87D3YkREjpRuiqPu6BrRsgHMQy2Pzt6"
CLAIM_SCHEMA: Json = {"type": "object", "properties": {"address": {"type": "string", "maskable": True}}}


def process(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Library card",
        "version": 1,
        "description": "",
        "claimSchema": CLAIM_SCHEMA,
        "evidenceSchema": None,
        "constraintsSchema": None,
        **changes,
    }


def scenario(**changes: Any) -> dict[str, Any]:
    return {
        "name": "Pool",
        "version": 1,
        "description": "",
        "prerequisites": [{"process": content_id(process()), "claimFields": [".address"]}],
        "requiredLicenses": [],
        "resultSchema": None,
        **changes,
    }


def put(folder: Path, name: str, value: Any) -> None:
    path = folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(value if isinstance(value, str) else json.dumps(value), encoding="utf-8")


def test_schemas_become_documents_of_their_own_and_ids_stay(tmp_path: Path) -> None:
    put(tmp_path, "processes/card.json", process())
    found = read_catalogue(str(tmp_path))
    assert [one.content_id for one in found.processes] == [content_id(process())]
    documents = {one.content_id: one for one in found.documents}
    assert set(documents) == {content_id(process()), content_id(CLAIM_SCHEMA)}
    for one in found.documents:
        assert content_id(one.document) == one.content_id
    served = documents[content_id(process())].document
    assert isinstance(served, dict)
    assert served["claimSchema"] == content_id(CLAIM_SCHEMA)


def test_a_schema_named_by_its_id_is_taken_from_the_folder_of_schemas(tmp_path: Path) -> None:
    put(tmp_path, "processes/card.json", process(claimSchema=content_id(CLAIM_SCHEMA)))
    with pytest.raises(NotUnderstood) as met:
        read_catalogue(str(tmp_path))
    assert "schemas/" in met.value.meaning
    put(tmp_path, "schemas/card.json", CLAIM_SCHEMA)
    (found,) = read_catalogue(str(tmp_path)).processes
    assert found.content_id == content_id(process())
    assert found.process.claim_schema == CLAIM_SCHEMA


def test_a_scenario_is_offered_and_other_files_are_passed_over(tmp_path: Path) -> None:
    put(tmp_path, "scenarios/pool.json", scenario(resultSchema={"type": "object"}))
    put(tmp_path, "scenarios/.pool.json", "no json")
    put(tmp_path, "scenarios/readme.md", "no json")
    found = read_catalogue(str(tmp_path))
    assert [one.scenario.name for one in found.scenarios] == ["Pool"]
    assert {one.kind for one in found.documents} == {"scenario", "schema"}


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("processes/a.json", "{"),
        ("processes/a.json", '{"name": 1, "name": 2}'),
        ("processes/a.json", "[" * 200 + "]" * 200),
        ("processes/a.json", "7"),
        ("processes/a.json", {"name": "x"}),
        ("processes/a.json", process(more=1)),
        ("processes/a.json", process(claimSchema=None)),
        ("processes/a.json", process(claimSchema={"type": "no such type"})),
        ("processes/a.json", process(claimSchema={"$ref": "https://example.com/schema"})),
        ("processes/a.json", process(claimSchema={"properties": {"\u00e9": {}}})),
        ("scenarios/a.json", scenario(prerequisites=[])),
        ("scenarios/a.json", scenario(prerequisites=[{"process": "card", "claimFields": []}])),
        ("scenarios/a.json", scenario(prerequisites=[{"process": content_id({}), "claimFields": ["address"]}])),
        ("schemas/a.json", ["no object"]),
    ],
)
def test_a_wrong_file_is_named_with_the_reason(tmp_path: Path, name: str, value: Any) -> None:
    put(tmp_path, name, value)
    with pytest.raises(NotUnderstood) as met:
        read_catalogue(str(tmp_path))
    assert str(tmp_path / name) in met.value.what
    assert met.value.meaning


def test_clerks_come_from_the_call_and_from_the_file(tmp_path: Path) -> None:
    (tmp_path / "clerks").write_text(f"# town hall\n\n  {CLERK}   # Eve\n", encoding="utf-8")
    admitted = read_admitted(str(tmp_path), [HOLDER], is_open=True)
    assert admitted.clerks == {CLERK, HOLDER}
    assert admitted.may_ask("anybody")


def test_where_requesters_are_listed_others_may_not_ask(tmp_path: Path) -> None:
    (tmp_path / "requesters").write_text(f"{HOLDER}\n", encoding="utf-8")
    admitted = read_admitted(str(tmp_path), [CLERK], is_open=False)
    assert admitted.may_ask(HOLDER)
    assert admitted.may_ask(CLERK)
    assert not admitted.may_decide(HOLDER)
    assert not admitted.may_ask("pez1")


def test_a_line_that_is_no_key_is_named(tmp_path: Path) -> None:
    (tmp_path / "clerks").write_text(f"{CLERK}\nEve\n", encoding="utf-8")
    with pytest.raises(NotUnderstood, match="line 2"):
        read_admitted(str(tmp_path), [], is_open=True)
    with pytest.raises(NotUnderstood, match="--clerk"):
        read_admitted(str(tmp_path / "none"), ["Eve"], is_open=True)


def test_a_key_that_was_made_opens_what_it_sealed(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    make_key_file(str(path))
    assert path.stat().st_mode & 0o777 == 0o600
    box = seal_from_file(str(path)).seal(b"text", "place")
    reading, writing = os.pipe()
    os.write(writing, path.read_bytes())
    os.close(writing)
    assert seal_from_descriptor(reading).open(box, "place") == b"text"
    os.close(reading)


def test_a_key_is_never_overwritten(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    make_key_file(str(path))
    before = path.read_bytes()
    with pytest.raises(Conflict):
        make_key_file(str(path))
    assert path.read_bytes() == before


def test_a_key_that_others_may_read_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "a.key"
    make_key_file(str(path))
    path.chmod(0o640)
    with pytest.raises(PolicyForbids, match="may read"):
        seal_from_file(str(path))


@pytest.mark.parametrize("content", [b"", b"u", b"\xff\xfe", b"z" + b"A" * 43, b"u" + b"A" * 42, b"u" + b"A" * 400])
def test_what_is_no_key_is_refused_and_not_repeated(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.key"
    path.write_bytes(content)
    path.chmod(0o600)
    with pytest.raises(Exception) as met:  # noqa: PT011 - too long and wrong are two classes
        seal_from_file(str(path))
    assert "AAAA" not in str(met.value)
