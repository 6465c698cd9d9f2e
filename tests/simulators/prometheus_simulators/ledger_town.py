"""A home whose commands talk to development ledgers of their own, served in this very process."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from typing import TYPE_CHECKING, Any

from prometheus_simulators.embedded_ledger import embedded_ledger
from prometheus_simulators.neighbourhood import Neighbourhood

if TYPE_CHECKING:
    from contextlib import ExitStack

    from prometheus_simulators.house import Answer

BLOCK_TIME = 0.2
PURSE = 10**11


class LedgerTown(Neighbourhood):
    """Runs commands as the reader, with one ledger configured by the environment of the call."""

    def open_ledger(self, stack: ExitStack) -> str:
        """Start a ledger; return its address."""
        return stack.enter_context(embedded_ledger(BLOCK_TIME))

    def fund(self, url: str, amount: int = PURSE) -> str:
        """Give the reader's wallet coins on a ledger, and wait for them."""
        address = self.reader("wallet receive --network local").out.split()[-1]
        post(url, "/dev/fund", {"address": address, "amount": str(amount)})
        self.wait_until(url, lambda: int(wallet(url, address).get("balance", 0)) > 0)
        return address

    def wait_until(self, url: str, is_so: Any) -> None:
        """Wait for something, at most ten seconds."""
        deadline = time.monotonic() + 10
        while not is_so():
            assert time.monotonic() < deadline, "it never came"
            time.sleep(0.05)

    def wait_blocks(self, url: str, count: int = 1) -> int:
        """Wait for blocks; return the height then."""
        start = height(url)
        self.wait_until(url, lambda: height(url) >= start + count)
        return height(url)

    def persona(self, name: str) -> str:
        """Add a persona; return its DID."""
        assert self.reader(f"persona add {name}").code == 0
        return str(self.reader(f"persona show {name} --json").document["persona"]["did"])

    def well(self, line: str) -> Answer:
        """Run what has to succeed."""
        answer = self.reader(line)
        assert answer.code == 0, answer
        return answer


def height(url: str) -> int:
    return int(get(url, "/api/blockchain")["data"]["block"]["height"])


def wallet(url: str, address: str) -> dict[str, Any]:
    try:
        found: dict[str, Any] = get(url, f"/api/wallets/{address}")["data"]
    except urllib.error.HTTPError:
        return {}
    return found


def get(url: str, path: str) -> Any:
    with urllib.request.urlopen(url + path, timeout=10) as answer:  # noqa: S310  # our own server on the loopback
        return json.load(answer)


def post(url: str, path: str, value: Any) -> Any:
    body, headers = json.dumps(value).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(url + path, body, headers)  # noqa: S310  # our own server on the loopback
    with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310  # the same
        return json.load(answer)
