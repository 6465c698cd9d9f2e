"""``ledger status``: whom the ledger is asked from, how far each is, and whether they are of one chain."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus.errors import NetworkError, NotTrusted
from prometheus.model.laid_out import laid
from prometheus_morpheus.client.chain_name import one_chain, parts_of
from prometheus_morpheus.client.hosts import count_sources
from prometheus_morpheus.client.quorum import compared_blocks
from prometheus_morpheus.transactions.networks import NETWORKS
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.laid_out import warned
from prometheus_morpheus.verbs.patience import patiently

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.api import Call
    from prometheus_morpheus.client.answers import Block, NodeConfiguration
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.client.quorum import Compared

_SHOWN_ID = 8


class Standing(NamedTuple):
    """What one endpoint says of itself; ``error`` when it does not answer."""

    endpoint: str
    configuration: NodeConfiguration | None = None
    height: int = 0
    layer_two: int = 0
    error: NetworkError | None = None


def run(call: Call) -> int:
    """Show whom the ledger is asked from, and whether they agree."""

    async def look_around(nodes: tuple[LedgerNode, ...]) -> tuple[list[Standing], Compared[Block | None]]:
        async with patiently(call, ", ".join(node.endpoint.base_url for node in nodes)):
            return await _look_around(nodes)

    standings, blocks = asked(call, look_around)
    there = [each for each in standings if each.configuration is not None]
    is_one_chain = not there or one_chain(each.configuration.chain for each in there if each.configuration) is not None
    agrees = is_one_chain and not blocks.is_contradiction
    if not there and standings and standings[0].error is not None:
        raise standings[0].error
    lines = [line for each in standings for line in _lines(call, each)]
    call.output.result(_document(standings, blocks, agrees=agrees), [*lines, _verdict(there, blocks, agrees=agrees)])
    if agrees:
        return 0
    for side in blocks.disagreements:
        warned(call, _side(side.endpoints, side.value))
    warned(call, "one of them is on a fork, of another network, or lies: ask the one you trust alone")
    return NotTrusted.exit_code


async def _look_around(nodes: tuple[LedgerNode, ...]) -> tuple[list[Standing], Compared[Block | None]]:
    return list(await asyncio.gather(*map(_standing, nodes))), await compared_blocks(nodes)


async def _standing(node: LedgerNode) -> Standing:
    where = node.endpoint.base_url
    try:
        configuration = await node.configuration()
        height = (await node.tip()).height
        layer_two = await node.layer_two_height() if configuration.has_layer_two else 0
    except NetworkError as error:
        return Standing(where, error=error)
    return Standing(where, configuration, height, layer_two)


def _lines(call: Call, standing: Standing) -> list[str]:
    if standing.error is not None or standing.configuration is None:
        what = standing.error.what if standing.error else "does not answer"
        return list(laid(call.safe(f"{standing.endpoint}  {what.removeprefix(standing.endpoint).strip()}")))
    said = standing.configuration
    chain = ":".join(part[:_SHOWN_ID] for part in parts_of(said.chain) if part)
    second = f"layer 2 at {standing.layer_two}" if said.has_layer_two else "no layer 2"
    return [
        *laid(call.safe(f"{standing.endpoint}  {_network(said)}")),
        f"  height {standing.height}, {second}, a block every {said.block_time} s, chain {chain}",
    ]


def _network(said: NodeConfiguration) -> str:
    for network in NETWORKS:
        if network.address_byte == said.address_byte and said.nethash.startswith(network.nethash_prefix):
            return network.name if network.nethash_prefix else f"{network.name}, not the public one"
    return f"unknown network with address byte {said.address_byte}"


def _verdict(there: Sequence[Standing], blocks: Compared[Block | None], *, agrees: bool) -> str:
    if not there:
        return "nobody answers"
    if not agrees:
        return "they are not of one chain"
    if len(there) == 1:
        return "one endpoint answers: nobody is there to contradict it"
    if count_sources(each.endpoint for each in there) == 1:
        return f"{len(there)} endpoints of one host answer: nobody else is there to contradict it"
    return f"{len(there)} endpoints name the same block at height {blocks.height}"


def _side(endpoints: Sequence[Any], block: Block | None) -> str:
    names = ", ".join(endpoint.base_url for endpoint in endpoints)
    return f"{names}: {block.id if block else 'no block'}"


def _document(standings: Sequence[Standing], blocks: Compared[Block | None], *, agrees: bool) -> dict[str, Any]:
    rows = [
        {
            "endpoint": each.endpoint,
            "answers": each.configuration is not None,
            "network": _network(each.configuration) if each.configuration else None,
            "chain": each.configuration.chain if each.configuration else None,
            "height": each.height or None,
            "layer_two_height": each.layer_two or None,
            "block_time": each.configuration.block_time if each.configuration else None,
            "error": each.error.as_document() if each.error else None,
        }
        for each in standings
    ]
    sides = [
        {"endpoints": [each.base_url for each in side.endpoints], "block": side.value.id if side.value else None}
        for side in blocks.disagreements
    ]
    return {"endpoints": rows, "agrees": agrees, "compared_at": blocks.height, "sides": sides}
