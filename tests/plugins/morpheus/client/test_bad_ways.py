"""The way to a node fails in every manner that ways fail, and what may have happened is told apart."""

from __future__ import annotations

from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.asker import IMPATIENT, Asker
from prometheus_simulators.clock import FakeClock
from prometheus_simulators.peers import free_port
from prometheus_simulators.scripted_node import (
    die_midway,
    drip,
    hang_up,
    raw,
    refusal,
    reply,
    stall,
    stall_midway,
)

from prometheus_morpheus.client.errors import (
    AnsweredLate,
    Garbage,
    LostAnswer,
    NotReached,
    RateLimited,
    RefusedRequest,
)
from prometheus_morpheus.client.http import MAX_ANSWER

if TYPE_CHECKING:
    from prometheus_simulators.scripted_node import ScriptedNode, Step

TIP = "/api/blockchain"
GOOD = {"data": {"block": {"height": 5, "id": "cd" * 32}, "supply": "1"}}
POST = "/api/transactions"
NAME = "ab" * 32
TRANSACTION = {"id": NAME}
TAKEN = {"data": {"accept": [NAME], "broadcast": [NAME], "excess": [], "invalid": []}}

TRANSIENT = {
    "stall": stall(),
    "stall midway": stall_midway(GOOD),
    "die midway": die_midway(GOOD),
    "drip": drip(GOOD),
    "busy": refusal(503, "busy"),
    "bad gateway": reply(raw=b"<html>", status=502),
    "rate limit": refusal(429, "Too Many Requests"),
}


def hurry(ask: Asker, step: Step) -> None:
    """Wait little where nothing will come."""
    if step.holds or step.drip:
        ask.patience = IMPATIENT


@pytest.mark.parametrize("step", TRANSIENT.values(), ids=TRANSIENT)
def test_a_question_is_asked_again_after_what_passes(scripted: ScriptedNode, ask: Asker, step: Step) -> None:
    hurry(ask, step)
    scripted.serve(TIP, GOOD)
    scripted.once(TIP, step, step)
    assert ask(lambda node: node.tip()).height == 5
    assert scripted.paths().count(TIP) == 3
    assert len(ask.pauses) == 2


EXPECTED = {
    "stall": AnsweredLate,
    "stall midway": AnsweredLate,
    "die midway": AnsweredLate,
    "drip": AnsweredLate,
    "busy": RefusedRequest,
    "bad gateway": RefusedRequest,
    "rate limit": RateLimited,
}


@pytest.mark.parametrize("name", EXPECTED)
def test_after_three_times_the_person_hears_what_the_last_one_met(
    scripted: ScriptedNode, ask: Asker, name: str
) -> None:
    hurry(ask, TRANSIENT[name])
    scripted.serve(TIP, step=TRANSIENT[name])
    with pytest.raises(EXPECTED[name]):
        ask(lambda node: node.tip())
    assert scripted.paths().count(TIP) == 3


def test_a_connection_closed_without_a_word_is_tried_a_bounded_number_of_times(
    scripted: ScriptedNode, ask: Asker
) -> None:
    scripted.serve(TIP, step=hang_up())
    with pytest.raises(AnsweredLate):
        ask(lambda node: node.tip())
    assert 3 <= scripted.paths().count(TIP) <= 6  # the library asks once more by itself, questions only
    assert len(ask.pauses) == 2


