from __future__ import annotations

from typing import Any

import pytest
from prometheus_simulators.signed_world import CARD, did, wrapped

from prometheus.claims.claim import Claim
from prometheus.claims.compose_presentation import masked_claim
from prometheus.claims.digest import content_id
from prometheus.claims.nonce import new_nonce
from prometheus.claims.shipped import shipped_by_name
from prometheus.claims.weaknesses import is_strong_nonce, when_issuing, when_presenting

ID = "cju" + "A" * 43
STRONG = "udxsqzy-2NOfwZJ_tNI5j0X-vmfz5Loj9XbTEvDcL5Pps"


def issuing(content: Any, schema: Any = None) -> set[tuple[str, str]]:
    return {(weakness.code, weakness.path) for weakness in when_issuing(content, schema)}


def presenting(content: Any, *show: str) -> set[tuple[str, str]]:
    masked = masked_claim(Claim(did("maria"), content), show)
    return {(weakness.code, weakness.path) for weakness in when_presenting(content, masked["content"], show)}


def test_a_claim_whose_fields_are_all_wrapped_has_no_weakness_to_issue() -> None:
    assert issuing(CARD) == set()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ({"a": ID}, {("LITERAL-ID", ".a"), ("UNWRAPPED", ".a")}),
        ({"a": "cbu" + "A" * 43}, {("LITERAL-ID", ".a"), ("UNWRAPPED", ".a")}),
        ({"a": "cju" + "A" * 42}, {("UNWRAPPED", ".a")}),
        ({"a": {"nonce": STRONG, "value": ID}}, {("LITERAL-ID", ".a")}),
        ({"a": {"nonce": STRONG, "value": {"b": ID}}}, {("LITERAL-ID", ".a.value.b")}),
        ({"a": {"nonce": STRONG, "value": [ID]}}, {("LITERAL-ID", ".a.value.0")}),
        ({"a": 5}, {("UNWRAPPED", ".a")}),
        ({"a": None}, {("UNWRAPPED", ".a")}),
        ({"a": {"nonce": "short", "value": 5}}, {("GUESSABLE", ".a")}),
        ({"a": {"nonce": "u" + "A" * 44, "value": 5}}, {("GUESSABLE", ".a")}),
        ({"a": {"b": 5}}, {("GUESSABLE", ".a"), ("UNWRAPPED", ".a.b")}),
        ({"a": ["x"]}, {("GUESSABLE", ".a")}),
        ({"a": {"b": {"nonce": STRONG, "value": 5}}}, set()),
        ({"a": {"nonce": STRONG, "value": "\u00e9"}}, {("NOT-NFKD", ".a")}),
        (ID, {("LITERAL-ID", "")}),
        ({}, set()),
    ],
)
def test_each_weakness_is_found_where_it_is_when_issuing(content: Any, expected: set[tuple[str, str]]) -> None:
    assert issuing(content) == expected


def test_an_unwrapped_scalar_says_when_the_schema_wanted_it_wrapped() -> None:
    schema = shipped_by_name("identity-card").claim_schema
    [weakness] = [one for one in when_issuing({**CARD, "nationality": "HU"}, schema) if one.path == ".nationality"]
    assert "although the schema marks it" in weakness.detail
    assert weakness.remedy


def test_hidden_fields_with_nonces_are_linkable_and_no_more() -> None:
    assert presenting(CARD, ".ageOver18") == {("LINKABLE", f".{name}") for name in CARD if name != "ageOver18"}


def test_with_everything_shown_nothing_is_hidden_that_could_link() -> None:
    assert presenting(CARD, *(f".{name}" for name in CARD)) == set()


@pytest.mark.parametrize(
    ("content", "show", "expected"),
    [
        ({"born": {"day": "1990-05-17"}, **CARD}, ".ageOver18", ("GUESSABLE", ".born")),
        ({"country": ["HU"], **CARD}, ".ageOver18", ("GUESSABLE", ".country")),
        ({"born": {"nonce": "x", "value": "1990-05-17"}, **CARD}, ".ageOver18", ("GUESSABLE", ".born")),
        ({"city": "Oslo", **CARD}, ".ageOver18", ("UNWRAPPED", ".city")),
        ({"remark": ID, **CARD}, ".ageOver18", ("LITERAL-ID", ".remark")),
    ],
)
def test_each_weakness_is_found_where_it_is_when_presenting(content: Any, show: str, expected: tuple[str, str]) -> None:
    assert expected in presenting(content, show)


def test_a_bare_value_that_is_asked_for_is_no_weakness() -> None:
    assert presenting({"city": "Oslo"}, ".city") == set()


def test_the_digest_that_is_said_to_be_guessable_really_is() -> None:
    hidden = content_id({"day": "1990-05-17"})
    days = (f"1990-{month:02}-{day:02}" for month in range(1, 13) for day in range(1, 32))
    assert [day for day in days if content_id({"day": day}) == hidden] == ["1990-05-17"]


def test_fresh_nonces_are_strong() -> None:
    assert all(is_strong_nonce(new_nonce()) for _ in range(100))
    assert not is_strong_nonce(None)
    assert not is_strong_nonce("z" + STRONG[1:])
    assert not is_strong_nonce(STRONG + "A")
    assert wrapped(a=1)["a"]["value"] == 1
