"""A ledger, a wallet and a store that fail on cue, for tests of what is sent and what became of it.

`StrictNode` is the node in memory with the rules that matter to a sender: the memory for ids between two blocks, the
lowest fee, expirations, signatures. `Way` stands between a desk and a node: it loses answers, pauses so that two
processes mix, and lets the process die. `MemoryStore` keeps JSON and lets the process die around a commit.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from coincurve import PrivateKey

from prometheus_morpheus.client.answers import Refusal
from prometheus_morpheus.client.errors import AnsweredLate, LostAnswer, NotReached
from prometheus_morpheus.sending.action import Payer
from prometheus_morpheus.transactions.fees import minimum_fee
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import parse_transaction
from prometheus_simulators.memory_node import FakeNode, address_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.answers import Block, NodeTransaction, Posted

PAYER = Payer("HYD testnet", 0, 0)
_SECRET = bytes(range(1, 33))
_BEYOND = 2**53


class Death(BaseException):
    """The process is killed here."""


class Keys:
    """The signer of one wallet."""

    def __init__(self, secret: bytes = _SECRET) -> None:
        self._key = PrivateKey(secret)
        self.public_key = self._key.public_key.format()
        self.address = address_of(self.public_key)
        self.signed: list[bytes] = []

    def wallet_public_key(self, network: str, account: int, index: int) -> bytes:
        return self.public_key

    def wallet_sign(self, network: str, account: int, index: int, message: bytes) -> bytes:
        self.signed.append(message)
        return self._key.sign(message)


class MemoryStore:
    """A plugin's store in a dictionary; `die_in` commits it kills the process, after the commit with `die_after`."""

    def __init__(self) -> None:
        self.records: dict[str, str] = {}
        self.acts: list[str] = []
        self.die_in = 0
        self.die_after = False
        self._is_open = False

    def get(self, name: str) -> dict[str, Any] | None:
        found = self.records.get(name)
        return None if found is None else json.loads(found)

    def scan(self, prefix: str = "") -> Iterator[tuple[str, dict[str, Any]]]:
        for name, text in sorted(self.records.items()):
            if name.startswith(prefix):
                yield name, json.loads(text)

    @contextmanager
    def transaction(self) -> Iterator[MemoryCommit]:
        assert not self._is_open, "a transaction within another"
        self._is_open = True
        try:
            commit = MemoryCommit(dict(self.records))
            yield commit
            dies = self._counts_down()
            if dies and not self.die_after:
                raise Death
            self.records = commit.records
            self.acts += commit.acts
            if dies:
                raise Death
        finally:
            self._is_open = False

    def _counts_down(self) -> bool:
        self.die_in = max(-1, self.die_in - 1)
        if self.die_in == 0:
            self.die_in = -1
            return True
        return False


class MemoryCommit:
    def __init__(self, records: dict[str, str]) -> None:
        self.records = records
        self.acts: list[str] = []

    def get(self, name: str) -> dict[str, Any] | None:
        found = self.records.get(name)
        return None if found is None else json.loads(found)

    def put(self, name: str, fields: Mapping[str, Any]) -> None:
        # As in a vault: members are sorted, and numbers end at 2^53.
        self.records[name] = json.dumps(_checked(fields), sort_keys=True)

    def delete(self, name: str) -> bool:
        return self.records.pop(name, None) is not None

    def audit(self, act: str, *, persona: str = "", **facts: Any) -> None:
        self.acts.append(act)


def _checked(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _checked(member) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_checked(member) for member in value]
    assert not isinstance(value, int) or abs(value) < _BEYOND, "a number beyond 2^53"
    return value


