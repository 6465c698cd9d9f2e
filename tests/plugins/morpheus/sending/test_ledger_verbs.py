from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from prometheus_simulators.ledger_room import KEYS
from prometheus_simulators.memory_node import CONFIGURATION
from prometheus_simulators.sending_world import PAYER

from prometheus.errors import Conflict, NetworkError, NoConsent, NotFound, NotUnderstood, RemoteRefused
from prometheus_morpheus.client.answers import Refusal
from prometheus_morpheus.client.errors import LostAnswer, NotReached
from prometheus_morpheus.sending import maker, wishes
from prometheus_morpheus.sending.desk import Desk
from prometheus_morpheus.tables import ledger as rows
from prometheus_morpheus.transactions.addresses import is_address
from prometheus_morpheus.transactions.operations import before_proof
from prometheus_morpheus.verbs.at_desk import carried_out
from prometheus_morpheus.verbs.ledger import actions, broadcast, status

if TYPE_CHECKING:
    from prometheus_simulators.ledger_room import Room


def test_a_wish_is_carried_out_with_every_step_told_and_the_last_one_left_to_the_result(room: Room) -> None:
    action = room.carried_out(room.pay())
    assert action.is_done
    assert [note.partition(": ")[2] for note in room.call.notes] == [
        "waits in a pool, says http://127.0.0.1:4703",
    ]


def test_without_waiting_it_is_left_in_the_pool(room: Room) -> None:
    assert room.carried_out(room.pay(), no_wait=True).state == "pooled"


def test_a_refusal_ends_with_an_error_and_stays_listed(room: Room) -> None:
    with pytest.raises(RemoteRefused, match="refused"):
        room.carried_out(room.pay(amount=10**13))
    assert actions.pending(room.with_values(all=True)) == 0
    assert [action["state"] for action in room.call.document["actions"]] == ["refused"]


def test_what_layer_two_rejects_ends_with_an_error(room: Room) -> None:
    room.node.rejects = _Everything()
    wish = wishes.operations(PAYER, KEYS.public_key, 128, [before_proof("cju")], title="a time")
    with pytest.raises(RemoteRefused, match="no effect"):
        room.carried_out(wish)


class _Everything(set[str]):
    def __contains__(self, _name: object) -> bool:
        return True


def test_offline_it_is_kept_and_pending_sends_it_later(room: Room) -> None:
    wish = room.pay()
    call = room.with_values(ledger="")
    with call.open_vault() as vault:
        assert carried_out(call, vault, wish, None).state == "queued"
    assert "no endpoint" in " ".join(call.notes)
    assert actions.pending(room.with_values(wait=True)) == 0
    assert [action["state"] for action in room.call.document["actions"]] == ["confirmed"]


def test_pending_shows_how_deep_it_lies_now(room: Room) -> None:
    room.carried_out(room.pay())
    room.node.forge()
    room.node.forge()
    actions.pending(room.with_values(all=True))
    assert room.call.document["actions"][0]["confirmations"] == 3


def test_pending_sends_again_what_a_reorganisation_took(room: Room) -> None:
    action = room.carried_out(room.pay())
    room.node.reorganise(10, returns_to_pool=False)
    actions.pending(room.call)
    assert [each["state"] for each in room.call.document["actions"]] == ["pooled"]
    assert list(room.node.waiting) == [action.transaction_id]


def test_pending_says_when_nothing_waits(room: Room) -> None:
    actions.pending(room.call)
    assert room.call.lines == ["nothing waits for the ledger"]


def test_show_tells_the_steps_and_the_signed_bytes(room: Room) -> None:
    action = room.carried_out(room.pay())
    actions.show(room.with_values(id=action.id[:6]))
    assert [step["state"] for step in room.call.document["steps"]] == [
        "queued",
        "signed",
        "sent",
        "pooled",
        "confirmed",
    ]
    assert room.call.document["transactions"][0]["id"] == action.transaction_id


def test_a_title_with_steering_characters_is_shown_harmless(room: Room) -> None:
    action = room.carried_out(room.pay("\x1b[2Jrent"))
    actions.show(room.with_values(id=action.id))
    assert all("\x1b" not in line for line in (*room.call.lines, *room.call.notes))


