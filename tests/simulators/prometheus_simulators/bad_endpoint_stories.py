"""Stories of a wallet that is lied to: each plays with honest endpoints or a liar, and returns what is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from prometheus_morpheus.sending.moves import SETTLED_DEPTH
from prometheus_simulators import bad_endpoint_lies as lies
from prometheus_simulators import bad_endpoint_ways as ways
from prometheus_simulators.bad_endpoint_wallet import HYD, KEYS, Person, asking, paid
from prometheus_simulators.second_layer import register

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_simulators.bad_endpoint import BadEndpoint
    from prometheus_simulators.bad_endpoint_world import World

POST = "^/api/transactions$"


class Stage:
    """A wallet with money, a liar and an honest endpoint."""

    def __init__(self, world: World, asked: tuple[str, ...], *, lying: bool) -> None:
        world.fund(KEYS.address, 1000 * HYD)
        self.world = world
        self.lying = lying
        self.ends: dict[str, BadEndpoint] = {"liar": world.endpoint(), "honest": world.endpoint()}
        self.liar = self.ends["liar"]
        self.person = Person(world, [self.ends[name] for name in asked])

    def lie(self, *told: Any) -> None:
        if self.lying:
            self.liar.lie(*told)

    def shown(self, tag: str) -> str:
        self.person.look()
        return self.person.action(tag).state

    def elsewhere(self, tag: str) -> None:
        """Pay from another device with the same wallet."""
        assert Person(self.world, [self.ends["honest"]]).pay(tag).state == "pooled"


def nonce_is_too_high(stage: Stage) -> object:
    stage.lie(lies.nonce(KEYS.address, 6))
    action = stage.person.pay("rent")
    return action.state, action.nonce


def nonce_is_too_low(stage: Stage) -> object:
    stage.elsewhere("before")
    stage.world.forge()
    stage.lie(lies.nonce(KEYS.address, 0))
    return stage.person.pay("rent").nonce


def the_pool_is_hidden(stage: Stage) -> object:
    stage.elsewhere("before")
    stage.lie(lies.telling("/api/transactions/unconfirmed", lambda body: {**body, "data": []}))
    return stage.person.pay("rent").nonce


def a_rejected_one_is_told_as_applied(stage: Stage) -> object:
    stage.world.change(register("cju-taken"))
    action = stage.person.prove("cju-taken")
    stage.world.forge()
    stage.lie(lies.status(action.transaction_id, said=True))
    return stage.shown("cju-taken")


def an_applied_one_is_told_as_rejected(stage: Stage) -> object:
    action = stage.person.prove("cju-mine")
    stage.world.forge()
    stage.lie(lies.status(action.transaction_id, said=False))
    return stage.shown("cju-mine")


def what_waits_is_told_to_be_in_a_block(stage: Stage) -> object:
    action = stage.person.pay("rent")
    path = f"/api/transactions/unconfirmed/{action.transaction_id}"
    waiting: Any = asking([stage.ends["honest"]], lambda nodes: nodes[0]._caller.ask(path))
    block = stage.world.run(lambda ledger: ledger.tip.id)
    stage.lie(lies.in_block(waiting["data"], block))
    return stage.shown("rent")


def altered(**changes: Any) -> Callable[[Stage], object]:
    def play(stage: Stage) -> object:
        action = stage.person.pay("rent")
        stage.world.forge()
        stage.lie(lies.transaction(action.transaction_id, **changes))
        return stage.shown("rent")

    return play


def a_block_is_named_that_is_not_there(stage: Stage) -> object:
    action = stage.person.pay("rent")
    stage.world.forge()
    stage.lie(lies.transaction(action.transaction_id, blockId="ab" * 32))
    return stage.shown("rent")


def the_chain_is_told_to_be_higher(stage: Stage) -> object:
    stage.person.pay("rent")
    stage.world.forge()
    stage.lie(lies.height(10**6))
    state = stage.shown("rent")
    return state, stage.person.action("rent").is_settled


def time_is_told_to_be_over(stage: Stage) -> object:
    for end in stage.ends.values() if stage.lying else ():
        end.go(ways.swallow, path=POST, method="POST", times=1)
    stage.person.pay("rent", lifetime=60)
    stage.lie(lies.height(10**6))
    return stage.shown("rent")


def a_pooled_one_is_told_as_refused(stage: Stage) -> object:
    stage.lie(lies.refusing("ERR_BAD_DATA"))
    return stage.person.pay("rent").state


def what_is_accepted_is_thrown_away(stage: Stage) -> object:
    if stage.lying:
        stage.liar.go(ways.swallow, path=POST, method="POST", times=1)
    stage.person.pay("rent")
    stage.person.send()
    stage.world.forge()
    return stage.shown("rent"), paid(stage.world)["rent"]


def a_fee_beyond_what_was_agreed(stage: Stage) -> object:
    stage.lie(lies.fee_rate(10**6))
    action = stage.person.pay("rent")
    return action.state, action.fee > action.fee_limit


def the_network_changes_before_the_post(stage: Stage) -> object:
    stage.lie(lies.later("/api/node/configuration", 1, lies.network(nethash="ab" * 32)))
    stage.person.pay("rent")
    return len(stage.liar.arrived)


def the_network_changes_overnight(stage: Stage) -> object:
    stage.person.pay("rent")
    stage.liar.arrived.clear()
    stage.lie(lies.network(nethash="ab" * 32))
    stage.person.pay("tomorrow")
    return len(stage.liar.arrived)


def another_network_at_first_use(stage: Stage) -> object:
    stage.lie(lies.network(nethash="ab" * 32))
    action = stage.person.pay("rent")
    return action.state, len(action.signings)


def last_months_ledger(stage: Stage) -> object:
    old = stage.world.frozen()
    stage.person.pay("rent")
    stage.world.forge(SETTLED_DEPTH + 1)
    assert stage.shown("rent") == "confirmed"
    if stage.lying:
        stage.liar.behind = old
    return stage.person.pay("tomorrow").nonce
