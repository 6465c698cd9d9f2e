"""A document is compared at a height without what came later."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.second_layer import Chain
from prometheus_simulators.signed_world import did, secret

from prometheus.claims.did_document import IMPERSONATE, UPDATE, has_right_at, parse_did_document
from prometheus.errors import NotUnderstood
from prometheus_morpheus.resolving.at_height import differences, is_same, known_at

if TYPE_CHECKING:
    from prometheus.claims.did_document import DidDocument

STEPS = (
    ("ana", "addKey", {"auth": "phone", "expiresAtHeight": 9}),
    ("ana", "addRight", {"auth": "phone", "right": "update"}),
    ("ana", "addKey", {"auth": "watch"}),
    ("ana", "addRight", {"auth": "watch", "right": "impersonate"}),
    ("phone", "revokeRight", {"auth": "watch", "right": "impersonate"}),
    ("phone", "revokeKey", {"auth": "ana"}),
)


def chain(steps: int = len(STEPS)) -> Chain:
    made = Chain()
    for by, kind, members in STEPS[:steps]:
        made.do(by, "ana", kind, **members)
    return made


def document(made: Chain, height: int) -> DidDocument:
    return parse_did_document(made.document("ana", height))


@given(st.integers(0, len(STEPS)), st.integers(1, 12), st.integers(1, 12))
def test_what_is_known_at_a_height_is_the_same_however_far_a_node_has_come(steps: int, height: int, asked: int) -> None:
    early, late = chain(steps), chain()
    height = min(height, early.state.last_height, asked)
    assert is_same(known_at(document(early, height), height), known_at(document(late, height), height))
    assert known_at(document(late, max(height, asked)), height).queried_at == height


@given(st.integers(1, 9), st.sampled_from(["ana", "phone", "watch", "stranger"]))
def test_forgetting_what_came_later_changes_no_right_at_that_height(height: int, name: str) -> None:
    late = document(chain(), 9)
    for right in (UPDATE, IMPERSONATE):
        key = secret(name).public_key()
        assert has_right_at(known_at(late, height), key, right, height) == has_right_at(late, key, right, height)


def test_a_height_beyond_the_document_is_refused() -> None:
    with pytest.raises(NotUnderstood, match="below 10"):
        known_at(document(chain(), 9), 10)


def test_differences_are_named() -> None:
    before, after = known_at(document(chain(3), 9), 9), known_at(document(chain(4), 9), 9)
    assert differences(before, before) == ()
    assert differences(before, after) == ("who has the right impersonate",)
    assert "2 or 1 keys" in differences(known_at(document(chain(1), 9), 9), known_at(document(chain(0), 9), 9))
    tombstone = chain(0)
    tombstone.do("ana", "ana", "tombstoneDid")
    assert differences(known_at(document(chain(0), 9), 9), known_at(document(tombstone, 9), 9)) == (
        "given up at height - or 3",
        f"key #0: i{did('ana')[13:]} from - until - or i{did('ana')[13:]} from - until 3",
    )


def test_entries_that_grant_nothing_are_written_in_different_ways() -> None:
    raw = chain(1).document("ana", 9)
    bare = {**raw, "rights": {right: entries[:1] for right, entries in raw["rights"].items()}}
    assert is_same(parse_did_document(raw), parse_did_document(bare))
