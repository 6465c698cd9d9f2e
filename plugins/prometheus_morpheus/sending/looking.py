"""Ask one node for everything about an action: its transactions, its wallet, layer 2.

A node that cannot be reached or talks nonsense gives no glance at all. One that answers with a transaction of our id
and other contents, or with a block that does not exist for it, gives a glance that says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.claims.jsontext import parse
from prometheus.errors import NetworkError
from prometheus_morpheus.sending.rivals import is_proven
from prometheus_morpheus.sending.sightings import Glance
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.kinds import TRANSFER
from prometheus_morpheus.transactions.transaction import parse_transaction

if TYPE_CHECKING:
    from prometheus_morpheus.client.answers import Block, NodeTransaction
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Action, Signing
    from prometheus_morpheus.transactions.transaction import Transaction

_MAX_PAGES: Final = 30
"""Pages of a wallet's history in which the transaction that used a nonce is sought."""
_VERSION: Final = 2
_MOST_CLAIMS: Final = 3
"""So many transactions with the same nonce are checked; one alone can be true."""


async def glance(node: LedgerNode, action: Action, highest: int | None = None) -> Glance | None:
    """Return what one node says of an action, or None when it does not answer; no tip above ``highest`` can be true."""
    try:
        seen = await _look(node, action)
    except NetworkError:
        return None
    if highest is not None and seen.tip > highest:
        return _lie(seen, f"tells a height of {seen.tip}, which the clock does not allow")
    return seen


async def _look(node: LedgerNode, action: Action) -> Glance:
    # The tip is asked first: what is found later is at least as new, so a depth is never told too large.
    seen = Glance(node.endpoint.base_url, (await node.tip()).height)
    found = await _in_the_chain(node, action, seen) or await _in_the_pool(node, action, seen)
    # Between the two questions a block may have taken it out of the pool.
    return found or await _in_the_chain(node, action, seen) or await _rival(node, action, seen)


async def _in_the_chain(node: LedgerNode, action: Action, seen: Glance) -> Glance | None:
    for signing in reversed(action.signings):
        found = await node.transaction(signing.id)
        if found is not None:
            return await _forged(node, action, signing, found, seen)
    return None


async def _in_the_pool(node: LedgerNode, action: Action, seen: Glance) -> Glance | None:
    for signing in reversed(action.signings):
        waiting = await node.unconfirmed(signing.id)
        if waiting is not None:
            is_ours = is_same(signing, waiting)
            return seen._replace(pooled_id=signing.id) if is_ours else _lie(seen, f"shows another {signing.id}")
    return None


async def _forged(node: LedgerNode, action: Action, signing: Signing, found: NodeTransaction, seen: Glance) -> Glance:
    if not is_same(signing, found):
        return _lie(seen, f"shows another transaction as {signing.id}")
    block = await node.block(found.block_id) if found.is_forged else None
    if block is None or block.id != found.block_id:
        return _lie(seen, f"names a block for {signing.id} that it does not have")
    said = await node.layer_two_status(signing.id) if action.needs_layer_two else None
    return seen._replace(
        tip=max(seen.tip, block.height),
        forged_id=signing.id,
        block=block.id,
        height=block.height,
        layer_two=said,
    )


async def _rival(node: LedgerNode, action: Action, seen: Glance) -> Glance:
    draft = transaction_of(action.signings[-1])
    address = sender_address(draft.sender, draft.network)
    if (await node.wallet(address)).nonce < action.nonce:
        return seen
    ours = {each.id: each for each in action.signings}
    for each in await _claims(node, address, draft.sender, action.nonce):
        if each.id in ours:
            return await _forged(node, action, ours[each.id], each, seen)
        block = await _block_of(node, each, action.network)
        if block is not None:
            return seen._replace(tip=max(seen.tip, block.height), rival=each.id, rival_height=block.height)
    return seen


async def user_of(node: LedgerNode, network: int, sender: bytes, nonce: int) -> str:
    """Return the id of the transaction that used a nonce, checked; empty when a node shows none, or does not answer."""
    try:
        for each in await _claims(node, sender_address(sender, network), sender, nonce):
            if await _block_of(node, each, network) is not None:
                return each.id
    except NetworkError:
        pass
    return ""


async def _claims(node: LedgerNode, address: str, sender: bytes, nonce: int) -> list[NodeTransaction]:
    """Return what a node shows as having used a nonce, unchecked."""
    found: list[NodeTransaction] = []
    for number in range(1, _MAX_PAGES + 1):
        page = await node.wallet_transactions(address, number)
        found += [
            each
            for each in page.items
            if (each.sender, each.nonce, each.version) == (sender, nonce, _VERSION) and each.is_forged
        ]
        if found or number >= page.page_count:
            break
    return found[:_MOST_CLAIMS]


async def _block_of(node: LedgerNode, shown: NodeTransaction, network: int) -> Block | None:
    """Return the block of a transaction that has its id and its sender's signature; None when it has not."""
    block = await node.block(shown.block_id)
    if block is None or block.id != shown.block_id or not is_proven(shown, network, block.height):
        return None
    return block


def transaction_of(signing: Signing) -> Transaction:
    """Return the transaction that was signed."""
    return parse_transaction(parse(signing.text))


def is_same(signing: Signing, found: NodeTransaction) -> bool:
    """Whether a node's transaction is the one that was signed, as far as a node tells its members."""
    ours = transaction_of(signing)
    if (ours.type_group, ours.type) == (TRANSFER.group, TRANSFER.type) and (found.amount, found.recipient) != (
        ours.amount,
        ours.recipient,
    ):
        return False
    # The signature covers every member; what nodes write otherwise than it was sent is not compared.
    return (found.id, found.nonce, found.sender, found.fee, found.signature) == (
        signing.id,
        ours.nonce,
        ours.sender,
        ours.fee,
        ours.signature,
    ) and (found.type_group, found.type) == (ours.type_group, ours.type)


def _lie(seen: Glance, what: str) -> Glance:
    return seen._replace(lie=f"{seen.endpoint} {what}")
