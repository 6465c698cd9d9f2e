"""``ledger pending``, ``show``, ``retry`` and ``forget``: what is under way from this vault."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from prometheus.errors import NoConsent, Offline
from prometheus.model.laid_out import laid
from prometheus.model.written_time import local, moment
from prometheus_morpheus.client.chain_name import parts_of
from prometheus_morpheus.sending.action import NOT_PAID, SENT
from prometheus_morpheus.sending.again import is_asked
from prometheus_morpheus.sending.costs import amount_of
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.sending.maker import draft_of
from prometheus_morpheus.sending.outcomes import as_document, failure_of, in_words, state_in_words
from prometheus_morpheus.sending.renewal import is_changed
from prometheus_morpheus.transactions.fees import default_fee
from prometheus_morpheus.transactions.kinds import MORPHEUS
from prometheus_morpheus.transactions.networks import network_of
from prometheus_morpheus.verbs.at_desk import following, tell_step, without_failure
from prometheus_morpheus.verbs.laid_out import noted, warned
from prometheus_morpheus.verbs.ledger.given_shown import deeds_of
from prometheus_morpheus.verbs.wanted.agreeing_anew import agrees_anew, agrees_in_passing
from prometheus_morpheus.wallet.coins import payment_of, shown
from prometheus_morpheus.wallet.limits import agreed

if TYPE_CHECKING:
    from prometheus.api import Call
    from prometheus_morpheus.sending.action import Action, Step

_SHOWN_ID = 8
_FACT = 13
"""Columns before a fact of an action."""


class Found(NamedTuple):
    """What is shown, which ids belong to a chain that nobody serves now, and whether something waits for nobody."""

    actions: tuple[Action, ...]
    elsewhere: frozenset[str]
    is_lonely: bool


def pending(call: Call) -> int:
    """Send what waits, look at the rest, and list it."""
    with call.open_vault() as vault:
        waiting = Desk(vault.store, vault, call.clock).pending()

        async def work(desk: Desk) -> Found:
            # What a reorganisation took out of a block is seen first, and then sent again.
            await desk.refresh()
            await desk.send()
            for line in desk.trouble:
                noted(call, line)
            for action in desk.pending() if call.flag("wait") and desk.has_nodes else ():
                await _to_the_end(call, desk, action)
            actions = desk.all_actions() if call.flag("all") else _of_interest(desk, waiting)
            elsewhere = frozenset(each.id for each in actions if desk.is_elsewhere(each))
            is_lonely = desk.is_offline and call.setting("offline") is None and bool(desk.pending())
            return Found(actions, elsewhere, is_lonely=is_lonely)

        found = following(call, vault, work)
        if agrees_in_passing(call, vault, found.actions):
            found = following(call, vault, work)
    lines = [line for each in found.actions for line in _row(call, each, is_elsewhere=each.id in found.elsewhere)]
    document = {"actions": [as_document(each) for each in found.actions]}
    call.output.result(document, lines or ["nothing waits for the ledger"])
    return Offline.exit_code if found.is_lonely else 0


async def _to_the_end(call: Call, desk: Desk, action: Action) -> None:
    """Wait for what this machine can bring to its end: not for what somebody else sends, nor for another chain."""
    if action.is_handed_out or desk.is_elsewhere(action):
        return
    await desk.wait(action.id, lambda now: tell_step(call, now), troubled=lambda line: noted(call, line))


def _of_interest(desk: Desk, waiting: tuple[Action, ...]) -> tuple[Action, ...]:
    """Return what waits, and what waited when the command began, whose end the person wants to see."""
    names = {action.id for action in waiting}
    return tuple(action for action in desk.all_actions() if action.is_pending or action.id in names)


def show(call: Call) -> int:
    """Show one action, with all its steps."""
    with call.open_vault() as vault:
        name = Desk(vault.store, vault, call.clock).find(call.text("id")).id

        async def work(desk: Desk) -> Action:
            await desk.refresh()
            return desk.find(name)

        action = following(call, vault, work)
    lines = [line for text in _whole(action) for line in laid(call.safe(text), _FACT)]
    call.output.result(_whole_document(action), lines)
    return 0


def retry(call: Call) -> int:
    """Take up what was refused, has expired, or waits for a new word."""
    given = call.maybe("fee")
    fee = payment_of(given) if given is not None else 0
    with call.open_vault() as vault:
        found = Desk(vault.store, vault, call.clock).find(call.text("id"))
        name = found.id
        if fee and not _agrees_to(call, found, fee):
            raise NoConsent("nothing was signed")
        if is_asked(found) and not _wants_both(call, found):
            raise NoConsent("nothing was signed")
        if is_changed(found) and not agrees_anew(call, vault, found):
            raise NoConsent("nothing was signed")

        async def work(desk: Desk) -> Action:
            action = await desk.retry(name, fee=fee)
            if call.flag("no_wait") or desk.is_offline:
                return action
            return await desk.wait(name, lambda now: tell_step(call, now))

        action = following(call, vault, work)
    without_failure(action)
    call.output.result(as_document(action), laid(call.safe(f"{action.title}: {in_words(action)}")))
    return 0


def _agrees_to(call: Call, action: Action, fee: int) -> bool:
    """Return whether the person agrees to another fee, within their spend limit."""
    draft, token = draft_of(action), network_of(action.network).token
    call.show(
        [
            *laid(call.safe(f"{action.title}: {in_words(action)}")),
            f"{'fee':<8}{shown(fee, token)} at most; it was {shown(action.fee_limit, token)}",
        ]
    )
    return agreed(
        call, "try it again for that fee?", amount_of(draft) + fee, token, fee=0, usual_fee=default_fee(draft)
    )


def _wants_both(call: Call, action: Action) -> bool:
    """Return whether the person wants something paid of which another signing may still be paid."""
    call.show([*laid(call.safe(f"{action.title}: {in_words(action)}")), *laid(call.safe(action.reason))])
    warned(call, "the same was signed before; whoever has those bytes may still have it paid: then it is paid twice")
    return call.confirm("Pay it all the same?")


def forget(call: Call) -> int:
    """Take an action out of the vault, after asking."""
    with call.open_vault() as vault:
        desk = Desk(vault.store, vault, call.clock)
        action = desk.find(call.text("id"))
        _warn_of_forgetting(call, action)
        if not call.confirm("Forget it?"):
            raise NoConsent("nothing was forgotten")
        desk.forget(action.id)
    call.output.result({"forgotten": action.id}, laid(call.safe(f"{action.title} is forgotten")))
    return 0


def _warn_of_forgetting(call: Call, action: Action) -> None:
    call.show(laid(call.safe(f"{action.title}: {in_words(action)}")))
    if action.is_handed_out and action.state == SENT:
        warned(call, "it was signed and handed out: whoever has the file can still have it paid")
    elif action.is_pending and action.may_have_left:
        warned(call, "it may have been sent: forgetting it calls nothing back, and it may still be paid")
    elif action.state in NOT_PAID and action.signings:
        who = action.said_by or "nodes"
        warned(call, f"that nothing was paid is the word of {who}: it left signed, and may still be paid")


def _row(call: Call, action: Action, *, is_elsewhere: bool) -> list[str]:
    name = action.id[:_SHOWN_ID]
    failure = failure_of(action)
    more = [action.reason, failure.remedy if failure and action.state in NOT_PAID else ""]
    if action.is_handed_out and action.state == SENT:
        more = [f"broadcast its file, or `prometheus ledger forget {name}` if it was lost"]
    if is_elsewhere:
        more = [f"of another chain than the one that answers; `prometheus ledger forget {name}` drops it"]
    first = f"{name}  {action.title}: {in_words(action)}"
    lines = (first, *(f"          {each}" for each in more if each))
    return [line for text in lines for line in laid(call.safe(text), 10)]


def _whole(action: Action) -> list[str]:
    chain, second = parts_of(action.chain)
    draft = draft_of(action)
    is_known = action.signings or draft.kind is not MORPHEUS  # else it may be a stand-in, which is never signed
    facts = [
        ("id", action.id),
        *(deeds_of(draft, {}) if is_known else ()),
        ("state", in_words(action)),
        ("reason", action.reason),
        ("transaction", action.transaction_id),
        ("nonce", str(action.nonce or "")),
        ("fee", shown(action.fee, network_of(action.network).token) if action.fee else ""),
        ("block", action.block),
        ("chain", chain),
        ("", second),
    ]
    lines = [f"{name:<{_FACT}}{value}" for name, value in facts if value]
    steps = [line for step in action.journal for line in _step_lines(step)]
    return [action.title, *lines, "steps", *steps]


def _step_lines(step: Step) -> list[str]:
    at = moment(step.at)
    when = local(at) if at else step.at
    first = f"  {when}  {state_in_words(step.state)}"
    return [first, *([f"      {step.reason}"] if step.reason else [])]


def _whole_document(action: Action) -> dict[str, Any]:
    steps = [step._asdict() for step in action.journal]
    transactions = [each._asdict() | {"fee": str(each.fee)} for each in action.signings]
    return as_document(action) | {"steps": steps, "transactions": transactions}
