from __future__ import annotations

from prometheus_simulators.sending_scene import KEYS, Scene, run

from prometheus_morpheus.client.answers import Refusal
from prometheus_morpheus.client.errors import LostAnswer


def test_a_node_that_lies_about_layer_two_leaves_it_open() -> None:
    scene = Scene(nodes=2)
    action = scene.sent(scene.prove())
    liar, honest = scene.nodes
    honest.rejects.add(action.transaction_id)
    liar.forge()
    honest.forge()
    run(scene.desk.refresh())
    found = scene.desk.find(action.id)
    assert (found.state, found.is_done) == ("forged", False)
    assert "layer 2 rejected it" in found.reason


def test_nodes_that_disagree_on_the_nonce_get_nothing() -> None:
    scene = Scene(nodes=2)
    scene.nodes[1].nonces[KEYS.address] = 100
    action = scene.sent(scene.pay())
    assert (action.state, action.signings) == ("queued", ())
    assert "disagree" in action.reason


def test_a_second_endpoint_takes_what_the_first_refuses() -> None:
    scene = Scene(nodes=2)
    scene.node.refuse_next.append(Refusal("ERR_BAD_DATA", "no"))
    assert scene.sent(scene.pay()).state == "pooled"
    assert len(scene.nodes[1].waiting) == 1


def test_one_that_is_behind_only_delays_certainty() -> None:
    scene = Scene(nodes=2)
    action = scene.sent(scene.pay())
    first, second = scene.nodes
    first.forge(*first.waiting)
    run(scene.desk.refresh())
    assert scene.desk.find(action.id).state == "forged"
    second.forge(*second.waiting)
    run(scene.desk.refresh())
    assert scene.desk.find(action.id).is_done


def test_one_of_another_chain_is_left_out_by_name_and_nothing_new_is_signed() -> None:
    scene = Scene(nodes=2)
    first = scene.sent(scene.pay())
    scene.nodes[1].arrived.clear()
    scene.nodes[1].config = scene.nodes[1].config._replace(nethash="ab" * 32)
    second = scene.sent(scene.pay("food"))
    assert (second.state, second.signings) == ("queued", ())
    assert "serves another chain" in second.reason
    assert "serves another chain" in run(scene.desk.dry_run(scene.pay("books")))
    scene.node.forge(*scene.node.waiting)
    run(scene.desk.send())
    assert scene.desk.find(first.id).state == "confirmed"
    assert scene.nodes[1].arrived == []
    assert scene.desk.trouble == ("http://127.0.0.1:4704 serves another chain than http://127.0.0.1:4703",)


def test_an_action_of_one_chain_is_not_sent_to_another() -> None:
    scene = Scene()
    scene.node.fail("post", LostAnswer("lost"))
    action = scene.sent(scene.pay())
    scene.node.config = scene.node.config._replace(nethash="ab" * 32)
    before = list(scene.node.arrived)
    run(scene.desk.send())
    assert scene.node.arrived == before
    assert scene.desk.find(action.id).state == "sent"


def test_a_block_that_only_one_claims_is_not_believed() -> None:
    scene = Scene(nodes=2)
    action = scene.sent(scene.pay())
    scene.node.forge(*scene.node.waiting)
    run(scene.desk.refresh())
    found = scene.desk.find(action.id)
    assert (found.state, found.is_done) == ("forged", False)


def test_one_that_swallows_everything_keeps_nothing_from_the_others() -> None:
    scene = Scene(nodes=2)
    action = scene.sent(scene.pay())
    scene.nodes[0].forget_pool()
    assert list(scene.nodes[1].waiting) == [action.transaction_id]
