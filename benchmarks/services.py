"""How many requests an authority and an inspector answer, how long the slowest wait, and how much memory that takes.

    python benchmarks/services.py [--json] [--save] [--count N]

The services are the installed command in processes of their own, with their files on a disk; this program sends over 32
connections at once from the same machine, so both share its processors. Every body is signed and every signature is
checked; a request or presentation is on the disk before it is answered.

* Requests sent to an authority, each by itself new; the same ones again; their status asked by link.
* Requests read by clerks, each with a token of its own, and approved by them.
* Presentations sent to an inspector.
* 1,000 requests at one moment over 1,000 connections.

A row has answers per second, and the middle and the slowest hundredth of waiting. Goals: every answer is the right one,
nothing sent is lost, and no service ever takes more than 256 MiB.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
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

import aiohttp  # noqa: E402 - found by the path above
from prometheus_simulators.service_world import PROCESS, answer_to, request_of, token_of  # noqa: E402
from prometheus_simulators.signed_world import IDENTITY_CARD, did, presentation, public  # noqa: E402

from _conditions import conditions, keep  # noqa: E402
from prometheus.claims.jsontext import compact  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

COMMAND = Path(sys.executable).parent / "prometheus"
CONNECTIONS, COUNT, CROWD, CLERKS = 32, 2_000, 1_000, 40
TOKENS_OF_A_CLERK = 200
MOST_MEMORY = 256.0
PATIENCE = 120.0
JSON = {"Content-Type": "application/json"}
SCENARIO: dict[str, Any] = {
    "name": "Gate",
    "version": 1,
    "description": "Who is of age",
    "prerequisites": [{"process": IDENTITY_CARD, "claimFields": [".ageOver18"]}],
    "requiredLicenses": [{"issuedTo": did("inspector"), "purpose": "Entry check", "expiry": "PT1H"}],
    "resultSchema": None,
}


class Asked(NamedTuple):
    """One request: method, path, body and headers; `status` is that of the right answer."""

    method: str
    path: str
    body: bytes | None = None
    headers: Mapping[str, str] = {}
    status: int = 200


class Row(NamedTuple):
    """One line of the result: answers per second, waiting in ms; or an amount in its unit with its highest allowed."""

    what: str
    rate: float | None = None
    p50: float | None = None
    p99: float | None = None
    amount: float | None = None
    goal: float | None = None
    is_met: bool | None = None


class Service:
    """A service in a process of its own."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        if process.stdout is None:
            raise SystemExit("the service tells nothing")
        self.process = process
        line = process.stdout.readline()
        if not line:
            raise SystemExit("the service did not start")
        self.url = str(json.loads(line)["listens_at"])

    def memory(self) -> float:
        """Return the most memory that it had, in MiB."""
        lines = Path(f"/proc/{self.process.pid}/status").read_text("ascii").splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM")) / 1024


class Bench:
    """Sends, measures and keeps the rows."""

    def __init__(self) -> None:
        self.rows: list[Row] = []
        self.bodies: list[Any] = []

    def send(self, what: str, url: str, asked: Sequence[Asked], connections: int = CONNECTIONS) -> list[Any]:
        """Send all, and return the parsed answers in their order."""
        waited, answers, took = asyncio.run(_all(url, asked, connections))
        per_second = len(asked) / took
        p50, p99 = statistics.median(waited) * 1000, statistics.quantiles(waited, n=100)[98] * 1000
        self.rows.append(Row(what, per_second, p50, p99))
        return answers


async def _all(url: str, asked: Sequence[Asked], connections: int) -> tuple[list[float], list[Any], float]:
    waited, answers = [0.0] * len(asked), list[Any]([None] * len(asked))
    queue = iter(range(len(asked)))
    connector = aiohttp.TCPConnector(limit=connections)
    async with aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(PATIENCE)) as session:

        async def work() -> None:
            for number in queue:
                one, start = asked[number], time.perf_counter()
                async with session.request(one.method, url + one.path, data=one.body, headers=one.headers) as answer:
                    content = await answer.read()
                waited[number] = time.perf_counter() - start
                if answer.status != one.status:
                    raise SystemExit(f"{one.method} was answered with {answer.status}: {content[:200]!r}")
                answers[number] = json.loads(content)

        start = time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for _ in range(connections):
                group.create_task(work())
        return waited, answers, time.perf_counter() - start


