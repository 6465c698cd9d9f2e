"""What a wish would cost and do, before anybody agrees to it; and why it would be refused as things are now.

It is a look ahead, no promise: prices, balances and documents may change before the next block.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import Conflict, NetworkError
from prometheus_morpheus.sending.action import IN_A_BLOCK
from prometheus_morpheus.sending.costs import amount_of, leaving, lowest_fee
from prometheus_morpheus.sending.maker import draft_of
from prometheus_morpheus.sending.survey import account
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.kinds import MORPHEUS
from prometheus_morpheus.transactions.operations import attempts_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.drawer import Drawer
    from prometheus_morpheus.sending.survey import Account, Survey
    from prometheus_morpheus.sending.wishes import Wish
    from prometheus_morpheus.transactions.transaction import Transaction


class Preview(NamedTuple):
    """What a wish would cost and do; money in flakes.

    ``total`` is amount and fee, ``before`` the balance without what waits here already, ``after`` what would remain:
    what one pays oneself is in the total, and stays. ``balance`` is with what waits here.
    ``waiting`` counts what waits here. ``nonce`` is 0 where it has to wait for something else. ``problem`` says why it
    would be refused as things are now, empty when nothing is known against it.
    """

    chain: str
    height: int
    fee: int
    amount: int
    total: int
    before: int
    after: int
    waiting: int
    nonce: int
    problem: str = ""
    balance: int = 0

    @property
    def is_short(self) -> bool:
        """Whether the wallet does not hold what it needs."""
        return self.before < self.total


async def previewed(wish: Wish, around: Survey, drawer: Drawer) -> Preview:
    """Return the preview of a wish.

    Raises:
        NetworkError: When no node answers about the wallet.
        Conflict: When the nodes serve another network than the wallet's.
    """
    draft, configuration = wish.draft, around.configuration
    if draft.network != configuration.address_byte:
        raise Conflict(
            f"the endpoint serves another network than {wish.payer.network}",
            code="LEDGER-OTHER-NETWORK",
            meaning=f"its addresses begin with byte {configuration.address_byte}, the wallet's with {draft.network}",
            remedy="name an endpoint of the wallet's network with --ledger",
        )
    holds = await account(around.nodes, sender_address(draft.sender, draft.network))
    waiting = _waiting(drawer.all_actions(), draft, around.chain)
    least = lowest_fee(draft, configuration)
    fee, amount = wish.fee or least, amount_of(draft)
    before = holds.balance - sum(leaving(draft_of(each)) + each.fee_limit for each in waiting)
    preview = Preview(
        chain=around.chain,
        height=around.tip,
        fee=fee,
        amount=amount,
        total=amount + fee,
        before=before,
        after=before - leaving(draft) - fee,
        waiting=len(waiting),
        nonce=drawer.next_nonce(around.chain, draft.sender.hex(), holds.used, holds.pooled).nonce,
        balance=holds.balance,
    )
    problem = around.quarrel or await _problem(preview, least, holds, draft, around.nodes)
    return preview._replace(problem=problem)


def _waiting(actions: Iterable[Action], draft: Transaction, chain: str) -> list[Action]:
    return [
        each
        for each in actions
        if each.is_pending
        and each.state not in IN_A_BLOCK
        and (each.sender, each.network) == (draft.sender.hex(), draft.network)
        and each.chain in {"", chain}
    ]


async def _problem(
    preview: Preview, least: int, holds: Account, draft: Transaction, nodes: Sequence[LedgerNode]
) -> str:
    if preview.fee < least:
        return f"nodes take no fee below {least} flakes"
    if preview.is_short:
        return f"the wallet has {preview.before} flakes and needs {preview.total}"
    if holds.quarrel:
        return holds.quarrel
    return await _objection(draft, nodes) if draft.kind is MORPHEUS else ""


async def _objection(draft: Transaction, nodes: Sequence[LedgerNode]) -> str:
    """Return what the first node that answers has against operation attempts."""
    for node in nodes:
        try:
            return await node.check(attempts_of(draft.asset)) or ""
        except NetworkError:
            continue
    return "no node could check the operations"
