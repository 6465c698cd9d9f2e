"""Check that the transactions of a DID are in blocks of the heights that a node names, as far as its answers allow.

A block that passes was signed by the key that it names, holds the transaction, and says its height. Whether it was that
key's turn, and whether the ledger has a longer chain, no answer of a node can show.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus_morpheus.client.blocks import PAYLOAD, check_block

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_morpheus.client.answers import Block
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.resolving.collecting import Collected

_PAGE: Final = 100
_LARGEST_BLOCK: Final = 10_000


class BlocksChecked(NamedTuple):
    """How many transactions lie in sound blocks, what is wrong with the others, and what nobody can check here."""

    source: str
    sound: int
    faults: tuple[str, ...]
    open: tuple[str, ...]


async def check_blocks(
    node: LedgerNode, collected: Collected, told: Callable[[int, int], None] = lambda _done, _all: None
) -> BlocksChecked:
    """Return what the blocks of a DID's transactions show; errors as the node."""
    seen: dict[str, tuple[Block | None, list[str]]] = {}
    faults: list[str] = []
    still_open: dict[str, None] = {}
    sound = 0
    for done, at in enumerate(collected.history, start=1):
        found = collected.transactions.get(at.id)
        if found is None:
            faults.append(f"{at.id}: layer 1 does not have it")
            continue
        if found.block_id not in seen:
            seen[found.block_id] = await _block(node, found.block_id)
        block, ids = seen[found.block_id]
        fault, left = _fault(block, ids, at.id, at.height)
        still_open.update(dict.fromkeys(left))
        if fault:
            faults.append(f"{at.id}: {fault}")
        sound += not fault
        told(done, len(collected.history))
    return BlocksChecked(collected.source, sound, tuple(faults), tuple(still_open))


def _fault(block: Block | None, ids: list[str], name: str, height: int) -> tuple[str, tuple[str, ...]]:
    """Return why a block does not show that it holds a transaction at a height, and what stays open about it."""
    if block is None:
        return "its block is not shown", ()
    checked = check_block(block, transaction_ids=ids)
    if not checked.is_sound or checked.failed:
        return f"its block fails: {', '.join(checked.failed) or 'not signed'}", checked.open
    if PAYLOAD not in checked.held or name not in ids:
        return "its block does not show it", checked.open
    if block.height != height:
        return f"its block is at height {block.height}, not {height}", checked.open
    return "", checked.open


async def _block(node: LedgerNode, block_id: str) -> tuple[Block | None, list[str]]:
    block = await node.block(block_id)
    if block is None or block.transactions > _LARGEST_BLOCK:
        return block, []
    ids: list[str] = []
    for page in range(1, block.transactions // _PAGE + 2):
        items = (await node.block_transactions(block_id, page)).items
        ids += [each.id for each in items]
        if not items or len(ids) >= block.transactions:
            break
    return block, ids
