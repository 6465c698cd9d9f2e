"""The process dies at each commit and at each question to a node, one after the other; then a new one goes on."""

from __future__ import annotations

import asyncio
import json
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.sending_scene import KEYS, Scene
from prometheus_simulators.sending_world import Death, Way

from prometheus_morpheus.sending import maker, moves
from prometheus_morpheus.sending.desk import Desk

if TYPE_CHECKING:
    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.survey import Survey

MOST_STEPS = 60


def live_and_die(scene: Scene, way: Any, desk_class: type[Desk]) -> bool:
    """Want two things and send them; return whether the process died on the way."""
    desk = desk_class(scene.store, KEYS, scene.clock, [way])
    try:
        desk.queue(scene.pay("rent"))
        desk.queue(scene.prove("cjuFILE"))
        for _ in range(3):
            asyncio.run(desk.send())
            scene.node.forge(*scene.node.waiting)
            asyncio.run(desk.refresh())
    except Death:
        return True
    return False


def go_on(scene: Scene, desk_class: type[Desk]) -> list[str]:
    """Let a new process do what is left; return what is in the chain."""
    scene.store.die_in = -1
    desk = desk_class(scene.store, KEYS, scene.clock, scene.nodes)
    for _ in range(4):
        asyncio.run(desk.send())
        scene.node.forge(*scene.node.waiting)
    asyncio.run(desk.refresh())
    assert all(action.is_done for action in desk.all_actions())
    return sorted(scene.node.tags_in_chain())


def deaths_at_a_commit(desk_class: type[Desk], *, after: bool) -> int:
    """Die at the first commit, the second and so on until there are no more; return how often it died."""
    for step in range(1, MOST_STEPS):
        scene = Scene()
        scene.store.die_in, scene.store.die_after = step, after
        died = live_and_die(scene, Way(scene.node), desk_class)
        wanted = sorted(action.title for action in scene.new_desk().all_actions())
        assert go_on(scene, desk_class) == wanted
        if not died:
            return step - 1
    raise AssertionError("it never ends")


def deaths_at_a_question(desk_class: type[Desk], trouble: str) -> int:
    """Die at the first question to the node, the second and so on; return how often it died."""
    for step in range(MOST_STEPS):
        scene = Scene()
        way = Way(scene.node)
        way.troubles = [""] * step + [trouble]
        died = live_and_die(scene, way, desk_class)
        assert go_on(scene, desk_class) == ["cjuFILE", "rent"]
        if not died:
            return step
    raise AssertionError("it never ends")


@pytest.mark.parametrize("after", [False, True])
def test_a_death_at_any_commit_neither_loses_nor_repeats_anything(after: bool) -> None:
    assert deaths_at_a_commit(Desk, after=after) >= 9


@pytest.mark.parametrize("trouble", ["dead", "dead-after"])
def test_a_death_at_any_question_neither_loses_nor_repeats_anything(trouble: str) -> None:
    assert deaths_at_a_question(Desk, trouble) >= 20


class ForgetfulDesk(Desk):
    """Writes down that bytes left only once the answer is there, and signs anew what it thinks has not left."""

    async def _post(self, action: Action, around: Survey) -> Action:
        wallet = await around.nodes[0].wallet(KEYS.address)
        pool = await around.nodes[0].pool()
        nonce = wallet.nonce + 1 + len(pool.items)
        signing = maker.sign(self._signer, action, nonce=nonce, fee=10**7, expiration=0)
        posted: Any = json.loads(signing.text)
        await around.nodes[0].post([posted])
        return self._drawer.change(
            action.id, lambda now: moves.leaving(now._replace(nonce=nonce, signings=(signing,)), "now")
        )

    async def _push(self, action: Action, around: Survey) -> Action:
        if action.state == "signed":
            return await self._post(action, around)
        return await super()._push(action, around)


def test_a_desk_that_writes_down_too_late_is_found_out() -> None:
    with pytest.raises(AssertionError):
        deaths_at_a_commit(ForgetfulDesk, after=False)
