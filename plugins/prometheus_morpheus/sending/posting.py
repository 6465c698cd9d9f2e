"""Hand signed bytes to all nodes at once.

The bytes are the text in the vault, parsed and written again member by member in the same order. All nodes get them: it
is one transaction, which can be forged once, and one node that swallows it does not keep it from the others. A refusal
by one is no verdict while another may take it.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from prometheus.claims.jsontext import parse
from prometheus.errors import NetworkError
from prometheus_morpheus.client.errors import NotReached, RateLimited, RefusedRequest
from prometheus_morpheus.client.hosts import count_sources
from prometheus_morpheus.sending import refusals
from prometheus_morpheus.sending.looking import transaction_of
from prometheus_morpheus.sending.refusals import Reply
from prometheus_morpheus.transactions.addresses import sender_address

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.client.answers import Posted, Refusal
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Signing

_LONGEST_REASON: Final = 300
_FIRST_SERVER_ERROR: Final = 500


async def hand_over(nodes: Sequence[LedgerNode], signing: Signing) -> Reply:
    """Return what came of handing a transaction to nodes: the most hopeful of their replies."""
    reply = refusals.together(await asyncio.gather(*(_post(node, signing) for node in nodes)))
    is_one = count_sources(node.endpoint.base_url for node in nodes) == 1
    return reply._replace(said_by=nodes[0].endpoint.base_url) if is_one else reply


async def _post(node: LedgerNode, signing: Signing) -> Reply:
    transaction = parse(signing.text)
    assert isinstance(transaction, dict)  # noqa: S101 - we wrote it
    where = node.endpoint.base_url
    try:
        posted = await node.post([transaction])
        return await _reply(node, signing, posted)
    except NotReached:
        return Reply(refusals.LATER, f"{where} could not be reached")
    except RateLimited:
        return Reply(refusals.LATER, f"{where} wants a pause")
    except RefusedRequest as refusal:
        if refusal.status >= _FIRST_SERVER_ERROR:
            return Reply(refusals.UNCLEAR, f"{where} failed with status {refusal.status}")
        return Reply(refusals.FINAL, _short(f"{where} does not understand it: {refusal.message}"))
    except NetworkError as error:
        return Reply(refusals.UNCLEAR, f"the answer of {where} was lost: {error.what}")


async def _reply(node: LedgerNode, signing: Signing, posted: Posted) -> Reply:
    if signing.id in posted.accepted:
        return Reply(refusals.ACCEPTED)
    if signing.id in posted.excess:
        return Reply(refusals.LATER, "too many of this wallet's transactions wait already")
    if signing.id not in posted.refused:
        return Reply(refusals.UNCLEAR, f"{node.endpoint.base_url} did not speak of it")
    return await _refused(node, signing, posted.refused[signing.id])


async def _refused(node: LedgerNode, signing: Signing, given: Sequence[Refusal]) -> Reply:
    if not given:
        return Reply(refusals.UNCLEAR, "refused without a reason")
    first = given[0]
    is_free = first.type == "ERR_APPLY" and await _nonce_is_next(node, signing)
    meaning = refusals.meaning_of(first.type, nonce_is_free=is_free)
    return Reply(meaning, _short(f"refused with {first.type}: {first.message}"))


async def _nonce_is_next(node: LedgerNode, signing: Signing) -> bool:
    """Whether a node's wallet is one behind, and nothing in its pool has the nonce."""
    transaction = transaction_of(signing)
    wallet = await node.wallet(sender_address(transaction.sender, transaction.network))
    if wallet.nonce + 1 != transaction.nonce:
        return False
    pool = await node.pool()
    return all((each.sender, each.nonce) != (transaction.sender, transaction.nonce) for each in pool.items)


def _short(text: str) -> str:
    shown = "".join(char if char.isprintable() else " " for char in text[:_LONGEST_REASON])
    return shown if len(text) <= _LONGEST_REASON else shown + "…"
