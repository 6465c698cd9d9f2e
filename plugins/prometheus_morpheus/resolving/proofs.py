"""Times that a ledger proves: since when a content id is registered, and which block stands at a height.

A node's word that something is registered is worth nothing without the transaction: its id has to be the hash of its
bytes, its sender has to have signed it, it has to register this content id, its block has to stand at that height, and
the second layer has to have applied it. The last two are the node's word again; other nodes are asked the same.

Of several registrations the first counts, and a node may hide it: then the time is too late, never too early.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.errors import InputError, ProofError
from prometheus_morpheus.resolving.asking import ask_each, refuse_mixed
from prometheus_morpheus.resolving.disagreements import Disagreement, Side
from prometheus_morpheus.transactions.operations import attempts_of
from prometheus_morpheus.transactions.serialized import as_nodes_read, transaction_id
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import parse_transaction

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.client.answers import BeforeProof, NodeTransaction
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.resolving.asking import Silent

REGISTER: Final = "registerBeforeProof"


class Registration(NamedTuple):
    """What one node says and shows of a content id.

    `height` and the block's time (`unix`, seconds) are None and 0 where it is not registered; `fault` says why what it
    shows does not prove what it says; `queried_at` is how far it had come.
    """

    source: str
    content_id: str
    height: int | None
    transaction_id: str | None
    unix: int
    queried_at: int
    fault: str = ""


class Times(NamedTuple):
    """What all nodes together say: `height` None where it is not registered or they contradict each other."""

    content_id: str
    height: int | None
    unix: int
    transaction_id: str | None
    registrations: tuple[Registration, ...]
    disagreements: tuple[Disagreement, ...]
    silent: tuple[Silent, ...]


class BlockId(NamedTuple):
    """The block at a height: its id, None where the nodes do not have it or contradict each other, and its time."""

    height: int
    block_id: str | None
    unix: int
    disagreements: tuple[Disagreement, ...]
    silent: tuple[Silent, ...]


async def registered(nodes: Sequence[LedgerNode], content_id: str) -> Times:
    """Return since when a content id is registered, as far as all nodes agree.

    Raises:
        NetworkError: When no node could be asked.
        Conflict: When the nodes belong to different networks.
    """
    answers, silent = await ask_each(nodes, lambda node: _registration(node, content_id))
    await refuse_mixed([node for node in nodes if node.endpoint.base_url in answers])
    found = tuple(answers.values())
    disagreements = (
        *(_with_itself(one) for one in found if one.fault),
        *(_differing(one, other) for one, other in combinations(found, 2) if _differ(one, other)),
    )
    first = next((one for one in found if one.height is not None and not one.fault), None)
    if first is None or disagreements:
        return Times(content_id, None, 0, None, found, disagreements, silent)
    return Times(content_id, first.height, first.unix, first.transaction_id, found, (), silent)


async def block_at(nodes: Sequence[LedgerNode], height: int) -> BlockId:
    """Return the id of the block at a height, as far as all nodes that have come to it agree.

    Raises:
        NetworkError: When no node could be asked.
        Conflict: When the nodes belong to different networks.
    """
    answers, silent = await ask_each(nodes, lambda node: node.block(height))
    await refuse_mixed([node for node in nodes if node.endpoint.base_url in answers])
    found = {source: block for source, block in answers.items() if block is not None}
    ids = {block.id for block in found.values()}
    if len(ids) > 1:
        sides = tuple(Side(source, {"block": block.id, "height": height}) for source, block in found.items())
        what = f"the block at height {height} has {len(ids)} different ids"
        return BlockId(height, None, 0, (Disagreement(f"block {height}", height, what, sides),), silent)
    block = next(iter(found.values()), None)
    return BlockId(height, block and block.id, 0 if block is None else block.unix, (), silent)


async def _registration(node: LedgerNode, content_id: str) -> Registration:
    said = await node.before_proof(content_id)
    name = node.endpoint.base_url
    if said.height is None or said.transaction_id is None:
        return Registration(name, content_id, None, None, 0, said.queried_at)
    found = await node.transaction(said.transaction_id)
    fault, unix = await _fault(node, said, found)
    return Registration(name, content_id, said.height, said.transaction_id, unix, said.queried_at, fault)


async def _fault(node: LedgerNode, said: BeforeProof, found: NodeTransaction | None) -> tuple[str, int]:
    """Return why a transaction does not prove a registration, empty where it does, and the time of its block."""
    if found is None or said.transaction_id is None:
        return "it does not show the transaction", 0
    configuration = await node.configuration()
    fault = _not_registering(found, said.content_id, said.transaction_id, configuration.address_byte)
    if fault:
        return fault, 0
    block = await node.block(found.block_id)
    if block is None or block.height != said.height:
        return "the transaction is not in a block of that height", 0
    if await node.layer_two_status(said.transaction_id) is not True:
        return "the second layer did not apply the transaction", 0
    return "", block.unix


def _not_registering(found: NodeTransaction, content_id: str, name: str, network: int) -> str:
    """Return why a transaction is no signed registration of a content id, or an empty text."""
    try:
        transaction = parse_transaction(found.as_json(network))
        if transaction_id(as_nodes_read(transaction)) != name:
            return "the id is not the hash of the transaction"
        if not has_valid_signature(transaction):
            return "the transaction is not signed by its sender"
        attempts = attempts_of(transaction.asset)
    except (InputError, ProofError) as error:
        return f"the transaction cannot be read: {error.what}"
    if not any(one.get("operation") == REGISTER and one.get("contentId") == content_id for one in attempts):
        return "the transaction does not register this content id"
    return ""


def _differ(one: Registration, other: Registration) -> bool:
    """Return whether two nodes contradict each other; one that has not come so far does not."""
    if one.height == other.height:
        return one.transaction_id != other.transaction_id
    if one.height is not None and other.height is not None:
        return True
    has, lacks = (one, other) if one.height is not None else (other, one)
    return has.height is not None and has.height <= lacks.queried_at


def _differing(one: Registration, other: Registration) -> Disagreement:
    what = f"registered at height {_shown(one.height)} or {_shown(other.height)}"
    sides = (Side(one.source, _told(one)), Side(other.source, _told(other)))
    return Disagreement(one.content_id, min(one.queried_at, other.queried_at), what, sides)


def _with_itself(one: Registration) -> Disagreement:
    sides = (Side(one.source, _told(one)), Side(f"{one.source}: its own transactions", {"fault": one.fault}))
    return Disagreement(one.content_id, one.queried_at, f"{one.source}: {one.fault}", sides)


def _told(one: Registration) -> dict[str, object]:
    return one._asdict()


def _shown(height: int | None) -> str:
    return "none" if height is None else str(height)
