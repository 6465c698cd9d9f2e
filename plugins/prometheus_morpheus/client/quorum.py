"""Asking several nodes the same and comparing what they say.

Rules:
* What all that answered agree on is the value. Where two sides differ there is no value: every side is kept with its
  endpoints and its answer as it came, and nothing is accepted because more said it; whoever runs one liar can run ten.
* Nodes have come differently far. What depends on a height is compared at the lowest height that all have reached.
* A node that does not answer is named with its error; it neither agrees nor disagrees.

What this is not: proof. Nodes that agree may be one person's. DIDs and times are not compared here: what they amount to
is worked out again from signed transactions first (`prometheus_morpheus.resolving`).
"""

from __future__ import annotations

import asyncio
import operator
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from prometheus.errors import NetworkError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from prometheus_morpheus.client.answers import Block
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


async def compared_blocks(nodes: Sequence[LedgerNode], height: int | None = None) -> Compared[Block | None]:
    """Compare which block nodes have at a height all have reached: the same id, or the chain is forked."""
    heights = await common_height(nodes)
    if heights.common < 1:
        return Compared(None, (), (), heights.silent, None)
    at = heights.common if height is None else min(height, heights.common)
    answering = [node for node in nodes if node.endpoint in heights.reached]

    def same(one: Block | None, other: Block | None) -> bool:
        return (one and one.id) == (other and other.id)

    found = await compare(answering, lambda node: node.block(at), same, height=at)
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
