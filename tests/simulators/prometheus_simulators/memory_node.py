"""A node of the ledger in memory, for tests that need one to answer, to refuse, to fail or to lie.

It does what `prometheus_morpheus.client.ports.LedgerNode` says: keeps wallets, a pool and blocks, and moves them when
told (`forge`, `reorganise`). It checks nonces, duplicates and balances with the texts of a real node, and no signature.
What layer 2 says is scripted: `statuses`, `documents`, `histories`, `proofs`, `objection`.

Faults: ``node.fail("post", LostAnswer("…"), after=True)`` does what was asked and then raises; without ``after`` it
raises instead. ``node.calls`` has the name of every method that was called, ``node.arrived`` every transaction that
came in, in order, however often.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict, deque
from typing import TYPE_CHECKING, Any, TypeVar

from prometheus.claims.did_document import parse_did_document
from prometheus.identity import hydra_keys, secp256k1
from prometheus.identity.did import Did
from prometheus.identity.multicipher import SECP256K1, PublicKey
from prometheus.identity.networks import NETWORKS
from prometheus_morpheus.client.answers import (
    BeforeProof,
    Block,
    DocumentAnswer,
    NodeConfiguration,
    NodeTransaction,
    OperationAt,
    Page,
    Posted,
    Refusal,
    Tip,
    TransactionAt,
    Wallet,
)
from prometheus_morpheus.client.block_bytes import computed_id, signed_bytes
from prometheus_morpheus.client.endpoint import Endpoint

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from prometheus.claims.jsontext import Json

CONFIGURATION = NodeConfiguration(
    nethash="00c84a8e485856a274b0afedd7861071328cfed358f065a2f7600455e7a3157c",
    address_byte=128,
    token="THYD",
    core_version="2.7.24",
    slip44=1,
    epoch=1564646400,
    block_time=4,
    milestone_height=3,
    active_delegates=5,
    max_block_transactions=250,
    multi_payment_limit=256,
    vendor_field_length=255,
    has_layer_two=True,
    has_dynamic_fees=True,
    minimum_rate=1000,
    addon_bytes={"transfer": 100, "vote": 100, "delegateRegistration": 400000, "multiPayment": 500},
    static_fees={
        "transfer": 10000000,
        "vote": 100000000,
        "delegateRegistration": 2500000000,
        "multiPayment": 10000000,
    },
)
FORGER = hydra_keys.passphrase_key("the one delegate of nodes in memory")

_Value = TypeVar("_Value")


def address_of(public_key: bytes, address_byte: int = 128) -> str:
    """Return the address of a compressed secp256k1 key on the Hydra network with an address byte."""
    network = next(found for found in NETWORKS if found.address_byte == address_byte)
    return network.address(PublicKey(SECP256K1, public_key))


def implicit_document(did: str, height: int) -> dict[str, Json]:
    """Return the JSON of the document of a DID that never changed."""
    entry: list[Json] = [{"history": [{"height": None, "valid": True}], "keyLink": "#0", "valid": True}]
    auth = Did.parse(did).key_id.text
    key: Json = {"auth": auth, "validFromHeight": None, "validUntilHeight": None, "index": 0, "valid": True}
    return {
        "did": did,
        "keys": [key],
        "rights": {"update": entry, "impersonate": entry},
        "tombstonedAtHeight": None,
        "tombstoned": False,
        "queriedAtHeight": height,
    }


def sealed(block: Block) -> Block:
    """Return a block with the forger's signature and the id that follow from it."""
    signed = block._replace(signature=secp256k1.sign_der(FORGER.locked, signed_bytes(block)))
    return signed._replace(id=computed_id(signed))


