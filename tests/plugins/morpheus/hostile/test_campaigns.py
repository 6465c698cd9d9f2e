"""Random lives of a wallet with bad endpoints: a few in every check, many with ``--long``; broken wallets are found."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from prometheus_simulators.bad_endpoint_campaign import Campaign
from prometheus_simulators.bad_endpoint_wallet import KEYS
from prometheus_simulators.bad_endpoint_world import bad_world

from prometheus_morpheus.sending import maker
from prometheus_morpheus.sending.desk import Desk

if TYPE_CHECKING:
    from pathlib import Path

    from prometheus_morpheus.sending.action import Action
    from prometheus_morpheus.sending.survey import Survey

FEW, EVENTS = 6, 30
MANY, MANY_EVENTS = 40, 60


def played(folder: Path, seed: int, events: int, desk: type[Desk] = Desk) -> Campaign:
    with bad_world(folder) as world:
        campaign = Campaign(world, seed, desk=desk, endpoints=2 + seed % 2)
        campaign.live(events)
        campaign.rest()
        return campaign


@pytest.mark.parametrize("seed", range(FEW))
def test_no_order_of_bad_events_pays_twice_loses_or_misjudges(tmp_path: Path, seed: int) -> None:
    campaign = played(tmp_path / "world", seed, EVENTS)
    assert campaign.count > 0


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1000, 1000 + MANY))
def test_many_more_orders_hold(tmp_path: Path, seed: int) -> None:
    played(tmp_path / "world", seed, MANY_EVENTS)


class ForgetfulDesk(Desk):
    """Gives an action that it got no answer for a nonce of today."""

    async def _push(self, action: Action, around: Survey) -> Action:
        if action.state != "sent":
            return await super()._push(action, around)
        wallet = await around.nodes[-1].wallet(KEYS.address)
        pool = await around.nodes[-1].pool()
        nonce = wallet.nonce + 1 + len(pool.items)
        signing = maker.sign(self._signer, action, nonce=nonce, fee=10**7, expiration=0)
        signed = self._drawer.change(
            action.id, lambda now: now._replace(nonce=nonce, signings=(*now.signings, signing))
        )
        return await self._post(signed, around)


class CredulousDesk(Desk):
    """Takes a block for success, whatever layer 2 says."""

    async def _look(self, action: Action, around: Survey) -> Action:
        found = await super()._look(action, around)
        if found.state != "rejected":
            return found
        return self._drawer.change(action.id, lambda now: now.into("applied", "", "now"))


class CarelessDesk(Desk):
    """Forgets what was refused."""

    async def send(self) -> tuple[Action, ...]:
        found = await super().send()
        for action in self.all_actions():
            if action.state in {"sent", "refused"}:
                self.forget(action.id)
        return found


BROKEN = (
    (ForgetfulDesk, "paid twice|two nonces"),
    (CredulousDesk, "was rejected and is shown as done"),
    (CarelessDesk, "a wish was lost"),
)


@pytest.mark.parametrize(("broken", "fault"), BROKEN)
def test_a_wallet_that_is_made_wrong_is_found_out(tmp_path: Path, broken: type[Desk], fault: str) -> None:
    with pytest.raises(AssertionError, match=fault):
        for seed in (8, 11, 3, 9):
            played(tmp_path / f"world {seed}", seed, 40, broken)
