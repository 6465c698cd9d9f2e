"""Two names of one host are one word: it alone frees no number, and its word is told as its own."""

from __future__ import annotations

import pytest
from prometheus_simulators.sending_scene import Scene, run

from prometheus_morpheus.client.answers import Refusal
from prometheus_morpheus.sending.action import REFUSED
from prometheus_morpheus.sending.again import Witnesses, obstacle
from prometheus_morpheus.sending.posting import hand_over
from prometheus_morpheus.sending.sightings import Glance, together

ONE_HOST = (
    ("http://localhost:4703", "http://127.0.0.1:4703"),
    ("https://node.example", "https://NODE.example.:443"),
    ("https://node.example:4705", "https://node.example:4706"),
)
TWO_HOSTS = (("http://127.0.0.1:4703", "http://127.0.0.1:4704"), ("https://one.example", "https://other.example"))
BOTH = [(names, True) for names in ONE_HOST] + [(names, False) for names in TWO_HOSTS]


@pytest.mark.parametrize(("names", "is_one"), BOTH)
def test_a_number_is_free_when_two_hosts_say_that_it_was_used(names: tuple[str, str], is_one: bool) -> None:
    scene = Scene()
    told = scene.sent(scene.pay())._replace(state=REFUSED)
    wanted = scene.sent(scene.pay("food"))
    said = Witnesses(names, told.nonce)
    assert ("alone says" in obstacle(wanted, told, told.nonce + 1, said)) is is_one


@pytest.mark.parametrize(("names", "is_one"), BOTH)
def test_what_one_host_says_is_told_as_its_word(names: tuple[str, str], is_one: bool) -> None:
    seen = together([Glance(name, 20) for name in names])
    assert (seen.answers, seen.said_by) == (2, names[0] if is_one else "")


@pytest.mark.parametrize(("names", "is_one"), BOTH)
def test_a_refusal_of_one_host_is_told_as_its_word(names: tuple[str, str], is_one: bool) -> None:
    scene = Scene(nodes=2)
    action = scene.sent(scene.pay())
    for node, name in zip(scene.nodes, names, strict=True):
        node.endpoint = node.endpoint._replace(base_url=name)
        node.refuse_next.append(Refusal("ERR_BAD_DATA", "no"))
    assert run(hand_over(scene.nodes, action.signings[0])).said_by == (names[0] if is_one else "")