class FakeNode:
    """A scripted node; change its attributes between calls."""

    def __init__(
        self,
        base_url: str = "http://127.0.0.1:4703",
        *,
        configuration: NodeConfiguration = CONFIGURATION,
        height: int = 10,
    ) -> None:
        self.endpoint = Endpoint(base_url)
        self.config = configuration
        self.balances: dict[str, int] = defaultdict(int)
        self.nonces: dict[str, int] = defaultdict(int)
        self.public_keys: dict[str, bytes] = {}
        self.waiting: dict[str, NodeTransaction] = {}
        self.forged: dict[str, NodeTransaction] = {}
        self.blocks: list[Block] = []
        self.statuses: dict[str, bool] = {}
        self.rejects: set[str] = set()
        self.documents: dict[str, dict[str, Json]] = {}
        self.histories: dict[str, list[OperationAt]] = defaultdict(list)
        self.proofs: dict[str, tuple[int, str]] = {}
        self.objection: str | None = None
        self.refusals: dict[str, Refusal] = {}
        self.refuse_next: deque[Refusal] = deque()
        self.arrived: list[str] = []
        self.calls: list[str] = []
        self._faults: dict[str, deque[tuple[Exception, bool]]] = defaultdict(deque)
        while len(self.blocks) < height:
            self._append_block(())

    def fail(self, method: str, error: Exception, *, times: int = 1, after: bool = False) -> None:
        """Let the next calls of a method raise; with ``after`` what they were to do is done nevertheless."""
        self._faults[method].extend([(error, after)] * times)

    def fund(self, address: str, amount: int) -> None:
        """Give an address some flakes out of nothing."""
        self.balances[address] += amount

    def forge(self, *transaction_ids: str) -> Block:
        """Put what waits, or only these, into a new block; layer 2 applies it unless its id is in ``rejects``."""
        chosen = transaction_ids or tuple(self.waiting)
        block = self._append_block(chosen)
        for transaction_id in chosen:
            found = self.waiting.pop(transaction_id)
            self._move(found, 1)
            self.forged[transaction_id] = found._replace(block_id=block.id, unix=block.unix, confirmations=1)
            if found.type_group == 4242:
                self.statuses[transaction_id] = transaction_id not in self.rejects
        return block

    def reorganise(self, height: int, *, returns_to_pool: bool = True) -> None:
        """Take all blocks above a height away; their transactions wait again, or are gone."""
        gone = {block.id for block in self.blocks[height:]}
        del self.blocks[height:]
        for transaction_id, found in list(self.forged.items()):
            if found.block_id in gone:
                self._move(self.forged.pop(transaction_id), -1)
                self.statuses.pop(transaction_id, None)
                if returns_to_pool:
                    self.waiting[transaction_id] = found._replace(block_id="", unix=0, confirmations=0)

    def forget_pool(self) -> None:
        """Lose everything that waits, as a node that is started again does."""
        self.waiting.clear()

    async def configuration(self) -> NodeConfiguration:
        return self._answer("configuration", self.config)

    async def tip(self) -> Tip:
        return self._answer("tip", Tip(self.blocks[-1].height, self.blocks[-1].id))

    async def layer_two_height(self) -> int:
        return self._answer("layer_two_height", len(self.blocks))

    async def block(self, height_or_id: int | str) -> Block | None:
        found = [block for block in self.blocks if height_or_id in (block.height, block.id)]
        return self._answer("block", found[0] if found else None)

    async def block_transactions(self, height_or_id: int | str, page: int = 1) -> Page[NodeTransaction]:
        ids = {block.id for block in self.blocks if height_or_id in (block.height, block.id)}
        found = [transaction for transaction in self._seen() if transaction.block_id in ids]
        return self._answer("block_transactions", _page(found, page))

    async def wallet(self, address: str) -> Wallet:
        found = Wallet(address, self.nonces[address], self.balances[address], self.public_keys.get(address))
        return self._answer("wallet", found)

    async def wallet_transactions(self, address: str, page: int = 1, limit: int = 100) -> Page[NodeTransaction]:
        found = [each for each in self._seen() if address in (each.sender_address, each.recipient, *_payees(each))]
        return self._answer("wallet_transactions", _page(found[::-1], page, limit))

    async def transaction(self, transaction_id: str) -> NodeTransaction | None:
        found = {each.id: each for each in self._seen()}.get(transaction_id)
        return self._answer("transaction", found)

    async def unconfirmed(self, transaction_id: str) -> NodeTransaction | None:
        return self._answer("unconfirmed", self.waiting.get(transaction_id))

    async def pool(self, page: int = 1) -> Page[NodeTransaction]:
        return self._answer("pool", _page(list(self.waiting.values()), page))

    async def post(self, transactions: Sequence[Mapping[str, Json]]) -> Posted:
        self._raise_before("post")
        accepted: list[str] = []
        refused: dict[str, tuple[Refusal, ...]] = {}
        for posted in transactions:
            found = posted_transaction(posted, self.config.address_byte)
            self.arrived.append(found.id)
            refusal = self._refusal_of(found)
            if refusal is None:
                self.waiting[found.id] = found
                self.public_keys[found.sender_address] = found.sender
                accepted.append(found.id)
            else:
                refused[found.id] = (refusal,)
        self._raise_after("post")
        return Posted(tuple(accepted), tuple(accepted), (), refused)

    async def did_document(self, did: str, height: int | None = None) -> DocumentAnswer:
        at = len(self.blocks) if height is None else height
        raw = dict(self.documents.get(did) or implicit_document(did, at)) | {"queriedAtHeight": at}
        return self._answer("did_document", DocumentAnswer(parse_did_document(raw), raw, at))

    async def last_transaction_of(self, did: str) -> TransactionAt | None:
        valid = [found for found in self._history(did) if found.is_valid]
        last = TransactionAt(valid[0].transaction_id, valid[0].height) if valid else None
        return self._answer("last_transaction_of", last)

    async def transaction_ids_of(
        self, did: str, start: int = 0, until: int | None = None, *, attempts: bool = False
    ) -> tuple[TransactionAt, ...]:
        seen = [found for found in self._between(did, start, until) if attempts or found.is_valid]
        ids = dict.fromkeys(TransactionAt(found.transaction_id, found.height) for found in seen)
        return self._answer("transaction_ids_of", tuple(ids))

    async def operations(
        self, did: str, start: int = 0, until: int | None = None, *, attempts: bool = False
    ) -> tuple[OperationAt, ...]:
        found = tuple(each for each in self._between(did, start, until) if attempts or each.is_valid)
        return self._answer("operations", found)

    async def before_proof(self, content_id: str) -> BeforeProof:
        height, transaction_id = self.proofs.get(content_id, (None, None))
        return self._answer("before_proof", BeforeProof(content_id, height, transaction_id, len(self.blocks)))

    async def layer_two_status(self, transaction_id: str) -> bool | None:
        return self._answer("layer_two_status", self.statuses.get(transaction_id))

    async def check(self, attempts: Sequence[Mapping[str, Json]]) -> str | None:
        return self._answer("check", self.objection)

    def _answer(self, method: str, value: _Value) -> _Value:
        self._raise_before(method)
        self._raise_after(method)
        return value

    def _raise_before(self, method: str) -> None:
        self.calls.append(method)
        self._raise(method, after=False)

    def _raise_after(self, method: str) -> None:
        self._raise(method, after=True)

    def _raise(self, method: str, *, after: bool) -> None:
        faults = self._faults[method]
        if faults and faults[0][1] is after:
            raise faults.popleft()[0]

    def _refusal_of(self, found: NodeTransaction) -> Refusal | None:
        if found.id in self.refusals:
            return self.refusals[found.id]
        if self.refuse_next:
            return self.refuse_next.popleft()
        if found.id in self.waiting:
            return Refusal("ERR_DUPLICATE", "Duplicate transaction ID")
        if found.id in self.forged:
            return Refusal("ERR_FORGED", "Already forged.")
        pooled = [each for each in self.waiting.values() if each.sender == found.sender]
        nonce = self.nonces[found.sender_address] + len(pooled)
        if found.nonce != nonce + 1:
            text = f"Cannot apply a transaction with nonce {found.nonce}: the sender {found.sender.hex()}"
            return Refusal("ERR_APPLY", f"{text} has nonce {nonce}.")
        spoken_for = sum(each.amount + each.fee for each in pooled)
        if self.balances[found.sender_address] < spoken_for + found.amount + found.fee:
            return Refusal("ERR_APPLY", "Insufficient balance in the wallet.")
        return None

    def _move(self, found: NodeTransaction, direction: int) -> None:
        self.nonces[found.sender_address] += direction
        self.balances[found.sender_address] -= direction * (found.amount + found.fee)
        if (found.type_group, found.type) == (1, 0):
            self.balances[found.recipient] += direction * found.amount
        for payment in _payments(found):
            self.balances[str(payment["recipientId"])] += direction * int(payment["amount"])

    def _append_block(self, transaction_ids: Iterable[str]) -> Block:
        ids = tuple(transaction_ids)
        height = len(self.blocks) + 1
        previous = self.blocks[-1].id if self.blocks else "0" * 64
        payload = hashlib.sha256(b"".join(bytes.fromhex(found) for found in ids))
        seconds = 0 if height == 1 else height * self.config.block_time
        block = Block(
            id="",
            version=0,
            height=height,
            previous=previous,
            timestamp=seconds,
            unix=self.config.epoch + seconds,
            transactions=len(ids),
            amount=sum(self.waiting[found].amount for found in ids),
            fee=sum(self.waiting[found].fee for found in ids),
            reward=0,
            payload_hash=payload.hexdigest(),
            payload_length=32 * len(ids),
            generator=FORGER.public_key().raw,
            signature=b"",
        )
        block = sealed(block)
        self.blocks.append(block)
        return block

    def _seen(self) -> list[NodeTransaction]:
        heights = {block.id: block.height for block in self.blocks}
        top = len(self.blocks)
        return [found._replace(confirmations=top - heights[found.block_id] + 1) for found in self.forged.values()]

    def _history(self, did: str) -> list[OperationAt]:
        return sorted(self.histories[did], key=lambda found: -found.height)

    def _between(self, did: str, start: int, until: int | None) -> list[OperationAt]:
        end = len(self.blocks) if until is None else until
        return [found for found in self._history(did) if start <= found.height <= end]


