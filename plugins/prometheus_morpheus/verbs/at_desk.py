"""What every verb that changes the ledger does alike: sit down at the desk, carry a wish out, tell how it goes.

    with call.open_vault() as vault:
        preview = at_desk(call, vault, lambda desk: desk.preview(wish))
        …show it, ask…
        action = carried_out(call, vault, wish, preview)      # returns when it is done; raises when it never will be

Rules: Ctrl-C and ``--no-wait`` leave everything to `ledger pending`. Without an endpoint, or when none answers, the
action is kept and that is told: it is no error. A failure is one.
"""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from prometheus_morpheus.client.connecting import connected
from prometheus_morpheus.pins import file_pins
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.sending.outcomes import failure_of, in_words
from prometheus_morpheus.verbs.asking import endpoints_of
from prometheus_morpheus.verbs.laid_out import noted
from prometheus_morpheus.verbs.wanted.renewing import renewing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from prometheus.api import Call, OpenVault
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.previews import Preview
    from prometheus_morpheus.sending.wishes import Wish

Answer = TypeVar("Answer")
_SHOWN_ID = 8


def at_desk(call: Call, vault: OpenVault, work: Callable[[Desk], Awaitable[Answer]]) -> Answer:
    """Return what comes of some work at the desk, with the nodes that a call names."""
    endpoints = endpoints_of(call)

    async def sit() -> Answer:
        async with connected(endpoints, file_pins(call.places), call.clock) as nodes:
            desk = Desk(vault.store, vault, call.clock, nodes)
            desk.renew = renewing(call, vault)
            return await work(desk)

    return asyncio.run(sit())


def carried_out(call: Call, vault: OpenVault, wish: Wish, preview: Preview | None) -> Action:
    """Return the action of a wish once it is done, or kept for later; the error of `failure_of` when it never will be.

    Raises:
        RemoteRefused: When nodes refused it, or layer 2 rejected it.
        TimedOut: When it expired.
        Conflict: When another transaction took its place.
    """

    async def carry(desk: Desk) -> Action:
        action = desk.queue(wish, preview)
        await desk.send()
        action = desk.find(action.id)
        if call.flag("no_wait") or desk.is_offline:
            for line in desk.trouble if call.setting("offline") is None else ():
                noted(call, line)
            _tell_kept(call, action)
            return action
        return await desk.wait(action.id, lambda now: tell_step(call, now), troubled=lambda line: noted(call, line))

    return without_failure(following(call, vault, carry))


def following(call: Call, vault: OpenVault, work: Callable[[Desk], Awaitable[Answer]]) -> Answer:
    """Return what `at_desk` returns; Ctrl-C tells the person first that nothing is lost."""
    try:
        return at_desk(call, vault, work)
    except KeyboardInterrupt:
        call.note("it goes on without you; `prometheus ledger pending` shows how far it is")
        raise


def without_failure(action: Action) -> Action:
    """Return an action that is done or still may be; raise the error of one that will not be."""
    failure = failure_of(action)
    if failure is not None:
        raise failure
    return action


def tell_step(call: Call, action: Action) -> None:
    """Say how far an action is; its end is told by the verb's result, or by the error."""
    if not (action.is_done or action.is_failed):
        tell(call, action)


def _tell_kept(call: Call, action: Action) -> None:
    """Say why an action has not left, and what to do with it."""
    if action.reason:
        noted(call, action.reason)
    if not action.may_have_left:
        name = action.id[:_SHOWN_ID]
        noted(call, f"kept as {name}: `prometheus ledger pending` sends it, `prometheus ledger forget {name}` drops it")


def tell(call: Call, action: Action) -> None:
    """Say on standard error how far an action is."""
    reason = f": {action.reason}" if action.reason else ""
    noted(call, f"{action.title}: {in_words(action)}{reason}")
