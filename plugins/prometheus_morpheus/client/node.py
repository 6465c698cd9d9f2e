"""One node of the ledger, asked through the recorded interface of Hydra 2.7.

Rules:
* Nothing is asked before the network that answers is known to be the one that was pinned (`identity_pin`).
* What goes into a path is checked first: ids are hex, DIDs are DIDs, content ids are percent-encoded.
* Questions may be asked again by the way they go (`http`); transactions are posted once.
* 404 is an answer where the interface means "none": a wallet, block, transaction or status that is not there.

What this is not: a judge. Each answer has the right form and may be a lie; `quorum` compares, others recompute.
"""

from __future__ import annotations

import asyncio

from prometheus.errors import NotUnderstood, PrometheusError
from prometheus.identity.did import Did
from prometheus.model.frozen import TYPE_CHECKING, TypeVar
from prometheus_morpheus.client import reading, reading_configuration, reading_layer_two
from prometheus_morpheus.client.errors import Garbage, LostAnswer
from prometheus_morpheus.client.fields import LONGEST_TRANSACTION
from prometheus_morpheus.client.identity_pin import IdentityPin, identity_of
from prometheus_morpheus.transactions.networks import is_public

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

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
    from prometheus_morpheus.client.http import Caller
    from prometheus_morpheus.client.ports import PinStore

_LAYER_ONE = "/api"
_LAYER_TWO = "/morpheus/v1"
_NO_WALLET = "Wallet not found"
_NO_BLOCK = "Block not found"
_NO_TRANSACTION = "Transaction not found"
_NEVER_CHANGED = "has no transactions yet"
_NOT_PROCESSED = "is not processed by morpheus"
_PROBE = "height"
"""A content id that nobody needs to have registered: its history tells how far layer 2 has come."""

_Read = TypeVar("_Read")


