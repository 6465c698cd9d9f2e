from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.quick_kdf import quick_argon2id
from prometheus_simulators.vault_lab import Place, filled

from prometheus_vault import kdf

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Place:
    """A folder for a vault, with a key derivation that costs nothing."""
    monkeypatch.setattr(kdf, "argon2id", quick_argon2id)
    return Place(tmp_path)


@pytest.fixture
def swift_place(monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    """A place on a disk in memory where there is one, for tests that sync many thousand times."""
    monkeypatch.setattr(kdf, "argon2id", quick_argon2id)
    memory = "/dev/shm"  # noqa: S108 - a folder of its own is made in it
    with tempfile.TemporaryDirectory(dir=memory if os.access(memory, os.W_OK) else None) as folder:
        yield Place(Path(folder) / "place")


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
