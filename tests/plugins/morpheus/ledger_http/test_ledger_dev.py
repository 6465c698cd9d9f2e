"""The verb `ledger dev`, as a child process that somebody starts, asks, stops and kills."""

from __future__ import annotations

import asyncio
import json
import signal
import socket
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.ledger_http import serving

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_morpheus.ledger.http.routes import Route

ADDRESS = "tpKmroNvdZeLdsd8LojtwUWNsacYPjLHKA"
LONGEST = 30


class Running:
    """A ledger in a child process, with the document that it wrote when it was ready."""

    def __init__(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout
        self.process = process
        self.said: dict[str, Any] = json.loads(process.stdout.readline())

    def get(self, path: str) -> Any:
        with urlopen(self.said["url"] + path, timeout=LONGEST) as answer:  # noqa: S310 - a URL of our own child
            return json.load(answer)["data"]

    def post(self, path: str, value: Any) -> Any:
        wish = Request(  # noqa: S310 - a URL of our own child
            self.said["url"] + path, json.dumps(value).encode(), {"Content-Type": "application/json"}
        )
        with urlopen(wish, timeout=LONGEST) as answer:  # noqa: S310 - the same
            return json.load(answer)["data"]

    def balance(self) -> str:
        try:
            return str(self.get(f"/api/wallets/{ADDRESS}")["balance"])
        except HTTPError:
            return "0"

    def end(self, number: signal.Signals) -> int:
        if self.process.poll() is None:
            self.process.send_signal(number)
        return self.process.wait(LONGEST)


@pytest.fixture
def line(tmp_path: Path) -> CommandLine:
    made = CommandLine(tmp_path / "home")
    enabled = made.run("plugin", "enable", "morpheus", "--yes")
    assert enabled.returncode == 0, enabled.stderr
    return made


@contextmanager
def ledger(line: CommandLine, *arguments: str) -> Iterator[Running]:
    process = line.start("ledger", "dev", "--port", "0", "--json", *arguments)
    try:
        yield Running(process)
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_being_told_to_stop_ends_it_well(line: CommandLine, number: signal.Signals) -> None:
    with ledger(line, "--memory") as running:
        assert running.get("/api/blockchain")["block"]["height"] == 3
        assert running.end(number) == 0


def test_it_says_where_it_is_and_whom_to_ask_for_money(line: CommandLine) -> None:
    with ledger(line, "--memory", "--controls") as running:
        assert running.said["url"].startswith("http://127.0.0.1:")
        assert running.said["network"] == "HYD testnet"
        assert running.said["folder"] is None
        assert running.said["faucet"]["url"] == running.said["url"] + "/dev/fund"
        assert running.said["controls"] is True


def test_an_address_named_at_start_gets_money_with_the_next_block(line: CommandLine) -> None:
    with ledger(line, "--memory", "--block-time", "3600", "--controls", "--fund", ADDRESS) as running:
        assert running.balance() == "0"
        running.post("/dev/forge", {})
        assert running.balance() == "100000000000"


def test_what_was_in_a_block_is_there_after_a_kill(line: CommandLine, tmp_path: Path) -> None:
    folder = str(tmp_path / "chain")
    with ledger(line, "--data", folder, "--block-time", "3600", "--controls") as running:
        running.post("/dev/fund", {"address": ADDRESS, "amount": "250"})
        running.post("/dev/forge", {})
        running.post("/dev/fund", {"address": ADDRESS, "amount": "1000"})
        running.end(signal.SIGKILL)
    with ledger(line, "--data", folder, "--block-time", "3600") as again:
        assert again.said["height"] == 4
        assert again.balance() == "250"


def test_two_on_one_folder_are_refused(line: CommandLine, tmp_path: Path) -> None:
    folder = str(tmp_path / "chain")
    with ledger(line, "--data", folder):
        second = line.run("ledger", "dev", "--port", "0", "--data", folder)
        assert second.returncode == 11, second.stderr


def test_a_port_that_is_taken_is_refused_with_a_hint(line: CommandLine) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        refused = line.run("ledger", "dev", "--memory", "--port", str(other.getsockname()[1]))
    assert refused.returncode == 11
    assert "--port" in refused.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ("--port", "70000"),
        ("--block-time", "0"),
        ("--memory", "--data", "here"),
        ("--memory", "--fund", "notanaddress"),
    ],
    ids=str,
)
def test_what_cannot_be_meant_is_refused_before_anything_is_served(
    line: CommandLine, arguments: tuple[str, ...]
) -> None:
    assert line.run("ledger", "dev", *arguments).returncode == 2


def test_the_person_is_told_that_it_is_no_distributed_ledger(line: CommandLine) -> None:
    process = line.start("ledger", "dev", "--memory", "--port", "0")
    assert process.stdout
    told = [process.stdout.readline().decode() for _ in range(12)]
    process.terminate()
    process.communicate()
    assert "no distributed ledger" in "".join(told)
    assert all(len(each.rstrip("\n")) <= 80 for each in told)


def test_an_address_gets_money_from_the_faucet_and_it_is_there_when_the_verb_ends(line: CommandLine) -> None:
    with ledger(line, "--memory", "--block-time", "1") as running:
        funded = line.run("ledger", "fund", ADDRESS, "--amount", "2.5", "--ledger", running.said["url"])
        assert funded.returncode == 0, funded.stderr
        assert running.balance() == "250000000"
    assert funded.stdout == f"{ADDRESS} got 2.5 THYD\n"


def test_a_wallet_gets_money_without_naming_its_address(line: CommandLine, tmp_path: Path) -> None:
    secret = tmp_path / "pass"
    secret.write_text("six words that only you know\n")
    opened = ("--passphrase-file", str(secret))
    made = line.run("vault", "create", "ana", "--kdf", "light", "--words-to", str(tmp_path / "words"), *opened)
    assert made.returncode == 0, made.stderr
    own = line.run("wallet", "receive", "--network", "local", "--vault", "ana", *opened).stdout.strip()
    with ledger(line, "--memory", "--block-time", "1") as running:
        there = ("--ledger", running.said["url"], "--vault", "ana", *opened)
        funded = line.run("ledger", "fund", *there)
        assert funded.stdout == f"{own} got 1000 THYD\n", funded.stderr


def test_the_faucet_refuses_what_is_no_address(line: CommandLine) -> None:
    for address in ("notanaddress", ADDRESS[:-1] + "x"):
        refused = line.run("ledger", "fund", address, "--ledger", "http://127.0.0.1:1")
        assert refused.returncode == 2  # before anybody is asked
        assert "mistyped" in refused.stderr


def test_a_node_without_a_faucet_is_told_apart(line: CommandLine, routes: list[Route]) -> None:
    async def story() -> subprocess.CompletedProcess[str]:
        without = [route for route in routes if not route.path.startswith("/dev")]
        async with serving(without) as there:
            return await asyncio.to_thread(line.run, "ledger", "fund", ADDRESS, "--ledger", there.origin)

    refused = asyncio.run(story())
    assert refused.returncode == 12
    assert "prometheus ledger dev" in refused.stderr
