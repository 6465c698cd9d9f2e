"""Answers that are good JSON and cannot be true are refused as such."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_simulators.scripted_node import recording

from prometheus.errors import PrometheusError
from prometheus_morpheus.client import reading, reading_configuration, reading_layer_two
from prometheus_morpheus.client.errors import Garbage

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_simulators.asker import Asker
    from prometheus_simulators.scripted_node import ScriptedNode

DID = "did:morpheus:ezrgZ3BdwaUEjaZigFAic6Ls"
OTHER_DID = "did:morpheus:ezbeWGSY2dqcUBqT8K7R14xr"
ADDRESS = "tpKmroNvdZeLdsd8LojtwUWNsacYPjLHKA"
NAME = "70ab0c6e66e2f5871cddbb4c88b2cc3e0ea6322696ee22d013df7d0a89cd1cb7"


def body(number: int) -> Any:
    return copy.deepcopy(recording(number)["response"]["body"])


def test_another_transaction_than_asked_for_is_refused(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(f"/api/transactions/{'ab' * 32}", body(36))
    with pytest.raises(Garbage):
        ask(lambda node: node.transaction("ab" * 32))


def test_another_wallet_than_asked_for_is_refused(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve("/api/wallets/tYkupfpnXHR9xtvWowscsWhyxvJLafb8ik", body(37))
    with pytest.raises(Garbage):
        ask(lambda node: node.wallet("tYkupfpnXHR9xtvWowscsWhyxvJLafb8ik"))


def test_another_block_than_asked_for_is_refused(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve("/api/blocks/7", body(39))
    with pytest.raises(Garbage):
        ask(lambda node: node.block(7))


def test_the_document_of_another_did_or_height_is_refused(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(f"/morpheus/v1/did/{OTHER_DID}/document", body(72))
    scripted.serve(f"/morpheus/v1/did/{DID}/document/9", body(72))
    with pytest.raises(Garbage):
        ask(lambda node: node.did_document(OTHER_DID))
    with pytest.raises(Garbage):
        ask(lambda node: node.did_document(DID, 9))


@pytest.mark.parametrize(("start", "until"), [(9, 27), (7, 25)])
def test_a_history_beyond_the_heights_asked_for_is_refused(
    scripted: ScriptedNode, ask: Asker, start: int, until: int
) -> None:
    scripted.serve(f"/morpheus/v1/did/{DID}/transactions/{start}/{until}", body(157))
    with pytest.raises(Garbage):
        ask(lambda node: node.transaction_ids_of(DID, start, until))


def test_a_history_out_of_order_or_with_one_twice_is_refused() -> None:
    told = body(157)
    assert len(reading_layer_two.transactions_at(told, 0, None)) == 8
    for wrong in (told[::-1], [told[0], *told]):
        with pytest.raises(PrometheusError):
            reading_layer_two.transactions_at(wrong, 0, None)


def test_an_operation_on_another_did_is_refused() -> None:
    told = body(162)
    reading_layer_two.operations_on(told, DID, 0, None)
    told[0]["data"]["did"] = OTHER_DID
    with pytest.raises(PrometheusError):
        reading_layer_two.operations_on(told, DID, 0, None)


def test_a_before_proof_of_another_content_or_from_the_future_is_refused() -> None:
    told = body(55)
    with pytest.raises(PrometheusError):
        reading_layer_two.before_proof_of(told, "cjuOther")
    told["existsFromHeight"] = 7
    with pytest.raises(PrometheusError):
        reading_layer_two.before_proof_of(told, told["contentId"])
    told |= {"existsFromHeight": 6, "txid": None}
    with pytest.raises(PrometheusError):
        reading_layer_two.before_proof_of(told, told["contentId"])


@pytest.mark.parametrize("status", [0, 1, "true", None, [], {}])
def test_a_status_that_is_no_truth_value_is_refused(status: Any) -> None:
    with pytest.raises(PrometheusError):
        reading_layer_two.status(status)


@pytest.mark.parametrize("money", ["1.5", "--1", "-", "1e8", "", " 1", "٣", 1.0, str(2**63), "9" * 30, None, True])
def test_money_is_whole_flakes_or_refused(money: Any) -> None:
    told = body(37)
    told["data"]["balance"] = money
    with pytest.raises(PrometheusError):
        reading.wallet_of(told, ADDRESS)


def test_the_wallet_that_all_money_came_from_owes_it_and_has_none() -> None:
    told = body(37)
    told["data"]["balance"] = "-12500000000000000"
    assert reading.wallet_of(told, ADDRESS).balance == 0


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("constants", "blocktime"), 0),
        (("constants", "blocktime"), 10**9),
        (("transactionPool", "dynamicFees", "minFeePool"), 10**15),
        (("transactionPool", "dynamicFees", "addonBytes", "transfer"), 10**12),
        (("transactionPool", "dynamicFees", "addonBytes", ""), 1),
        (("nethash",), "00"),
        (("version",), 256),
        (("token",), "T" * 1000),
        (("constants", "epoch"), "yesterday"),
    ],
)
def test_an_absurd_configuration_is_refused(path: tuple[str, ...], value: Any) -> None:
    told = body(4)
    place = told["data"]
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    with pytest.raises(PrometheusError):
        reading_configuration.configuration(told)


READERS: list[tuple[int, Callable[[Any], object]]] = [
    (4, reading_configuration.configuration),
    (9, reading.tip),
    (12, lambda told: reading.block_named(told, 1)),
    (36, lambda told: reading.transaction_named(told, NAME)),
    (37, lambda told: reading.wallet_of(told, ADDRESS)),
    (38, reading.transactions),
    (55, lambda told: reading_layer_two.before_proof_of(told, "cjukdJ4zbNc93M7SSIyp8jj4ZZAUemoP4t1oBuom5_96pM")),
    (57, reading_layer_two.objection),
    (72, lambda told: reading_layer_two.document_of(told, DID, None)),
    (73, reading_layer_two.transaction_at),
    (157, lambda told: reading_layer_two.transactions_at(told, 0, None)),
    (165, lambda told: reading_layer_two.operations_on(told, DID, 0, None)),
    (69, lambda told: reading.posted(told, ["86fd2053700438157bcdee472e1bae37af50118016d652c8b2c58b076cad062f"])),
]
SCALARS = st.one_of(
    st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False), st.text(max_size=5), st.just([]), st.just({})
)


def places(value: Any) -> list[tuple[Any, Any]]:
    """Return every container with every key in it."""
    if isinstance(value, dict):
        return [(value, key) for key in value] + [each for child in value.values() for each in places(child)]
    if isinstance(value, list):
        return [(value, key) for key in range(len(value))] + [each for child in value for each in places(child)]
    return []


@given(data=st.data())
def test_one_changed_place_is_read_or_refused_and_never_breaks_the_reader(data: st.DataObject) -> None:
    number, read = data.draw(st.sampled_from(READERS))
    told = body(number)
    read(told)
    container, key = data.draw(st.sampled_from(places(told)))
    if data.draw(st.booleans()):
        container[key] = data.draw(SCALARS)
    else:
        del container[key]
    with suppress(PrometheusError):
        read(told)
