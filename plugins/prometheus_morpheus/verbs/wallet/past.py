"""Ask for the past of an address: pages of forged transactions, with the height of each block, from one node.

The node that answered first is asked for all of it, since pages of two nodes do not fit together. What it tells is its
word; each value has the right form and may be a lie.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import NetworkError, NotFound
from prometheus_morpheus.verbs.wallet.place import refuse_other_network
from prometheus_morpheus.wallet.movements import movement

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.wallet.movements import Movement
    from prometheus_morpheus.wallet.purse import Purse


class PastPage(NamedTuple):
    """One page of an address's past, who told it, and how many pages there are."""

    movements: tuple[Movement, ...]
    source: str
    page: int
    pages: int
    total: int


async def past_page(nodes: Sequence[LedgerNode], purse: Purse, page: int, limit: int) -> PastPage:
    """Return one page of the past of a purse, newest first.

    Raises:
        NetworkError: When no node answers: the reason of the last.
    """
    trouble: NetworkError | None = None
    for node in nodes:
        try:
            return await page_of(node, purse, page, limit)
        except NetworkError as error:
            trouble = error
    assert trouble is not None  # noqa: S101 - whoever asks names a node
    raise trouble


async def page_of(node: LedgerNode, purse: Purse, page: int, limit: int) -> PastPage:
    """Return one page of the past of a purse as one node tells it; errors as the node's.

    Raises:
        NotFound: When there are not so many pages.
    """
    refuse_other_network(await node.configuration(), purse.network, node.endpoint)
    found = await node.wallet_transactions(purse.address, page, limit)
    if page > max(found.page_count, 1):
        there_are = "there is 1 page" if found.page_count == 1 else f"there are {found.page_count} pages"
        raise NotFound(f"there is no page {page}", code="WALLET-PAGE", meaning=there_are)
    heights = await _heights(node, {each.block_id for each in found.items if each.is_forged})
    movements = tuple(
        movement(each, purse.address, purse.network.address_byte, heights.get(each.block_id, 0))
        for each in found.items
        if each.is_forged
    )
    return PastPage(movements, node.endpoint.base_url, page, found.page_count, found.total)


async def _heights(node: LedgerNode, blocks: set[str]) -> dict[str, int]:
    found = await asyncio.gather(*(node.block(each) for each in sorted(blocks)))
    return {block.id: block.height for block in found if block is not None}
