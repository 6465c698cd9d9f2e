"""Signing without sending: what is handed out costs what was shown, for the chain that was shown."""

from __future__ import annotations

import pytest
from prometheus_simulators.sending_scene import Scene, run

from prometheus.errors import Conflict
from prometheus_morpheus.transactions.addresses import sender_address
from prometheus_morpheus.transactions.networks import network_keyed


@pytest.fixture
def scene() -> Scene:
    return Scene()


def test_signing_alone_hands_out_bytes_and_posts_nothing(scene: Scene) -> None:
    action = scene.desk.sign_by_hand(scene.pay(), nonce=1, fee=10**7)
    assert (action.state, action.is_handed_out, scene.node.calls) == ("sent", True, [])
    run(scene.desk.send())
    assert scene.node.arrived == []


def test_signing_alone_keeps_its_nonce_from_others(scene: Scene) -> None:
    wish = scene.pay("one")
    first = run(scene.desk.sign_only(wish, run(scene.desk.preview(wish))))
    with pytest.raises(Conflict, match="taken"):
        scene.desk.sign_by_hand(scene.pay("two"), nonce=first.nonce, fee=10**7)
    assert len(scene.desk.all_actions()) == 1


def test_signing_alone_costs_no_more_than_was_shown(scene: Scene) -> None:
    wish = scene.pay()
    shown = run(scene.desk.preview(wish))
    scene.node.config = scene.node.config._replace(minimum_rate=10**6)
    with pytest.raises(Conflict) as caught:
        run(scene.desk.sign_only(wish, shown))
    assert "you agreed to" in caught.value.meaning
    assert scene.desk.all_actions() == ()


def test_signing_alone_is_for_the_chain_that_was_shown(scene: Scene) -> None:
    wish = scene.pay()
    shown = run(scene.desk.preview(wish))
    assert run(scene.desk.sign_only(wish, shown)).chain == shown.chain
    scene.node.config = scene.node.config._replace(nethash="ab" * 32)
    with pytest.raises(Conflict) as caught:
        run(scene.desk.sign_only(wish, shown))
    assert "another chain" in caught.value.meaning


def test_nothing_waiting_is_signed_for_a_chain_that_feigns_to_be_mainnet(scene: Scene) -> None:
    action = scene.desk.queue(scene.pay())
    mainnet = network_keyed("mainnet")
    scene.node.config = scene.node.config._replace(address_byte=mainnet.address_byte, nethash="ab" * 32)
    wish = scene.pay("feigned")
    wish = wish._replace(
        draft=wish.draft._replace(
            network=mainnet.address_byte, recipient=sender_address(wish.draft.sender, mainnet.address_byte)
        )
    )
    feigned = scene.desk.queue(wish)
    run(scene.desk.send())
    assert [scene.desk.find(each.id).state for each in (action, feigned)] == ["queued", "queued"]
    assert "its chain is another one" in scene.desk.find(feigned.id).reason
    scene.node.config = scene.node.config._replace(nethash=mainnet.nethash_prefix.ljust(64, "a"))
    run(scene.desk.send())
    assert scene.desk.find(feigned.id).signings, "the control: on mainnet it is signed"
