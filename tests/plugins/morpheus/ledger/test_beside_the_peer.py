"""The same requests to the hydra-devnode peer and to the ledger: the same answers, the same wallets, sound blocks.

The peer makes its blocks by the clock, so requests are sent in phases that each begin right after one of its blocks. A
phase that a block interrupts all the same compares nothing, and the test says that it was skipped.
"""

from __future__ import annotations

import json
import re
import time
from typing import TYPE_CHECKING, Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest
from prometheus_simulators.dev_ledger import SECOND_DELEGATE, LedgerWorld, Posted
from prometheus_simulators.made_transactions import address, public_key
from prometheus_simulators.peers import hydra_devnode, why_no_hydra_devnode

from prometheus_morpheus.ledger.block import is_genuine, payload_of
from prometheus_morpheus.ledger.chain import UnfitRequest
from prometheus_morpheus.ledger.genesis import genesis
from prometheus_morpheus.ledger.views import Block
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.operations import before_proof
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_morpheus.transactions.signing import with_signature

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = pytest.mark.skipif(bool(why_no_hydra_devnode()), reason=why_no_hydra_devnode() or "never")

NAMES = ("alice", "bob", "carol", "dave")
UNFIT = "the request was refused whole"


class Peer:
    """The peer, asked over HTTP."""

    def __init__(self, url: str) -> None:
        self._url = url

    def ask(self, path: str, body: Any = None) -> Any:
        content = None if body is None else json.dumps(body).encode()
        request = Request(self._url + path, content, {"content-type": "application/json"})  # noqa: S310 - loopback
        with urlopen(request, timeout=20) as answer:  # noqa: S310 - loopback
            return json.load(answer)

    def post(self, *posted: Posted) -> Any:
        try:
            return self.ask("/api/transactions", {"transactions": list(posted)})
        except HTTPError as refused:
            return UNFIT if refused.code == 422 else f"status {refused.code}"

    @property
    def height(self) -> int:
        height: int = self.ask("/api/blockchain")["data"]["block"]["height"]
        return height

    def wait_for_block(self) -> int:
        """Wait until a block was just made that left nothing in the pool; return its height."""
        before = self.height
        while (now := self.height) == before or self.ask("/api/transactions/unconfirmed")["data"]:
            time.sleep(0.02)
        return now


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    with hydra_devnode(block_time_ms=4000) as url:
        yield Peer(url)


def ours(world: LedgerWorld, *posted: Posted) -> Any:
    """Return the ledger's answer in the peer's form."""
    try:
        answer = world.send(*posted)
    except UnfitRequest:
        return UNFIT
    data = {"accept": answer.accept, "broadcast": answer.broadcast, "excess": answer.excess, "invalid": answer.invalid}
    errors = {txid: [{"type": kind, "message": text} for kind, text in each] for txid, each in answer.errors.items()}
    return {"data": data} | ({"errors": errors} if errors else {})


def without_heights(answer: Any) -> Any:
    return json.loads(re.sub(r"expired since -?\d+ blocks", "expired", json.dumps(answer)))


def compare(peer: Peer, world: LedgerWorld, requests: dict[str, list[Posted]]) -> None:
    """Send requests to both within one block of the peer, which just made one; then make the next on both."""
    height = peer.height
    pairs = {name: (peer.post(*posted), ours(world, *posted)) for name, posted in requests.items()}
    if peer.height != height:
        pytest.skip("the peer made a block in the middle of a phase, so nothing can be compared")
    for name, (theirs, mine) in pairs.items():
        assert (name, without_heights(mine)) == (name, without_heights(theirs))
    peer.wait_for_block()
    world.forge()


