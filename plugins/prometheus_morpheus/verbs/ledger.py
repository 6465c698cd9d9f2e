"""``ledger status`` and ``ledger broadcast``: what needs no vault."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus import files
from prometheus.errors import NetworkError, NoConsent, NotTrusted
from prometheus_morpheus.client.chain_name import one_chain, parts_of
from prometheus_morpheus.client.hosts import count_sources
from prometheus_morpheus.client.quorum import compared_blocks
from prometheus_morpheus.sending.given import LONGEST_FILE, pass_on, read_given
from prometheus_morpheus.sending.maker import draft_of
from prometheus_morpheus.sending.outcomes import as_document, in_words
from prometheus_morpheus.transactions.networks import NETWORKS
from prometheus_morpheus.verbs.asking import asked
from prometheus_morpheus.verbs.at_desk import tell_step, without_failure
from prometheus_morpheus.verbs.given_shown import delegates_in, given_document, given_lines
from prometheus_morpheus.verbs.laid_out import laid, warned
from prometheus_morpheus.verbs.patience import patiently
from prometheus_morpheus.verbs.wallet_compared import names_by_key

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.api import Call
    from prometheus_morpheus.client.answers import Block, NodeConfiguration
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.client.quorum import Compared
    from prometheus_morpheus.sending.action import Action


_SHOWN_ID = 8
_INDENT = 8


class Standing(NamedTuple):
    """What one endpoint says of itself; ``error`` when it does not answer."""

    endpoint: str
    configuration: NodeConfiguration | None = None
    height: int = 0
    layer_two: int = 0
    error: NetworkError | None = None


def status(call: Call) -> int:
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


def broadcast(call: Call) -> int:
    """Pass on what was signed elsewhere, once the person saw what it does.

    Raises:
        NoConsent: When the person does not agree.
    """
    actions = read_given(files.read_text(call.text("file"), LONGEST_FILE))
    delegates = {} if call.flag("dry_run") else _delegates(call, actions)
    texts = [text for each in actions for text in given_lines(each, delegates)]
    lines = [line for text in texts for line in laid(call.safe(text), _INDENT)]
    if call.flag("dry_run"):
        call.output.result({"transactions": [given_document(each) for each in actions], "sent": False}, lines)
        return 0
    call.show(lines)
    if not call.confirm("pass it on?" if len(actions) == 1 else f"pass these {len(actions)} on?"):
        raise NoConsent("nothing was sent")

    async def work(nodes: tuple[LedgerNode, ...]) -> list[Action]:
        waits = not call.flag("no_wait")
        return [await pass_on(nodes, each, lambda now: tell_step(call, now), waits=waits) for each in actions]

    ended = [without_failure(each) for each in asked(call, work)]
    call.output.result(
        {"transactions": [as_document(each) for each in ended], "sent": True},
        [line for each in ended for line in laid(call.safe(f"{each.id}: {in_words(each)}"))],
    )
    return 0


def _delegates(call: Call, actions: Sequence[Action]) -> dict[str, str]:
    """Return the names of the delegates that votes are about, by key; none that no endpoint can be asked for."""
    keys = dict.fromkeys(key for each in actions for key in delegates_in(draft_of(each)))
    try:
        return asked(call, lambda nodes: names_by_key(nodes[0], keys)) if keys else {}
    except NetworkError:
        return {}
