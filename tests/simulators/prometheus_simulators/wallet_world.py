"""A person with a vault and one ledger, who types verbs of the wallet."""

from __future__ import annotations

import json
import time
import urllib.request
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from prometheus_simulators.house import Answer, House


class Wallet:
    """A person with a vault and one ledger; `run` takes what stands behind ``prometheus wallet``."""

    def __init__(self, house: House, url: str) -> None:
        self.house = house
        self.url = url
        made = house.create()
        assert made.code == 0, made.err
        self.address = self.receive()

    def run(self, line: str, *, ledger: bool = True) -> Answer:
        """Run a verb of the wallet."""
        return self.house.unlocked(f"wallet {line}" + (f" --ledger {self.url}" if ledger else ""))

    def document(self, line: str) -> Any:
        """Run a verb of the wallet and return what it says as JSON."""
        answer = self.run(f"{line} --json")
        assert answer.code == 0, answer.out + answer.err
        return answer.document

    def receive(self, account: int = 0) -> str:
        """Return an address of an account."""
        return str(self.document(f"receive --account {account}")["address"])

    def balance(self, whose: str = "") -> int:
        """Return what the first account holds, in flakes."""
        return int(self.document(f"balance {whose}")["wallets"][0]["flakes"])

    def fund(self, flakes: int, address: str = "") -> None:
        """Get coins from the faucet, and wait until they are there."""
        to = address or self.address
        before = self.balance(to)
        fund(self.url, to, flakes)
        while self.balance(to) == before:
            time.sleep(0.1)


def fund(url: str, address: str, flakes: int) -> None:
    """Let the faucet of a development ledger pay an address."""
    body = json.dumps({"address": address, "amount": str(flakes)}).encode()
    headers = {"content-type": "application/json"}
    urllib.request.urlopen(urllib.request.Request(f"{url}/dev/fund", body, headers)).read()  # noqa: S310 - it is ours
