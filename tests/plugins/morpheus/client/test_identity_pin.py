"""An endpoint that begins to serve another network is found out before anything is asked of it."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.scripted_node import recording, reply

from prometheus_morpheus.client.endpoint import Endpoint
from prometheus_morpheus.client.errors import ChangedNetwork
from prometheus_morpheus.client.identity_pin import IdentityPin, NetworkIdentity, NewPins, pin_name

if TYPE_CHECKING:
    from prometheus_simulators.asker import Asker
    from prometheus_simulators.scripted_node import ScriptedNode

MINE = NetworkIdentity("aa" * 32, 128, "bb" * 32)


def changed(number: int, path: tuple[str, ...], value: Any) -> Any:
    told = copy.deepcopy(recording(number)["response"]["body"])
    place = told
    for name in path[:-1]:
        place = place[name]
    place[path[-1]] = value
    return told


def test_the_first_answer_is_pinned(scripted: ScriptedNode, ask: Asker) -> None:
    ask(lambda node: node.tip())
    pinned = ask.pins.get(pin_name(ask.endpoint))
    assert pinned == {
        "v": 1,
        "nethash": "00c84a8e485856a274b0afedd7861071328cfed358f065a2f7600455e7a3157c",
        "address_byte": 128,
        "genesis": "a21dec6a0654446851a74693af8dcdb08111b8a2d6f48c1ec69a289dedd85dcc",
    }


@pytest.mark.parametrize(
    ("number", "place", "value"),
    [(4, ("data", "nethash"), "ab" * 32), (4, ("data", "version"), 90), (12, ("data", "id"), "ab" * 32)],
)
def test_another_network_than_last_time_is_refused_and_not_asked(
    scripted: ScriptedNode, ask: Asker, number: int, place: tuple[str, ...], value: Any
) -> None:
    ask(lambda node: node.tip())
    before = dict(ask.pins.pins)
    scripted.serve(recording(number)["request"]["path"], changed(number, place, value))
    scripted.requests.clear()
    with pytest.raises(ChangedNetwork) as caught:
        ask(lambda node: node.tip())
    assert str(value) in caught.value.meaning
    assert "/api/blockchain" not in scripted.paths()
    assert ask.pins.pins == before


def test_a_network_that_changes_under_way_gets_no_transaction(scripted: ScriptedNode, ask: Asker) -> None:
    good = reply(recording(4)["response"]["body"])
    scripted.once("/api/node/configuration", good)
    scripted.serve("/api/node/configuration", changed(4, ("data", "nethash"), "ab" * 32))

    async def look_then_pay(node: Any) -> None:
        await node.tip()
        await node.post([{"id": "ab" * 32}])

    with pytest.raises(ChangedNetwork):
        ask(look_then_pay)
    assert scripted.paths("POST") == []


def test_the_network_that_a_name_stands_for_is_checked_at_first_use() -> None:
    pin = IdentityPin(Endpoint("https://h", "mainnet"), NewPins())
    with pytest.raises(ChangedNetwork):
        pin.check(NetworkIdentity("802b6c05" + "a" * 56, 128, "bb" * 32))
    with pytest.raises(ChangedNetwork):
        pin.check(NetworkIdentity("aa" * 32, 100, "bb" * 32))
    pin.check(NetworkIdentity("802b6c05" + "a" * 56, 100, "bb" * 32))


def test_a_local_network_may_have_any_hash_and_is_pinned_too() -> None:
    pins = NewPins()
    IdentityPin(Endpoint("http://127.0.0.1:4703", "local"), pins).check(MINE)
    with pytest.raises(ChangedNetwork):
        IdentityPin(Endpoint("http://127.0.0.1:4703", "local"), pins).check(MINE._replace(genesis="cc" * 32))


def test_a_development_ledger_made_anew_is_another_network_though_it_begins_with_the_same_block() -> None:
    pins = NewPins()
    first, anew = MINE._replace(second_block="dd" * 32), MINE._replace(second_block="ee" * 32)
    IdentityPin(Endpoint("http://127.0.0.1:4703"), pins).check(first)
    for changed_to in (anew, MINE):
        with pytest.raises(ChangedNetwork) as caught:
            IdentityPin(Endpoint("http://127.0.0.1:4703"), pins).check(changed_to)
        assert "prometheus ledger accept http://127.0.0.1:4703" in caught.value.remedy
    IdentityPin(Endpoint("http://127.0.0.1:4703"), pins).check(first)


def test_a_pin_made_before_there_was_a_second_block_gets_it_later() -> None:
    pins = NewPins()
    IdentityPin(Endpoint("http://a"), pins).check(MINE)
    IdentityPin(Endpoint("http://a"), pins).check(MINE._replace(second_block="dd" * 32))
    with pytest.raises(ChangedNetwork):
        IdentityPin(Endpoint("http://a"), pins).check(MINE._replace(second_block="ee" * 32))
    with pytest.raises(ChangedNetwork):
        IdentityPin(Endpoint("http://a"), pins).check(MINE._replace(genesis="cc" * 32, second_block="dd" * 32))


def second_block(scripted: ScriptedNode, block_id: str) -> None:
    told = copy.deepcopy(recording(12)["response"]["body"])
    told["data"] |= {"height": 2, "id": block_id}
    scripted.serve("/api/blocks/2", told)


def test_the_second_block_is_pinned_and_names_the_chain(scripted: ScriptedNode, ask: Asker) -> None:
    second_block(scripted, "dd" * 32)
    told = ask(lambda node: node.configuration())
    assert told.chain == f"{told.nethash}:{'dd' * 32}"
    second_block(scripted, "ee" * 32)
    with pytest.raises(ChangedNetwork, match="another network"):
        ask(lambda node: node.tip())


def test_a_network_that_is_known_is_not_asked_for_its_second_block(scripted: ScriptedNode, ask: Asker) -> None:
    known = "4e0c60c1" + "a" * 56
    scripted.serve("/api/node/configuration", changed(4, ("data", "nethash"), known))
    assert ask(lambda node: node.configuration()).chain == known
    assert "/api/blocks/2" not in scripted.paths()


def test_two_endpoints_have_two_pins() -> None:
    pins = NewPins()
    IdentityPin(Endpoint("http://a"), pins).check(MINE)
    IdentityPin(Endpoint("http://b"), pins).check(MINE._replace(nethash="cc" * 32))
    assert len(pins.pins) == 2
