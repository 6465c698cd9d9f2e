"""How quick the development ledger is against Hydra's own rules on Node, and how quick a DID is resolved here.

    python benchmarks/ledger.py [--json] [--save]

* Transactions accepted per second: the same signed transfers, 40 in a request over one connection to each side; form,
  signature, nonce and fee of each are checked. Blocks applied per second: full blocks of 250 of them. Both sides take
  turns, five each; a ratio is that of medians, and at least 3 is the goal. Ours keeps its chain on the disk.
* The second layer alone: the first 2,000 operations on both sides, five turns; then 100,000 on ours.
* A document remembered in a real vault: under 1 ms. One of 1,000 operations worked out from its signed transactions:
  under a second. Both are judged by the calmest turn and shown with the median.

Ends with 1 when a goal was missed or the peer cannot be had.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

CHECKOUT = Path(__file__).resolve().parents[1]
ROOMS = ("benchmarks", "tests/simulators", "plugins", "vault", ".")
sys.path[:0] = [str(CHECKOUT / room) for room in ROOMS]

from prometheus_simulators.peers import why_no_hydra_devnode  # noqa: E402

from _conditions import conditions, keep  # noqa: E402 - found by the path above
from chains import peer  # noqa: E402
from chains.work import NETWORK, OPERATIONS, changes, document_history, requests  # noqa: E402
from prometheus_morpheus.state.machine import MorpheusState  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

TURNS = 5
BLOCK = 250
BLOCKS_A_TURN = 2
COMPARED_OPERATIONS = 2_000
REPLAYED_OPERATIONS = 100_000
DOCUMENT_OPERATIONS = 1_000
REMEMBERED = 1_000
RATIO = 3.0
PATIENCE = 120.0


class Rates(NamedTuple):
    """What one side did in its turns, per second."""

    accepted: list[float]
    blocks: list[float]
    operations: list[float]


class Row(NamedTuple):
    """One line of the result; `goal` is a lowest ratio, or a highest time in the unit."""

    what: str
    unit: str
    ours: float
    peer: float | None
    ratio: float | None
    goal: float | None
    is_met: bool | None
    calmest: float | None = None


class Side:
    """One of the two that are measured: where it listens, its process, the file in which it tells."""

    def __init__(self, url: str, told: Path) -> None:
        self._told = told
        self._pid = int(peer.told_by(told)[0]["pid"])
        self._at = url.removeprefix("http://")
        self.rates = Rates([], [], [])

    def accept(self, bodies: Sequence[bytes], count: int) -> None:
        """Post transactions, all of which must be accepted."""
        connection = http.client.HTTPConnection(self._at, timeout=PATIENCE)
        accepted, start = 0, time.perf_counter()
        for body in bodies:
            connection.request("POST", "/api/transactions", body, {"Content-Type": "application/json"})
            answer = json.loads(connection.getresponse().read())
            accepted += len(answer["data"]["accept"])
        connection.close()
        self.rates.accepted.append(count / (time.perf_counter() - start))
        if accepted != count:
            raise SystemExit(f"{accepted} of {count} transactions were accepted, so the times mean nothing")

    def make_blocks(self) -> None:
        """Have blocks made of all that waits."""
        told = self.tell(signal.SIGUSR2)
        if told["blocks"] != BLOCKS_A_TURN:
            raise SystemExit(f"{told['blocks']} blocks were made instead of {BLOCKS_A_TURN}")
        self.rates.blocks.append(told["blocks"] / told["seconds"])

    def tell(self, number: int) -> dict[str, float]:
        """Send a signal and return what the process tells when it is done."""
        before = len(peer.told_by(self._told))
        os.kill(self._pid, number)
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            told = peer.told_by(self._told)
            if len(told) > before:
                return told[-1]
            time.sleep(0.01)
        raise SystemExit("a side did not do its work in time")


def main() -> int:
    """Measure, print, and return 1 when something is missed or missing."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    parser.add_argument("--save", action="store_true", help="keep the numbers in benchmarks/results")
    options = parser.parse_args()
    before, absent = os.getloadavg(), why_no_hydra_devnode()
    rows = [] if absent else list(compared_rows())
    rows += [replay_row(), recall_row(), document_row()]
    told = conditions("ledger", before, ("aiohttp", "coincurve", "pynacl"))
    document = {**told, "absent": absent, "rows": [row._asdict() for row in rows]}
    if options.json:
        print(json.dumps(document))
    else:
        show(rows, absent)
    if options.save:
        keep(document)
    return 1 if absent or any(row.is_met is False for row in rows) else 0