class Node:
    """A node of the ledger behind one endpoint; see `prometheus_morpheus.client.ports.LedgerNode` for each method."""

    def __init__(self, caller: Caller, pins: PinStore) -> None:
        """Ask through a caller, and keep what network it is in a store of pins."""
        self._caller = caller
        self._pin = IdentityPin(caller.endpoint, pins)
        self._configuration: NodeConfiguration | None = None
        self._asking = asyncio.Lock()

    @property
    def endpoint(self) -> Endpoint:
        """Which endpoint this is."""
        return self._caller.endpoint

    async def configuration(self) -> NodeConfiguration:
        """Return what the node says of its network, after comparing it with the pin; asked once, then remembered."""
        async with self._asking:
            if self._configuration is None:
                self._configuration = await self._checked_configuration()
            return self._configuration

    async def tip(self) -> Tip:
        """Return the newest block's height and id."""
        return await self._ask(f"{_LAYER_ONE}/blockchain", reading.tip)

    async def layer_two_height(self) -> int:
        """Return the height up to which the node's second layer has come."""
        return (await self.before_proof(_PROBE)).queried_at

    async def block(self, height_or_id: int | str) -> Block | None:
        """Return a block, or None where the node has none."""
        path = f"{_LAYER_ONE}/blocks/{_block_name(height_or_id)}"
        return await self._ask_for(path, lambda body: reading.block_named(body, height_or_id), missing=_NO_BLOCK)

    async def block_transactions(self, height_or_id: int | str, page: int = 1) -> Page[NodeTransaction]:
        """Return a page of a block's transactions."""
        path = f"{_LAYER_ONE}/blocks/{_block_name(height_or_id)}/transactions?page={page:d}&limit=100"
        return await self._ask(path, reading.transactions)

    async def wallet(self, address: str) -> Wallet:
        """Return a wallet; one never seen has nonce 0 and no money."""
        path = f"{_LAYER_ONE}/wallets/{reading.checked_wallet(address)}"
        found = await self._ask_for(path, lambda body: reading.wallet_of(body, address), missing=_NO_WALLET)
        return found or reading.unseen_wallet(address)

    async def wallet_transactions(self, address: str, page: int = 1, limit: int = 100) -> Page[NodeTransaction]:
        """Return a page of the forged transactions from and to an address, newest first."""
        path = f"{_LAYER_ONE}/wallets/{reading.checked_address(address)}/transactions?page={page:d}&limit={limit:d}"
        found = await self._ask_for(path, reading.transactions, missing=_NO_WALLET)
        return found or reading.EMPTY_PAGE

    async def transaction(self, transaction_id: str) -> NodeTransaction | None:
        """Return a forged transaction, or None."""
        found = await self._transaction("transactions", transaction_id)
        return found if found is not None and found.is_forged else None

    async def unconfirmed(self, transaction_id: str) -> NodeTransaction | None:
        """Return a transaction that waits in the node's pool, or None."""
        return await self._transaction("transactions/unconfirmed", transaction_id)

    async def pool(self, page: int = 1) -> Page[NodeTransaction]:
        """Return a page of all that waits in the node's pool."""
        return await self._ask(f"{_LAYER_ONE}/transactions/unconfirmed?page={page:d}&limit=100", reading.transactions)

    async def post(self, transactions: Sequence[Mapping[str, Json]]) -> Posted:
        """Send signed transactions, once, to a node that still serves the pinned network.

        A signature does not say which of two networks with the same address byte it is for: so the network is looked
        at again right before.

        Raises:
            NotReached: When there was no connection: nothing left.
            LostAnswer: When they may have arrived and no usable answer came: look their ids up first.
            RefusedRequest: When the node did not take the request: nothing happened.
        """
        self._configuration = await self._checked_configuration()
        body: dict[str, Json] = {"transactions": [dict(transaction) for transaction in transactions]}
        sent = [str(transaction.get("id")) for transaction in transactions]
        answer = await self._caller.send_once(f"{_LAYER_ONE}/transactions", body)
        try:
            return reading.posted(answer, sent)
        except PrometheusError as error:
            raise LostAnswer(
                f"{self.endpoint.base_url} answered a posted transaction with something else",
                meaning=error.what,
                remedy="it may have arrived: run prometheus ledger pending, which looks it up",
            ) from error

    async def did_document(self, did: str, height: int | None = None) -> DocumentAnswer:
        """Return the document of a DID at a height, now when None; a DID never seen has its implicit one."""
        at = "" if height is None else f"/{_checked_height(height):d}"
        path = f"{_LAYER_TWO}/did/{_checked_did(did)}/document{at}"
        return await self._ask(path, lambda body: reading_layer_two.document_of(body, did, height))

    async def last_transaction_of(self, did: str) -> TransactionAt | None:
        """Return the last transaction that changed a DID, or None."""
        path = f"{_LAYER_TWO}/did/{_checked_did(did)}/transactions/last"
        return await self._ask_for(path, reading_layer_two.transaction_at, missing=_NEVER_CHANGED)

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
        kind = "transaction-attempts" if attempts else "transactions"
        path = f"{_LAYER_TWO}/did/{_checked_did(did)}/{kind}/{_range(start, until)}"
        return await self._ask(path, lambda body: reading_layer_two.transactions_at(body, start, until))

    async def operations(
        self, did: str, start: int = 0, until: int | None = None, *, attempts: bool = False
    ) -> tuple[OperationAt, ...]:
        """Return the operations on a DID, newest first; arguments as `transaction_ids_of`."""
        kind = "operation-attempts" if attempts else "operations"
        path = f"{_LAYER_TWO}/did/{_checked_did(did)}/{kind}/{_range(start, until)}"
        return await self._ask(path, lambda body: reading_layer_two.operations_on(body, did, start, until))

    async def before_proof(self, content_id: str) -> BeforeProof:
        """Return since when a content id is registered."""
        path = f"{_LAYER_TWO}/before-proof/{reading_layer_two.in_a_path(content_id)}/history"
        return await self._ask(path, lambda body: reading_layer_two.before_proof_of(body, content_id))

    async def layer_two_status(self, transaction_id: str) -> bool | None:
        """Return whether layer 2 applied a transaction; None when it has not seen it (yet)."""
        path = f"{_LAYER_TWO}/txn-status/{reading.checked_id(transaction_id)}"
        return await self._ask_for(path, reading_layer_two.status, missing=_NOT_PROCESSED)

    async def check(self, attempts: Sequence[Mapping[str, Json]]) -> str | None:
        """Return why layer 2 would refuse operation attempts if they were forged now, or None."""
        await self.configuration()
        body: list[Json] = [dict(attempt) for attempt in attempts]
        answer = await self._caller.ask_with(f"{_LAYER_TWO}/check-transaction-validity", body)
        return self._read(answer, reading_layer_two.objection)

    async def _checked_configuration(self) -> NodeConfiguration:
        answer = await self._caller.ask(f"{_LAYER_ONE}/node/configuration")
        configuration = self._read(answer, reading_configuration.configuration)
        first = await self._caller.ask(f"{_LAYER_ONE}/blocks/1")
        genesis = self._read(first, lambda body: reading.block_named(body, 1))
        configuration = await self._with_second_block(configuration)
        self._pin.check(identity_of(configuration, genesis))
        return configuration

    async def _with_second_block(self, configuration: NodeConfiguration) -> NodeConfiguration:
        """Return a configuration with what tells chains apart that begin with the same block."""
        if is_public(configuration.nethash):
            return configuration
        answer = await self._caller.ask_for(f"{_LAYER_ONE}/blocks/2", missing=_NO_BLOCK)
        if answer is None:
            return configuration
        second = self._read(answer.body, lambda body: reading.block_named(body, 2))
        return configuration._replace(second_block=second.id)

    async def _transaction(self, where: str, transaction_id: str) -> NodeTransaction | None:
        path = f"{_LAYER_ONE}/{where}/{reading.checked_id(transaction_id)}"
        await self.configuration()
        answer = await self._caller.ask_for(path, missing=_NO_TRANSACTION, longest=LONGEST_TRANSACTION)
        if answer is None:
            return None
        return self._read(answer.body, lambda body: reading.transaction_named(body, transaction_id))

    async def _ask(self, path: str, read: Callable[[Json], _Read]) -> _Read:
        await self.configuration()
        return self._read(await self._caller.ask(path), read)

    async def _ask_for(self, path: str, read: Callable[[Json], _Read], *, missing: str) -> _Read | None:
        await self.configuration()
        answer = await self._caller.ask_for(path, missing=missing)
        return None if answer is None else self._read(answer.body, read)

    def _read(self, body: Json, read: Callable[[Json], _Read]) -> _Read:
        try:
            return read(body)
        except PrometheusError as error:
            raise Garbage(
                f"{self.endpoint.base_url} answered what no Hydra node answers",
                meaning=error.what,
                remedy="is it a Hydra node? name another endpoint with --ledger",
            ) from error


def _checked_did(did: str) -> str:
    return Did.parse(did).text


def _checked_height(height: int) -> int:
    """Return a height that a document can be asked at; nodes take 0 for "now"."""
    if height < 1:
        raise NotUnderstood("heights of the ledger begin at 1", code="HEIGHT")
    return height


def _block_name(height_or_id: int | str) -> str:
    return reading.checked_id(height_or_id) if isinstance(height_or_id, str) else f"{height_or_id:d}"


def _range(start: int, until: int | None) -> str:
    return f"{start:d}" if until is None else f"{start:d}/{until:d}"
