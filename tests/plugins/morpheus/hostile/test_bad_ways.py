"""Endpoints that stall, die, babble, refuse or answer too much: the wallet stays calm, nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators import bad_endpoint_ways as ways
from prometheus_simulators.bad_endpoint_people import ANA, People
from prometheus_simulators.bad_endpoint_wallet import HYD, KEYS, PATIENCE, Person, asking, paid
from prometheus_simulators.clock import FakeClock

from prometheus.claims import jsontext
from prometheus.errors import NetworkError, TimedOut
from prometheus_morpheus.client import http
from prometheus_morpheus.client.errors import RateLimited, RefusedRequest
from prometheus_morpheus.client.http import Caller
from prometheus_morpheus.resolving.asking import resolve
from prometheus_morpheus.sending.desk import Desk

if TYPE_CHECKING:
    from prometheus_simulators.bad_endpoint import BadEndpoint
    from prometheus_simulators.bad_endpoint_world import World

    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.previews import Preview
    from prometheus_morpheus.sending.survey import Survey
    from prometheus_morpheus.sending.wishes import Wish

POST = "^/api/transactions$"
EVERY = pytest.mark.parametrize("way", ways.ALL, ids=lambda way: way.__name__)


def wallet(world: World, desk: type[Desk] = Desk) -> tuple[Person, BadEndpoint]:
    world.fund(KEYS.address, 1000 * HYD)
    endpoint = world.endpoint()
    return Person(world, [endpoint], desk=desk), endpoint


def settle(person: Person, endpoint: BadEndpoint) -> None:
    """Let the endpoint be honest and all become calm."""
    endpoint.honest()
    for _ in range(3):
        person.send()
        person.world.forge()
        person.look()


class HastyDesk(Desk):
    """Wants once more, as a new transaction, whatever it got no answer for, and looks nothing up."""

    wishes: dict[str, Wish] = {}  # noqa: RUF012  # a broken desk for one test

    def queue(self, wish: Wish, preview: Preview | None = None) -> Action:
        self.wishes[wish.title] = wish
        return super().queue(wish, preview)

    async def send(self) -> tuple[Action, ...]:
        for action in self.all_actions():
            if action.state == "sent":
                self.forget(action.id)
                self.queue(self.wishes[action.title])
        return await super().send()

    async def _look(self, action: Action, around: Survey) -> Action:
        return action


class TestPosts:
    """The answer to a posted payment does not come as it should."""

    @EVERY
    def test_it_is_paid_once_and_shown_as_done_only_then(self, world: World, way: ways.Way) -> None:
        person, endpoint = wallet(world)
        endpoint.go(way, path=POST, method="POST")
        action = person.pay("rent")
        assert (action.is_done, action.is_failed) == (False, False)
        world.forge()
        person.look()
        assert person.action("rent").is_done == bool(paid(world)["rent"])
        settle(person, endpoint)
        assert (person.action("rent").state, paid(world)["rent"]) == ("confirmed", 1)
        assert len({each["id"] for each in endpoint.arrived}) == 1

    @pytest.mark.parametrize("way", ways.WITH_EFFECT, ids=lambda way: way.__name__)
    def test_who_signs_anew_pays_twice(self, world: World, way: ways.Way) -> None:
        person, endpoint = wallet(world, HastyDesk)
        endpoint.go(way, path=POST, method="POST")
        person.pay("rent")
        world.forge()
        settle(person, endpoint)
        assert paid(world)["rent"] == 2

    def test_too_many_requests_are_no_refusal(self, world: World, monkeypatch: pytest.MonkeyPatch) -> None:
        person, endpoint = wallet(world)
        endpoint.go(ways.too_many, path=POST, method="POST")
        assert person.pay("rent").state == "sent"
        real = Caller.send_once

        async def takes_it_for_a_refusal(caller: Caller, path: str, body: Any) -> Any:
            try:
                return await real(caller, path, body)
            except RateLimited as error:
                raise RefusedRequest(caller.endpoint.base_url, 429, error.what) from error

        monkeypatch.setattr(Caller, "send_once", takes_it_for_a_refusal)
        world.forge()
        person.send()
        assert person.action("rent").state == "refused"


class TestQuestions:
    """The wallet asks, and what comes back is no answer."""

    @EVERY
    def test_the_wallet_stays_calm_and_goes_on_later(self, world: World, way: ways.Way) -> None:
        person, endpoint = wallet(world)
        endpoint.go(way, method="GET")
        action = person.pay("rent")
        assert (action.state, action.signings) == ("queued", ())
        settle(person, endpoint)
        assert (person.action("rent").state, paid(world)["rent"]) == ("confirmed", 1)

    @EVERY
    def test_what_was_seen_is_not_forgotten(self, world: World, way: ways.Way) -> None:
        person, endpoint = wallet(world)
        person.pay("rent")
        world.forge()
        person.look()
        endpoint.go(way, method="GET")
        person.look()
        person.send()
        assert person.action("rent").state == "confirmed"
        assert len(endpoint.arrived) == 1

    @pytest.mark.parametrize(
        "where", ["^/api/blockchain", "unconfirmed", "wallets", "^/api/transactions/[0-9a-f]", "blocks/[0-9a-f]{9}"]
    )
    def test_one_answer_that_fails_in_the_middle_changes_nothing(self, world: World, where: str) -> None:
        person, endpoint = wallet(world)
        for way in (ways.die_midway, ways.garbage, ways.oversize, ways.two_answers):
            endpoint.go(way, path=where, method="GET", times=2)
        for tag in ("rent", "food", "books"):
            person.pay(tag)
            world.forge()
            person.look()
        settle(person, endpoint)
        assert paid(world) == {"rent": 1, "food": 1, "books": 1}
        assert all(action.is_done for action in person.actions())


class TestDids:
    """Somebody asks for a DID, and what comes back is no answer: then nothing is known, and that is said."""

    def ask(self, crowd: People) -> object:
        try:
            found = asking([crowd.liar], lambda nodes: resolve(nodes, ANA, FakeClock()))
        except NetworkError as error:
            return error.exit_code
        return len(found.checked)

    @EVERY
    def test_no_answer_is_an_error_of_its_own(self, crowd: People, way: ways.Way) -> None:
        assert self.ask(crowd) == 1
        crowd.liar.go(way, path="/morpheus/v1/did/")
        assert self.ask(crowd) in {TimedOut.exit_code, NetworkError.exit_code}

    @EVERY
    def test_the_other_endpoint_answers_and_the_silent_one_is_named(self, crowd: People, way: ways.Way) -> None:
        crowd.liar.go(way, path="/api/transactions/")
        found = asking([crowd.liar, crowd.honest], lambda nodes: resolve(nodes, ANA, FakeClock()))
        assert found.best is not None
        assert (found.sources, [one.source for one in found.silent]) == ((crowd.honest.url,), [crowd.liar.url])
        assert any("could not be asked" in note for note in found.notes)


class TestLimits:
    """Limits of the client, each switched off in turn."""

    def height(self, crowd: People) -> int:
        return asking([crowd.liar], self._height)

    async def _height(self, nodes: Any) -> int:
        return int((await nodes[0].tip()).height)

    def test_an_answer_that_is_too_long_is_dropped(self, crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
        truth = self.height(crowd)
        crowd.liar.go(ways.oversize, path="blockchain")
        with pytest.raises(NetworkError, match="no Hydra node") as raised:
            self.height(crowd)
        assert "longer than" in raised.value.meaning
        monkeypatch.setattr(http, "MAX_ANSWER", 2**30)
        assert self.height(crowd) == truth

    def test_an_answer_with_a_member_twice_is_dropped(self, crowd: People, monkeypatch: pytest.MonkeyPatch) -> None:
        crowd.liar.go(ways.two_answers, path="blockchain")
        with pytest.raises(NetworkError, match="no Hydra node"):
            self.height(crowd)
        monkeypatch.setattr(jsontext, "parse", lambda text, **_: json.loads(text))
        assert self.height(crowd) == 1

    def test_a_stall_ends(self, crowd: People) -> None:
        crowd.liar.go(ways.stall, path="blockchain")
        with pytest.raises(NetworkError):
            self.height(crowd)

        async def waiting(nodes: Any) -> None:
            with pytest.raises(TimeoutError):
                await asyncio.wait_for(nodes[0].tip(), 1.5)

        asking([crowd.liar], waiting, patience=PATIENCE._replace(piece=60, whole=60))

    def test_who_asks_too_often_waits_and_asks_again(self, crowd: People) -> None:
        truth = self.height(crowd)
        crowd.liar.go(ways.too_many, path="blockchain", times=1)
        assert self.height(crowd) == truth
        crowd.liar.go(ways.too_many, path="blockchain", times=1)
        with pytest.raises(NetworkError, match="too often"):
            asking([crowd.liar], self._height, patience=PATIENCE._replace(attempts=1))
