"""Personas by their verbs: a look, a name, what is shown and what leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import House

if TYPE_CHECKING:
    from pathlib import Path

PNG = b"\x89PNG\r\n\x1a\n" + bytes(100)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    house = House(tmp_path / "home", monkeypatch, capsys)
    house.create()
    return house


def test_a_persona_gets_the_look_that_was_chosen(house: House) -> None:
    line = "persona add Work --glyph '#' --colour BLUE --notes 'for the office' --json"
    made = house.unlocked(line).document["persona"]
    assert (made["label"], made["glyph"], made["colour"], made["notes"]) == ("Work", "❖", "blue", "for the office")


def test_devices_groups_and_resources_are_listed_apart(house: House) -> None:
    for kind in ("device", "group", "resource"):
        assert house.unlocked(f"persona add My-{kind} --kind {kind}").code == 0
    assert len(house.unlocked("persona list --json").document["personas"]) == 1
    assert len(house.unlocked("persona list --kind device --json").document["personas"]) == 1
    assert len(house.unlocked("persona list --all --json").document["personas"]) == 4


def test_an_empty_list_says_what_to_do(house: House) -> None:
    assert "persona add" in house.unlocked("persona list --kind group").out


def test_every_line_of_the_list_fits_80_columns(house: House) -> None:
    house.unlocked(f"persona add '{'x' * 64}'")
    lines = house.unlocked("persona list").out.splitlines()
    assert len(lines) == 2
    assert max(len(line) for line in lines) <= 80


def test_one_that_acts_is_shown_without_naming_it(house: House) -> None:
    house.unlocked("persona add Work")
    house.unlocked("persona use work")
    shown = house.unlocked("persona show --json").document["persona"]
    assert shown["label"] == "Work"
    assert shown["active"]


@pytest.mark.parametrize("label", ["-x", "did:me", "a\nb", "a\u202eb", "x" * 65, "bell\a"])
def test_a_label_that_could_mislead_is_refused(house: House, label: str) -> None:
    first = house.unlocked("persona list --json").document["personas"][0]
    refused = house.run(f"persona rename --passphrase-file {house.home}/pass {first['did']} -- '{label}'")
    assert refused.code == 2, refused.err


def test_renaming_is_tried_before_it_is_done(house: House) -> None:
    name = house.unlocked("persona list --json").document["personas"][0]["name"]
    tried = house.unlocked(f"persona rename '{name}' Home --dry-run --json").document
    assert (tried["persona"]["label"], tried["dry_run"]) == ("Home", True)
    assert house.unlocked("persona show --json").document["persona"]["label"] == ""
    assert house.unlocked(f"persona rename '{name}' Home").code == 0
    assert house.unlocked("persona show home --json").document["persona"]["name"] == name


def test_a_picture_is_kept_and_removed(house: House) -> None:
    (house.home / "face.png").write_bytes(PNG)
    house.unlocked("persona add Work")
    kept = house.unlocked(f"persona edit work --avatar {house.home}/face.png --json").document["persona"]
    assert kept["avatar"] == "image/png"
    assert house.unlocked("persona edit work --no-avatar --json").document["persona"]["avatar"] == ""


@pytest.mark.parametrize("content", [b"", b"<svg onload=x>", PNG + bytes(65536), b"#!/bin/sh\n"])
def test_a_picture_of_another_kind_or_size_is_refused(house: House, content: bytes) -> None:
    (house.home / "face.png").write_bytes(content)
    house.unlocked("persona add Work")
    assert house.unlocked(f"persona edit work --avatar {house.home}/face.png").code == 2
    assert house.unlocked("persona show work --json").document["persona"]["avatar"] == ""


def test_editing_nothing_is_said(house: House) -> None:
    house.unlocked("persona add Work")
    assert house.unlocked("persona edit work").code == 2


def test_a_hidden_persona_is_out_of_sight_until_shown_again(house: House) -> None:
    house.unlocked("persona add Work")
    assert house.unlocked("persona hide work").code == 0
    listed = house.unlocked("persona list --json").document
    assert (len(listed["personas"]), listed["hidden"]) == (1, 1)
    assert house.unlocked("persona use work").code == 11
    assert house.unlocked("persona unhide work").code == 0
    assert len(house.unlocked("persona list --json").document["personas"]) == 2


def test_the_one_that_acts_cannot_be_hidden(house: House) -> None:
    name = house.unlocked("persona list --json").document["personas"][0]["name"]
    assert house.unlocked(f"persona hide '{name}'").code == 11


def test_what_leaves_is_public_and_nothing_else(house: House) -> None:
    house.unlocked("persona add Work --notes secretive")
    out = house.home / "work.json"
    house.unlocked(f"persona show work --export-public --out {out}")
    document = json.loads(out.read_text())
    assert sorted(document) == ["did", "keyId", "publicKey"]
    assert document["did"] == "did:morpheus:" + document["keyId"][1:]
    named = house.unlocked("persona show work --export-public --with-label --json").document
    assert named["label"] == "Work"
    acts = house.unlocked("audit list --json").document["entries"]
    assert [entry["act"] for entry in acts[:2]] == ["persona.export", "persona.export"]


def test_every_change_is_in_the_log_without_its_values(house: House) -> None:
    house.unlocked("persona add Work")
    house.unlocked("persona use work")
    house.unlocked("persona edit work --notes 'my very private notes'")
    house.unlocked("persona rename work Office")
    exported = house.unlocked("audit list --json")
    acts = [entry["act"] for entry in exported.document["entries"]]
    assert acts == ["persona.edit", "persona.edit", "persona.use", "persona.add", "vault.create"]
    assert "private" not in exported.out


def test_a_persona_that_is_not_there_is_4(house: House) -> None:
    assert house.unlocked("persona show nobody").code == 4