def measure_authority(bench: Bench, service: Service, count: int) -> None:
    """Send requests, ask for them, read and approve them as clerks, and send a crowd's at once."""
    made = [request_of(label=str(number)) for number in range(count)]
    sent = [Asked("POST", "/requests", compact(one).encode(), JSON, 202) for one in made]
    links = [one["capabilityLink"] for one in bench.send("requests sent", service.url, sent)]
    again = [one["capabilityLink"] for one in bench.send("the same again", service.url, sent)]
    _require(links == again and len(set(links)) == count, "a request has not its own link")
    statuses = bench.send("status asked", service.url, [Asked("GET", f"/requests/{link}/status") for link in links])
    _require(all(one["status"] == "pending" for one in statuses), "a request is lost")
    _measure_clerks(bench, service, made, links)
    crowd = [request_of(label=f"crowd {number}") for number in range(CROWD)]
    sent = [Asked("POST", "/requests", compact(one).encode(), JSON, 202) for one in crowd]
    links = [one["capabilityLink"] for one in bench.send("1,000 requests at once", service.url, sent, CROWD)]
    statuses = bench.send("and their status", service.url, [Asked("GET", f"/requests/{link}/status") for link in links])
    _require(all(one["status"] == "pending" for one in statuses), "a request of the crowd is lost")


