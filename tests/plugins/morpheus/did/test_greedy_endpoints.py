"""An endpoint that wants too much, or says that it is another network: nothing is signed beyond what was agreed to."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators import bad_endpoint_lies as lies
from prometheus_simulators.bad_endpoint import Told
from prometheus_simulators.bad_endpoint_world import bad_world
from prometheus_simulators.ledger_town import wallet

from prometheus_morpheus.transactions.networks import network_keyed

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from prometheus_simulators.bad_endpoint import Asked, BadEndpoint
    from prometheus_simulators.ledger_town import LedgerTown

WORDS = "42 is a number that nobody has to guess, for everybody knows it from a book"
FORTUNE = 10**14
CONFIGURATION = "/api/node/configuration"


def _prices(**addons: int) -> lies.Lie:
    def change(body: Any) -> Any:
        body["data"]["transactionPool"]["dynamicFees"].update(minFeePool=1_000_000, addonBytes=addons)
        return body

    return lies.telling(CONFIGURATION, change)


DEAR = _prices(transfer=600_000, morpheus=600_000, vote=600_000)
"""Every kind costs thousands of coins."""


@pytest.fixture
def greedy(tmp_path: Path, town: LedgerTown, url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[BadEndpoint]:
    """An endpoint before the reader's ledger, honest as yet; the reader is rich."""
    address = town.fund(url, FORTUNE)
    town.wait_until(url, lambda: int(wallet(url, address)["balance"]) >= FORTUNE)
    with bad_world(tmp_path / "bad") as world:
        endpoint = world.endpoint(url)
        monkeypatch.setenv("PROMETHEUS_LEDGER", endpoint.url)
        yield endpoint


def _high_rate(asked: Asked, told: Told) -> Told:
    """Want a hundred coins for each byte of what has no name in the table of fees."""
    return lies.telling(CONFIGURATION, _rate)(asked, told)


def _rate(body: Any) -> Any:
    body["data"]["transactionPool"]["dynamicFees"].update(minFeePool=1_000_000)
    return body


def _second(town: LedgerTown) -> str:
    return town.reader("wallet receive --network local --account 1").out.split()[-1]


@pytest.mark.parametrize("beginning", [1, 2, 3, 4, 5])
def test_what_is_handed_out_costs_what_was_shown_whenever_prices_rise(
    town: LedgerTown, greedy: BadEndpoint, tmp_path: Path, beginning: int
) -> None:
    to, out = _second(town), tmp_path / "signed.json"
    greedy.lie(lies.later(CONFIGURATION, beginning - 1, DEAR))
    answer = town.reader(f"wallet send {to} 1 --yes --sign-only --out {out} --json")
    if out.exists():
        assert int(json.loads(out.read_text())["fee"]) == int(answer.document["fee_flakes"])
    else:
        assert answer.code in {5, 11}, answer


@pytest.mark.parametrize("line", ["timestamp will.txt", "did add-key phone", "did tombstone"])
@pytest.mark.parametrize("beforehand", ["--yes", "--yes --above-limit"])
def test_no_operation_is_signed_for_an_unusual_fee_unless_the_person_named_it(
    town: LedgerTown, greedy: BadEndpoint, line: str, beforehand: str
) -> None:
    town.persona("phone")
    line = line.replace("will.txt", town.file("will.txt", WORDS))
    greedy.lie(_high_rate)
    answer = town.reader(f"{line} {beforehand} --json")
    assert (answer.code, answer.document["code"]) == (5, "SPEND-FEE"), answer
    assert greedy.arrived == []


def test_a_payment_is_not_signed_for_an_unusual_fee_either(town: LedgerTown, greedy: BadEndpoint) -> None:
    to = _second(town)
    greedy.lie(DEAR)
    for beforehand in ("--yes", "--yes --above-limit"):
        answer = town.reader(f"wallet send {to} 1 {beforehand} --json")
        assert (answer.code, answer.document["code"]) == (5, "SPEND-FEE"), answer
    assert greedy.arrived == []


