"""The hydra-devnode peer as a child process: a private copy that makes blocks when told, and says how long it took.

Nothing that is measured is changed in the copy: its clock for blocks is set to an hour, one signal makes blocks until
nothing waits, another replays changes of DIDs from a file on a fresh second layer. It has no limit of the pool to lift.
Its chain is in memory; ours is on the disk.
"""

from __future__ import annotations

import json
import os
import shutil
from contextlib import contextmanager
from typing import TYPE_CHECKING

from prometheus_simulators.peers import hydra_devnode, peers_folder

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

HOUR_MS = 3_600_000
_TOLD = """
const tell = (what) => require("fs").appendFileSync(process.env.CHAINS_TOLD, JSON.stringify(what) + "\\n");
const seconds = (start) => Number(process.hrtime.bigint() - start) / 1e9;
process.on("SIGUSR2", async () => {
  const start = process.hrtime.bigint(); let made = 0;
  while (pool.size) { await forge(); made++; }
  tell({ blocks: made, seconds: seconds(start) });
});
process.on("SIGUSR1", () => {
  const changes = JSON.parse(require("fs").readFileSync(process.env.CHAINS_CHANGES, "utf8"));
  const state = new (require("@internet-of-people/node-wasm").MorpheusState)();
  const start = process.hrtime.bigint(); let refused = 0;
  for (const [height, txid, asset] of changes) {
    if (state.lastBlockHeight() !== height) state.blockApplying(height);
    try { state.applyTransaction(txid, asset); } catch (e) { refused++; }
  }
  tell({ changes: changes.length, refused, seconds: seconds(start) });
});
tell({ pid: process.pid });
"""


@contextmanager
def running(folder: Path) -> Iterator[tuple[str, Path]]:
    """Run the peer from a copy in this folder; yield its address and the file in which it tells."""
    copied, told = folder / "peers", folder / "told.jsonl"
    leaves_out = shutil.ignore_patterns("node_modules")
    shutil.copytree(peers_folder() / "hydra-devnode", copied / "hydra-devnode", ignore=leaves_out)
    with (copied / "hydra-devnode" / "devnode.js").open("a", encoding="utf-8") as script:
        script.write(_TOLD)
    before = os.environ.get("PROMETHEUS_PEERS")
    os.environ["PROMETHEUS_PEERS"] = str(copied)
    environment = {"CHAINS_TOLD": str(told), "CHAINS_CHANGES": str(folder / "changes.json"), "HYDRA_LOG": "none"}
    try:
        with hydra_devnode(HOUR_MS, **environment) as url:
            yield url, told
    finally:
        if before is None:
            del os.environ["PROMETHEUS_PEERS"]
        else:
            os.environ["PROMETHEUS_PEERS"] = before


def told_by(file: Path) -> list[dict[str, float]]:
    """Return everything that a side has told so far."""
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []
