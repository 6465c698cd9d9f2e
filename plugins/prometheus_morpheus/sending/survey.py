"""Who can be asked now, and what they say of the chain and of a wallet.

Rules: the first endpoint that answers says which chain it is; others that serve another chain are left out by name, and
nothing new is signed while there are such, for one of them may lie and would then be left alone with the wallet. A
chain that feigns to be a known network is signed for neither: that would be valid on the known one. A
wallet's nonce counts when all that answer agree, because a wrong one would leave a transaction lying about that can be
forged much later. Which of two is right shows with the next block.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.errors import NetworkError, Offline, PrometheusError
from prometheus_morpheus.transactions.networks import is_feigned, network_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.client.answers import NodeConfiguration, Tip
    from prometheus_morpheus.client.ports import LedgerNode

_MAX_POOL_PAGES: Final = 20


class Survey(NamedTuple):
    """The nodes that answer, of one chain, and what they agree on; ``trouble`` has one line for each left out.

    ``quarrel`` says which endpoints serve other chains, or another than they say; empty where none does.
    """

    nodes: tuple[LedgerNode, ...]
    configuration: NodeConfiguration
    tip: int
    trouble: tuple[str, ...] = ()
    quarrel: str = ""

    @property
    def chain(self) -> str:
        """What names the chain, see `NodeConfiguration.chain`."""
        return self.configuration.chain


class Account(NamedTuple):
    """What nodes say of a wallet: its nonce, its balance in flakes, the nonces of it in pools."""

    used: int
    balance: int
    pooled: frozenset[int]
    quarrel: str = ""


async def survey(nodes: Sequence[LedgerNode]) -> Survey:
    """Return who answers.

    Raises:
        NetworkError: When nobody does: the error of the first endpoint, or `Offline` where none is named.
    """
    if not nodes:
        raise Offline(
            "no endpoint of the ledger is named",
            code="LEDGER-NO-ENDPOINT",
            remedy="name one with --ledger, or set `ledger` in the configuration",
        )
    answers = await asyncio.gather(*(_first_look(node) for node in nodes))
    there = [answer for answer in answers if not isinstance(answer, PrometheusError)]
    if not there:
        raise next(answer for answer in answers if isinstance(answer, PrometheusError))
    configuration = there[0][1]
    same = [answer for answer in there if answer[1].chain == configuration.chain]
    trouble = [answer.what for answer in answers if isinstance(answer, PrometheusError)]
    others = [
        f"{node.endpoint.base_url} serves another chain than {there[0][0].endpoint.base_url}"
        for node, other, _ in there
        if other.chain != configuration.chain
    ]
    tip = min(tip.height for _, _, tip in same)
    if is_feigned(configuration.address_byte, configuration.nethash):
        name = network_of(configuration.address_byte).name
        others.append(f"{there[0][0].endpoint.base_url} says that it is {name}, and its chain is another one")
    return Survey(tuple(node for node, _, _ in same), configuration, tip, (*trouble, *others), "; ".join(others))


async def account(nodes: Sequence[LedgerNode], address: str) -> Account:
    """Return what nodes say of a wallet.

    Raises:
        NetworkError: When none of them answers.
    """
    answers = await asyncio.gather(*(_wallet(node, address) for node in nodes))
    there = [answer for answer in answers if not isinstance(answer, NetworkError)]
    if not there:
        raise next(answer for answer in answers if isinstance(answer, NetworkError))
    used, balance, _ = there[0]
    quarrel = ""
    if len({nonce for nonce, _, _ in there}) > 1:
        quarrel = f"the endpoints disagree on how much {address} has sent: {', '.join(str(each[0]) for each in there)}"
    return Account(used, balance, frozenset().union(*(pooled for _, _, pooled in there)), quarrel)


async def _first_look(node: LedgerNode) -> tuple[LedgerNode, NodeConfiguration, Tip] | NetworkError:
    try:
        return node, await node.configuration(), await node.tip()
    except NetworkError as error:
        return error


async def _wallet(node: LedgerNode, address: str) -> tuple[int, int, frozenset[int]] | NetworkError:
    try:
        wallet = await node.wallet(address)
        return wallet.nonce, wallet.balance, await _pooled(node, address)
    except NetworkError as error:
        return error


async def _pooled(node: LedgerNode, address: str) -> frozenset[int]:
    nonces: set[int] = set()
    for number in range(1, _MAX_POOL_PAGES + 1):
        page = await node.pool(number)
        nonces |= {each.nonce for each in page.items if each.sender_address == address}
        if number >= page.page_count:
            break
    return frozenset(nonces)
