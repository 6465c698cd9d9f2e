"""Real processes at a real vault and a real ledger: interrupted, killed, and two at once."""

from __future__ import annotations

import json
import os
import random
import signal
import time
from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from prometheus_simulators.command_line import CommandLine
from prometheus_simulators.embedded_ledger import embedded_ledger

if TYPE_CHECKING:
    import subprocess
    from collections.abc import Iterator
    from pathlib import Path

LONGEST = 30


class Household:
    """A vault with a funded wallet, and the ledger that it is asked from; blocks come by the clock, or when made."""

    def __init__(self, folder: Path, url: str) -> None:
        self.line = CommandLine(folder / "home")
        self.url = url
        self.line.environ |= {"PROMETHEUS_LEDGER": url}
        (folder / "home" / "pass.txt").write_text("six words that only you know\n")
        self.run("vault", "create", "--kdf", "light", "--words-to", "words.txt")
        self.address = self.run("wallet", "receive").stdout.strip()
        self.post("/dev/fund", {"address": self.address, "amount": "100000000000"})

    def post(self, path: str, content: dict[str, str]) -> None:
        headers = {"Content-Type": "application/json"}
        request = Request(self.url + path, json.dumps(content).encode(), headers)  # noqa: S310 - our own child
        with urlopen(request, timeout=LONGEST):  # noqa: S310 - the same
            pass

    def forge(self) -> None:
        self.post("/dev/forge", {})

    def words(self, *words: str) -> tuple[str, ...]:
        return (*words, "--yes", "--passphrase-file", "pass.txt")

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        done = self.line.run(*self.words(*words))
        assert done.returncode == 0, done.stderr
        return done

    def start(self, *words: str) -> subprocess.Popen[bytes]:
        return self.line.start(*self.words(*words))

    def history(self) -> list[dict[str, Any]]:
        path = f"{self.url}/api/wallets/{self.address}/transactions?limit=100"
        try:
            with urlopen(path, timeout=LONGEST) as answer:  # noqa: S310 - our own child
                found: list[dict[str, Any]] = json.load(answer)["data"]
        except HTTPError:
            return []
        return found

    def notes(self) -> Counter[str]:
        return Counter(each["vendorField"] for each in self.history() if each.get("vendorField"))

    def actions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self.run("ledger", "pending", "--wait", "--all", "--json").stdout)[
            "actions"
        ]
        return found


@pytest.fixture
def household(tmp_path: Path) -> Iterator[Household]:
    with embedded_ledger(1.0) as url:
        found = Household(tmp_path, url)
        while not found.history():
            time.sleep(0.2)
        yield found


@pytest.fixture
def still_household(tmp_path: Path) -> Iterator[Household]:
    """A household at a ledger on which nothing moves until a block is asked for."""
    with embedded_ledger(None, has_controls=True) as url:
        found = Household(tmp_path, url)
        found.forge()
        yield found


def test_an_interrupted_payment_goes_on_in_pending(still_household: Household) -> None:
    household = still_household
    sending = household.start("wallet", "send", household.address, "1.5", "--note", "rent")
    assert sending.stderr
    for line in sending.stderr:
        if b"in a pool" in line:
            break
    sending.send_signal(signal.SIGINT)
    _, said = sending.communicate(timeout=LONGEST)
    assert sending.returncode == 130
    assert b"ledger pending" in said
    household.forge()
    assert [action["done"] for action in household.actions()] == [True]
    assert household.notes() == {"rent": 1}


def test_a_killed_payment_is_paid_once_or_was_never_kept(household: Household) -> None:
    chance = random.Random(4)
    rounds = 3 if not os.environ.get("PROMETHEUS_LONG") else 20
    for number in range(rounds):
        sending = household.start("wallet", "send", household.address, "0.01", "--note", f"kill {number}")
        meanwhile = household.start("ledger", "pending")
        time.sleep(chance.uniform(0.6, 2.0))
        for process in (sending, meanwhile):
            process.kill()
            process.communicate(timeout=LONGEST)
    actions = household.actions()
    assert all(action["done"] for action in actions)
    paid = household.notes()
    assert set(paid.values()) <= {1}
    assert len(paid) == len(actions)
