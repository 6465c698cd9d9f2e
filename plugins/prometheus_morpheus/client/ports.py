"""What others may rely on when they are handed a node, as Protocols; no work is done here.

`LedgerNode` is what `prometheus_morpheus.client.node.Node` does and what test worlds imitate. `PinStore` is where the
identity of a network is kept between runs: a plugin's own store in the vault, or a dictionary in a test.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.client.answers import (
        BeforeProof,
        Block,
        DocumentAnswer,
        NodeConfiguration,
        NodeTransaction,
        OperationAt,
        Page,
        Posted,
        Tip,
        TransactionAt,
        Wallet,
    )
    from prometheus_morpheus.client.endpoint import Endpoint


class PinStore(Protocol):
    """Small JSON objects by name."""

    def get(self, name: str) -> dict[str, Json] | None:
        """Return what was put under a name, or None."""
        ...

    def put(self, name: str, value: dict[str, Json]) -> None:
        """Keep an object under a name, replacing what was there."""
        ...


class LedgerNode(Protocol):
    """One node of the ledger; every method may raise the errors of `prometheus_morpheus.client.errors`."""

    @property
    def endpoint(self) -> Endpoint:
        """Which endpoint this is."""
        ...

    async def configuration(self) -> NodeConfiguration:
        """Return what the node says of its network; asked once, then remembered."""
        ...

    async def tip(self) -> Tip:
        """Return the newest block's height and id."""
        ...

    async def layer_two_height(self) -> int:
        """Return the height up to which the node's second layer has come."""
        ...

    async def block(self, height_or_id: int | str) -> Block | None:
        """Return a block, or None where the node has none."""
        ...

    async def block_transactions(self, height_or_id: int | str, page: int = 1) -> Page[NodeTransaction]:
        """Return a page of a block's transactions."""
        ...

    async def wallet(self, address: str) -> Wallet:
        """Return a wallet; one never seen has nonce 0 and no money."""
        ...

    async def wallet_transactions(self, address: str, page: int = 1, limit: int = 100) -> Page[NodeTransaction]:
        """Return a page of the forged transactions from and to an address, newest first."""
        ...

    async def transaction(self, transaction_id: str) -> NodeTransaction | None:
        """Return a forged transaction, or None."""
        ...

    async def unconfirmed(self, transaction_id: str) -> NodeTransaction | None:
        """Return a transaction that waits in the node's pool, or None."""
        ...

    async def pool(self, page: int = 1) -> Page[NodeTransaction]:
        """Return a page of all that waits in the node's pool."""
        ...

    async def post(self, transactions: Sequence[Mapping[str, Json]]) -> Posted:
        """Send signed transactions, once.

        Raises:
            NotReached: When there was no connection: nothing left.
            LostAnswer: When they may have arrived and no usable answer came: look their ids up first.
            RefusedRequest: When the node did not take the request: nothing happened.
        """
        ...

    async def did_document(self, did: str, height: int | None = None) -> DocumentAnswer:
        """Return the document of a DID at a height, now when None; a DID never seen has its implicit one."""
        ...

    async def last_transaction_of(self, did: str) -> TransactionAt | None:
        """Return the last transaction that changed a DID, or None."""
        ...

    async def transaction_ids_of(
        self, did: str, start: int = 0, until: int | None = None, *, attempts: bool = False
    ) -> tuple[TransactionAt, ...]:
        """Return the transactions that changed a DID, newest first; both heights inclusive.

        Args:
            did: Whose.
            start: First height.
            until: Last height, the newest when None.
            attempts: Whether those that layer 2 refused are told too.
        """
        ...

    async def operations(
        self, did: str, start: int = 0, until: int | None = None, *, attempts: bool = False
    ) -> tuple[OperationAt, ...]:
        """Return the operations on a DID, newest first; arguments as `transaction_ids_of`."""
        ...

    async def before_proof(self, content_id: str) -> BeforeProof:
        """Return since when a content id is registered."""
        ...

    async def layer_two_status(self, transaction_id: str) -> bool | None:
        """Return whether layer 2 applied a transaction; None when it has not seen it (yet)."""
        ...

    async def check(self, attempts: Sequence[Mapping[str, Json]]) -> str | None:
        """Return why layer 2 would refuse operation attempts if they were forged now, or None."""
        ...