def _measure_clerks(bench: Bench, service: Service, made: Sequence[Any], links: Sequence[str]) -> None:
    """Have clerks read and approve; of each key the next token has to be newer, so they were made over some minutes."""
    from prometheus.claims.digest import content_id

    decided = min(len(made), CLERKS * TOKENS_OF_A_CLERK // 2)
    start, lists = int(time.time()) - TOKENS_OF_A_CLERK, list[list[Asked]]()
    for clerk in range(CLERKS):
        mine, name, second = list[Asked](), _clerk(clerk), start
        for number in range(clerk, decided, CLERKS):
            second += 1
            mine.append(Asked("GET", f"/private-blob/{content_id(made[number])}", None, token_of(name, second)))
        lists.append(mine)
    _require(bool(lists[0]), "there is nothing to read")
    bench.send("requests read by clerks", service.url, _in_turn(lists), 1)
    approvals = list[list[Asked]]()
    for clerk in range(CLERKS):
        mine, name, second = list[Asked](), _clerk(clerk), start + TOKENS_OF_A_CLERK // 2
        for number in range(clerk, decided, CLERKS):
            second += 1
            answer = answer_to(made[number], by=name)
            path, token = f"/requests/{links[number]}/approve", token_of(name, second, answer)
            mine.append(Asked("POST", path, compact(answer).encode(), {**JSON, **token}))
        approvals.append(mine)
    bench.send("requests approved", service.url, _in_turn(approvals), 1)


def _in_turn(lists: Sequence[Sequence[Asked]]) -> list[Asked]:
    """Return what clerks ask, one after the other, so that each key's tokens come in their order."""
    longest = max(map(len, lists))
    return [one[turn] for turn in range(longest) for one in lists if turn < len(one)]


def measure_inspector(bench: Bench, service: Service, count: int) -> None:
    """Send presentations."""
    from prometheus_simulators.signed_world import licence

    texts = [presentation(".ageOver18", licences=(licence(seconds=60 + number),)).text for number in range(count)]
    sent = [Asked("POST", "/presentation", text.encode(), JSON, 202) for text in texts]
    found = {one["contentId"] for one in bench.send("presentations sent", service.url, sent)}
    _require(len(found) == count, "a presentation has not its own id")


def _clerk(number: int) -> str:
    return f"clerk {number}"


def _require(is_so: bool, otherwise: str) -> None:  # noqa: FBT001 - it is what is required
    if not is_so:
        raise SystemExit(otherwise)


@contextmanager
def services(home: Path) -> Iterator[Callable[[str, Any], Service]]:
    """Yield what starts a service of a kind with one document to publish."""
    environ = {"PATH": os.environ.get("PATH", ""), "HOME": str(home), "LANG": "C.UTF-8"}
    started: list[subprocess.Popen[bytes]] = []

    def run(*words: str) -> None:
        subprocess.run([COMMAND, *words], env=environ, cwd=home, check=True, capture_output=True)

    def start(kind: str, document: Any) -> Service:
        folder = home / kind / ("processes" if kind == "authority" else "scenarios")
        folder.mkdir(parents=True)
        (folder / "one.json").write_text(json.dumps(document), "utf-8")
        clerks = [public(_clerk(number)) for number in range(CLERKS)]
        (home / kind / "clerks").write_text("\n".join(clerks) + "\n", "utf-8")
        run("serve", "key", "--out", f"{kind}.key")
        words = [
            kind,
            str(home / kind),
            "--key-file",
            f"{kind}.key",
            "--listen",
            "127.0.0.1:0",
            "--rate",
            "0",
            "--json",
        ]
        process = subprocess.Popen(
            [COMMAND, "serve", *words, "--json"],
            env=environ,
            cwd=home,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return Service(process)

    try:
        run("plugin", "enable", "morpheus", "--yes")
        yield start
    finally:
        for process in started:
            process.terminate()
            process.wait(30)


def measure(count: int) -> list[Row]:
    """Return all rows."""
    bench = Bench()
    with tempfile.TemporaryDirectory(prefix="services-benchmark-") as folder, ExitStack() as stack:
        start = stack.enter_context(services(Path(folder)))
        authority, inspector = start("authority", PROCESS), start("inspector", SCENARIO)
        idle = authority.memory()
        measure_authority(bench, authority, count)
        measure_inspector(bench, inspector, count)
        bench.rows.append(Row("memory of the authority before, MiB", amount=idle))
        for name, service in (("authority", authority), ("inspector", inspector)):
            most = service.memory()
            what = f"most memory of the {name}, MiB"
            bench.rows.append(Row(what, amount=most, goal=MOST_MEMORY, is_met=most <= MOST_MEMORY))
    return bench.rows


def main() -> int:
    """Measure, print, and return 1 when a goal is missed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--json", action="store_true", help="write one JSON object")
    parser.add_argument("--save", action="store_true", help="keep the numbers in benchmarks/results")
    parser.add_argument("--count", type=int, default=COUNT, help="how many requests and presentations are sent")
    options = parser.parse_args()
    before = os.getloadavg()
    rows = measure(options.count)
    told = conditions("services", before, ("aiohttp", "pynacl"))
    document = {**told, "count": options.count, "rows": [row._asdict() for row in rows]}
    if options.json:
        print(json.dumps(document))
    else:
        show(rows)
    if options.save:
        keep(document)
    return 1 if any(row.is_met is False for row in rows) else 0


def show(rows: Sequence[Row]) -> None:
    """Print the table."""
    print(f"{'':<40}{'per second':>12}{'p50 ms':>9}{'p99 ms':>9}{'amount':>9}{'goal':>7}")
    for row in rows:
        verdict = {True: "kept", False: "MISSED", None: ""}[row.is_met]
        columns = ((row.rate, 12), (row.p50, 9), (row.p99, 9), (row.amount, 9), (row.goal, 7))
        numbers = "".join(f"{'' if value is None else f'{value:.1f}':>{width}}" for value, width in columns)
        print(f"{row.what:<40}{numbers}  {verdict}")


if __name__ == "__main__":
    raise SystemExit(main())