def test_pauses_grow_and_vary(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(TIP, step=refusal(503, "busy"))
    for _each in range(5):
        with pytest.raises(RefusedRequest):
            ask(lambda node: node.tip())
    first, second = ask.pauses[0::2], ask.pauses[1::2]
    assert all(0.15 <= pause <= 0.45 for pause in first)
    assert all(0.3 <= pause <= 0.9 for pause in second)
    assert len(set(ask.pauses)) > 1


def test_the_pause_a_node_asks_for_is_kept(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(TIP, GOOD)
    scripted.once(TIP, refusal(429, "slow down", {"retry-after": "7"}))
    ask(lambda node: node.tip())
    assert 7 < ask.pauses[0] < 8


def test_after_too_often_without_a_time_the_pauses_are_long(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(TIP, GOOD)
    scripted.once(TIP, refusal(429, "slow down"))
    ask(lambda node: node.tip())
    assert 2.5 <= ask.pauses[0] <= 7.5


def test_a_pause_may_be_a_date(scripted: ScriptedNode, ask: Asker) -> None:
    clock = FakeClock()
    clock.advance(9)
    scripted.serve(TIP, GOOD)
    scripted.once(TIP, refusal(503, "soon", {"retry-after": format_datetime(clock.now(), usegmt=True)}))
    ask(lambda node: node.tip())
    assert 9 < ask.pauses[0] < 10


def test_nobody_waits_for_an_hour(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(TIP, step=refusal(429, "slow down", {"retry-after": "3600"}))
    with pytest.raises(RateLimited) as caught:
        ask(lambda node: node.tip())
    assert caught.value.retry_after == 3600
    assert ask.pauses == []


GARBAGE = {
    "not json": reply(raw=b"hello"),
    "nothing": reply(raw=b""),
    "not utf-8": reply(raw=b'{"a":"\xff"}'),
    "a key twice": reply(raw=b'{"data":1,"data":2}'),
    "nan": reply(raw=b'{"data":NaN}'),
    "too deep": reply(raw=b"[" * 5000 + b"]" * 5000),
    "more after it": reply(raw=b"{} {}"),
    "a list": reply([]),
    "no data": reply({}),
    "height as text": reply({"data": {"block": {"height": "5", "id": "cd" * 32}}}),
    "height true": reply({"data": {"block": {"height": True, "id": "cd" * 32}}}),
    "height a double": reply(raw=b'{"data":{"block":{"height":5.0,"id":"' + b"cd" * 32 + b'"}}}'),
    "height below zero": reply({"data": {"block": {"height": -1, "id": "cd" * 32}}}),
    "height beyond all": reply({"data": {"block": {"height": 2**31, "id": "cd" * 32}}}),
    "id too short": reply({"data": {"block": {"height": 5, "id": "cd" * 31}}}),
    "id in capitals": reply({"data": {"block": {"height": 5, "id": "CD" * 32}}}),
    "a head without end": raw(b"HTTP/1.1 200 X\r\nx: " + b"a" * 100_000 + b"\r\n\r\n{}"),
    "refused by no node": reply(raw=b"<html>nginx</html>", status=404),
    "no http": raw(b"SSH-2.0-OpenSSH_9.6\r\n"),
    "elsewhere": reply({}, 302, {"location": "http://127.0.0.1:1/api/blockchain"}),
    "elsewhere for good": reply({}, 301, {"location": "https://example.com/"}),
    "compressed": reply(GOOD, headers={"content-encoding": "gzip"}),
    "a route that is none": reply({"statusCode": 404, "error": "Not Found", "message": "Not Found"}, 200),
}


@pytest.mark.parametrize("step", GARBAGE.values(), ids=GARBAGE)
def test_garbage_is_said_to_be_garbage_and_asked_once(scripted: ScriptedNode, ask: Asker, step: Step) -> None:
    scripted.serve(TIP, step=step)
    with pytest.raises(Garbage):
        ask(lambda node: node.tip())
    assert scripted.paths().count(TIP) == 1


def test_the_answer_that_garbage_spoils_is_itself_good(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(TIP, GOOD)
    assert ask(lambda node: node.tip()).height == 5


def test_an_answer_that_says_it_is_too_long_is_not_read(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(TIP, step=raw(f"HTTP/1.1 200 X\r\ncontent-length: {MAX_ANSWER + 1}\r\n\r\n".encode()))
    with pytest.raises(Garbage, match="no Hydra node") as caught:
        ask(lambda node: node.tip())
    assert "longer than" in caught.value.meaning


def test_an_answer_that_grows_too_long_is_given_up(scripted: ScriptedNode, ask: Asker) -> None:
    endless = b"HTTP/1.1 200 X\r\ncontent-type: application/json\r\n\r\n" + b" " * (MAX_ANSWER + 70_000)
    scripted.serve(TIP, step=raw(endless))
    with pytest.raises(Garbage) as caught:
        ask(lambda node: node.tip())
    assert "longer than" in caught.value.meaning


def test_a_server_that_knows_no_such_path_has_not_said_that_a_wallet_is_empty(
    scripted: ScriptedNode, ask: Asker
) -> None:
    with pytest.raises(RefusedRequest) as caught:
        ask(lambda node: node.wallet("tYkupfpnXHR9xtvWowscsWhyxvJLafb8ik"))
    assert caught.value.status == 404


def test_words_of_a_node_are_shown_short_and_printable(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(TIP, step=refusal(400, "\x1b[31mred\n" + "x" * 5000))
    with pytest.raises(RefusedRequest) as caught:
        ask(lambda node: node.tip())
    assert len(caught.value.meaning) <= 301
    assert caught.value.meaning.isprintable()


def test_nobody_listening_is_calm_and_clear() -> None:
    ask = Asker(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NotReached) as caught:
        ask(lambda node: node.tip())
    assert caught.value.exit_code == 12
    assert len(ask.pauses) == 2
    assert caught.value.meaning == "nobody listens at that address"


def test_a_host_that_nobody_knows_is_said_in_plain_words() -> None:
    ask = Asker("http://nowhere.invalid:4703")
    with pytest.raises(NotReached) as caught:
        ask(lambda node: node.tip())
    assert caught.value.meaning == "no host of that name is known, or the network is down"


def test_a_proxy_of_the_environment_is_not_used(
    scripted: ScriptedNode, ask: Asker, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    assert ask(lambda node: node.tip()).height == 4
    assert scripted.requests


MAY_HAVE_ARRIVED = {
    "stall": stall(),
    "stall midway": stall_midway(TAKEN),
    "die midway": die_midway(TAKEN),
    "drip": drip(TAKEN),
    "hang up": hang_up(),
    "bad gateway": reply(raw=b"<html>", status=502),
    "server error": refusal(500, "An internal server error occurred"),
    "garbage": reply(raw=b"hello"),
    "another shape": reply({"data": {"accept": [NAME]}}),
    "an id nobody sent": reply({"data": {**TAKEN["data"], "accept": ["cd" * 32]}}),
    "taken and refused": reply({"data": {**TAKEN["data"], "invalid": [NAME]}}),
    "no http": raw(b"hello\r\n"),
}


@pytest.mark.parametrize("step", MAY_HAVE_ARRIVED.values(), ids=MAY_HAVE_ARRIVED)
def test_a_transaction_that_may_have_arrived_is_not_posted_again(
    scripted: ScriptedNode, ask: Asker, step: Step
) -> None:
    hurry(ask, step)
    scripted.serve(POST, TAKEN)
    scripted.once(POST, step)
    with pytest.raises(LostAnswer) as caught:
        ask(lambda node: node.post([TRANSACTION]))
    assert scripted.paths("POST").count(POST) == 1
    assert "ledger pending" in caught.value.remedy


def test_an_answer_that_came_is_not_lost(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(POST, TAKEN)
    assert ask(lambda node: node.post([TRANSACTION])).accepted == (NAME,)
    assert scripted.paths("POST").count(POST) == 1


def test_a_transaction_is_not_followed_to_another_place(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(POST, step=reply({}, 307, {"location": "/api/v2/transactions"}))
    with pytest.raises(RefusedRequest):
        ask(lambda node: node.post([TRANSACTION]))
    assert scripted.paths("POST") == [POST]


def test_a_post_too_often_has_not_happened(scripted: ScriptedNode, ask: Asker) -> None:
    scripted.serve(POST, step=refusal(429, "slow down", {"retry-after": "5"}))
    with pytest.raises(RateLimited) as caught:
        ask(lambda node: node.post([TRANSACTION]))
    assert caught.value.retry_after == 5
    assert scripted.paths("POST").count(POST) == 1


def test_a_post_to_nobody_never_left() -> None:
    ask = Asker(f"http://127.0.0.1:{free_port()}")
    with pytest.raises(NotReached):
        ask(lambda node: node.post([TRANSACTION]))
