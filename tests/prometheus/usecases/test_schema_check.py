"""What may be kept as a schema, which fields it has, and what it lets people hide."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prometheus.claims.digest import content_id
from prometheus.claims.shipped import SHIPPED, shipped_by_name
from prometheus.errors import InputError, Malformed, NotUnderstood
from prometheus.usecases.claim_data import content_faults, data_faults, normalise, unwrapped, wrapped
from prometheus.usecases.schema_check import check_document, require_schema
from prometheus.usecases.schema_fields import fields_of, flattened

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

PLAIN: dict[str, Json] = {
    "type": "object",
    "title": "Membership",
    "description": "Who is in the club",
    "required": ["number"],
    "properties": {
        "number": {"type": "string", "maskable": True},
        "points": {"type": "integer"},
        "home": {"type": "object", "properties": {"city": {"type": "string"}}},
        "tags": {"type": "array", "items": {"type": "string"}},
    },
}


def test_a_schema_becomes_a_process_with_its_title() -> None:
    process = check_document(PLAIN).process
    assert (process.name, process.version, process.description) == ("Membership", 1, "Who is in the club")
    assert process.claim_schema == PLAIN
    assert check_document(PLAIN, "Club").process.name == "Club"


def test_fields_that_cannot_be_hidden_are_named() -> None:
    assert check_document(PLAIN).open_fields == (".points", ".home.city")
    assert check_document(PLAIN, hide_all=True).open_fields == ()


def test_hiding_all_changes_only_what_is_not_marked() -> None:
    kept: dict[str, Json] = {"type": "object", "properties": {"a": {"type": "string", "maskable": False}}}
    assert check_document(kept, "x", hide_all=True).process.claim_schema == kept


def test_a_process_is_kept_as_it_is() -> None:
    document = check_document(PLAIN).process.to_json()
    assert check_document(document).process.to_json() == document
    for extra in ({"name": "Other"}, {"hide_all": True}):
        with pytest.raises(NotUnderstood, match="its own name"):
            check_document(document, **extra)


@pytest.mark.parametrize(
    "document",
    [
        None,
        [],
        "x",
        7,
        {},
        {"title": "x"},
        {"title": "x", "type": "object"},
        {"title": "x", "type": "object", "properties": {}},
        {"title": "x", "properties": []},
        {"title": "x", "type": "string"},
        {"properties": {"a": {}}},
        {"title": "x", "properties": {"a": {"type": "strng"}}},
        {"title": "x", "properties": {"a": {"pattern": "("}}},
        {"title": "x", "properties": {"a": {"maskable": "yes"}}},
        {"title": "x", "properties": {"a": {"subtype": 1}}},
        {"title": "x", "properties": {"é": {}}},
        {"title": "x", "$schema": "http://example.org/mine", "properties": {"a": {}}},
        {"title": "x", "$schema": 5, "properties": {"a": {}}},
        {"title": "x", "properties": {"a": {"$ref": "http://127.0.0.1:9/a.json"}}},
        {"title": "x", "properties": {"a": {"$ref": "file:///etc/passwd"}}},
        {"title": "x", "properties": {"a": {"$ref": "#/nowhere"}}},
        {"title": "x", "properties": {"a": {"$schema": "http://127.0.0.1:9/b", "type": "string"}}},
    ],
)
def test_what_is_no_schema_is_refused(document: Json) -> None:
    with pytest.raises(InputError):
        check_document(document)


@pytest.mark.parametrize(
    "change", [{"claimSchema": None}, {"claimSchema": content_id(PLAIN)}, {"evidenceSchema": "cju"}]
)
def test_a_process_without_its_schemas_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(NotUnderstood):
        check_document({**check_document(PLAIN).process.to_json(), **change})


def test_a_process_with_other_members_is_refused() -> None:
    with pytest.raises(Malformed):
        check_document({**check_document(PLAIN).process.to_json(), "more": 1})


def test_odd_but_lawful_things_are_noted() -> None:
    document: Json = {
        "title": "x",
        "properties": {
            "a": {"type": "string", "subtype": "colour"},
            "b": {"type": "array", "items": {"type": "string", "maskable": True}},
            "c,d": {"type": "string"},
        },
    }
    notes = check_document(document).notes
    assert any("colour" in note for note in notes)
    assert any("inside a list" in note for note in notes)
    assert any(".c,d" in note for note in notes)


def test_references_and_parts_are_followed_within_the_schema() -> None:
    schema: Json = {
        "definitions": {"date": {"type": "string", "subtype": "date"}, "self": {"$ref": "#"}},
        "allOf": [{"properties": {"first": {"$ref": "#/definitions/date", "maskable": True}}, "required": ["first"]}],
        "properties": {"second": {"$ref": "#/definitions/date"}, "inner": {"$ref": "#/definitions/self"}},
    }
    fields = {field.path: field for field in fields_of(schema)}
    assert (fields[".first"].subtype, fields[".first"].is_maskable, fields[".first"].is_required) == (
        "date",
        True,
        True,
    )
    assert not fields[".second"].is_maskable
    assert ".inner.first" in fields


def test_a_schema_that_explodes_is_refused() -> None:
    parts: dict[str, Any] = {
        f"d{level}": {"properties": {name: {"$ref": f"#/definitions/d{level + 1}"} for name in "abcdefgh"}}
        for level in range(12)
    }
    schema: Json = {"title": "x", "definitions": {**parts, "d12": {"type": "string"}}, **parts["d0"]}
    with pytest.raises(NotUnderstood, match="too many parts"):
        flattened(schema)


@pytest.mark.parametrize("name", sorted(SHIPPED))
def test_what_ships_is_well_formed_and_hides_every_field(name: str) -> None:
    process = shipped_by_name(name)
    require_schema(process.claim_schema)
    assert check_document(process.to_json()).open_fields == ()


def test_shipped_forms_take_bare_values() -> None:
    schema = shipped_by_name("email").claim_schema
    content = wrapped({"email": "a@example.org"}, schema)
    assert unwrapped(content) == {"email": "a@example.org"}
    assert content_faults(schema, content) == ()
    (fault,) = content_faults(schema, wrapped({"email": 5}, schema))
    assert fault == (".email", "must be a text")


def test_faults_never_show_a_value() -> None:
    rules: list[dict[str, Json]] = [
        {"type": "integer"},
        {"pattern": "^x$"},
        {"maxLength": 2},
        {"const": "other"},
        {"enum": ["a", "b"]},
        {"not": {"type": "string"}},
        {"anyOf": [{"type": "integer"}, {"maxLength": 1}]},
    ]
    for rule in rules:
        faults = data_faults({"properties": {"a": rule}}, {"a": "SECRET"})
        assert faults, rule
        assert not any("SECRET" in fault.message for fault in faults), rule


def test_names_that_become_the_same_are_refused() -> None:
    with pytest.raises(NotUnderstood, match="the same text"):
        normalise({"é": 1, "e\u0301": 2})
