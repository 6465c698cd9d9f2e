"""Who has lost the passphrase verifies, examines and renews a vault by its recovery words."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import House
from prometheus_simulators.vault_lab import run_sql

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    """A home with a vault, whose words lie in a file."""
    house = House(tmp_path, monkeypatch, capsys)
    assert house.create().code == 0
    return house


def words(house: House) -> str:
    return f"--recovery --words-file {house.home}/words --json"


@pytest.fixture
def other_words(house: House) -> str:
    """The words of another vault."""
    own = (house.home / "words").read_text()
    house.create("other")
    (house.home / "words").rename(house.home / "others")
    (house.home / "words").write_text(own)
    return f"--recovery --words-file {house.home}/others --json"


def test_words_verify_a_vault_and_a_backup(house: House) -> None:
    backup = house.home / "backup.vault"
    assert house.unlocked(f"vault backup {backup}").code == 0
    assert house.run(f"vault verify {words(house)}").document["whole"] is True
    assert house.run(f"vault verify --deep {words(house)}").document["deep"] is True
    assert house.run(f"vault verify {backup} {words(house)}").document["file"] == str(backup)


def test_words_examine_a_vault(house: House) -> None:
    answer = house.run(f"vault doctor {words(house)}")
    assert answer.code == 0
    assert {found["status"] for found in answer.document["findings"]} <= {"pass", "warn", "unknown"}


def test_words_look_through_a_damaged_vault(house: House) -> None:
    run_sql(house.vault_file(), "UPDATE rec SET ct = zeroblob(length(ct)) WHERE id = (SELECT min(id) FROM rec)")
    answer = house.run(f"vault doctor {words(house)}")
    assert answer.code == 7
    assert any(found["id"].startswith("set.") for found in answer.document["findings"])


def test_new_keys_by_words_come_with_a_new_passphrase(house: House) -> None:
    (house.home / "new").write_text("another passphrase entirely\n")
    line = f"vault rekey --full --yes --kdf light {words(house)}"
    answer = house.run(f"{line} --no-input")
    assert answer.code == 3
    done = house.run(f"{line} --new-passphrase-file {house.home}/new").document
    assert (done["renewed"], done["new_passphrase"], done["dropped"]) == (True, True, [])
    assert house.unlocked("vault verify").code == 6
    assert house.run(f"vault verify --passphrase-file {house.home}/new").code == 0
    assert house.run(f"vault verify {words(house)}").code == 0


@pytest.mark.parametrize("verb", ["verify", "doctor", "rekey --full --yes"])
def test_words_of_another_vault_are_told_in_the_terms_of_words(house: House, other_words: str, verb: str) -> None:
    answer = house.run(f"vault {verb} {other_words}")
    assert (answer.code, answer.document["code"]) == (6, "WORDS-DO-NOT-OPEN")
