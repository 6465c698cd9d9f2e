"""The answers of layer 2 where no recording goes: a state that is of no use, and assets of other shapes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from prometheus_morpheus.ledger.http import layer_two
from prometheus_morpheus.ledger.http.asked import Asked, Refused
from prometheus_morpheus.ledger.http.layer_two import LayerTwo
from prometheus_morpheus.state.machine import MorpheusState, StateError

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json

DID = "did:morpheus:ezrgZ3BdwaUEjaZigFAic6Ls"
NAMES = {"did": DID, "start": "0", "content_id": "cju", "id": "ab"}
ANSWERS = (
    layer_two.document,
    layer_two.last_transaction,
    layer_two.transactions,
    layer_two.transaction_attempts,
    layer_two.operations,
    layer_two.operation_attempts,
    layer_two.before_proof_exists,
    layer_two.before_proof_history,
    layer_two.transaction_status,
)


def no_asset(_txid: str) -> Json:
    return None


def corrupt() -> MorpheusState:
    state = MorpheusState()
    state.begin_block(10)
    with pytest.raises(StateError):
        state.begin_block(5)
    assert state.is_corrupt
    return state


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.__name__)
def test_a_corrupt_state_answers_nothing_and_says_nothing(answer: Callable[[LayerTwo, Asked], Json]) -> None:
    state = corrupt()
    with pytest.raises(Refused) as refused:
        answer(LayerTwo(lambda: state, no_asset), Asked(NAMES, {}))
    assert (refused.value.status, refused.value.what) == (500, "An internal server error occurred")


def test_a_dry_run_says_that_the_state_is_corrupt() -> None:
    state = corrupt()
    found = layer_two.check_validity(LayerTwo(lambda: state, no_asset), Asked({}, {}, []))
    assert isinstance(found, list)
    assert "corrupt" in str(found)


class Scripted(MorpheusState):
    """A state that remembers one transaction of a DID, whatever its asset is."""

    def transactions(self, did: str, start: int, until: int | None, *, attempts: bool) -> list[tuple[str, int]]:
        return [("ab", 7)]


@pytest.mark.parametrize(
    "asset",
    [
        None,
        {"delegate": {"username": "x"}, "operationAttempts": None},
        {"operationAttempts": [None, {"operation": "registerBeforeProof", "contentId": "x"}]},
        {"operationAttempts": [{"operation": "signed", "signables": [None, {"did": "did:morpheus:ezOther"}]}]},
    ],
    ids=["none", "another type", "no group", "other DIDs"],
)
def test_an_asset_without_operations_on_the_did_shows_none(asset: Any) -> None:
    world = LayerTwo(Scripted, lambda _txid: asset)
    assert layer_two.operations(world, Asked(NAMES, {})) == []


def test_operations_of_one_transaction_come_last_to_first() -> None:
    signables: list[Json] = [{"did": DID, "operation": name} for name in ("addKey", "addRight", "tombstoneDid")]
    world = LayerTwo(Scripted, lambda _txid: {"operationAttempts": [{"signables": signables}]})
    found = layer_two.operations(world, Asked(NAMES, {}))
    assert isinstance(found, list)
    assert [each["data"] for each in found if isinstance(each, dict)] == signables[::-1]
