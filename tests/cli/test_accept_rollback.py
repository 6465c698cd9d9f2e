"""vault accept-rollback: what becomes the newest state is what was shown, whatever happens while a person thinks."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.house import House

from prometheus.cli import ask

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    """A home with a vault that was rolled back by one state; an older one lies beside it."""
    house = House(tmp_path / "home", monkeypatch, capsys)
    assert house.create().code == 0
    for name in ("oldest", "older"):
        shutil.copy(house.vault_file(), house.home / name)
        assert house.unlocked(f"persona add {name}").code == 0
    shutil.copy(house.home / "older", house.vault_file())
    return house


def test_an_older_file_put_there_while_a_person_thinks_is_not_accepted(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def swap(*_: object, **__: object) -> bool:
        shutil.copy(house.home / "oldest", house.vault_file())
        return True

    with monkeypatch.context() as patch:
        patch.setattr(ask, "confirm", swap)
        answer = house.unlocked("vault accept-rollback")
    assert answer.code == 11
    assert "another file took the place" in answer.err
    assert house.vault_file().read_bytes() == (house.home / "oldest").read_bytes()
    assert house.unlocked("persona list").code == 8


def test_what_was_shown_is_accepted(house: House) -> None:
    assert house.unlocked("vault accept-rollback --yes").code == 0
    assert "oldest" in house.unlocked("persona list").out
