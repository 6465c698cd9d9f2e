from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import prometheus.claims.shipped as room
from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import parse
from prometheus.claims.process import parse_process
from prometheus.claims.shape import is_maskable, spells_wrapper_out
from prometheus.claims.shipped import (
    SHIPPED,
    SHIPPED_SCHEMAS,
    shipped_by_name,
    shipped_process,
    shipped_schema,
    shipped_text,
)

FOLDER = Path(room.__file__).parent / "schemas"


def test_every_shipped_file_is_in_the_table_and_nothing_else_is() -> None:
    assert {path.stem for path in FOLDER.glob("*.json")} == set(SHIPPED)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_table_names_the_content_id_of_the_file(name: str) -> None:
    document = parse(shipped_text(name))
    assert content_id(document) == SHIPPED[name]
    assert parse_process(document).to_json() == document
    assert shipped_process(SHIPPED[name]) == shipped_by_name(name)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_the_table_names_the_content_id_of_the_claim_schema(name: str) -> None:
    schema = shipped_by_name(name).claim_schema
    assert SHIPPED_SCHEMAS[content_id(schema)] == name
    assert shipped_schema(content_id(schema)) == schema


def test_what_does_not_ship_is_not_found() -> None:
    assert shipped_process("cjuYA2W6Roec32f2B4LCXTVZ-0MS72-e6kgsBRRWNF2el9") is None
    assert shipped_schema("") is None
    with pytest.raises(KeyError):
        shipped_by_name("../shipped")


def test_the_identity_card_is_the_published_one() -> None:
    vectors: Any = json.loads(
        (Path(__file__).parents[2] / "vectors" / "qr-p1-morpheus.json").read_text(encoding="utf-8")
    )
    assert shipped_by_name("identity-card").to_json() == vectors["process"]
    assert SHIPPED["identity-card"] == vectors["processId"]


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_every_field_of_a_shipped_process_can_be_hidden_on_its_own(name: str) -> None:
    schema: Any = shipped_by_name(name).claim_schema
    for rule in schema["properties"].values():
        assert is_maskable(rule)
        assert spells_wrapper_out(rule)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_shipped_processes_use_the_field_names_that_the_compact_form_knows(name: str) -> None:
    vectors: Any = json.loads(
        (Path(__file__).parents[2] / "vectors" / "qr-p1-morpheus.json").read_text(encoding="utf-8")
    )
    schema: Any = shipped_by_name(name).claim_schema
    assert set(schema["properties"]) <= set(vectors["names"].values())
