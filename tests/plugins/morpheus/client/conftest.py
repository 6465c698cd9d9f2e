"""A scripted node on the loopback, and a way to ask it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.asker import Asker
from prometheus_simulators.scripted_node import ScriptedNode, scripted_node

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def scripted() -> Iterator[ScriptedNode]:
    with scripted_node() as node:
        yield node


@pytest.fixture
def ask(scripted: ScriptedNode) -> Asker:
    return Asker(scripted.url)