def first_phase(world: LedgerWorld) -> dict[str, list[Posted]]:
    right = world.pay("alice", "bob", 1)
    broken = world.pay("bob", "alice", 77)
    poor = making.transfer(128, public_key("bob"), 1, address("alice"), 10**14)
    sent = {
        "a transfer": [right],
        "the same again": [right],
        "the same nonce": [world.pay("alice", "bob", 2, nonce=1)],
        "a gap": [world.pay("alice", "bob", 3, nonce=5)],
        "a cold wallet": [world.pay("erin", "bob")],
        "too little money": [world.post("bob", poor)],
        "too low a fee": [world.pay("bob", "alice", fee=1)],
        "no fee": [world.pay("bob", "alice") | {"fee": "0"}],
        "an altered amount": [broken | {"amount": "78"}],
        "the unaltered after it": [broken],
        "too late": [world.pay("bob", "alice", expiration=2)],
        "another network": [world.pay("bob", "alice", 4) | {"network": 90}],
        "an unknown group": [world.pay("bob", "alice", 5) | {"typeGroup": 9999}],
        "an unknown type": [world.pay("bob", "alice", 6) | {"type": 99}],
        "no id": [{name: value for name, value in right.items() if name != "id"}],
        "version 1": [world.pay("bob", "alice", 7) | {"version": 1, "timestamp": 5}],
        "a foreign recipient": [world.pay("bob", "alice", 8) | {"recipientId": address("bob", 90)}],
        "a misspelt recipient": [world.pay("bob", "alice", 9) | {"recipientId": address("bob")[:-2] + "zz"}],
        "a key off the curve": [world.pay("bob", "alice", 10) | {"senderPublicKey": "02" + "ff" * 32}],
        "one good, one bad": [world.pay("bob", "alice", nonce=1), world.pay("bob", "alice", nonce=2, fee=5)],
        "no list": [],
        "too many": [right] * 41,
        "a vote for nobody": [world.vote("carol", public_key("bob"))],
        "the end of no vote": [world.unvote("carol")],
        "a vote": [world.vote("carol")],
        "a vote while one waits": [world.vote("carol", SECOND_DELEGATE)],
        "two of one name": [world.register("dave", "zed"), world.register("erin", "zed")],
    }
    return sent | {"a delegate": [world.register("dave", "zed", fee=26 * 10**8)], "forged later": [right]}


def second_phase(world: LedgerWorld) -> dict[str, list[Posted]]:
    nonce = world.nonce("bob")
    payments = [(address("alice"), 5), (address("erin"), 6)]
    several = world.post("bob", making.multi_transfer(128, public_key("bob"), nonce, payments, vendor_field="x"))
    foreign = json.loads(json.dumps(several)) | {"id": "ab" * 32}
    foreign["asset"]["payments"][0]["recipientId"] = address("bob", 90)
    one = json.loads(json.dumps(several)) | {"id": "cd" * 32}
    one["asset"]["payments"].pop()
    return {
        "a second vote": [world.vote("carol", SECOND_DELEGATE)],
        "the end of another vote": [world.unvote("carol", SECOND_DELEGATE)],
        "the end of the vote": [world.unvote("carol")],
        "a second name": [world.register("dave", "other")],
        "a foreign payment": [foreign],
        "one payment": [one],
        "several payments": [several],
        "a timestamp": [world.morpheus("alice", [before_proof("content")])],
        "a timestamp too cheap": [world.morpheus("dave", [before_proof("content")], fee=1)],
        "nothing to do": [world.morpheus("dave", [])],
        "a vendor field where none is": [world.morpheus("dave", [before_proof("more")]) | {"vendorField": "x"}],
        "no operation": [world.morpheus("dave", []) | {"asset": {"operationAttempts": [{"operation": "fly"}]}}],
    }


def funding(world: LedgerWorld) -> dict[str, list[Posted]]:
    faucet = genesis().faucet
    sender = faucet.public_key.format()
    transfers = [
        making.transfer(128, sender, nonce, address(name), 10**13) for nonce, name in enumerate(NAMES, start=1)
    ]
    return {"funding": [dict(transaction_json(with_signature(one, faucet.sign))) for one in transfers]}


def as_block(data: dict[str, Any]) -> Block:
    forged, payload = data["forged"], data["payload"]
    return Block(
        data["id"],
        data["height"],
        data["version"],
        data["timestamp"]["epoch"],
        data["previous"],
        data["transactions"],
        int(forged["amount"]),
        int(forged["fee"]),
        int(forged["reward"]),
        payload["length"],
        payload["hash"],
        data["generator"]["publicKey"],
        data["signature"],
    )


def test_both_answer_the_same(peer: Peer) -> None:
    world = LedgerWorld()
    peer.wait_for_block()
    for phase in (funding, first_phase, second_phase):
        compare(peer, world, phase(world))
    for name in (*NAMES, "erin"):
        theirs, mine = peer.ask(f"/api/wallets/{address(name)}")["data"], world.ledger.wallet(address(name))
        assert mine is not None
        vote = theirs.get("vote", "")
        assert (theirs["nonce"], theirs["balance"], vote) == (str(mine.nonce), str(mine.balance), mine.vote)


def test_the_peers_blocks_are_sound_by_our_rules(peer: Peer) -> None:
    while peer.height < 2:
        time.sleep(0.02)
    for data in peer.ask("/api/blocks?limit=100")["data"]:
        block = as_block(data)
        if block.height == 1:
            assert block == genesis().block
            continue
        assert is_genuine(block)
        ids = [bytes.fromhex(one["id"]) for one in peer.ask(f"/api/blocks/{block.id}/transactions")["data"]]
        assert payload_of(ids) == (block.payload_length, block.payload_hash)
