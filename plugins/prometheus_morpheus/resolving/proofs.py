"""Times that a ledger proves: since when a content id is registered, and which block stands at a height.

A node's word that something is registered is worth nothing without the transaction: its id has to be the hash of its
bytes, its sender has to have signed it, it has to register this content id, its block has to stand at that height, and
the second layer has to have applied it. The last two are the node's word again: anybody can sign a transaction today
and say that it stands in an old block. So one endpoint alone proves no time. `Times.is_agreed` says whether two or more
sources tell the same, and one host is one source (`hosts`); that two hosts are not one and the same operator's is for
the person who names them.

A block's id has to be that of its header, and its generator's key has to have signed it: what was checked is told, and
so is what nobody can check here. It takes no further question.

Of several registrations the first counts, and a node may hide it: then the time is too late.
Anybody can register anything in a transaction that nobody here can read: that is a doubt, and nobody's lie.
"""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.errors import InputError, ProofError, TooLarge
from prometheus_morpheus.client.blocks import check_block
from prometheus_morpheus.client.errors import Garbage
from prometheus_morpheus.client.hosts import count_sources
from prometheus_morpheus.resolving.disagreements import Disagreement, Side
from prometheus_morpheus.resolving.each_node import ask_each, common_chain
from prometheus_morpheus.transactions.operations import attempts_of
from prometheus_morpheus.transactions.serialized import as_nodes_read, transaction_id
from prometheus_morpheus.transactions.signing import has_valid_signature
from prometheus_morpheus.transactions.transaction import parse_transaction

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prometheus_morpheus.client.answers import BeforeProof, Block, NodeTransaction
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.resolving.each_node import Patience, Silent

REGISTER: Final = "registerBeforeProof"
ENOUGH: Final = 2
"""How many sources have to tell the same time before it is more than one's word."""


class Registration(NamedTuple):
    """What one node says and shows of a content id.

    `height` and the block's time (`unix`, seconds) are None and 0 where it is not registered; `fault` says why what it
    shows does not prove what it says, `doubt` why it cannot be read; `queried_at` is how far it had come.
    """

    source: str
    content_id: str
    height: int | None
    transaction_id: str | None
    unix: int
    queried_at: int
    fault: str = ""
    doubt: str = ""


class Times(NamedTuple):
    """What all nodes together say: `height` None where it is not registered or they contradict each other.

    `agreeing` are the endpoints that show it, `notes` what to say of the others.
    """

    content_id: str
    height: int | None
    unix: int
    transaction_id: str | None
    registrations: tuple[Registration, ...]
    disagreements: tuple[Disagreement, ...]
    silent: tuple[Silent, ...]
    agreeing: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_agreed(self) -> bool:
        """Whether enough sources show the same registration."""
        return count_sources(self.agreeing) >= ENOUGH


class BlockId(NamedTuple):
    """The block at a height: its id, None where the nodes do not have it or contradict each other, and its time.

    `agreeing` are the endpoints that name it: one alone can make it up. `held` says what was checked of the block and
    holds, `open` what cannot be checked from an answer.
    """

    height: int
    block_id: str | None
    unix: int
    disagreements: tuple[Disagreement, ...]
    silent: tuple[Silent, ...]
    agreeing: tuple[str, ...] = ()
    held: tuple[str, ...] = ()
    open: tuple[str, ...] = ()

    @property
    def is_agreed(self) -> bool:
        """Whether enough sources name the same block."""
        return count_sources(self.agreeing) >= ENOUGH


async def registered(nodes: Sequence[LedgerNode], content_id: str, patience: Patience | None = None) -> Times:
    """Return since when a content id is registered, as far as all nodes agree.

    Raises:
        PrometheusError: When no node could be asked: the first one's reason.
        Conflict: When the nodes belong to different chains.
    """
    answers, silent = await ask_each(nodes, lambda node: _registration(node, content_id), patience)
    await common_chain([node for node in nodes if node.endpoint.base_url in answers])
    found = tuple(answers.values())
    disagreements = (
        *(_with_itself(one) for one in found if one.fault),
        *(_differing(one, other) for one, other in combinations(found, 2) if _differ(one, other)),
    )
    doubts = tuple(f"{one.source}: {one.doubt}" for one in found if one.doubt)
    shown = tuple(one for one in found if one.height is not None and not one.fault and not one.doubt)
    if not shown or disagreements:
        return Times(content_id, None, 0, None, found, disagreements, silent, doubts=doubts)
    first, agreeing = shown[0], tuple(one.source for one in shown)
    notes = (*_behind(found, first), *doubts)
    return Times(content_id, first.height, first.unix, first.transaction_id, found, (), silent, agreeing, notes=notes)


