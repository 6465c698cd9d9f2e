"""Ledgers with bad endpoints before them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.bad_endpoint_people import People, people
from prometheus_simulators.bad_endpoint_world import World, bad_world

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def one_history(tmp_path_factory: pytest.TempPathFactory) -> Iterator[People]:
    """A history that stays as it is while the tests of a file run."""
    with people(tmp_path_factory.mktemp("people")) as found:
        yield found


@pytest.fixture
def crowd(one_history: People) -> People:
    """The history with both endpoints honest and forgetful of what was asked."""
    for endpoint in (one_history.honest, one_history.liar):
        endpoint.honest()
        endpoint.asked.clear()
        endpoint.arrived.clear()
    return one_history


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A ledger of its own."""
    with bad_world(tmp_path / "world") as found:
        yield found