def test_a_fee_that_the_person_named_is_paid_up_to_the_spend_limit(town: LedgerTown, greedy: BadEndpoint) -> None:
    file = town.file("will.txt", WORDS)
    over = town.reader(f"timestamp {file} --fee 101 --yes --json")
    assert (over.code, over.document["code"]) == (5, "SPEND-LIMIT"), over
    made = town.well(f"timestamp {file} --fee 0.5 --yes --json").document
    assert (made["state"], made["cost"]["fee"]) == ("applied", "50000000")


def test_a_retry_above_the_spend_limit_is_asked_about(town: LedgerTown, greedy: BadEndpoint) -> None:
    to = _second(town)
    kept = town.well(f"wallet send {to} 1 --yes --offline --network local --json").document["action"]["id"]
    over = town.reader(f"ledger retry {kept} --fee 6000 --yes --json")
    assert (over.code, over.document["code"]) == (5, "SPEND-LIMIT"), over
    assert greedy.arrived == []
    assert town.well(f"ledger retry {kept} --fee 0.5 --yes --json").document["state"] == "confirmed"


MAINNET = network_keyed("mainnet")


def _rich_elsewhere(asked: Asked, told: Told) -> Told:
    """Say that wallets of mainnet are full, and take whatever is posted."""
    wallet = re.fullmatch(r"/api/wallets/(h\w+)", asked.path)
    if wallet:
        return Told(200, {"data": {"address": wallet[1], "nonce": "41", "balance": "500000000000"}})
    if asked.path.endswith("/transactions") and asked.method == "POST":
        ids = [each["id"] for each in asked.body["transactions"]]
        return Told(200, {"data": {"accept": ids, "broadcast": ids, "excess": [], "invalid": []}})
    return told


LINES = ("timestamp will.txt --yes --no-wait", "wallet send {to} 1 --yes --no-wait")


@pytest.mark.parametrize("line", LINES)
@pytest.mark.parametrize("named", ["", "--network mainnet"])
def test_nothing_is_signed_for_mainnet_at_an_endpoint_of_another_chain(
    town: LedgerTown, greedy: BadEndpoint, line: str, named: str
) -> None:
    greedy.lie(lies.network(version=MAINNET.address_byte, token="HYD"))  # the name of a coin
    greedy.lie(_rich_elsewhere)
    answer = town.reader(f"{_filled(town, line)} {named} --json")
    assert answer.code != 0, answer
    assert "mainnet" in answer.out
    assert greedy.arrived == []


@pytest.mark.parametrize("line", LINES)
def test_mainnet_that_nobody_named_and_that_is_met_for_the_first_time_is_asked_about(
    town: LedgerTown, greedy: BadEndpoint, line: str
) -> None:
    nethash = MAINNET.nethash_prefix.ljust(64, "a")
    greedy.lie(lies.network(version=MAINNET.address_byte, nethash=nethash, token="HYD"))  # the same
    greedy.lie(_rich_elsewhere)
    answer = town.reader(f"{_filled(town, line)} --json")
    assert (answer.code, answer.document["code"]) == (5, "SPEND-NETWORK"), answer
    assert "--network mainnet" in answer.document["hint"]
    assert greedy.arrived == []
    meant = town.reader(f"{_filled(town, line)} --network mainnet --json")
    assert "SPEND-NETWORK" not in meant.out
    assert greedy.arrived, "the control: who says that it is mainnet is not asked"


def _filled(town: LedgerTown, line: str) -> str:
    to = town.reader("wallet receive --network mainnet --account 1").out.split()[-1]
    file = town.file("will.txt", WORDS)
    return line.replace("{to}", to).replace("will.txt", file)


def test_the_network_that_pays_is_shown(town: LedgerTown, url: str) -> None:
    assert "account 0, HYD testnet" in " ".join(town.well("did tombstone --dry-run").out.split())
