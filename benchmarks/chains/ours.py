"""Our development ledger as a child process, with the limits of the pool lifted, its chain on the disk.

``python -m chains.ours FOLDER TOLD`` serves the ledger of a folder. Into the file `TOLD` it writes its process and
address first, and after each SIGUSR2 how many blocks it made of what waited, and in how many seconds.
"""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
import time
from datetime import UTC, datetime

from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.http.server import running
from prometheus_morpheus.ledger.rules import Rules

MANY = 1_000_000
RULES = Rules(sender_transactions=MANY, pool_transactions=MANY, remembered_ids=MANY)


class SystemClock:
    """The time of the machine."""

    def now(self) -> datetime:
        """Return the present moment."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic()


def tell(**what: object) -> None:
    """Add a line to the file that the measuring side reads."""
    with open(sys.argv[2], "a", encoding="utf-8") as file:
        file.write(json.dumps(what) + "\n")


def forge_all(ledger: DevLedger) -> None:
    """Make blocks until nothing waits."""
    start, blocks = time.perf_counter(), 0
    while ledger.pool(0, 1).rows:
        ledger.forge()
        blocks += 1
    tell(blocks=blocks, seconds=time.perf_counter() - start)


async def serve(folder: str) -> None:
    """Serve until a termination signal comes."""
    ledger = DevLedger.open(folder, SystemClock(), rules=RULES)
    done = asyncio.Event()
    loop = asyncio.get_running_loop()
    loop.add_signal_handler(signal.SIGTERM, done.set)
    loop.add_signal_handler(signal.SIGUSR2, forge_all, ledger)
    async with running(ledger) as served:
        tell(pid=os.getpid(), url=served.url)
        await done.wait()
    ledger.close()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1]))
