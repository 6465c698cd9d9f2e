"""A vault with a wallet, and a development ledger that it can spend on."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.embedded_ledger import embedded_ledger
from prometheus_simulators.house import House
from prometheus_simulators.wallet_world import Wallet

from prometheus_morpheus.client import pauses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who gets no answer asks again at once: how long the pauses are is shown in the tests of the client."""
    monkeypatch.setattr(pauses, "FIRST", 0.01)


@pytest.fixture
def house(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> House:
    return House(tmp_path / "home", monkeypatch, capsys)


@pytest.fixture(scope="module")
def ledger() -> Iterator[str]:
    with embedded_ledger(0.2) as url:
        yield url


@pytest.fixture
def wallet(house: House, ledger: str) -> Wallet:
    return Wallet(house, ledger)
