"""vault restore-backup: a passphrase that was given up since the backup opens the vault again, and that is told."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import House

if TYPE_CHECKING:
    from pathlib import Path

TOLD = "will open it again"


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    house = House(tmp_path / "home", monkeypatch, capsys)
    assert house.create().code == 0
    assert house.unlocked(f"vault backup {house.home}/kept.vault").code == 0
    return house


def test_a_passphrase_that_was_given_up_comes_back_and_that_is_told(house: House) -> None:
    (house.home / "new").write_text("a passphrase that nobody else has seen\n")
    changed = house.unlocked(f"vault passphrase --kdf light --new-passphrase-file {house.home}/new")
    assert changed.code == 0
    assert house.unlocked("persona list").code == 6
    for options in ("--dry-run", "--yes"):
        answer = house.unlocked(f"vault restore-backup {house.home}/kept.vault {options}")
        assert answer.code == 0
        assert TOLD in answer.err
    assert house.unlocked("persona list").code == 0


def test_where_the_same_opens_it_nothing_is_told(house: House) -> None:
    answer = house.unlocked(f"vault restore-backup {house.home}/kept.vault --yes")
    assert answer.code == 0
    assert TOLD not in answer.err
