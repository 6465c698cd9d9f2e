"""Asking several nodes the same and comparing what they say.

Rules:
* What all that answered agree on is the value. Where two sides differ there is no value: every side is kept with its
  endpoints and its answer as it came, and nothing is accepted because more said it; whoever runs one liar can run ten.
* Nodes have come differently far. What depends on a height is compared at the lowest height that all have reached.
* A node that does not answer is named with its error; it neither agrees nor disagrees.

What this is not: proof. Nodes that agree may be one person's. What can be recomputed is recomputed elsewhere.
"""

from __future__ import annotations

import asyncio
import operator
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from prometheus.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from prometheus_morpheus.client.answers import BeforeProof, Block, DocumentAnswer, Wallet
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.client.ports import LedgerNode

_Value = TypeVar("_Value")


class Side(NamedTuple, Generic[_Value]):
    """One answer, and who gave it."""

    endpoints: tuple[Endpoint, ...]
    value: _Value


class Silence(NamedTuple):
    """A node that gave no usable answer, and why."""

    endpoint: Endpoint
    error: NetworkError


class Compared(NamedTuple, Generic[_Value]):
    """What came of asking several nodes the same.

    Where all that answered agree, they are ``agreed_by`` and ``disagreements`` is empty. Where they do not, ``value``
    is None, ``agreed_by`` empty, and ``disagreements`` has every side. Nobody answering is neither. ``height`` is what
    the answers were compared at, None where none matters.
    """

    value: _Value | None
    agreed_by: tuple[Endpoint, ...]
    disagreements: tuple[Side[_Value], ...]
    silent: tuple[Silence, ...]
    height: int | None = None

    @property
    def is_contradiction(self) -> bool:
        """Whether two nodes said different things."""
        return bool(self.disagreements)

    @property
    def is_answered(self) -> bool:
        """Whether anybody answered, and all that did agree."""
        return bool(self.agreed_by)


class Heights(NamedTuple):
    """How far each node has come, in both layers; ``common`` is what all that answered have reached, 0 if none did."""

    common: int
    reached: Mapping[Endpoint, int]
    silent: tuple[Silence, ...]


async def compare(
    nodes: Sequence[LedgerNode],
    ask: Callable[[LedgerNode], Awaitable[_Value]],
    same: Callable[[_Value, _Value], bool] = operator.eq,
    *,
    height: int | None = None,
) -> Compared[_Value]:
    """Ask all nodes at once and compare their answers.

    Args:
        nodes: Whom to ask.
        ask: What to ask each.
        same: Whether two answers say the same.
        height: What the answers are about, for the result.
    """
    answers, silent = await _ask_all(nodes, ask)
    sides = _sides(answers, same)
    if len(sides) == 1:
        return Compared(sides[0].value, sides[0].endpoints, (), silent, height)
    return Compared(None, (), tuple(sides), silent, height)


async def common_height(nodes: Sequence[LedgerNode]) -> Heights:
    """Return how far each node has come and what all that answered have reached."""
    answers, silent = await _ask_all(nodes, _height_of)
    reached = dict(answers)
    return Heights(min(reached.values(), default=0), reached, silent)


async def compared_documents(
    nodes: Sequence[LedgerNode], did: str, height: int | None = None
) -> Compared[DocumentAnswer]:
    """Compare what nodes say of a DID at a height all have reached; at most the height given.

    Documents tell what came later too, so they are compared by what they say of that height alone.
    """
    from prometheus_morpheus.resolving.at_height import is_same, known_at

    heights = await common_height(nodes)
    at = heights.common if height is None else min(height, heights.common)

    def same(one: DocumentAnswer, other: DocumentAnswer) -> bool:
        return is_same(known_at(one.document, at), known_at(other.document, at))

    return await _at_height(nodes, heights, at, lambda node: node.did_document(did, at), same)


async def compared_blocks(nodes: Sequence[LedgerNode], height: int | None = None) -> Compared[Block | None]:
    """Compare which block nodes have at a height all have reached: the same id, or the chain is forked."""
    heights = await common_height(nodes)
    at = heights.common if height is None else min(height, heights.common)

    def same(one: Block | None, other: Block | None) -> bool:
        return (one and one.id) == (other and other.id)

    return await _at_height(nodes, heights, at, lambda node: node.block(at), same)


async def compared_before_proofs(nodes: Sequence[LedgerNode], content_id: str) -> Compared[BeforeProof]:
    """Compare since when nodes say that a content id is registered, up to the height all have reached.

    One that is registered above that height is not there for those that have not come so far: it counts as not there.
    """
    heights = await common_height(nodes)

    def known(proof: BeforeProof) -> tuple[int, str | None] | None:
        return None if proof.height is None or proof.height > at else (proof.height, proof.transaction_id)

    at = heights.common
    return await _at_height(
        nodes, heights, at, lambda node: node.before_proof(content_id), lambda one, other: known(one) == known(other)
    )


async def compared_wallets(nodes: Sequence[LedgerNode], address: str) -> Compared[Wallet]:
    """Compare nonce and balance of a wallet; nodes that have come differently far may differ without a lie."""

    def same(one: Wallet, other: Wallet) -> bool:
        return (one.nonce, one.balance) == (other.nonce, other.balance)

    return await compare(nodes, lambda node: node.wallet(address), same)


async def _at_height(
    nodes: Sequence[LedgerNode],
    heights: Heights,
    at: int,
    ask: Callable[[LedgerNode], Awaitable[_Value]],
    same: Callable[[_Value, _Value], bool],
) -> Compared[_Value]:
    """Compare among the nodes whose height is known; no height at all means that nobody answered."""
    answering = [node for node in nodes if node.endpoint in heights.reached]
    if at < 1:
        return Compared(None, (), (), heights.silent, None)
    found = await compare(answering, ask, same, height=at)
    return found._replace(silent=(*heights.silent, *found.silent))


async def _height_of(node: LedgerNode) -> int:
    tip, layer_two = await asyncio.gather(node.tip(), node.layer_two_height())
    return min(tip.height, layer_two)


async def _ask_all(
    nodes: Sequence[LedgerNode], ask: Callable[[LedgerNode], Awaitable[_Value]]
) -> tuple[list[tuple[Endpoint, _Value]], tuple[Silence, ...]]:
    async def one(node: LedgerNode) -> tuple[Endpoint, _Value] | Silence:
        try:
            return node.endpoint, await ask(node)
        except NetworkError as error:
            return Silence(node.endpoint, error)

    found = await asyncio.gather(*(one(node) for node in nodes))
    answers = [each for each in found if not isinstance(each, Silence)]
    return answers, tuple(each for each in found if isinstance(each, Silence))


def _sides(answers: Sequence[tuple[Endpoint, _Value]], same: Callable[[_Value, _Value], bool]) -> list[Side[_Value]]:
    sides: list[Side[_Value]] = []
    for endpoint, value in answers:
        for place, side in enumerate(sides):
            if same(side.value, value):
                sides[place] = side._replace(endpoints=(*side.endpoints, endpoint))
                break
        else:
            sides.append(Side((endpoint,), value))
    return sides