def test_retry_takes_up_what_was_refused(room: Room) -> None:
    with pytest.raises(RemoteRefused):
        room.carried_out(room.pay(amount=10**13))
    room.node.fund(KEYS.address, 10**14)
    room.node.forge()
    actions.pending(room.with_values(all=True))
    name = room.call.document["actions"][0]["id"]
    assert actions.retry(room.with_values(id=name)) == 0
    assert room.call.document["done"]


def test_paying_again_what_was_signed_before_asks(room: Room) -> None:
    room.node.refuse_next.append(Refusal("ERR_BAD_DATA", "no"))
    with pytest.raises(RemoteRefused):
        room.carried_out(room.pay())
    room.carried_out(room.pay("food", amount=6))
    action = room.carried_out(room.pay())
    assert action.state == "queued"
    call = room.with_values(id=action.id)
    call.agrees = False
    with pytest.raises(NoConsent):
        actions.retry(call)
    assert any("paid twice" in note for note in call.notes)
    assert actions.retry(room.with_values(id=action.id)) == 0
    assert room.call.document["done"]


def test_forgetting_asks_and_warns_of_what_may_have_left(room: Room) -> None:
    action = room.carried_out(room.pay(), no_wait=True)
    call = room.with_values(id=action.id)
    call.agrees = False
    with pytest.raises(NoConsent):
        actions.forget(call)
    assert any("may still be paid" in note for note in call.notes)
    assert actions.forget(room.with_values(id=action.id)) == 0
    with pytest.raises(NotFound):
        actions.show(room.with_values(id=action.id))


def test_forgetting_opens_the_vault_once_so_that_the_passphrase_is_asked_for_once(
    room: Room, monkeypatch: pytest.MonkeyPatch
) -> None:
    action = room.carried_out(room.pay(), no_wait=True)
    call = room.with_values(id=action.id)
    doors = [call.open_vault]

    def open_once() -> object:
        return doors.pop()()

    monkeypatch.setattr(call, "open_vault", open_once)
    assert actions.forget(call) == 0
    assert doors == []


def test_showing_an_action_says_whom_it_pays_and_fits_80_columns(room: Room) -> None:
    action = room.carried_out(room.pay("a title that goes on and on, as long as somebody likes, up to eighty or so"))
    actions.show(room.with_values(id=action.id))
    assert max(map(len, room.call.lines)) <= 80
    (payee,) = (line.split()[1] for line in room.call.lines if line.startswith("to "))
    assert is_address(payee)
    assert not any(re.search(r"\d:\d\d:\d\d", line) for line in room.call.lines), "times are as everywhere"


def test_forgetting_what_was_told_as_unpaid_warns_too(room: Room) -> None:
    with pytest.raises(RemoteRefused):
        room.carried_out(room.pay(amount=10**13))
    actions.pending(room.with_values(all=True))
    name = room.call.document["actions"][0]["id"]
    assert actions.forget(room.with_values(id=name)) == 0
    assert any("word of http://127.0.0.1:4703" in note for note in room.call.notes)


def test_status_shows_network_and_height(room: Room) -> None:
    assert status.run(room.call) == 0
    assert "HYD testnet, not the public one" in room.call.lines[0]
    assert "height 10, layer 2 at 10" in room.call.lines[1]


def test_status_of_two_that_agree_names_the_block(room: Room) -> None:
    assert status.run(room.with_values(ledger="http://127.0.0.1:4703 http://127.0.0.1:4704")) == 0
    assert room.call.lines[-1] == "2 endpoints name the same block at height 10"


def test_status_tells_a_fork(room: Room) -> None:
    room.nodes[1].blocks[9] = room.nodes[1].blocks[9]._replace(id="ab" * 32)
    assert status.run(room.with_values(ledger="http://127.0.0.1:4703 http://127.0.0.1:4704")) == 12
    assert not room.call.document["agrees"]