def compared_rows() -> Iterator[Row]:
    """Measure both sides, turn and turn about."""
    with tempfile.TemporaryDirectory(prefix="ledger-benchmark-") as folder, ExitStack() as stack:
        some = [(change.height, change.txid, change.asset) for change in changes(COMPARED_OPERATIONS)]
        Path(folder, "changes.json").write_text(json.dumps(some), encoding="utf-8")
        ours = Side(*stack.enter_context(our_ledger(Path(folder))))
        theirs = Side(*stack.enter_context(peer.running(Path(folder))))
        for turn in range(TURNS + 1):  # the first one warms both up
            count = BLOCK * BLOCKS_A_TURN
            bodies = requests(count, 1 + turn * count)
            for side in (ours, theirs):
                side.accept(bodies, count)
                side.make_blocks()
            ours.rates.operations.append(operations_per_second(some))
            told = theirs.tell(signal.SIGUSR1)
            if told["refused"]:
                raise SystemExit("the peer refused operations")
            theirs.rates.operations.append(told["changes"] * OPERATIONS / told["seconds"])
    titles = ("transactions accepted", "blocks of 250 applied", "operations on DIDs applied")
    for title, mine, other in zip(titles, ours.rates, theirs.rates, strict=True):
        our_rate, peer_rate = statistics.median(mine[1:]), statistics.median(other[1:])
        ratio = our_rate / peer_rate
        yield Row(title, "per second", our_rate, peer_rate, ratio, RATIO, ratio >= RATIO)


@contextmanager
def our_ledger(folder: Path) -> Iterator[tuple[str, Path]]:
    """Serve our ledger from a child process; yield its address and the file in which it tells."""
    told = folder / "ours.jsonl"
    command = [sys.executable, "-m", "chains.ours", str(folder / "chain"), str(told)]
    paths = os.pathsep.join(str(CHECKOUT / room) for room in ROOMS)
    child = subprocess.Popen(command, env=os.environ | {"PYTHONPATH": paths})
    try:
        end = time.monotonic() + PATIENCE
        while not peer.told_by(told):
            if child.poll() is not None or time.monotonic() > end:
                raise SystemExit("our ledger did not start")
            time.sleep(0.05)
        yield str(peer.told_by(told)[0]["url"]), told
    finally:
        child.terminate()
        child.wait(timeout=30)


def operations_per_second(some: Sequence[tuple[int, str, Any]]) -> float:
    """Replay changes on a fresh second layer, where each must be confirmed."""
    state, start = MorpheusState(), time.perf_counter()
    for height, txid, asset in some:
        if state.last_height != height:
            state.begin_block(height)
        refused = state.apply(txid, asset)
        if refused:
            raise SystemExit(f"an operation was refused: {refused}")
    return len(some) * OPERATIONS / (time.perf_counter() - start)


def replay_row() -> Row:
    """Replay 100,000 operations, each signed."""
    rate = operations_per_second([tuple(change) for change in changes(REPLAYED_OPERATIONS)])
    return Row("100,000 operations replayed", "seconds", REPLAYED_OPERATIONS / rate, None, None, None, None)


def document_row() -> Row:
    """Work out a document of 1,000 operations from its signed transactions."""
    from prometheus_morpheus.state.recomputed import LedgerTransaction, recompute
    from prometheus_morpheus.transactions.serialized import transaction_id

    did, history = document_history(DOCUMENT_OPERATIONS)
    given = [LedgerTransaction(transaction_id(whole), height, whole) for height, whole in history]

    def work_out() -> None:
        found = recompute(did, given, 10_000, network=NETWORK)
        if not found.is_certain or found.operations_checked != DOCUMENT_OPERATIONS:
            raise SystemExit("the document is not what its transactions say")

    return timed_row("document of 1,000 operations worked out", "seconds", timed(work_out, TURNS))


def recall_row() -> Row:
    """Recall documents from a real vault that remembers a thousand."""
    from chains.remembering import CHAIN, remembering_store
    from prometheus_morpheus.resolving.cache import recall

    with (
        tempfile.TemporaryDirectory(prefix="ledger-benchmark-") as folder,
        remembering_store(folder, REMEMBERED) as (store, dids),
    ):
        names = iter(dids)

        def recall_next() -> None:
            if recall(store, CHAIN, next(names)) is None:
                raise SystemExit("a document was forgotten")

        took = timed(recall_next, REMEMBERED)
    return timed_row("remembered document recalled", "ms", [each * 1e3 for each in took])


def timed(work: Callable[[], object], times: int) -> list[float]:
    """Return the seconds of each time that something is done."""
    took = []
    for _ in range(times):
        start = time.perf_counter()
        work()
        took.append(time.perf_counter() - start)
    return took


def timed_row(what: str, unit: str, took: list[float]) -> Row:
    """Return the row of times whose goal is 1, judged by the calmest of five turns."""
    share = max(1, len(took) // TURNS)
    calmest = min(statistics.median(took[start : start + share]) for start in range(0, len(took), share))
    return Row(what, unit, statistics.median(took), None, None, 1.0, calmest <= 1.0, calmest)


def show(rows: Sequence[Row], absent: str) -> None:
    """Print the table."""
    print(f"{'':<44}{'ours':>10}{'peer':>10}{'ratio':>8}{'calmest':>9}{'goal':>7}")
    for row in rows:
        verdict = {True: "kept", False: "MISSED", None: ""}[row.is_met]
        numbers = "".join(
            f"{'-' if value is None else f'{value:.3g}' if value < 1000 else f'{value:.0f}':>{width}}"
            for value, width in ((row.ours, 10), (row.peer, 10), (row.ratio, 8), (row.calmest, 9), (row.goal, 7))
        )
        print(f"{row.what + ', ' + row.unit:<44}{numbers}  {verdict}")
    if absent:
        print(f"missing: {absent}")


if __name__ == "__main__":
    raise SystemExit(main())