class StrictNode(FakeNode):
    """A node that remembers ids between blocks, and checks fees, expirations and signatures."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        self.cache: set[str] = set()
        self.bytes_seen: dict[str, Mapping[str, Json]] = {}

    async def post(self, transactions: Sequence[Mapping[str, Json]]) -> Posted:
        for each in transactions:
            self.bytes_seen[str(each["id"])] = each
        return await super().post(transactions)

    def forge(self, *transaction_ids: str) -> Block:
        height = self.blocks[-1].height + 1
        for each in list(self.waiting.values()):
            if each.expiration and each.expiration <= height:
                self._drop_from(each)
        self.cache.clear()
        return super().forge(*[each for each in transaction_ids if each in self.waiting])

    def reorganise(self, height: int, *, returns_to_pool: bool = True) -> None:
        super().reorganise(height, returns_to_pool=returns_to_pool)
        self.cache.clear()
        # A pool is kept in the order of nonces.
        self.waiting = dict(sorted(self.waiting.items(), key=lambda item: item[1].nonce))
        for each in list(self.waiting.values()):
            self._drop_unfit(each)

    def tags_in_chain(self) -> list[str]:
        """Return the marks of everything in the chain, one for each transaction."""
        return [tag_of(each) for each in self.forged.values()]

    def _drop_from(self, gone: NodeTransaction) -> None:
        for each in list(self.waiting.values()):
            if each.sender == gone.sender and each.nonce >= gone.nonce:
                del self.waiting[each.id]

    def _drop_unfit(self, each: NodeTransaction) -> None:
        same = [other for other in self.waiting.values() if other.sender == each.sender]
        before = {other.nonce for other in same}
        needed = range(self.nonces[each.sender_address] + 1, each.nonce)
        is_double = any(other.nonce == each.nonce and other.id != each.id for other in same)
        if is_double or each.nonce <= self.nonces[each.sender_address] or not before.issuperset(needed):
            self.waiting.pop(each.id, None)

    def _refusal_of(self, found: NodeTransaction) -> Refusal | None:
        if found.id in self.cache:
            return Refusal("ERR_DUPLICATE", "Already in cache.")
        self.cache.add(found.id)
        ours = parse_transaction(dict(self.bytes_seen[found.id]))
        if not has_valid_signature(ours):
            return Refusal("ERR_BAD_DATA", "Transaction didn't pass the verification process.")
        if found.expiration and found.expiration <= self.blocks[-1].height + 1:
            return Refusal("ERR_EXPIRED", f"Transaction {found.id} is expired since 1 blocks.")
        if found.fee < minimum_fee(ours, rate=self.config.minimum_rate, addon_bytes=self.config.addon_bytes):
            return Refusal("ERR_LOW_FEE", "The fee is too low to broadcast and accept the transaction")
        return super()._refusal_of(found)


def tag_of(found: NodeTransaction) -> str:
    """Return what marks a wish: the public note of a transfer, the content id of a before proof."""
    if found.vendor_field:
        return found.vendor_field
    asset: Any = found.asset
    return str(asset["operationAttempts"][0]["contentId"]) if asset else f"{found.recipient} {found.amount}"


class Way:
    """The way from one process to a node.

    `troubles` are used up one a call: ``lost`` does what was asked and loses the answer, ``unreached`` does nothing,
    ``dead`` kills the process before the call and ``dead-after`` behind it. `pauses` says how often to let others run.
    """

    def __init__(self, node: FakeNode, pauses: Callable[[], int] = lambda: 0) -> None:
        self.node = node
        self.endpoint = node.endpoint
        self.troubles: list[str] = []
        self._pauses = pauses

    def __getattr__(self, method: str) -> Any:
        target = getattr(self.node, method)

        async def call(*arguments: Any, **options: Any) -> Any:
            for _ in range(self._pauses()):
                await asyncio.sleep(0)
            trouble = self.troubles.pop(0) if self.troubles else ""
            if trouble == "dead":
                raise Death
            if trouble == "unreached":
                raise NotReached("no connection")
            answer = await target(*arguments, **options)
            for _ in range(self._pauses()):
                await asyncio.sleep(0)
            if trouble == "dead-after":
                raise Death
            if trouble == "lost":
                raise LostAnswer("lost") if method == "post" else AnsweredLate("late")
            return answer

        return call
