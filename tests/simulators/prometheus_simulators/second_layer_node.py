"""A node in memory whose second layer really follows the rules, and that can be made to lie about it.

    node = SecondLayerNode()
    node.change(signed("ana", operation("ana", "addKey", auth="phone")))     # in a block of its own
    node.hide(transaction)                                                  # as if it had never been

Several nodes that were given the same are the same network: their blocks have the same ids.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus.claims.did_document import parse_did_document
from prometheus_morpheus.client.answers import BeforeProof, DocumentAnswer, TransactionAt
from prometheus_morpheus.state.machine import MorpheusState
from prometheus_morpheus.transactions import making
from prometheus_morpheus.transactions.posted import transaction_json
from prometheus_simulators.made_transactions import TESTNET, address, public_key, signed_by
from prometheus_simulators.memory_node import FakeNode, posted_transaction
from prometheus_simulators.second_layer import operation, signed
from prometheus_simulators.signed_world import did

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.answers import NodeTransaction, Tip

Document = dict[str, Any]
PAYER = "alice"


class SecondLayerNode(FakeNode):
    """A node that tells the truth until it is told to lie."""

    def __init__(self, base_url: str = "http://127.0.0.1:4703", *, height: int = 10) -> None:
        super().__init__(base_url, height=height)
        self.fund(address(PAYER), 10**15)
        self.state = MorpheusState()
        self.state.begin_block(height)
        self.hidden: set[str] = set()
        self.altered: Callable[[Document], Document] | None = None
        self.altered_transaction: Callable[[NodeTransaction], NodeTransaction] | None = None
        self.claimed_height: int | None = None
        self.proofs_told: dict[str, tuple[int, str]] = {}
        self.made: list[tuple[tuple[Json, ...], ...]] = []

    def change(self, *attempts: Json) -> str:
        """Put a transaction of these attempts into a block of its own; return its id."""
        return self.block_of(attempts)[0]

    def block_of(self, *transactions: tuple[Json, ...]) -> tuple[str, ...]:
        """Put several transactions into one block, in this order; return their ids."""
        self.made.append(transactions)
        ids = []
        for attempts in transactions:
            nonce = self.nonces[address(PAYER)] + len(self.waiting) + 1
            made = signed_by(PAYER, making.morpheus(TESTNET, public_key(PAYER), nonce, list(attempts)))
            found = posted_transaction(transaction_json(made))
            self.waiting[found.id] = found
            ids.append(found.id)
        block = self.forge(*ids)
        self.state.begin_block(block.height)
        for name in ids:
            self.statuses[name] = self.state.apply(name, self.forged[name].asset) is None
        return tuple(ids)

    def wait(self, blocks: int = 1) -> None:
        """Make empty blocks."""
        for _ in range(blocks):
            self.state.begin_block(self.forge().height)
            self.made.append(())

    def twin(self, base_url: str = "http://127.0.0.1:4704") -> SecondLayerNode:
        """Return another node of the same network that was given the same."""
        other = SecondLayerNode(base_url, height=len(self.blocks) - len(self.made))
        for transactions in self.made:
            other.block_of(*transactions) if transactions else other.wait()
        assert other.blocks == self.blocks
        return other

    def hide(self, *names: str) -> None:
        """Lie by leaving transactions out, the document included."""
        self.hidden.update(names)
        state = MorpheusState()
        heights = {block.id: block.height for block in self.blocks}
        for name, found in self.forged.items():
            state.begin_block(heights[found.block_id])
            if name not in self.hidden:
                state.apply(name, found.asset)
        state.begin_block(len(self.blocks))
        self.state = state

    def last(self, of: str) -> str | None:
        """Return the last confirmed transaction of a person's DID."""
        found = self.state.last_transaction(did(of))
        return None if found is None else found[0]

    def do(self, by: str, of: str, kind: str, **members: Any) -> str:
        """Carry out one operation in a block of its own; return the transaction's id."""
        return self.change(signed(by, operation(of, kind, self.last(of), **members)))

    async def tip(self) -> Tip:
        found = await super().tip()
        return found if self.claimed_height is None else found._replace(height=self.claimed_height)

    async def layer_two_height(self) -> int:
        found = await super().layer_two_height()
        return found if self.claimed_height is None else self.claimed_height

    async def did_document(self, did: str, height: int | None = None) -> DocumentAnswer:
        at = len(self.blocks) if height is None else height
        raw = self.state.document(did, at)
        raw = raw if self.altered is None else self.altered(raw)
        return self._answer("did_document", DocumentAnswer(parse_did_document(raw), raw, at))

    async def transaction_ids_of(
        self, did: str, start: int = 0, until: int | None = None, *, attempts: bool = False
    ) -> tuple[TransactionAt, ...]:
        found = self.state.transactions(did, start, until, attempts=attempts)
        return self._answer("transaction_ids_of", tuple(TransactionAt(name, height) for name, height in found))

    async def transaction(self, transaction_id: str) -> NodeTransaction | None:
        found = await super().transaction(transaction_id)
        if found is None or transaction_id in self.hidden:
            return None
        return found if self.altered_transaction is None else self.altered_transaction(found)

    async def before_proof(self, content_id: str) -> BeforeProof:
        seen = self.proofs_told.get(content_id) or self.state.before_proof(content_id)
        height, name = (None, None) if seen is None else seen
        return self._answer("before_proof", BeforeProof(content_id, height, name, len(self.blocks)))
