"""Put one question to each node: with patience that ends, and of one chain.

Rules:
* All nodes are asked at once. One that cannot be asked, or is slow as a whole, is `Silent` and keeps no other from
  answering; where all are silent the first reason is raised.
* What is compared or used together is of one chain, which `common_chain` names.

What this is not: a judgement of the answers (`asking`, `proofs`).
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.errors import Conflict, PrometheusError
from prometheus_morpheus.client.chain_name import one_chain, parts_of
from prometheus_morpheus.client.errors import AnsweredLate

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from typing import TypeVar

    from prometheus_morpheus.client.chain_name import ChainName
    from prometheus_morpheus.client.ports import LedgerNode

    Answer = TypeVar("Answer")

PATIENCE_S: Final = 60.0
"""Seconds that one node has for all questions of one look-up together."""


class Silent(NamedTuple):
    """A node that could not be asked, and why."""

    source: str
    error: PrometheusError


class Patience:
    """How long each node may still take; whoever asks much at once shares one among all questions."""

    __slots__ = ("_left",)

    def __init__(self) -> None:
        self._left: dict[str, float] = {}

    async def within(self, node: LedgerNode, question: Callable[[LedgerNode], Awaitable[Answer]]) -> Answer:
        """Return the node's answer.

        Raises:
            AnsweredLate: When the node has used up its time.
        """
        source, loop = node.endpoint.base_url, asyncio.get_running_loop()
        left, start = self._left.get(source, PATIENCE_S), loop.time()
        if left <= 0:
            raise _too_late(source)
        try:
            return await asyncio.wait_for(_started(question, node), left)
        except TimeoutError:
            raise _too_late(source) from None
        finally:
            self._left[source] = left - (loop.time() - start)


def _too_late(source: str) -> AnsweredLate:
    return AnsweredLate(
        f"{source} took longer than {PATIENCE_S:g} seconds", remedy="try again, or name another endpoint with --ledger"
    )


async def _started(question: Callable[[LedgerNode], Awaitable[Answer]], node: LedgerNode) -> Answer:
    return await question(node)


async def ask_each(
    nodes: Sequence[LedgerNode],
    question: Callable[[LedgerNode], Awaitable[Answer]],
    patience: Patience | None = None,
) -> tuple[dict[str, Answer], tuple[Silent, ...]]:
    """Return each node's answer by its endpoint, and those that could not be asked.

    Raises:
        PrometheusError: The first one's reason when none gave an answer that can be taken.
    """
    patience = patience or Patience()
    outcomes = await asyncio.gather(*(patience.within(node, question) for node in nodes), return_exceptions=True)
    answers: dict[str, Answer] = {}
    silent = []
    for node, outcome in zip(nodes, outcomes, strict=True):
        if isinstance(outcome, PrometheusError):
            silent.append(Silent(node.endpoint.base_url, outcome))
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            answers[node.endpoint.base_url] = outcome
    if silent and not answers:
        raise silent[0].error
    return answers, tuple(silent)


async def common_chain(nodes: Sequence[LedgerNode]) -> ChainName:
    """Return the chain that all nodes are of; nodes of different ones are not compared.

    Raises:
        Conflict: When they differ.
    """
    names = {node.endpoint.base_url: (await node.configuration()).chain for node in nodes}
    chain = one_chain(names.values())
    if chain is not None:
        return chain
    are_alike = len({parts_of(name)[0] for name in names.values()}) == 1
    raise Conflict(
        f"the endpoints belong to different {'chains of one network' if are_alike else 'networks'}",
        code="LEDGER-MIXED",
        meaning=", ".join(f"{url} to {_short(name)}" for url, name in names.items()),
        remedy="name endpoints of one chain",
    )


def _short(name: ChainName) -> str:
    return ":".join(part[:8] for part in parts_of(name) if part)
