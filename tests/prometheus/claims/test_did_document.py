"""DID documents: rights by height, and the judgement over a range of heights."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from prometheus.claims.did_document import (
    IMPERSONATE,
    UPDATE,
    DidDocument,
    has_right_at,
    implicit_document,
    is_same_key,
    is_tombstoned_at,
    parse_did_document,
)
from prometheus.claims.signature_period import validate_signature
from prometheus.claims.signed import SignedBytes
from prometheus.errors import Malformed, NotUnderstood
from prometheus.identity.did import Did
from prometheus.identity.multicipher import SecretKey

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

SECRETS = [SecretKey("e", bytes([number]) * 32) for number in range(3)]
KEYS = [secret.public_key() for secret in SECRETS]
DID = Did(KEYS[0].key_id())


def history(*points: tuple[int | None, bool]) -> list[Json]:
    return [{"height": height, "valid": valid} for height, valid in points]


def raw_document(**changes: Any) -> dict[str, Any]:
    document = {
        "did": DID.text,
        "keys": [
            {"index": 0, "auth": KEYS[0].key_id().text, "validFromHeight": None, "validUntilHeight": 50, "valid": True},
            {"index": 1, "auth": KEYS[1].text, "validFromHeight": 10, "validUntilHeight": None, "valid": True},
        ],
        "rights": {
            "impersonate": [
                {"keyLink": "#0", "history": history((None, True), (30, False)), "valid": False},
                {"keyLink": "#1", "history": history((None, False), (20, True)), "valid": True},
            ]
        },
        "tombstonedAtHeight": None,
        "tombstoned": False,
        "queriedAtHeight": 100,
    }
    return document | changes


def document(**changes: Any) -> DidDocument:
    return parse_did_document(raw_document(**changes))


@pytest.mark.parametrize(
    ("key", "height", "expected"),
    [
        (0, 0, True),
        (0, 29, True),
        (0, 30, False),
        (1, 9, False),
        (1, 19, False),
        (1, 20, True),
        (1, 100, True),
        (2, 20, False),
    ],
)
def test_a_right_is_what_its_history_says_at_that_height(key: int, height: int, expected: bool) -> None:
    assert has_right_at(document(), KEYS[key], IMPERSONATE, height) is expected
    assert has_right_at(document(), KEYS[key].key_id(), IMPERSONATE, height) is expected


def test_the_end_of_a_key_is_exclusive() -> None:
    rights = {"update": [{"keyLink": "#0", "history": history((None, True)), "valid": True}]}
    assert has_right_at(document(rights=rights), KEYS[0], UPDATE, 49)
    assert not has_right_at(document(rights=rights), KEYS[0], UPDATE, 50)
    assert not has_right_at(document(rights=rights), KEYS[0], IMPERSONATE, 49)


def test_a_tombstone_ends_every_right_from_its_height_on() -> None:
    dead = document(tombstonedAtHeight=25)
    assert has_right_at(dead, KEYS[1], IMPERSONATE, 24)
    assert not has_right_at(dead, KEYS[1], IMPERSONATE, 25)
    assert not is_tombstoned_at(dead, 24)
    assert is_tombstoned_at(dead, 25)


def test_the_future_is_not_known() -> None:
    what = "Queried future height 101, present is 100"
    with pytest.raises(NotUnderstood, match=what):
        has_right_at(document(), KEYS[0], IMPERSONATE, 101)
    with pytest.raises(NotUnderstood, match=what):
        is_tombstoned_at(document(), 101)


@pytest.mark.parametrize("link", ["#2", "#x", "#", "0", f"{DID.text}#0", "#99999999999999999999", "#-1", "#\u0660"])
def test_a_link_that_leads_nowhere_grants_nothing(link: str) -> None:
    rights = {"impersonate": [{"keyLink": link, "history": history((None, True)), "valid": True}]}
    assert not has_right_at(document(rights=rights), KEYS[0], IMPERSONATE, 1)


def test_the_implicit_document_gives_the_default_key_everything() -> None:
    implicit = implicit_document(DID)
    for right in (IMPERSONATE, UPDATE):
        assert has_right_at(implicit, KEYS[0], right, 0)
        assert has_right_at(implicit, KEYS[0].key_id(), right, 1_000_000)
        assert not has_right_at(implicit, KEYS[1], right, 0)
    assert not is_tombstoned_at(implicit, 1_000_000)


def test_a_key_and_its_id_are_the_same_and_two_keys_are_not() -> None:
    assert is_same_key(KEYS[0], KEYS[0].key_id())
    assert is_same_key(KEYS[0].key_id(), KEYS[0])
    assert not is_same_key(KEYS[0], KEYS[1])
    assert not is_same_key(KEYS[0].key_id(), KEYS[1].key_id())


@pytest.mark.parametrize(
    "changes",
    [
        {"keys": None},
        {"keys": {}},
        {"keys": [7]},
        {"keys": [{"index": 1, "auth": KEYS[0].text}]},
        {"keys": [{"index": 0, "auth": 7}]},
        {"keys": [{"index": 0}]},
        {"keys": [{"index": 0, "auth": KEYS[0].text, "validFromHeight": -1}]},
        {"keys": [{"index": 0, "auth": KEYS[0].text, "validFromHeight": 1.0}]},
        {"keys": [{"index": 0, "auth": KEYS[0].text, "validUntilHeight": True}]},
        {"rights": []},
        {"rights": {"impersonate": {}}},
        {"rights": {"impersonate": [{"keyLink": "#0"}]}},
        {"rights": {"impersonate": [{"keyLink": 0, "history": []}]}},
        {"rights": {"impersonate": [{"keyLink": "#0", "history": [{"height": 1}]}]}},
        {"rights": {"impersonate": [{"keyLink": "#0", "history": [{"height": 1, "valid": 1}]}]}},
        {"rights": {"impersonate": [{"keyLink": "#0", "history": [{"height": "1", "valid": True}]}]}},
        {"tombstonedAtHeight": "5"},
        {"queriedAtHeight": None},
        {"queriedAtHeight": 2**32},
        {"did": 7},
    ],
)
def test_a_malformed_document_is_refused(changes: dict[str, Any]) -> None:
    document()
    with pytest.raises(Malformed):
        document(**changes)


@pytest.mark.parametrize("value", [None, [], "x", {}, {"did": "did:morpheus:ez"}])
def test_what_is_no_document_is_refused(value: Json) -> None:
    with pytest.raises((Malformed, NotUnderstood)):
        parse_did_document(value)


heights = st.none() | st.integers(0, 12)
entries = st.lists(
    st.tuples(st.integers(0, 3), st.lists(st.tuples(heights, st.booleans()), min_size=1, max_size=3)), max_size=3
)


@given(st.lists(st.tuples(st.integers(0, 2), heights, heights), max_size=3), entries, heights, st.integers(0, 12))
def test_a_right_needs_an_entry_a_key_in_force_and_no_tombstone(
    keys: list[tuple[int, int | None, int | None]],
    granted: list[tuple[int, list[tuple[int | None, bool]]]],
    tombstone: int | None,
    height: int,
) -> None:
    made = document(
        keys=[
            {"index": place, "auth": KEYS[number].text, "validFromHeight": start, "validUntilHeight": end}
            for place, (number, start, end) in enumerate(keys)
        ],
        rights={"impersonate": [{"keyLink": f"#{place}", "history": history(*points)} for place, points in granted]},
        tombstonedAtHeight=tombstone,
    )
    if has_right_at(made, KEYS[0], IMPERSONATE, height):
        assert tombstone is None or tombstone > height
        assert any(
            place < len(keys)
            and keys[place][0] == 0
            and (keys[place][1] or 0) <= height
            and (keys[place][2] is None or height < (keys[place][2] or 0))
            and any(valid and (start or 0) <= height for start, valid in points)
            for place, points in granted
        )


def judged(signer: int, start: int = 1, end: int | None = None, **changes: Any) -> dict[str, Any]:
    evidence = SignedBytes(KEYS[signer], SECRETS[signer].sign(b"x"), b"x")
    return dict(validate_signature(evidence, document(**changes), start, end).as_document())


def test_a_right_held_from_the_start_is_valid() -> None:
    assert judged(0, 1, 20) == {"status": "valid", "messages": []}


def test_a_right_lost_inside_the_range_is_not_reported_which_is_why_heights_are_asked_one_by_one() -> None:
    assert judged(0, 1, 40)["status"] == "valid"
    assert not has_right_at(document(), KEYS[0], IMPERSONATE, 39)


def test_warnings_make_maybe_and_errors_make_invalid() -> None:
    assert judged(1, 5, 40)["status"] == "maybe valid"
    assert judged(2, 1, 40)["status"] == "invalid"
    assert judged(0, 1, 20, tombstonedAtHeight=1)["status"] == "invalid"


def test_a_wrong_signature_is_reported_last() -> None:
    evidence = SignedBytes(KEYS[2], SECRETS[2].sign(b"x"), b"y")
    found = validate_signature(evidence, document()).issues
    assert [issue.reason for issue in found] == ["No matching authentication found in DID", "Signature is invalid"]


@pytest.mark.parametrize(
    ("start", "end", "what"),
    [
        (0, 5, "Range must not predate genesis block"),
        (5, 5, "Invalid block range 5-5"),
        (6, 5, "Invalid block range 6-5"),
        (1, 101, "Queried future height 101, present is 100"),
    ],
)
def test_a_range_that_makes_no_sense_is_refused(start: int, end: int, what: str) -> None:
    with pytest.raises(NotUnderstood) as refused:
        judged(0, start, end)
    assert refused.value.what == what
