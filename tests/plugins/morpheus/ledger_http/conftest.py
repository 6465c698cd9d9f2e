"""A new ledger in memory and its routes, for the tests of this room."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.clock import FakeClock

from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.http.server import all_routes

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus_morpheus.ledger.http.routes import Route


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def ledger(clock: FakeClock) -> Iterator[DevLedger]:
    opened = DevLedger.open(None, clock)
    yield opened
    opened.close()


@pytest.fixture
def routes(ledger: DevLedger) -> list[Route]:
    return all_routes(ledger, 4703, has_controls=True)
