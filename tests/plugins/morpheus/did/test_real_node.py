"""One life of a DID, and two times, on a real Hydra node: the same verbs, and the same answers at every height."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.ledger_town import LedgerTown, height, post, wallet
from prometheus_simulators.made_transactions import TESTNET, public_key, signed_by
from prometheus_simulators.peers import GENESIS_WORDS, hydra_devnode, why_no_hydra_devnode

from prometheus.identity.did import Did
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.posted import transaction_json

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [
    pytest.mark.long,
    pytest.mark.skipif(bool(why_no_hydra_devnode()), reason=why_no_hydra_devnode() or "never"),
]


@pytest.fixture
def real(town: LedgerTown, monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """The address of a real node on which the reader has coins."""
    with hydra_devnode() as url:
        monkeypatch.setenv("PROMETHEUS_LEDGER", url)
        address = town.well("wallet receive --network local").out.split()[-1]
        sender = public_key(GENESIS_WORDS)
        paid = signed_by(GENESIS_WORDS, making.transfer(TESTNET, sender, 1, address, 10**11))
        assert post(url, "/api/transactions", {"transactions": [transaction_json(paid)]})["data"]["accept"]
        town.wait_until(url, lambda: int(wallet(url, address).get("balance", 0)) > 0)
        yield url


def test_a_life_of_a_did_on_a_real_node(town: LedgerTown, real: str) -> None:
    phone, me = Did.parse(town.persona("phone")).key_id.text, Did.parse(town.did()).key_id.text
    add = "did add-key phone --right update --right impersonate --expires 100000 --yes --json"
    first = town.well(add).document["height"]
    refused = town.reader("did add-right phone update --sign-as phone --yes --json")
    assert (refused.code, refused.document["code"]) == (5, "DID-RULES")
    taken = town.well(f"did revoke-key {me} --for-ever --yes --json").document["height"]
    registered = town.well(f"timestamp {town.file('doc.json', {'a': 1})} --yes --json").document
    gone = town.well("did tombstone --yes --json").document["height"]
    town.wait_until(real, lambda: height(real) > gone)

    for at, expected in (
        (first - 1, [(me, None, None)]),
        (first, [(me, None, None), (phone, first, 100000)]),
        (taken, [(me, None, taken), (phone, first, 100000)]),
        (gone, [(me, None, taken), (phone, first, gone)]),
    ):
        found = town.well(f"did show --at {at} --json").document["document"]["keys"]
        assert [(key["auth"], key["validFromHeight"], key["validUntilHeight"]) for key in found] == expected
    verified = town.well("did verify --blocks --json").document
    assert verified["agreed"]
    assert [(found["sound"], found["faults"]) for found in verified["blocks"]] == [(3, [])]
    assert len(town.well("did history --json").document["events"]) == 5

    checked = town.run(f"timestamp check {town.path('doc.json')} --json").document
    assert (checked["existed_at"], checked["transaction"]) == (registered["height"], registered["transaction"])
    town.well(f"timestamp after {town.path('doc.json')} --out {town.path('after.json')}")
    assert town.run(f"timestamp check {town.path('after.json')} --json").document["after"][0]["true"]
