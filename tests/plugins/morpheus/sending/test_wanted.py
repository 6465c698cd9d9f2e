"""What has to be worked out anew before it is signed: once or not at all, whoever sends it and whenever that ends."""

from __future__ import annotations

import asyncio
import random
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.sending_scene import KEYS, Scene, run
from prometheus_simulators.sending_world import Death, Way

from prometheus.errors import Conflict
from prometheus_morpheus.sending import maker
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.sending.drawer import Drawer
from prometheus_morpheus.sending.maker import draft_text
from prometheus_morpheus.sending.moves import Misplaced
from prometheus_morpheus.sending.outcomes import failure_of, in_words
from prometheus_morpheus.sending.record import action_of, fields_of
from prometheus_morpheus.sending.renewal import Renewal, changed, is_changed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Action

MOST_STEPS = 60


def wanted(scene: Scene, desk: Desk) -> Action:
    """Queue something whose draft is a stand-in."""
    return desk.queue(scene.prove("stand-in")._replace(title="cjuFILE", wanted='{"what": "cjuFILE"}'))


def knowing(scene: Scene, nodes: Sequence[Any] | None = None, drawer: type[Drawer] = Drawer) -> Desk:
    """Return a desk at which it is known what is wanted."""
    desk = Desk(scene.store, KEYS, scene.clock, scene.nodes if nodes is None else nodes, pause=scene.pause)
    desk._drawer = drawer(scene.store, scene.clock)  # as if another process had another program

    async def renew(_action: Action, asked: Sequence[LedgerNode]) -> Renewal:
        await asked[0].tip()
        return Renewal(draft=draft_text(scene.prove("cjuFILE").draft))

    desk.renew = renew
    return desk


def saying(desk: Desk, renewal: Renewal) -> Desk:
    async def renew(_action: Action, _nodes: Sequence[LedgerNode]) -> Renewal:
        return renewal

    desk.renew = renew
    return desk


def test_what_was_worked_out_is_signed_and_never_the_stand_in() -> None:
    scene = Scene()
    action = wanted(scene, scene.desk)
    run(scene.desk.send())
    assert scene.desk.find(action.id).state == "queued"  # nobody there knows what it means
    assert scene.node.arrived == []
    run(knowing(scene).send())
    scene.node.forge(*scene.node.waiting)
    assert scene.node.tags_in_chain() == ["cjuFILE"]
    assert scene.desk.find(action.id).wanted == ""


def test_what_is_refused_was_never_signed_and_can_be_wanted_again_or_forgotten() -> None:
    scene = Scene()
    desk = saying(scene.new_desk(), Renewal(refused="the rules forbid it"))
    action = wanted(scene, desk)
    run(desk.send())
    ended = desk.find(action.id)
    assert (ended.state, ended.signings, ended.may_have_left, KEYS.signed and ended.nonce) == ("refused", (), False, 0)
    assert "nothing was paid" in in_words(ended)
    failure = failure_of(ended)
    assert failure is not None
    assert (failure.code, failure.exit_code) == ("LEDGER-NOT-SIGNED", 5)
    assert scene.sent(scene.pay()).state == "pooled"  # its number went to nobody
    again = run(knowing(scene).retry(action.id))
    assert (again.state, len(again.signings)) == ("pooled", 1)
    desk.forget(action.id)
    assert [each.title for each in desk.all_actions()] == ["rent"]


def test_what_has_changed_waits_for_a_word_and_keeps_nobody_waiting() -> None:
    scene = Scene()
    desk = scene.new_desk()
    action = wanted(scene, desk)
    saying(desk, changed(action))
    waits = run(desk.wait(action.id, scene.told.append, seconds=60))
    assert is_changed(waits)
    assert scene.sent(scene.pay()).state == "pooled"
    agreed = desk.agree_anew(action.id, '{"what": "other"}')
    assert (is_changed(agreed), agreed.wanted) == (False, '{"what": "other"}')


