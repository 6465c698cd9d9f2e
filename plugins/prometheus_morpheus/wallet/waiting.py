"""What waits here to leave: flakes of actions that are in no block yet, by the key that pays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus_morpheus.sending.action import IN_A_BLOCK
from prometheus_morpheus.sending.costs import leaving
from prometheus_morpheus.sending.maker import draft_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus_morpheus.sending.action import Action


def waiting_by_sender(actions: Iterable[Action], address_byte: int) -> dict[str, int]:
    """Return how many flakes, fees included, wait to leave each wallet of a network, by its public key in hex."""
    waiting: dict[str, int] = {}
    for action in actions:
        if action.network == address_byte and action.is_pending and action.state not in IN_A_BLOCK:
            left = leaving(draft_of(action)) + (action.fee or action.fee_limit)
            waiting[action.sender] = waiting.get(action.sender, 0) + left
    return waiting
