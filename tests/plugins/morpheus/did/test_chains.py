"""Two ledgers that share a network's hash and first block are two chains: nothing of one is used for the other."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.embedded_ledger import embedded_ledger
from prometheus_simulators.ledger_town import get
from prometheus_simulators.signed_world import did

from prometheus.compose.clock import SystemClock
from prometheus.errors import Conflict
from prometheus_morpheus.client.chain_name import chain_name, one_chain
from prometheus_morpheus.client.connecting import connected
from prometheus_morpheus.client.endpoint import parse_endpoint
from prometheus_morpheus.client.identity_pin import NewPins
from prometheus_morpheus.resolving import each_node
from prometheus_morpheus.resolving.asking import resolve
from prometheus_morpheus.resolving.proofs import block_at, registered

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from prometheus_simulators.ledger_town import LedgerTown

    from prometheus_morpheus.client.chain_name import ChainName

ANA = did("ana")
QUESTIONS: dict[str, Callable[[Any], Any]] = {
    "a DID": lambda nodes: resolve(nodes, ANA, SystemClock()),
    "a time": lambda nodes: registered(nodes, "cju-none"),
    "a block": lambda nodes: block_at(nodes, 1),
}


@pytest.fixture(scope="module")
def two() -> Iterator[tuple[str, str]]:
    """The addresses of two ledgers that share a hash and a first block."""
    with embedded_ledger() as one, embedded_ledger() as other:
        configured, first, second = "/api/node/configuration", "/api/blocks/1", "/api/blocks/2"
        assert get(one, configured)["data"]["nethash"] == get(other, configured)["data"]["nethash"]
        assert get(one, first)["data"]["id"] == get(other, first)["data"]["id"]
        assert get(one, second)["data"]["id"] != get(other, second)["data"]["id"]
        yield one, other


def asking(urls: tuple[str, ...], question: Callable[[Any], Any]) -> Any:
    async def ask() -> list[Any]:
        async with connected([parse_endpoint(url) for url in urls], NewPins(), SystemClock()) as nodes:
            return [await question(nodes)]

    return asyncio.run(ask())[0]


@pytest.mark.parametrize("what", QUESTIONS)
def test_their_answers_are_not_compared(two: tuple[str, str], what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Conflict, match="different chains of one network") as refused:
        asking(two, QUESTIONS[what])
    assert refused.value.code == "LEDGER-MIXED"
    same = (two[0], two[0].replace("127.0.0.1", "localhost"))
    assert asking(same, QUESTIONS[what]) is not None

    def by_hash_alone(names: Any) -> ChainName | None:
        return one_chain(chain_name(name.partition(":")[0]) for name in names)

    monkeypatch.setattr(each_node, "one_chain", by_hash_alone)
    assert asking(two, QUESTIONS[what]) is not None


def test_what_is_remembered_of_one_answers_for_that_one_alone(town: LedgerTown, two: tuple[str, str]) -> None:
    one, other = two
    town.well(f"did show {ANA} --keep --ledger {one}")
    town.well(f"did show {ANA} --ledger {other}")
    refused = town.reader(f"did show {ANA} --offline --json --ledger {other}")
    assert refused.document["code"] == "DID-NOT-REMEMBERED"
    for named in (f" --ledger {one}", ""):
        town.well(f"did show {ANA} --offline{named}")


def test_where_both_are_remembered_the_person_says_which_is_meant(town: LedgerTown, two: tuple[str, str]) -> None:
    for url in two:
        town.well(f"did show {ANA} --keep --ledger {url}")
    refused = town.reader(f"did show {ANA} --offline --json")
    assert refused.document["code"] == "DID-CHAINS"
    for url in two:
        assert url in town.well(f"did show {ANA} --offline --ledger {url}").out


@pytest.mark.parametrize(
    ("names", "name"),
    [
        ([], None),
        ([chain_name("ab")], "ab"),
        ([chain_name("ab"), chain_name("ab", "cd")], "ab:cd"),
        ([chain_name("ab", "cd"), chain_name("ab", "cd")], "ab:cd"),
        ([chain_name("ab", "cd"), chain_name("ab", "ef")], None),
        ([chain_name("ab"), chain_name("ef")], None),
    ],
)
def test_a_chain_is_one_while_hash_and_second_block_are(names: list[ChainName], name: str | None) -> None:
    assert one_chain(names) == name
