"""The first chapter: coins are paid out, paid on, and lent as votes; all of it by our own desk."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus_simulators.made_transactions import address, public_key
from prometheus_simulators.sending_world import PAYER

from ledger_story.outcomes import APPLIED, CONFIRMED, REFUSED, REJECTED, Outcome, Step, refused
from ledger_story.stage import HYD, NETWORK, RICHES
from prometheus_morpheus.sending import wishes

if TYPE_CHECKING:
    from collections.abc import Callable

    from ledger_story.stage import Stage
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.wishes import Wish

PURSES = {"alice": 5000 * HYD, "bob": 100 * HYD, "carol": 100 * HYD, "dave": 200 * HYD, "frank": HYD}


class Wanted(NamedTuple):
    """Who wants what; `moved` is what the balances of others change by."""

    who: str
    wishes: Callable[[Stage], list[Wish]]
    moved: dict[str, int]


def outcome_of(stage: Stage, action: Action) -> Outcome:
    """Return what became of an action of the desk."""
    if action.is_done:
        return Outcome(APPLIED if action.needs_layer_two else CONFIRMED)
    if action.state == "rejected":
        return Outcome(REJECTED, "false", action.reason)
    if action.state == "refused":
        type_, _, text = action.reason.removeprefix("refused with ").partition(": ")
        return Outcome(REFUSED, type_, stage.masked(text))
    return Outcome(action.state, "", action.reason)


def pay(who: str, to: str, amount: int, note: str | None = None) -> Wish:
    """Return the wish to pay somebody."""
    title = f"{who} pays {to}"
    return wishes.transfer(PAYER, public_key(who), NETWORK, address(to), amount, title=title, vendor_field=note)


def pay_several(who: str, payments: dict[str, int]) -> Wish:
    """Return the wish to pay several at once."""
    pairs = [(address(name), amount) for name, amount in payments.items()]
    return wishes.multi_transfer(PAYER, public_key(who), NETWORK, pairs, title=f"{who} pays several")


def _vote(place: int, *, takes_back: bool = False) -> Callable[[Stage], list[Wish]]:
    def make(stage: Stage) -> list[Wish]:
        wish = wishes.unvote if takes_back else wishes.vote
        return [wish(PAYER, public_key("carol"), NETWORK, stage.kept["delegates"][place], title="a vote")]

    return make


def _done(*parts: tuple[str, str, Callable[[Stage], list[Wish]], dict[str, int], Outcome]) -> tuple[Step, ...]:
    return tuple(Step(name, expected, Wanted(who, made, moved)) for name, who, made, moved, expected in parts)


_OK = Outcome(CONFIRMED)

STEPS = _done(
    ("the first wallet pays five at once", RICHES, lambda _: [pay_several(RICHES, PURSES)], PURSES, _OK),
    ("a transfer", "alice", lambda _: [pay("alice", "bob", HYD)], {"bob": HYD}, _OK),
    ("a transfer with a note", "alice", lambda _: [pay("alice", "bob", 7, "for the rent")], {"bob": 7}, _OK),
    (
        "two are paid at once",
        "alice",
        lambda _: [pay_several("alice", {"bob": 5, "carol": 6})],
        {"bob": 5, "carol": 6},
        _OK,
    ),
    (
        "four are in flight",
        "alice",
        lambda _: [pay("alice", "bob", amount) for amount in (1, 2, 3, 4)],
        {"bob": 10},
        _OK,
    ),
    ("a vote", "carol", _vote(0), {}, _OK),
    (
        "a second vote while the first holds",
        "carol",
        _vote(1),
        {},
        refused("ERR_APPLY", "Failed to apply transaction, because the sender wallet has already voted."),
    ),
    (
        "another vote than the own is taken back",
        "carol",
        _vote(1, takes_back=True),
        {},
        refused("ERR_APPLY", "Failed to apply transaction, because the wallet vote does not match."),
    ),
    ("the vote is taken back", "carol", _vote(0, takes_back=True), {}, _OK),
    (
        "no vote is taken back",
        "carol",
        _vote(0, takes_back=True),
        {},
        refused("ERR_APPLY", "Failed to apply transaction, because the wallet has not voted."),
    ),
    (
        "more than there is",
        "frank",
        lambda _: [pay("frank", "bob", 50 * HYD)],
        {},
        refused("ERR_APPLY", "Insufficient balance in the wallet."),
    ),
    (
        "from a wallet that nobody ever paid",
        "erin",
        lambda _: [pay("erin", "bob", 1)],
        {},
        refused(
            "ERR_APPLY",
            "Insufficient balance in database wallet. Wallet is not allowed to spend before funding is confirmed.",
        ),
    ),
)


async def play(stage: Stage) -> dict[str, Outcome]:
    """Play the chapter; a step whose money did not move as it should says so in its outcome."""
    stage.kept["delegates"] = await _delegates(stage)
    return {step.name: await _play(stage, step) for step in STEPS}


async def _play(stage: Stage, step: Step) -> Outcome:
    wanted: Wanted = step.act
    people = {wanted.who, *wanted.moved}
    before = {name: (await stage.node.wallet(address(name))).balance for name in people}
    actions = await stage.done(wanted.who, wanted.wishes(stage))
    outcomes = {outcome_of(stage, action) for action in actions}
    if len(outcomes) != 1:
        return Outcome("mixed", "", str(sorted(outcomes)))
    cost = sum(action.fee for action in actions if action.is_done)
    moved = {name: (await stage.node.wallet(address(name))).balance - before[name] for name in people}
    due = {wanted.who: -cost - sum(wanted.moved.values()), **wanted.moved}
    [outcome] = outcomes
    return outcome if moved == due else Outcome("money went elsewhere", "", f"{moved} instead of {due}")


async def _delegates(stage: Stage) -> list[bytes]:
    found = await stage.line.get("/api/delegates")
    keys = sorted((each["username"], each["publicKey"]) for each in found.body["data"])
    for username, key in keys:
        stage.names[key] = f"<{username}'s key>"
    return [bytes.fromhex(key) for _username, key in keys]