def test_status_tells_two_networks_apart(room: Room) -> None:
    room.nodes[1].config = CONFIGURATION._replace(nethash="ab" * 32)
    assert status.run(room.with_values(ledger="http://127.0.0.1:4703 http://127.0.0.1:4704")) == 12


def test_status_names_an_endpoint_that_is_not_there_once(room: Room) -> None:
    url = room.nodes[1].endpoint.base_url
    room.nodes[1].fail("configuration", NotReached(f"{url} cannot be reached"), times=9)
    room.nodes[1].fail("tip", NotReached(f"{url} cannot be reached"), times=9)
    status.run(room.with_values(ledger=f"http://127.0.0.1:4703 {url}"))
    assert f"{url}  cannot be reached" in room.call.lines


def test_show_tells_money_in_coins_and_steps_in_words(room: Room) -> None:
    action = room.carried_out(room.pay())
    actions.show(room.with_values(id=action.id))
    lines = "\n".join(room.call.lines)
    assert f"{action.fee / 10**8:.8f}".rstrip("0") + " THYD" in lines
    assert "flakes" not in lines
    assert any(line.endswith("waits here, not signed") for line in room.call.lines)
    assert not any("T00:" in line or line.endswith("Z") for line in room.call.lines)


def test_status_fails_when_nobody_answers(room: Room) -> None:
    room.node.fail("configuration", NotReached("no connection"), times=9)
    room.node.fail("tip", NotReached("no connection"), times=9)
    with pytest.raises(NetworkError, match="no connection"):
        status.run(room.call)


def given(room: Room, **changes: Any) -> str:
    """Write a signed transaction into a file and return its path."""
    action = Desk(room.store, KEYS, room.call.clock).queue(room.pay())
    signing = maker.sign(KEYS, action, nonce=1, fee=10**7, expiration=0)
    path = room.folder / "payment.json"
    path.write_text(json.dumps(json.loads(signing.text) | changes))
    return str(path)


def test_a_given_transaction_is_passed_on_once_however_often(room: Room) -> None:
    path = given(room)
    assert broadcast.run(room.with_values(file=path, no_wait=True)) == 0
    assert broadcast.run(room.with_values(file=path, no_wait=True)) == 0
    assert len(room.node.arrived) == 1
    room.node.forge(*room.node.waiting)
    assert broadcast.run(room.with_values(file=path)) == 0
    assert room.call.document["transactions"][0]["done"]


def test_a_given_transaction_whose_answer_is_lost_is_looked_up(room: Room) -> None:
    room.node.fail("post", LostAnswer("lost"), after=True)
    path = given(room)
    broadcast.run(room.with_values(file=path, no_wait=True))
    broadcast.run(room.with_values(file=path, no_wait=True))
    assert len(room.node.arrived) == 1


@pytest.mark.parametrize(
    "changes", [{"amount": "6"}, {"id": "ab" * 32}, {"signature": "00" * 70}, {"network": 100}, {"signature": ""}]
)
def test_a_changed_transaction_is_refused_before_anybody_is_asked(room: Room, changes: dict[str, Any]) -> None:
    path = given(room, **changes)
    with pytest.raises(NotUnderstood):
        broadcast.run(room.with_values(file=path))
    assert room.node.calls == []


def test_a_dry_run_of_a_given_transaction_asks_nobody(room: Room) -> None:
    assert broadcast.run(room.with_values(file=given(room), dry_run=True)) == 0
    assert (room.node.calls, room.call.document["sent"]) == ([], False)


def test_a_given_transaction_that_is_refused_is_an_error(room: Room) -> None:
    room.node.balances[KEYS.address] = 0
    with pytest.raises(RemoteRefused, match="refused"):
        broadcast.run(room.with_values(file=given(room)))


def test_a_given_transaction_whose_nonce_is_used_is_an_error(room: Room) -> None:
    path = given(room)
    room.carried_out(room.pay("other"))
    with pytest.raises((Conflict, RemoteRefused)):
        broadcast.run(room.with_values(file=path))


def test_every_row_names_a_function_that_is_there() -> None:
    for row in rows.COMMANDS:
        module, _, name = row.target.partition(":")
        assert callable(getattr(__import__(module, fromlist=[name]), name))
