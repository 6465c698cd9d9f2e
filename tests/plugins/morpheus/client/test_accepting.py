"""``ledger accept`` replaces a pin, after showing both networks and asking."""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.peers import free_port
from prometheus_simulators.plugin_desk import HandCall
from prometheus_simulators.scripted_node import recording
from prometheus_simulators.sending_world import Keys, MemoryStore

from prometheus.errors import NetworkError, NoConsent
from prometheus_morpheus.client.endpoint import parse_endpoint
from prometheus_morpheus.client.identity_pin import pin_name
from prometheus_morpheus.pins import file_pins
from prometheus_morpheus.verbs.ledger import accept

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_simulators.scripted_node import ScriptedNode


def called(folder: Path, url: str) -> HandCall:
    return HandCall(folder, MemoryStore(), Keys(), {"endpoint": url})


def pinned(call: HandCall, url: str) -> dict[str, Any] | None:
    return file_pins(call.places).get(pin_name(parse_endpoint(url)))


def another_network(scripted: ScriptedNode) -> None:
    told = copy.deepcopy(recording(4)["response"]["body"])
    told["data"]["nethash"] = "ab" * 32
    scripted.serve("/api/node/configuration", told)


def test_an_endpoint_never_asked_is_pinned_without_a_question(scripted: ScriptedNode, tmp_path: Path) -> None:
    call = called(tmp_path, scripted.url)
    call.may_ask = False
    assert accept.run(call) == 0
    assert call.document["changed"] is True
    assert (pinned(call, scripted.url) or {})["address_byte"] == 128


def test_a_network_that_is_the_same_changes_nothing(scripted: ScriptedNode, tmp_path: Path) -> None:
    call = called(tmp_path, scripted.url)
    accept.run(call)
    call.may_ask = False
    assert accept.run(call) == 0
    assert call.document["changed"] is False


def test_a_changed_network_is_shown_beside_the_old_one_and_taken_when_agreed(
    scripted: ScriptedNode, tmp_path: Path
) -> None:
    call = called(tmp_path, scripted.url)
    accept.run(call)
    another_network(scripted)
    assert accept.run(call) == 0
    assert (pinned(call, scripted.url) or {})["nethash"] == "ab" * 32
    assert "00c84a8e485856a2" in call.notes[1]
    assert "abababababababab" in call.notes[3]


def test_a_development_ledger_made_anew_is_shown_by_its_second_block(scripted: ScriptedNode, tmp_path: Path) -> None:
    call = called(tmp_path, scripted.url)
    for number in ("ab", "cd"):
        told = copy.deepcopy(recording(12)["response"]["body"])
        told["data"] |= {"height": 2, "id": number * 32}
        scripted.serve("/api/blocks/2", told)
        assert accept.run(call) == 0
        assert call.document["changed"] is True
    assert f"second block {'ab' * 32}" in call.notes[1]
    assert f"second block {'cd' * 32}" in call.notes[3]


def test_who_does_not_agree_keeps_the_old_pin(scripted: ScriptedNode, tmp_path: Path) -> None:
    call = called(tmp_path, scripted.url)
    accept.run(call)
    before = pinned(call, scripted.url)
    another_network(scripted)
    call.agrees = False
    with pytest.raises(NoConsent):
        accept.run(call)
    assert pinned(call, scripted.url) == before


def test_an_endpoint_that_does_not_answer_is_not_accepted(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    call = called(tmp_path, url)
    with pytest.raises(NetworkError):
        accept.run(call)
    assert pinned(call, url) is None