def _behind(found: Sequence[Registration], first: Registration) -> Iterator[str]:
    """Yield who has not come as far as the height that is told, and so says nothing about it."""
    for one in found:
        if first.height is not None and one.height is None and one.queried_at < first.height:
            yield f"{one.source} has not come to height {first.height}: {first.source} alone says what is there"


async def block_at(nodes: Sequence[LedgerNode], height: int, patience: Patience | None = None) -> BlockId:
    """Return the id of the block at a height, as far as all that have come to it agree and its header bears it out.

    Raises:
        PrometheusError: When no node could be asked: the first one's reason.
        Conflict: When the nodes belong to different chains.
    """
    answers, silent = await ask_each(nodes, lambda node: node.block(height), patience)
    await common_chain([node for node in nodes if node.endpoint.base_url in answers])
    found = {source: block for source, block in answers.items() if block is not None}
    disagreements = (*_forked(found, height), *_unsound(found, height))
    if not found or disagreements:
        return BlockId(height, None, 0, disagreements, silent)
    block = next(iter(found.values()))
    checked = check_block(block)
    return BlockId(height, block.id, block.unix, (), silent, tuple(found), checked.held, checked.open)


def _forked(found: Mapping[str, Block], height: int) -> Iterator[Disagreement]:
    """Yield a contradiction where nodes name different blocks."""
    ids = {block.id for block in found.values()}
    if len(ids) > 1:
        sides = tuple(Side(source, {"block": block.id, "height": height}) for source, block in found.items())
        what = f"the block at height {height} has {len(ids)} different ids"
        yield Disagreement(f"block {height}", height, what, sides)


def _unsound(found: Mapping[str, Block], height: int) -> Iterator[Disagreement]:
    """Yield a contradiction for each node whose block is not what its own header and signature make it."""
    for source, block in found.items():
        if failed := check_block(block).failed:
            fault = f"its block {height} fails: {', '.join(failed)}"
            told = Side(source, {"block": block.id, "height": height})
            sides = (told, Side(f"{source}: the header of its block", {"fault": fault}))
            yield Disagreement(f"block {height}", height, f"{source}: {fault}", sides)


async def _registration(node: LedgerNode, content_id: str) -> Registration:
    said = await node.before_proof(content_id)
    name = node.endpoint.base_url
    if said.height is None or said.transaction_id is None:
        return Registration(name, content_id, None, None, 0, said.queried_at)
    told = Registration(name, content_id, said.height, said.transaction_id, 0, said.queried_at)
    try:
        found = await node.transaction(said.transaction_id)
    except (Garbage, TooLarge) as error:
        return told._replace(doubt=f"transaction {said.transaction_id} cannot be read: {error.what}")
    if found is not None and (reason := _unreadable(found, (await node.configuration()).address_byte)):
        return told._replace(doubt=f"transaction {said.transaction_id} cannot be read: {reason}")
    fault, unix = await _fault(node, said, found)
    return told._replace(unix=unix, fault=fault)


def _unreadable(found: NodeTransaction, network: int) -> str:
    """Return why nothing can be made of a transaction, or an empty text."""
    if not found.signature:
        return "it bears no single signature"
    try:
        parse_transaction(found.as_json(network), is_shown=True)
    except (InputError, ProofError) as error:
        return error.what
    return ""


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
    if failed := check_block(block).failed:
        return f"its block fails: {', '.join(failed)}", 0
    if await node.layer_two_status(said.transaction_id) is not True:
        return "the second layer did not apply the transaction", 0
    return "", block.unix


def _not_registering(found: NodeTransaction, content_id: str, name: str, network: int) -> str:
    """Return why a transaction is no signed registration of a content id, or an empty text."""
    try:
        transaction = parse_transaction(found.as_json(network), is_shown=True)
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
