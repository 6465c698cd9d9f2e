"""What the tests of the command line share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.command_line import CommandLine

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def command_line(tmp_path: Path) -> CommandLine:
    """The command, with an empty home."""
    return CommandLine(tmp_path / "home")
