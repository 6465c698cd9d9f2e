"""A wallet's life with bad endpoints, made of random events from a seed, and the judge of what the wallet shows.

    campaign = Campaign(world, seed)
    campaign.live(events)          # judged after every event
    campaign.rest()                # everybody becomes honest; judged once more, without mercy

What no event may do: pay a wish twice, let bytes leave that the vault does not know, give one wish two nonces, lose a
wish, show as done what is not in the chain or was rejected there, show as not paid what was. While an endpoint lies, at
least one other answers honestly: a liar alone can be seen through by nobody.
"""

from __future__ import annotations

import random
from collections import defaultdict
from typing import TYPE_CHECKING

from prometheus_morpheus.sending.action import NOT_PAID
from prometheus_morpheus.sending.desk import Desk
from prometheus_simulators import bad_endpoint_lies as lies
from prometheus_simulators import bad_endpoint_ways as ways
from prometheus_simulators.bad_endpoint_wallet import HYD, KEYS, PATIENCE, Person, paid, tag_in

if TYPE_CHECKING:
    from collections.abc import Callable

    from prometheus_morpheus.sending.action import Action
    from prometheus_simulators.bad_endpoint import BadEndpoint
    from prometheus_simulators.bad_endpoint_world import World

PATHS = ("", "^/api/", "^/api/transactions$", "unconfirmed", "wallets", "blocks", "txn-status", "configuration")
QUICK = PATIENCE._replace(piece=0.08, whole=0.12, attempts=1)
PATIENT = PATIENCE._replace(piece=0.8, whole=1.0)
ROUNDS_OF_REST = 8


