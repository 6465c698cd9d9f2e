from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.vault_lab import Place, filled, quick_argon2id

from prometheus_vault import kdf

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A folder for a vault, with a key derivation that costs nothing."""
    monkeypatch.setattr(kdf, "argon2id", quick_argon2id)
    return Place(tmp_path)


@pytest.fixture
def full(place: Place) -> Place:
    """A closed vault with five claims and a key."""
    return filled(place)


@pytest.fixture
def no_kdf(full: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the vault is there, any key derivation fails the test."""

    def refuse(*_: object) -> bytes:
        raise AssertionError("the key derivation was reached")

    monkeypatch.setattr(kdf, "argon2id", refuse)
