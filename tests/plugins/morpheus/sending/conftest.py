"""A room with two nodes, a vault and the verbs of the ledger."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.ledger_room import Room

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Room:
    return Room(tmp_path, monkeypatch)
