"""The doors as a person meets them: a guest that asks, remembers and signs, and verbs of plugins that are off."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import House

from prometheus.cli import plugin_commands

if TYPE_CHECKING:
    from pathlib import Path

GUEST = """
from prometheus.api import API_VERSION, KEEPS_RECORDS, SIGNS, Command, Param, PluginInfo, hook

@hook
def about():
    return PluginInfo("guest", "A guest", API_VERSION, ASKS)

@hook
def commands():
    rows = (
        Param("who", "Whom", required=True),
        Param("ledger", "Whom to ask", ("--ledger",), many=True),
        Param("times", "How often", ("--times",), "number", default=1),
    )
    return (Command(("guest", "hello"), "Say hello", "guest_room:hello", rows),)

def hello(call):
    call.note("a note for " + call.safe(call.text("who")))
    call.warn("a warning")
    call.show(["before"])
    if not call.confirm("greet?", beyond_yes=call.text("who") == "everybody"):
        return 5
    with call.progress("greeting") as tell:
        tell(1, 2)
    with call.open_vault() as vault:
        count = ((vault.store.get("greeted") or {}).get("count", 0)) + (call.number("times") or 0)
        with vault.store.transaction() as transaction:
            transaction.put("greeted", {"count": count})
            transaction.audit("guest.hello", who=call.text("who"))
        signature = vault.signer.sign(vault.active_persona().public_key, b"hello") if "SIGNS" in WANTS else ""
    said = {
        "count": count,
        "signature": signature,
        "ledger": call.setting("ledger"),
        "offline": call.setting("offline"),
        "limit": call.setting("spend_limit"),
        "year": call.clock.now().year > 2000,
        "data": call.places.data,
        "json": call.is_json,
        "ask": call.may_ask,
        "many": list(call.many("ledger")),
    }
    call.output.result(said, [str(said)])
    return 0
"""


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    return House(tmp_path / "home", monkeypatch, capsys)


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    installed = tmp_path / "site"
    information = installed / "guest_plugin-1.0.dist-info"
    information.mkdir(parents=True)
    (information / "METADATA").write_text("Metadata-Version: 2.1\nName: guest-plugin\nVersion: 1.0\n")
    (information / "entry_points.txt").write_text("[prometheus.plugin]\nguest = guest_room\n")
    monkeypatch.syspath_prepend(str(installed))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    sys.modules.pop("guest_room", None)
    return installed / "guest_room.py"


def let_in(house: House, room: Path, *asks: str) -> None:
    room.write_text(f"WANTS = {asks!r}\n" + GUEST.replace("ASKS", "(" + "".join(f"{name}, " for name in asks) + ")"))
    assert house.create().code == 0
    assert house.run("plugin enable guest --yes").code == 0


def test_a_guest_is_told_what_it_asks_and_reaches_that(house: House, room: Path) -> None:
    let_in(house, room, "KEEPS_RECORDS", "SIGNS")
    told = house.run("plugin enable guest --yes").err
    assert "asks    keep records of its own in your vault" in told
    assert "asks    sign as your personas" in told
    house.unlocked("guest hello ana --yes")
    said = house.unlocked("guest hello ana --yes --json --times 2 --ledger one --ledger two")
    assert said.code == 0, said.err
    assert said.document["count"] == 3
    assert said.document["signature"].startswith("sez")
    assert (said.document["ledger"], said.document["many"]) == ("one two", ["one", "two"])
    assert (said.document["offline"], said.document["limit"]) == (None, "100")
    assert said.document["json"]
    assert not said.document["ask"]
    assert said.document["data"] == str(house.home / ".local/share/prometheus")
    assert "a note for ana\nwarning: a warning\nbefore\n" in said.err
    entries = house.unlocked("audit list --json").document["entries"]
    assert [entry["act"] for entry in entries].count("guest.hello") == 2


def test_settings_reach_a_guest_by_flag_environment_and_file(
    house: House, room: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_in(house, room, "KEEPS_RECORDS")
    (house.home / ".config/prometheus").mkdir(parents=True)
    (house.home / ".config/prometheus/config.toml").write_text('ledger = "file"\noffline = true\nspend_limit = "7"\n')
    said = house.unlocked("guest hello ana --yes --json").document
    assert (said["ledger"], said["offline"], said["limit"]) == ("file", "on", "7")
    monkeypatch.setenv("PROMETHEUS_LEDGER", "environment")
    assert house.unlocked("guest hello ana --yes --json").document["ledger"] == "environment"
    assert house.unlocked("guest hello ana --yes --json --ledger flag").document["ledger"] == "flag"


def test_a_door_that_a_guest_did_not_ask_for_stays_shut(house: House, room: Path) -> None:
    let_in(house, room)
    refused = house.unlocked("guest hello ana --yes --json")
    assert (refused.code, refused.document["code"]) == (17, "PLUGIN-CAPABILITY")


def test_what_is_asked_beyond_yes_needs_a_person(house: House, room: Path) -> None:
    let_in(house, room, "KEEPS_RECORDS")
    refused = house.unlocked("guest hello everybody --yes --json")
    assert (refused.code, refused.document["code"]) == (5, "CONSENT-NEEDED")


def test_the_vault_of_a_guest_has_the_exit_codes_of_the_house(house: House, room: Path) -> None:
    let_in(house, room, "KEEPS_RECORDS")
    (house.home / "wrong").write_text("not the passphrase\n")
    assert house.run(f"guest hello ana --yes --passphrase-file {house.home}/wrong").code == 6
    assert house.unlocked("guest hello ana --yes --vault other").code == 4
    assert house.run("guest hello ana --yes").code == 3


def test_a_verb_of_a_plugin_that_ships_and_is_off_says_how_to_enable_it(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    off = house.run("didkey show x --json")
    assert (off.code, off.document["code"]) == (17, "PLUGIN-OFF")
    assert "plugin enable didkey" in off.document["hint"]
    house.create()
    assert house.run("didkey show x").code == 2
    monkeypatch.setenv("PROMETHEUS_NO_PLUGINS", "1")
    assert "PROMETHEUS_NO_PLUGINS" in house.run("didkey show x --json").document["hint"]


def test_help_knows_the_verbs_of_plugins_that_ship_also_while_they_are_off(house: House) -> None:
    assert "didkey show" in house.run("help").out
    assert "Usage: prometheus didkey show" in house.run("help didkey show").out


def test_words_that_a_plugin_has_are_suggested(house: House) -> None:
    assert "did you mean show?" in house.run("didkey shw").err
    assert "one of show" in house.run("didkey").err


def test_rows_of_a_plugin_that_ships_are_those_of_today(house: House) -> None:
    house.create()
    record = house.home / ".local/share/prometheus/plugins.json"
    before = record.read_text()
    record.write_text(before.replace('"show"', '"old"'))
    assert record.read_text() != before
    assert ("didkey", "show") in [row.words for row in plugin_commands.all_commands()]
    assert house.run("didkey show pez2CLkBUjHB8w8G87D3YkREjpRuiqPu6BrRsgHMQy2Pzt6").code == 0


def test_the_help_lists_strangers_apart(house: House, room: Path) -> None:
    let_in(house, room)
    said = house.run("help").out
    assert "From plugins:\n  guest hello" in said
    assert said.count("didkey show") == 1
    assert "guest" in house.run("completion bash").out
