from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.signed_world import CARD, did

from prometheus.claims.claim import Claim
from prometheus.claims.compose_presentation import masked_claim
from prometheus.claims.fit import misfits
from prometheus.claims.shape import stands_for_hidden
from prometheus.claims.shipped import shipped_by_name
from prometheus.claims.shown import Leaf, at_path, leaves

ID = "cju" + "A" * 43
CARD_SCHEMA = shipped_by_name("identity-card").claim_schema
TEXT: Any = {"type": "string"}
WRAPPED = {"nonce": "u" + "B" * 44, "value": "x"}
BARE_MASKABLE = {"type": "object", "properties": {"a": {"type": "string", "maskable": True}}, "required": ["a"]}


def fits(schema: Any, value: Any) -> str:
    found = misfits(schema, value)
    if any(misfit.is_certain for misfit in found):
        return "no"
    return "unclear" if found else "yes"


@given(st.sets(st.sampled_from(sorted(CARD))))
def test_every_masking_of_a_good_claim_fits(shown: set[str]) -> None:
    masked = masked_claim(Claim(did("maria"), CARD), [f".{name}" for name in shown])
    assert fits(CARD_SCHEMA, masked["content"]) == "yes"


@pytest.mark.parametrize(
    ("schema", "value", "expected"),
    [
        (TEXT, "x", "yes"),
        (TEXT, ID, "yes"),
        (TEXT, {"a": 1}, "no"),
        (TEXT, ["a"], "no"),
        (TEXT, 5, "no"),
        ({"type": "integer"}, 5, "yes"),
        ({"type": "integer"}, 5.0, "yes"),
        ({"type": "integer"}, 5.5, "no"),
        ({"type": "integer"}, True, "no"),
        ({"type": "number"}, 5, "yes"),
        ({"type": "boolean"}, True, "yes"),
        ({"type": "boolean"}, 1, "no"),
        ({"type": "null"}, None, "yes"),
        ({"type": ["string", "null"]}, None, "yes"),
        ({"type": ["string", "null"]}, {}, "no"),
        ({"type": "object"}, ID, "yes"),
        ({"type": "array"}, ID, "yes"),
        ({"type": "object"}, "text", "no"),
        ({"type": "array", "items": TEXT}, ["a", {"b": 1}], "no"),
        ({"items": TEXT}, ["a"], "yes"),
        ({"enum": ["a"], "type": "string"}, "a", "yes"),
        ({"enum": ["a"], "type": "string"}, "b", "no"),
        ({"const": True, "type": "boolean"}, False, "no"),
        ({"const": 1, "type": "integer"}, 1, "yes"),
        (BARE_MASKABLE, {"a": WRAPPED}, "yes"),
        (BARE_MASKABLE, {"a": ID}, "yes"),
        (BARE_MASKABLE, {"a": "never wrapped"}, "yes"),
        (BARE_MASKABLE, {"a": {"nonce": "x", "value": {"evil": 1}}}, "no"),
        (BARE_MASKABLE, {"a": {"evil": 1}}, "no"),
        (BARE_MASKABLE, {}, "no"),
        (BARE_MASKABLE, {"a": WRAPPED, "b": "x"}, "yes"),
        (BARE_MASKABLE, {"a": WRAPPED, "b": {}}, "unclear"),
        (BARE_MASKABLE, {"a": WRAPPED, "b": ID}, "unclear"),
        ({**BARE_MASKABLE, "additionalProperties": False}, {"a": WRAPPED, "b": 1}, "no"),
        ({**BARE_MASKABLE, "additionalProperties": TEXT}, {"a": WRAPPED, "b": {}}, "no"),
        ({}, 5, "yes"),
        ({}, {"a": 1}, "unclear"),
        (True, {"a": 1}, "unclear"),
        (False, 5, "no"),
        ({"$ref": "#/x"}, {"a": 1}, "unclear"),
        ({"anyOf": [TEXT]}, ID, "unclear"),
        ({"type": 5}, {"a": 1}, "unclear"),
        ({"properties": []}, {"a": {}}, "unclear"),
    ],
)
def test_a_shown_part_fits_or_not(schema: Any, value: Any, expected: str) -> None:
    assert fits(schema, value) == expected


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.just(ID) | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["type", "properties", "items", "required", "maskable", "nonce", "value", "enum", "a"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


@given(JSON, JSON)
def test_no_schema_and_no_value_breaks_it(schema: Any, value: Any) -> None:
    misfits(schema, value)
    leaves(value, schema)


def test_whether_a_text_is_a_hidden_part_is_told_by_the_schema_not_by_its_look() -> None:
    assert not stands_for_hidden(TEXT, ID)
    assert stands_for_hidden({"type": "object"}, ID)
    assert stands_for_hidden({"type": "string", "maskable": True}, ID)
    assert stands_for_hidden(None, ID)
    assert not stands_for_hidden(None, "x")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"a": WRAPPED}, [Leaf(("a",), "x", is_hidden=False)]),
        ({"a": ID, "b": 1}, [Leaf(("a",), ID, is_hidden=True), Leaf(("b",), 1, is_hidden=False)]),
        ({"a": {"nonce": "n", "value": {"b": 1}}}, [Leaf(("a", "value", "b"), 1, is_hidden=False)]),
        ({"a": {"nonce": "n", "value": ID}}, [Leaf(("a", "value"), ID, is_hidden=True)]),
        ({"a": [1, 2]}, [Leaf(("a",), [1, 2], is_hidden=False)]),
        ({"a": [1, ID]}, [Leaf(("a", "0"), 1, is_hidden=False), Leaf(("a", "1"), ID, is_hidden=True)]),
        ({"a": {}}, [Leaf(("a",), {}, is_hidden=False)]),
        (ID, [Leaf((), ID, is_hidden=True)]),
        (5, [Leaf((), 5, is_hidden=False)]),
    ],
)
def test_leaves_of_a_content(content: Any, expected: list[Leaf]) -> None:
    assert list(leaves(content)) == expected


def test_a_path_finds_what_is_at_and_below_it() -> None:
    content: Any = {"a": {"b": 1, "c": {"d": 2}}, "ab": 3}
    assert [leaf.dotted for leaf in at_path(content, ".a")] == [".a.b", ".a.c.d"]
    assert [leaf.dotted for leaf in at_path(content, ".ab")] == [".ab"]
    assert at_path(content, ".x") == ()
    assert at_path(content, "a") != at_path(content, ".x")