class Campaign:
    """One life; `log` tells its events, for whoever has to understand a failure."""

    def __init__(self, world: World, seed: int, *, desk: type[Desk] = Desk, endpoints: int = 2) -> None:
        world.fund(KEYS.address, 10**6 * HYD)
        self.world = world
        self.random = random.Random(seed)
        self.person = Person(world, [world.endpoint() for _ in range(endpoints)], desk=desk)
        # Each endpoint's network is known from the start: whoever lies about it at first use lies alone.
        self.person.send()
        self.person.patience = QUICK
        self.log: list[str] = [f"seed {seed}"]
        self.frozen: list[str] = []
        self.count = 0
        self.is_lied_to = False
        self.lowest = world.run(lambda ledger: ledger.tip.height)
        """What pays for everything was confirmed up to here, and stays."""

    # --- life ------------------------------------------------------------------------------------------------------

    def live(self, events: int) -> None:
        """Let so many things happen."""
        kinds: tuple[tuple[Callable[[], None], int], ...] = (
            (self.want, 6),
            (self.send, 4),
            (self.look, 4),
            (self.forge, 6),
            (self.reorganise, 2),
            (self.go_badly, 6),
            (self.lie, 3),
            (self.calm, 3),
            (self.retry, 1),
            (self.freeze, 1),
            (self.pay_elsewhere, 1),
        )
        choices, weights = [kind for kind, _ in kinds], [weight for _, weight in kinds]
        for _ in range(events):
            event = self.random.choices(choices, weights)[0]
            self.log.append(event.__name__)
            event()
            self.judge(is_calm=False)

    def rest(self) -> None:
        """Let everybody be honest until nothing moves."""
        self.calm()
        self.person.patience = PATIENCE._replace(piece=10, whole=20)
        for _ in range(ROUNDS_OF_REST):
            self.person.send()
            self.world.forge()
            self.person.look()
        self.judge(is_calm=True)

    def want(self) -> None:
        self.count += 1
        tag = f"wish {self.count}"
        if self.random.random() < 0.4:
            # Some are registered already, or twice: layer 2 rejects the second.
            self.person.prove(tag)
            if self.random.random() < 0.3:
                self.world.change({"operation": "registerBeforeProof", "contentId": tag})
        else:
            self.person.pay(tag, self.count, lifetime=self.random.choice((0, 60, 7200)))

    def send(self) -> None:
        self.person.send()

    def look(self) -> None:
        """Look; where the last endpoint answers honestly, nothing may be shown as done that is not."""
        is_answered = not self.person.endpoints[-1].is_going_badly
        self.person.patience = PATIENT if is_answered else QUICK
        self.person.look()
        self.person.patience = QUICK
        if is_answered:
            chain, told = paid(self.world), "\n".join(self.log)
            for tag, action in {action.title: action for action in self.person.actions()}.items():
                self._judge_done(tag, action, is_paid=bool(chain[tag]), told=told)

    def forge(self) -> None:
        self.world.forge(self.random.choice((1, 1, 1, 2, 5)))

    def reorganise(self) -> None:
        depth, keep = self.random.randint(1, 4), self.random.random() < 0.5
        self.log.append(f"  {depth} blocks, keep {keep}")
        self.world.run(lambda ledger: ledger.revert_to(max(self.lowest, ledger.tip.height - depth), keep=keep))

    def go_badly(self) -> None:
        endpoint, way, path = self._one(), self.random.choice(ways.ALL), self.random.choice(PATHS)
        self.log.append(f"  {way.__name__} at {path!r}")
        endpoint.go(way, path=path, times=self.random.randint(1, 4))

    def lie(self) -> None:
        """Let the first endpoint lie in some way; the others are honest then."""
        self.calm()
        self.is_lied_to = True
        liar = self.person.endpoints[0]
        told = self.random.choice(tuple(self._lies()))
        self.log.append(f"  {told}")
        self._lies()[told](liar)

    def calm(self) -> None:
        self.is_lied_to = False
        for endpoint in self.person.endpoints:
            endpoint.honest()

    def retry(self) -> None:
        failed = [action for action in self.person.actions() if action.state in {"refused", "expired"}]
        if failed:
            self.person.at_desk(lambda desk: _retried(desk, self.random.choice(failed)))

    def freeze(self) -> None:
        """Let the first endpoint show the ledger as it once was."""
        if len(self.frozen) < 2:
            self.frozen.append(self.world.frozen())
        self.calm()
        self.is_lied_to = True
        self.person.endpoints[0].behind = self.random.choice(self.frozen)

    def pay_elsewhere(self) -> None:
        """Pay from another device, through an honest endpoint."""
        if self.is_lied_to:
            return
        self.calm()
        self.count += 1
        Person(self.world, self.person.endpoints[-1:]).pay(f"elsewhere {self.count}")

    def _one(self) -> BadEndpoint:
        # While one lies, the others keep answering.
        return self.person.endpoints[0] if self.is_lied_to else self.random.choice(self.person.endpoints)

    def _lies(self) -> dict[str, Callable[[BadEndpoint], None]]:
        newest = next((action for action in reversed(self.person.actions()) if action.signings), None)
        told: dict[str, Callable[[BadEndpoint], None]] = {
            "another nonce": lambda liar: liar.lie(lies.nonce(KEYS.address, self.random.randint(0, 9))),
            "no balance": lambda liar: liar.lie(lies.balance(KEYS.address, 0)),
            "far ahead": lambda liar: liar.lie(lies.height(10**6)),
            "far behind": lambda liar: liar.lie(lies.height(1)),
            "refuses": lambda liar: liar.lie(lies.refusing(self.random.choice(("ERR_BAD_DATA", "ERR_EXPIRED")))),
            "swallows": lambda liar: liar.go(ways.swallow, path="^/api/transactions$", method="POST"),
            "hides the pool": lambda liar: liar.lie(
                lies.telling("/api/transactions/unconfirmed", lambda body: {**body, "data": []})
            ),
            "another network": lambda liar: liar.lie(lies.network(nethash="ab" * 32)),
            "dear": lambda liar: liar.lie(lies.fee_rate(10**7)),
            "applied everything": lambda liar: liar.lie(lies.inventing("/morpheus/v1/txn-status/.*", body=True)),
            "rejected everything": lambda liar: liar.lie(lies.inventing("/morpheus/v1/txn-status/.*", body=False)),
        }
        if newest is not None:
            name = newest.transaction_id
            told["never saw it"] = lambda liar: liar.lie(*lies.without_transaction(name))
            told["altered it"] = lambda liar: liar.lie(lies.transaction(name, fee="1"), lies.waiting(name, fee="1"))
        return told

    # --- judgement -------------------------------------------------------------------------------------------------

    def judge(self, *, is_calm: bool) -> None:
        """Raise AssertionError where the wallet did or showed what it must not."""
        chain = paid(self.world)
        told = "\n".join(self.log)
        assert max(chain.values(), default=0) <= 1, f"paid twice: {chain}\n{told}"
        actions = {action.title: action for action in self.person.actions()}
        assert set(self.person.wanted) == set(actions), f"a wish was lost\n{told}"
        self._judge_what_left(actions, told)
        if is_calm:
            for tag, action in actions.items():
                self._judge_shown(tag, action, is_paid=bool(chain[tag]), told=told)

    def _judge_what_left(self, actions: dict[str, Action], told: str) -> None:
        nonces: dict[str, set[str]] = defaultdict(set)
        known = {each.id for action in actions.values() for each in action.signings}
        for endpoint in self.person.endpoints:
            for posted in endpoint.arrived:
                tag = tag_in(posted)
                if tag.startswith("wish"):
                    nonces[tag].add(posted["nonce"])
                    assert posted["id"] in known, f"bytes left that the vault does not know: {tag}\n{told}"
        assert all(len(each) == 1 for each in nonces.values()), f"two nonces for one wish: {nonces}\n{told}"

    def _judge_shown(self, tag: str, action: Action, *, is_paid: bool, told: str) -> None:
        self._judge_done(tag, action, is_paid=is_paid, told=told)
        if action.state in NOT_PAID:
            assert not is_paid, f"{tag} is shown as {action.state} and was paid\n{told}"
        if is_paid:
            assert action.is_done or action.state == "rejected", f"{tag} is paid and shown as {action}\n{told}"

    def _judge_done(self, tag: str, action: Action, *, is_paid: bool, told: str) -> None:
        if action.is_done:
            status = self.world.run(lambda ledger: ledger.layer_two.is_confirmed(action.transaction_id))
            assert is_paid, f"{tag} is shown as done and is not in the chain\n{told}"
            assert status is not False, f"{tag} was rejected and is shown as done\n{told}"


async def _retried(desk: Desk, action: Action) -> None:
    from prometheus.errors import Conflict

    try:
        await desk.retry(action.id)
    except Conflict:
        return
