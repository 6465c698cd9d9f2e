"""Whatever is sent, the ledger answers it or refuses its form; nothing else ever comes out, and no money moves."""

from __future__ import annotations

import json
from functools import cache
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from prometheus_simulators.dev_ledger import LedgerWorld, Posted
from prometheus_simulators.made_transactions import address, public_key

from prometheus_morpheus.ledger.chain import UnfitRequest
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.operations import before_proof

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json

numbers = st.integers(-(2**70), 2**70) | st.floats() | st.integers().map(str)
texts = st.text(max_size=70) | st.binary(max_size=40).map(bytes.hex) | st.sampled_from(["ü", "\ud800", "\0", "0" * 66])
anything = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=8,
)


@cache
def world() -> LedgerWorld:
    world = LedgerWorld()
    world.enrich("alice")
    return world


@cache
def valid() -> tuple[str, ...]:
    """Return one valid transaction of each kind as JSON text."""
    payments = [(address("bob"), 1), (address("carol"), 2)]
    posted = [
        world().pay("alice", "bob", vendor_field="hello", expiration=900),
        world().vote("alice"),
        world().register("alice", "zed"),
        world().post("alice", making.multi_transfer(128, public_key("alice"), 1, payments)),
        world().morpheus("alice", [before_proof("content")]),
    ]
    return tuple(json.dumps(one) for one in posted)


def _places(value: Json, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(place for name, member in members for place in _places(member, (*path, name)))]


@st.composite
def altered(draw: st.DrawFn) -> Posted:
    """Draw a valid transaction with one member replaced, removed or added."""
    posted: Posted = json.loads(draw(st.sampled_from(valid())))
    places = [place for place in _places(posted) if place and place != ("id",)]
    *path, last = draw(st.sampled_from(places))
    holder: Any = posted
    for step in path:
        holder = holder[step]
    if draw(st.booleans()) and isinstance(holder, dict):
        del holder[last]
    else:
        holder[last] = draw(anything)
    return posted


@settings(max_examples=400, deadline=None)
@given(altered())
def test_an_altered_transaction_never_moves_money_and_never_breaks_anything(posted: Posted) -> None:
    ledger = world().ledger
    before = world().snapshot()
    ledger._pool.forget_ids()
    try:
        answer = ledger.submit([posted])
    except UnfitRequest:
        return
    assert answer.accept or answer.invalid == [posted["id"]]
    for refusals in answer.errors.values():
        assert all(kind.startswith("ERR_") and text for kind, text in refusals)
    if answer.accept:  # then only what is no part of it, or says the same in another way, was altered
        assert answer.accept == [posted["id"]]
    for waiting in list(ledger._pool):
        ledger._pool.remove(waiting)
    assert world().snapshot() == before


@settings(max_examples=200, deadline=None)
@given(anything)
def test_anything_at_all_is_refused_by_its_form(value: Json) -> None:
    for request in (value, [value]):
        with pytest.raises(UnfitRequest):
            world().ledger.submit(request)


@pytest.mark.parametrize("content", ["ü", 2.5, 10**20, {"2": 1, "1": 2}], ids=str)
def test_an_asset_that_nodes_would_write_otherwise_is_not_verified(content: Json) -> None:
    posted = world().morpheus("alice", [before_proof("content")], fee=10**9)
    posted["asset"]["operationAttempts"][0]["more"] = content
    posted["id"] = "ab" * 32
    world().ledger._pool.forget_ids()
    assert world().refusal(posted) == ("ERR_BAD_DATA", "Transaction didn't pass the verification process.")
