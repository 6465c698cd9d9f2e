"""Schemas are found by name, id and beginning of the id; the user's own are files named by what they hold."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from prometheus.claims.process import Process
from prometheus.claims.shipped import SHIPPED
from prometheus.errors import Ambiguous, Conflict, NotFound
from prometheus.usecases.schemas import Schemas

if TYPE_CHECKING:
    from pathlib import Path


def _process(name: str = "Club card", version: int = 1) -> Process:
    schema = {"type": "object", "properties": {"number": {"type": "string", "maskable": True}}}
    return Process(name, version, "", schema, None, None)  # type: ignore[arg-type]  # a dict of JSON


def test_four_processes_ship(tmp_path: Path) -> None:
    shipped = Schemas(str(tmp_path / "none")).all()
    assert {known.content_id for known in shipped} == set(SHIPPED.values())
    assert all(known.is_shipped for known in shipped)


@pytest.mark.parametrize("text", ["identity-card", "Identity card", "IDENTITY_CARD", " identity  card "])
def test_a_name_is_found_however_it_is_written(tmp_path: Path, text: str) -> None:
    assert Schemas(str(tmp_path)).find(text).name == "Identity card"


def test_what_ships_has_a_short_name_too(tmp_path: Path) -> None:
    for name, content_id in SHIPPED.items():
        assert Schemas(str(tmp_path)).find(name).content_id == content_id


def test_an_id_and_the_beginning_of_one_are_found(tmp_path: Path) -> None:
    schemas = Schemas(str(tmp_path))
    known, is_new = schemas.add(_process())
    assert is_new
    for text in (known.content_id, known.content_id[:9], known.content_id[3:9], known.content_id[:12] + "…"):
        assert schemas.find(text) == known
    with pytest.raises(NotFound, match="is called"):
        schemas.find(known.content_id[:8])


def test_what_is_added_is_a_file_named_by_its_content(tmp_path: Path) -> None:
    schemas = Schemas(str(tmp_path / "schemas"))
    known, _ = schemas.add(_process())
    assert os.listdir(schemas.folder) == [known.content_id + ".json"]
    assert Schemas(schemas.folder).by_id(known.content_id) == known
    assert schemas.all()[-1] == known


def test_adding_twice_changes_nothing(tmp_path: Path) -> None:
    schemas = Schemas(str(tmp_path))
    known, _ = schemas.add(_process())
    assert schemas.add(_process()) == (known, False)
    assert len(os.listdir(tmp_path)) == 1


def test_a_shared_name_is_ambiguous(tmp_path: Path) -> None:
    schemas = Schemas(str(tmp_path))
    one, _ = schemas.add(_process())
    two, _ = schemas.add(_process(version=2))
    with pytest.raises(Ambiguous) as caught:
        schemas.find("club card")
    assert one.content_id in caught.value.meaning
    assert two.content_id in caught.value.meaning


@pytest.mark.parametrize("content", [b"", b"{}", b"not json", b'{"name": 1}'])
def test_a_changed_file_is_reported_and_never_used(tmp_path: Path, content: bytes) -> None:
    schemas = Schemas(str(tmp_path))
    known, _ = schemas.add(_process())
    path = tmp_path / f"{known.content_id}.json"
    path.write_bytes(content)
    assert schemas.by_id(known.content_id) is None
    assert len(schemas.all()) == 4
    assert schemas.damaged() == [path.name]


def test_a_whole_file_under_another_id_is_not_used(tmp_path: Path) -> None:
    schemas = Schemas(str(tmp_path))
    known, _ = schemas.add(_process())
    other = tmp_path / f"cju{'A' * 43}.json"
    (tmp_path / f"{known.content_id}.json").rename(other)
    assert schemas.by_id(other.stem) is None
    assert schemas.damaged() == [other.name]


@pytest.mark.parametrize("text", ["", "cju", "../../etc/passwd", "cju" + "/" * 43, "x" * 100_000])
def test_odd_names_are_just_not_found(tmp_path: Path, text: str) -> None:
    assert Schemas(str(tmp_path)).by_id(text) is None
    with pytest.raises(NotFound):
        Schemas(str(tmp_path)).find(text)


def test_only_the_users_own_can_be_removed(tmp_path: Path) -> None:
    schemas = Schemas(str(tmp_path))
    known, _ = schemas.add(_process())
    schemas.remove(known)
    assert os.listdir(tmp_path) == []
    with pytest.raises(Conflict):
        schemas.remove(schemas.find("degree"))


@pytest.mark.parametrize("name", ["age", "Age", "Identity Card", "identity_card"])
def test_nobody_elses_process_goes_by_the_name_of_one_that_ships(tmp_path: Path, name: str) -> None:
    schemas = Schemas(str(tmp_path))
    known, _ = schemas.add(_process(name))
    assert schemas.names_of(known.content_id) == {known.content_id}
    assert {"Identity card", "identity-card"} <= schemas.names_of(SHIPPED["identity-card"])
