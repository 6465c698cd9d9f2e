"""The two ledgers that the story is told to, each on a port and in a folder of its own, ended with its block."""

from __future__ import annotations

import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, NamedTuple

from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.peers import hydra_devnode

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HYDRA = "hydra-devnode"
OURS = "ledger dev"


class Ledger(NamedTuple):
    """Which ledger it is, where, and whether whoever waits for a block makes it."""

    name: str
    url: str
    is_stepped: bool = False


@contextmanager
def hydra() -> Iterator[Ledger]:
    """Run the Hydra development node with a block every second."""
    with hydra_devnode(1000) as url:
        yield Ledger(HYDRA, url)


@contextmanager
def ours(folder: Path, *, is_stepped: bool = False) -> Iterator[Ledger]:
    """Run ``prometheus ledger dev`` as a person does: with a block every second, or with blocks made when asked for."""
    line = CommandLine(folder / "keeper")
    enabled = line.run("plugin", "enable", "morpheus", "--yes")
    assert enabled.returncode == 0, enabled.stderr
    kept = str(folder / "chain")
    blocks = ("--block-time", "60", "--controls") if is_stepped else ("--block-time", "1")
    process = line.start("ledger", "dev", "--port", "0", *blocks, "--data", kept, "--json")
    try:
        assert process.stdout
        yield Ledger(OURS, json.loads(process.stdout.readline())["url"], is_stepped)
    finally:
        process.terminate()
        process.communicate(timeout=30)
