"""Bodies of earlier versions: every chain takes whatever was written, and nothing is guessed at."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.errors import Damaged, TooNew
from prometheus.model import collection, record
from prometheus.model.upgrades.chain import Chains, version_of
from prometheus.model.upgrades.table import CHAINS

JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
GROUPS = st.sampled_from(sorted(CHAINS.steps))
RAW = {"content": {"claim": {"subject": "did:morpheus:ezSubject", "content": {}}}}
EARLY = {
    "v": 1,
    "hlc": "000000000001-0000",
    "device": "aa",
    "id": "cjuRequest",
    "persona": "did:morpheus:ezPersona",
    "process_id": "cjuProcess",
    "claim_id": "cjuClaim",
    "created": "2026-11-22T08:10:00Z",
    "raw": json.dumps(RAW),
    "statement": "cjuAnswer",
}
NAMES = st.sampled_from([*EARLY, "kind", "subject", "partner"]) | st.text()


def add_colour(fields: Any) -> dict[str, Any]:
    return {**fields, "colour": fields.get("color", "")}


def drop_color(fields: Any) -> dict[str, Any]:
    return {name: value for name, value in fields.items() if name != "color"}


TWO_STEPS = Chains({200: (add_colour, drop_color), 201: ()})


@given(GROUPS, st.dictionaries(NAMES, JSON, max_size=8), st.data())
def test_every_chain_takes_whatever_an_earlier_program_wrote(
    group: int, body: dict[str, Any], data: st.DataObject
) -> None:
    version = data.draw(st.integers(1, CHAINS.current(group)))
    before = json.dumps(body | {"v": version}, sort_keys=True)
    lifted = CHAINS.lifted(group, body | {"v": version})
    assert version_of(lifted) == CHAINS.current(group)
    assert json.dumps(body | {"v": version}, sort_keys=True) == before
    assert CHAINS.lifted(group, lifted) == lifted
    assert not CHAINS.is_old(group, lifted)


@given(GROUPS, st.dictionaries(NAMES, JSON, max_size=8), st.sampled_from(["hlc", "device"]), st.text())
def test_an_upgrade_is_no_new_writing(group: int, body: dict[str, Any], name: str, stamp: str) -> None:
    assert CHAINS.lifted(group, body | {"v": 1, name: stamp})[name] == stamp


@given(GROUPS, st.dictionaries(NAMES, JSON, max_size=4), st.integers(1, 2**40))
def test_a_body_of_today_stays_as_it_is_and_a_later_one_is_refused(group: int, body: dict[str, Any], more: int) -> None:
    today = body | {"v": CHAINS.current(group)}
    assert CHAINS.lifted(group, today) == today
    with pytest.raises(TooNew) as refused:
        CHAINS.lifted(group, body | {"v": CHAINS.current(group) + more})
    assert refused.value.exit_code == 14
    assert refused.value.code == "RECORD-TOO-NEW"


def test_a_later_body_is_named_by_its_kind_alone() -> None:
    secret = {"v": 9, "id": "cjuSecret", "label": "my divorce"}
    with pytest.raises(TooNew) as refused:
        CHAINS.lifted(collection.CLAIM, secret)
    said = f"{refused.value.what} {refused.value.meaning} {refused.value.remedy}"
    assert "a claim of a later version" in said
    assert not any(value in said for value in ("cjuSecret", "divorce", "label"))


@given(st.integers(14, 255), st.dictionaries(st.text(), JSON, max_size=4), st.integers(1, 99))
def test_bodies_of_a_collection_that_is_not_known_are_left_alone(
    group: int, body: dict[str, Any], version: int
) -> None:
    strange = body | {"v": version}
    assert CHAINS.lifted(group, strange) == strange
    assert not CHAINS.is_old(group, strange)


@pytest.mark.parametrize("version", [None, 0, -1, True, "1", 1.0, [1]])
def test_a_body_without_a_version_is_damaged(version: object) -> None:
    with pytest.raises(Damaged):
        CHAINS.lifted(collection.CLAIM, {"v": version})
    with pytest.raises(Damaged):
        record.decode(json.dumps({"v": version}).encode(), collection.CLAIM)


def test_the_first_shape_of_a_request_becomes_that_of_today() -> None:
    lifted = CHAINS.lifted(collection.REQUEST, EARLY)
    kept = {name: value for name, value in EARLY.items() if name not in ("v", "statement")}
    assert lifted == kept | {
        "v": 2,
        "kind": "request",
        "subject": "did:morpheus:ezSubject",
        "partner": "cjuAnswer",
        "before": "",
        "deleted_at": "",
    }


@pytest.mark.parametrize("raw", ["", "{", "[]", "null", '{"content": 1}', "[" * 100_000, 7, None])
def test_a_request_whose_text_is_no_request_keeps_it_and_has_no_subject(raw: object) -> None:
    lifted = CHAINS.lifted(collection.REQUEST, EARLY | {"raw": raw})
    assert (lifted["raw"], lifted["subject"]) == (raw, "")


def test_the_second_shape_of_version_1_changes_its_number_alone() -> None:
    second = CHAINS.lifted(collection.REQUEST, EARLY) | {"v": 1, "kind": "statement", "before": "2027-01-01T00:00:00Z"}
    assert CHAINS.lifted(collection.REQUEST, second) == second | {"v": 2}


def test_steps_run_one_after_another_from_the_version_of_the_body() -> None:
    assert TWO_STEPS.lifted(200, {"v": 1, "color": "red"}) == {"v": 3, "colour": "red"}
    assert TWO_STEPS.lifted(200, {"v": 2, "color": "red"}) == {"v": 3}
    assert TWO_STEPS.lifted(200, {"v": 3, "color": "red"}) == {"v": 3, "color": "red"}
    assert TWO_STEPS.is_old(200, {"v": 2})
    assert TWO_STEPS.edition == 3


def test_a_record_is_read_in_the_form_of_today_and_written_in_it() -> None:
    body = json.dumps(EARLY).encode()
    assert record.decode(body, collection.REQUEST)["kind"] == "request"
    assert record.decode(body) == EARLY
    written = record.encode({"id": "cju"}, record.Stamp(1, 0, "aa"), collection.REQUEST)
    assert json.loads(written)["v"] == CHAINS.current(collection.REQUEST) == 2
