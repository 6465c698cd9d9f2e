"""A public network has no more blocks than there was time for, whatever an endpoint tells."""

from __future__ import annotations

import pytest
from prometheus_simulators.memory_node import CONFIGURATION
from prometheus_simulators.sending_scene import Scene, run

from prometheus_morpheus.sending.slots import block_seconds, highest_block, impossible
from prometheus_morpheus.transactions.networks import network_keyed

TESTNET = CONFIGURATION._replace(nethash=network_keyed("testnet").nethash_prefix + "ab" * 28)


def public_scene() -> Scene:
    scene = Scene()
    scene.node.config = TESTNET
    return scene


def test_a_tip_that_the_clock_does_not_allow_gets_no_signature() -> None:
    scene = public_scene()
    most = highest_block(TESTNET, scene.clock.now())
    assert most is not None
    scene.node.blocks[-1] = scene.node.blocks[-1]._replace(height=most + 1)
    action = scene.sent(scene.pay())
    assert (action.state, action.signings) == ("queued", ())
    assert "by the clock" in action.reason


@pytest.mark.parametrize("epoch", [0, 1])
def test_an_end_is_counted_in_the_blocks_of_the_network_and_not_in_those_that_are_told(epoch: int) -> None:
    scene = public_scene()
    scene.node.config = TESTNET._replace(block_time=1, epoch=epoch)
    action = scene.sent(scene.pay(lifetime=7200))
    assert action.signings[-1].expiration == 10 + 600


def test_a_far_tip_makes_nothing_look_expired() -> None:
    scene = public_scene()
    action = scene.sent(scene.pay())
    scene.node.forget_pool()
    scene.node.blocks[-1] = scene.node.blocks[-1]._replace(height=10**8)
    run(scene.desk.refresh())
    assert scene.desk.find(action.id).state == "pooled"


def test_of_other_networks_nothing_is_known() -> None:
    scene = Scene()
    assert impossible(CONFIGURATION, 10**9, scene.clock.now()) == ""
    assert block_seconds(CONFIGURATION) == CONFIGURATION.block_time