def posted_transaction(posted: Mapping[str, Json], address_byte: int = 128) -> NodeTransaction:
    """Return the transaction of the form in which it is posted, as a node tells it afterwards."""
    document: dict[str, Any] = dict(posted)
    sender = bytes.fromhex(document["senderPublicKey"])
    address = address_of(sender, address_byte)
    type_group, kind = document["typeGroup"], document["type"]
    asset = document.get("asset")
    payments = asset["payments"] if asset is not None and (type_group, kind) == (1, 6) else []
    return NodeTransaction(
        id=document["id"],
        version=document["version"],
        type_group=type_group,
        type=kind,
        nonce=int(document["nonce"]),
        sender=sender,
        sender_address=address,
        fee=int(document["fee"]),
        amount=sum(int(payment["amount"]) for payment in payments) or int(document["amount"]),
        recipient=document.get("recipientId", address),
        vendor_field=document.get("vendorField"),
        asset=asset,
        signature=bytes.fromhex(document["signature"]),
        expiration=document.get("expiration", 0),
    )


def _payments(found: NodeTransaction) -> list[dict[str, Any]]:
    if (found.type_group, found.type) != (1, 6) or not isinstance(found.asset, dict):
        return []
    payments: Any = found.asset["payments"]
    return list(payments)


def _payees(found: NodeTransaction) -> list[str]:
    return [str(payment["recipientId"]) for payment in _payments(found)]


def _page(found: Sequence[NodeTransaction], page: int, limit: int = 100) -> Page[NodeTransaction]:
    start = (page - 1) * limit
    page_count = max(1, -(-len(found) // limit))
    return Page(tuple(found[start : start + limit]), page, page_count, len(found))
