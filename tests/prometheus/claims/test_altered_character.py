"""No single altered character makes a valid presentation say something else and stay valid."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_simulators.signed_world import NOW, TRUSTED, did, presentation, statement

from prometheus.claims.jsontext import text_form
from prometheus.claims.knowledge import Knowledge, TrustedAuthority
from prometheus.claims.statement import statement_to_json
from prometheus.claims.verify import verify
from prometheus.verdict import Verdict

VECTORS: Any = json.loads((Path(__file__).parents[2] / "vectors" / "qr-p1-morpheus.json").read_text(encoding="utf-8"))
AUTHORITY = "did:morpheus:ezj3chiV25iVVhXjv73mqk8Z"

OWN = presentation(".ageOver18", ".givenName").text
PUBLISHED = VECTORS["presentations"][7]["text"]
STATEMENT = text_form(statement_to_json(statement()))

CASES = {
    "our own presentation": (OWN, Knowledge(now=NOW, trusted=TRUSTED, own_dids=(did("inspector"),), level="recent")),
    "the published presentation": (
        PUBLISHED,
        Knowledge(now=datetime.fromisoformat(VECTORS["now"]), trusted=(TrustedAuthority(AUTHORITY),), level="recent"),
    ),
    "a statement": (STATEMENT, Knowledge(now=NOW, trusted=TRUSTED)),
}
CHARACTERS = st.characters(blacklist_categories=["Cs"]) | st.sampled_from('"{}[]:,\\ \tcju0123456789-.eE')


def judged(text: str, knowledge: Knowledge) -> tuple[str, Any]:
    outcome = verify(text, knowledge)
    if not isinstance(outcome, Verdict):
        return outcome.code, None
    assert outcome.as_document()["verdict"] == outcome.verdict
    return outcome.verdict, outcome.disclosed


@pytest.mark.parametrize("name", sorted(CASES))
def test_the_control_is_valid(name: str) -> None:
    assert judged(*CASES[name])[0] == "valid"


@pytest.mark.parametrize("name", sorted(CASES))
@settings(max_examples=150, deadline=None)
@given(data=st.data())
def test_no_altered_character_yields_valid_with_other_values(name: str, data: st.DataObject) -> None:
    text, knowledge = CASES[name]
    position = data.draw(st.integers(0, len(text) - 1))
    how = data.draw(st.sampled_from(["replace", "insert", "delete"]))
    new = "" if how == "delete" else data.draw(CHARACTERS)
    altered = text[:position] + new + text[position + (how != "insert") :]
    outcome, disclosed = judged(altered, knowledge)
    if outcome == "valid":
        assert disclosed == judged(text, knowledge)[1]


@pytest.mark.parametrize("name", sorted(CASES))
def test_every_position_is_guarded(name: str) -> None:
    text, knowledge = CASES[name]
    original = judged(text, knowledge)[1]
    for position, character in enumerate(text):
        altered = text[:position] + ("1" if character != "1" else "2") + text[position + 1 :]
        outcome, disclosed = judged(altered, knowledge)
        assert outcome != "valid" or disclosed == original, position


@settings(max_examples=150, deadline=None)
@given(st.text(max_size=200) | st.binary(max_size=200))
def test_nothing_at_all_raises(document: str | bytes) -> None:
    assert isinstance(verify(document, Knowledge(now=NOW)), Verdict)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), value=JSON)
def test_no_member_replaced_by_any_json_raises_or_lies(data: st.DataObject, value: Any) -> None:
    document = json.loads(OWN)
    target: Any = document
    while True:
        key = data.draw(st.sampled_from(sorted(target) if isinstance(target, dict) else range(len(target))))
        inner = target[key]
        if not isinstance(inner, dict | list) or not inner or data.draw(st.booleans()):
            break
        target = inner
    target[key] = value
    outcome, disclosed = judged(json.dumps(document), CASES["our own presentation"][1])
    if outcome == "valid":
        assert disclosed == judged(*CASES["our own presentation"])[1]
