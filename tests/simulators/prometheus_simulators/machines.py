"""People and services on machines of their own: each has a home and processes, and meets others over the network.

with two_doors() as (first, second):          # one ledger at two addresses
    maria = Person(folder / "maria")
    maria.well("claim request …")
    with service(folder / "town", "authority", …) as url: …
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import threading
from contextlib import contextmanager
from queue import Queue
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus_morpheus.ledger.chain import DevLedger
from prometheus_morpheus.ledger.http.server import running
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.embedded_ledger import Now

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 30
BLOCK_TIME = 0.25


class Answer(NamedTuple):
    """What a command said."""

    code: int
    out: str
    err: str

    @property
    def document(self) -> Any:
        """The JSON on standard output."""
        return json.loads(self.out)


class Person:
    """Somebody with a home, a vault in it, and the plugin of the ledger."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self._line = CommandLine(home)
        (home / "pass").write_text("six words that only I know\n", "utf-8")
        self.well("plugin enable morpheus --yes")
        self.well("vault create --kdf light --words-to words.txt --yes --no-input")
        told = self.well("persona show --export-public").document
        self.did, self.key = str(told["did"]), str(told["publicKey"])

    def run(self, line: str) -> Answer:
        """Run a command to its end."""
        done = self._line.run(*line.split(), "--passphrase-file", "pass")
        return Answer(done.returncode, done.stdout, done.stderr)

    def well(self, line: str) -> Answer:
        """Run what has to succeed."""
        answer = self.run(line)
        assert answer.code == 0, (line, answer)
        return answer

    def write(self, name: str, content: Any) -> str:
        """Write a file into the home; return its name."""
        (self.home / name).write_text(content if isinstance(content, str) else json.dumps(content), "utf-8")
        return name


@contextmanager
def service(home: Path, kind: str, document: Any, *options: str) -> Iterator[str]:
    """Serve one process or scenario with the command, from a home of its own; yield the address."""
    line = CommandLine(home)
    assert line.run("plugin", "enable", "morpheus", "--yes").returncode == 0
    folder = home / kind / ("processes" if kind == "authority" else "scenarios")
    folder.mkdir(parents=True)
    (folder / "one.json").write_text(json.dumps(document), "utf-8")
    assert line.run("serve", "key", "--out", "key").returncode == 0
    words = (kind, kind, "--key-file", "key", "--listen", "127.0.0.1:0", "--json", *options)
    process = line.start("serve", *words, stderr=subprocess.DEVNULL)
    try:
        assert process.stdout
        yield str(json.loads(process.stdout.readline())["listens_at"])
        process.send_signal(signal.SIGTERM)
        assert process.wait(LONGEST) == 0
    finally:
        process.kill()
        process.communicate()


@contextmanager
def two_doors() -> Iterator[tuple[str, str]]:
    """Serve one new ledger at two addresses; it stands for two endpoints that tell the same."""
    told: Queue[tuple[str, str]] = Queue()
    loop, done = asyncio.new_event_loop(), asyncio.Event()

    async def serve() -> None:
        ledger = DevLedger.open(None, Now())
        try:
            async with running(ledger, 0, BLOCK_TIME) as first, running(ledger, 0) as second:
                told.put((first.url, second.url))
                await done.wait()
        finally:
            ledger.close()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), daemon=True)
    thread.start()
    try:
        yield told.get(timeout=LONGEST)
    finally:
        loop.call_soon_threadsafe(done.set)
        thread.join(LONGEST)
        loop.close()