def test_a_refusal_of_what_was_wanted_before_does_not_end_what_was_agreed_to_meanwhile() -> None:
    scene = Scene()
    desk = scene.new_desk()
    action = wanted(scene, desk)

    async def late(_action: Action, _nodes: Sequence[LedgerNode]) -> Renewal:
        scene.new_desk().agree_anew(action.id, '{"what": "other"}')
        return Renewal(refused="the rules forbid it")

    desk.renew = late
    run(desk.send())
    assert desk.find(action.id).state == "queued"


def test_records_from_before_have_nothing_wanted() -> None:
    scene = Scene()
    fields = fields_of(wanted(scene, scene.desk))
    assert action_of(fields).wanted == '{"what": "cjuFILE"}'
    del fields["wanted"]
    assert action_of(fields).wanted == ""


def test_a_stand_in_is_never_signed() -> None:
    scene = Scene()
    action = wanted(scene, scene.desk)
    with pytest.raises(Conflict, match="stands in"):
        maker.sign(KEYS, action, nonce=1, fee=10**7, expiration=0)


def two_at_once(seed: int, drawer: type[Drawer]) -> list[str]:
    """Let two processes send the queue at the same time; return what is in the chain."""
    scene, chance = Scene(), random.Random(seed)
    wanted(scene, scene.desk)
    desks = [knowing(scene, [Way(scene.node, lambda: chance.randrange(4))], drawer) for _ in range(2)]

    async def both() -> None:
        await asyncio.gather(*(desk.send() for desk in desks))

    asyncio.run(both())
    for _ in range(3):
        scene.node.forge(*scene.node.waiting)
        run(desks[0].send())
    return scene.node.tags_in_chain()


class CarelessDrawer(Drawer):
    """Signs what it read before, without looking whether somebody has signed it meanwhile."""

    def sign(self, drafted: Action, *arguments: Any, **options: Any) -> Action | None:
        with self._store.transaction() as commit:
            commit.put(f"action/{drafted.id}", fields_of(drafted))
        return super().sign(drafted, *arguments, **options)


def test_two_processes_that_send_the_queue_at_once_do_it_once() -> None:
    assert all(two_at_once(seed, Drawer) == ["cjuFILE"] for seed in range(30))


def test_control_a_drawer_that_does_not_look_is_found_out() -> None:
    def is_found_out(seed: int) -> bool:
        try:
            return two_at_once(seed, CarelessDrawer) != ["cjuFILE"]
        except Misplaced:
            return True

    assert any(is_found_out(seed) for seed in range(30))


def interrupted_at_a_question(trouble: str) -> int:
    """Let each question go wrong, one after the other, and another process go on; return how often it did."""
    for step in range(MOST_STEPS):
        scene = Scene()
        wanted(scene, scene.desk)
        way = Way(scene.node)
        way.troubles = [""] * step + [trouble]
        with suppress(Death):
            run(knowing(scene, [way]).send())
        for _ in range(3):
            run(knowing(scene).send())
            scene.node.forge(*scene.node.waiting)
        assert scene.node.tags_in_chain() == ["cjuFILE"]
        if way.troubles:
            return step
    raise AssertionError("it never ends")


@pytest.mark.parametrize("trouble", ["dead", "dead-after", "lost", "unreached"])
def test_an_end_or_a_lost_answer_at_any_question_neither_loses_nor_repeats_it(trouble: str) -> None:
    assert interrupted_at_a_question(trouble) >= 6


@pytest.mark.parametrize("after", [False, True])
def test_a_death_at_any_commit_neither_loses_nor_repeats_it(after: bool) -> None:
    for step in range(1, MOST_STEPS):
        scene = Scene()
        wanted(scene, scene.desk)
        scene.store.die_in, scene.store.die_after = step, after
        try:
            run(knowing(scene).send())
        except Death:
            died = True
        else:
            died = False
        scene.store.die_in = -1
        for _ in range(3):
            run(knowing(scene).send())
            scene.node.forge(*scene.node.waiting)
        assert scene.node.tags_in_chain() == ["cjuFILE"]
        if not died:
            assert step > 3
            return
    raise AssertionError("it never ends")
