"""What waits: for somebody who has the file, for an endpoint that answers, for a chain that is served no more."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.ledger_room import KEYS
from prometheus_simulators.memory_node import CONFIGURATION

from prometheus.errors import Conflict, RemoteRefused
from prometheus_morpheus.client.errors import NotReached
from prometheus_morpheus.verbs.at_desk import at_desk, carried_out
from prometheus_morpheus.verbs.ledger import actions
from prometheus_morpheus.verbs.patience import patiently

if TYPE_CHECKING:
    from prometheus_simulators.ledger_room import Room


def test_on_a_chain_made_anew_the_wallet_begins_anew_and_nothing_of_the_old_one_is_sent(room: Room) -> None:
    room.node.config = CONFIGURATION._replace(second_block="aa" * 32)
    for tag in ("first", "second"):
        room.carried_out(room.pay(tag))
    for _ in range(60):
        room.node.forge()
    actions.pending(room.with_values(all=True))  # both lie deep by now
    room.carried_out(room.pay("left over", amount=10**11), no_wait=True)

    anew = room.nodes[1]
    anew.config = CONFIGURATION._replace(second_block="bb" * 32)
    anew.fund(KEYS.address, 10**9)
    room.ledger, room.node = anew.endpoint.base_url, anew
    with room.with_values().open_vault() as vault:
        seen = at_desk(room.call, vault, lambda desk: desk.preview(room.pay("new")))
    assert (seen.before, seen.waiting, seen.nonce) == (10**9, 0, 1)
    assert room.carried_out(room.pay("new")).is_done
    assert actions.pending(room.with_values(wait=True)) == 0
    assert len(anew.arrived) == 1
    assert "another chain" in " ".join(room.call.lines)


def handed_out(room: Room, tag: str = "by hand") -> Any:
    wish = room.pay(tag)
    with room.with_values().open_vault() as vault:
        preview = at_desk(room.call, vault, lambda desk: desk.preview(wish))
        return at_desk(room.call, vault, lambda desk: desk.sign_only(wish, preview))


def test_what_was_handed_out_is_called_so_and_waited_for_by_nobody(room: Room) -> None:
    action = handed_out(room)
    assert actions.pending(room.with_values(wait=True)) == 0
    assert room.call.lines[0].endswith("signed, handed out")
    assert f"`prometheus ledger forget {action.id[:8]}`" in " ".join(room.call.lines[1:])
    assert room.node.arrived == []


def test_a_payment_behind_what_was_handed_out_says_what_to_do_and_does_not_wait(room: Room) -> None:
    first = handed_out(room)
    second = room.carried_out(room.pay("later"))
    assert second.state == "queued"
    assert f"forget {first.id[:8]}` if it was lost" in second.reason
    assert any(second.reason in " ".join(note.split()) for note in room.call.notes)
    with pytest.raises(Conflict) as caught:
        handed_out(room, "again")
    assert "broadcast its file" in caught.value.meaning
    assert actions.forget(room.with_values(id=first.id)) == 0
    assert any("whoever has the file" in note for note in room.call.notes)
    actions.pending(room.with_values(wait=True))
    assert [each["nonce"] for each in room.call.document["actions"] if each["done"]] == ["1"]


def test_pending_shows_everything_and_ends_with_12_when_nobody_answers(room: Room) -> None:
    room.carried_out(room.pay(), no_wait=True)
    room.node.fail("configuration", NotReached("no connection"), times=9)
    assert actions.pending(room.with_values()) == 12
    assert len(room.call.lines) >= 1
    assert "no connection" in room.call.notes
    assert actions.pending(room.with_values(offline="1")) == 0


def test_pending_waits_until_somebody_answers_again(room: Room) -> None:
    room.carried_out(room.pay(), no_wait=True)
    room.node.fail("configuration", NotReached("no connection"), times=4)
    assert actions.pending(room.with_values(wait=True)) == 0
    assert [action["done"] for action in room.call.document["actions"]] == [True]
    assert room.call.notes.count("no connection, trying again") == 1


def test_what_is_kept_for_later_is_named_and_told_with_what_to_do(room: Room) -> None:
    room.node.fail("configuration", NotReached("no connection"), times=9)
    wish = room.pay()
    call = room.with_values()
    with call.open_vault() as vault:
        action = carried_out(call, vault, wish, None)
    assert any(action.id[:8] in note and "ledger pending" in note for note in call.notes)


def test_a_refusal_seen_later_is_listed_with_what_to_do(room: Room) -> None:
    with pytest.raises(RemoteRefused):
        room.carried_out(room.pay(amount=10**13))
    actions.pending(room.with_values(all=True))
    assert any("ledger retry" in line for line in room.call.lines)


def test_who_waits_for_an_answer_hears_whom_it_is_waited_for(room: Room) -> None:
    async def slow(seconds: float) -> None:
        async with patiently(room.call, "http://far", seconds):
            await asyncio.sleep(0.05)

    asyncio.run(slow(60))
    assert room.call.notes == []
    asyncio.run(slow(0))
    assert room.call.notes == ["asking http://far …"]
