"""Real `prometheus` processes with a real vault, at endpoints that lie and die."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators import bad_endpoint_lies as lies
from prometheus_simulators import bad_endpoint_ways as ways
from prometheus_simulators.bad_endpoint_wallet import HYD, OTHER
from prometheus_simulators.bad_endpoint_world import World, forging
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.second_layer import register

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_morpheus.ledger.chain import DevLedger

POST = "^/api/transactions$"
LONGEST = 40


class Home:
    """A vault with a funded wallet; its owner names two endpoints."""

    def __init__(self, folder: Path, world: World) -> None:
        self.world = world
        self.liar, self.honest = world.endpoint(), world.endpoint()
        self.line = CommandLine(folder / "home")
        self.name(self.liar.url, self.honest.url)
        (folder / "home" / "pass.txt").write_text("six words that only you know\n")
        assert self.run("vault", "create", "--kdf", "light", "--words-to", "words.txt").returncode == 0
        self.address = self.run("wallet", "receive", "--network", "testnet").stdout.strip()
        world.fund(self.address, 1000 * HYD)

    def name(self, *urls: str) -> None:
        """Name the endpoints of the next commands."""
        self.line.environ["PROMETHEUS_LEDGER"] = " ".join(urls)

    def words(self, *words: str) -> tuple[str, ...]:
        return (*words, "--yes", "--passphrase-file", "pass.txt")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return self.line.run(*self.words(*words))

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return self.line.start(*self.words(*words))

    def pay(self, note: str, *options: str) -> tuple[str, ...]:
        return ("wallet", "send", OTHER.address, "1.5", "--note", note, "--network", "testnet", *options)

    def actions(self, *options: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run("ledger", "pending", "--all", "--json", *options).stdout)[
            "actions"
        ]
        return found

    def paid(self) -> Counter[str | None]:
        def notes(ledger: DevLedger) -> Counter[str | None]:
            wallet = ledger.wallet(self.address)
            rows = ledger.wallet_transactions(wallet, 0, 1000, "sent").rows if wallet else []
            return Counter(one.vendor_field for one in rows)

        return self.world.run(notes)


@pytest.fixture
def home(tmp_path: Path, world: World) -> Iterator[Home]:
    made = Home(tmp_path, world)
    with forging(world):
        yield made


def test_a_payment_whose_answer_is_lost_is_paid_once_and_ends_well(home: Home) -> None:
    for endpoint in (home.liar, home.honest):
        endpoint.go(ways.die_after, path=POST, method="POST")
    done = home.run(*home.pay("rent", "--json"))
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["action"]["done"]
    assert home.paid() == {"rent": 1}


def test_a_process_that_is_killed_while_the_answer_stalls_leaves_its_payment_to_the_next(home: Home) -> None:
    home.name(home.liar.url)
    home.liar.go(ways.stall_after, path=POST, method="POST")
    sending = home.start(*home.pay("rent"))
    while not home.liar.arrived:
        assert sending.poll() is None, sending.communicate()
    sending.kill()
    sending.communicate(timeout=LONGEST)
    home.liar.honest()
    [action] = home.actions("--wait")
    assert (action["done"], action["failed"]) == (True, False)
    assert home.paid() == {"rent": 1}


def test_a_rejected_registration_that_one_endpoint_praises_is_not_shown_as_done(home: Home) -> None:
    (home.line.home / "letter").write_text("a letter\n")
    shown = json.loads(home.run("timestamp", "letter", "--bytes", "--dry-run", "--json").stdout)
    # Somebody registers it between the look and the block, and the first endpoint hides that.
    home.liar.lie(lies.unregistered(shown["id"]), lies.inventing("/morpheus/v1/txn-status/.*", body=True))
    home.liar.lie(lies.inventing("/morpheus/v1/check-transaction-validity", [], method="POST"))
    home.name(home.liar.url)
    home.world.change(register(shown["id"]))
    made = home.run("timestamp", "letter", "--bytes", "--no-wait", "--json")
    assert made.returncode == 0, made.stderr
    home.name(home.liar.url, home.honest.url)
    for _ in range(3):
        [action] = home.actions()
        assert not action["done"]
    home.liar.honest()
    [action] = home.actions()
    assert (action["state"], action["done"], action["failed"]) == ("rejected", False, True)
    home.liar.lie(lies.unregistered(shown["id"]))
    assert home.run("timestamp", "check", "letter", "--bytes").returncode == 13


def test_an_endpoint_that_changes_its_network_gets_nothing(home: Home) -> None:
    home.name(home.liar.url)
    assert home.run("ledger", "status").returncode == 0
    home.liar.lie(lies.network(nethash="ab" * 32))
    said = home.run(*home.pay("rent", "--json"))
    assert said.returncode in {0, 12, 13}, said
    assert home.liar.arrived == []
    assert home.run("ledger", "status", "--json").returncode not in {0, 70}
    home.liar.honest()
    assert all(not action["failed"] for action in home.actions())


def test_two_endpoints_that_differ_about_a_balance_are_told(home: Home) -> None:
    home.liar.lie(lies.balance(home.address, 7 * HYD))
    said = home.run("wallet", "balance", "--network", "testnet")
    assert "differ" in said.stderr
    assert "1000" in said.stderr
    home.name(home.liar.url)
    assert "differ" not in home.run("wallet", "balance", "--network", "testnet").stderr
