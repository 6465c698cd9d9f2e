"""A home with a vault, a wallet with coins, and a ledger of its own."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.ledger_town import LedgerTown

from prometheus_morpheus.client import pauses

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def stack() -> Iterator[ExitStack]:
    """What is open while a test runs."""
    with ExitStack() as opened:
        yield opened


@pytest.fixture
def town(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> LedgerTown:
    """A home with a vault; who gets no answer asks again at once, for how long pauses are is shown elsewhere."""
    monkeypatch.setattr(pauses, "FIRST", 0.01)
    made = LedgerTown(tmp_path / "home", monkeypatch, capsys)
    assert made.create("personal").code == 0
    return made


@pytest.fixture
def url(town: LedgerTown, stack: ExitStack, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a ledger that everything asks, on which the reader has coins."""
    address = town.open_ledger(stack)
    monkeypatch.setenv("PROMETHEUS_LEDGER", address)
    town.fund(address)
    return address
