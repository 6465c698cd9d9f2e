"""What is done for one action at a time: give it its nonce and signature, hand it over, look for it.

Rules: between two questions to nodes others may change the action; so each step writes what it learnt through a move
that is asked anew with what lies in the drawer then. Nothing is handed over that the vault does not hold as sent.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from prometheus.errors import NetworkError, NotFound
from prometheus_morpheus.sending import looking, maker, moves, posting, refusals, sightings
from prometheus_morpheus.sending.action import IN_A_BLOCK, NOT_PAID, QUEUED, SENT, SIGNED, Action
from prometheus_morpheus.sending.again import Witnesses
from prometheus_morpheus.sending.renewal import UNKNOWN
from prometheus_morpheus.sending.slots import highest_block, impossible
from prometheus_morpheus.sending.survey import account
from prometheus_morpheus.transactions.addresses import sender_address

if TYPE_CHECKING:
    from prometheus.api import Clock
    from prometheus_morpheus.sending.drawer import Drawer
    from prometheus_morpheus.sending.maker import WalletSigner
    from prometheus_morpheus.sending.refusals import Reply
    from prometheus_morpheus.sending.renewal import Renew
    from prometheus_morpheus.sending.survey import Survey

_ATTEMPTS_TO_SIGN = 5
_LOOKED_UP = frozenset({refusals.UNCLEAR, refusals.KNOWN, refusals.FINAL, refusals.EXPIRED})
"""After these it is looked for at once: a node that says "refused" may have taken it all the same."""
_AGREED_ANEW = "agreed to anew meanwhile"
_TOO_OLD = "wanted too long ago to be paid without asking: `ledger retry` sends it now, `ledger forget` drops it"


class Errands:
    """The steps that take one action towards its end."""

    def __init__(self, drawer: Drawer, signer: WalletSigner, clock: Clock) -> None:
        self._drawer = drawer
        self._signer = signer
        self._clock = clock
        self._depths: dict[str, tuple[str, int]] = {}
        self._asks: set[str] = set()
        """Actions that wait for a word of the person, not for the ledger."""
        self.renew: Renew | None = None
        """Who works out anew what was wanted while nobody could be asked."""

    async def _push(self, action: Action, around: Survey) -> Action:
        """Bring a pending action as far as it goes now."""
        if action.state == QUEUED:
            action = await self._sign(action, around)
        elif action.may_have_left:
            action = await self._look(action, around)
        if action.state not in {SIGNED, SENT} or action.is_handed_out or action.known_at == around.tip:
            return action
        if action.state == SIGNED and moves.is_too_old(action, self._clock.now()):
            at = self._drawer.now()
            return self._drawer.change(
                action.id, lambda now: now.into(SIGNED, _TOO_OLD, at) if now.state == SIGNED else now
            )
        return await self._post(action, around)

    async def _sign(self, action: Action, around: Survey) -> Action:
        """Give a queued action its nonce and its first signature, or the reason why that has to wait."""
        reason = _TOO_OLD if moves.is_too_old(action, self._clock.now()) else around.quarrel
        reason = reason or impossible(around.configuration, around.tip, self._clock.now())
        self._asks.discard(action.id)
        if action.wanted and not reason:
            action, reason = await self._worked_out(action, around)
            if action.state != QUEUED:
                return action
        for _ in range(0 if reason else _ATTEMPTS_TO_SIGN):
            try:
                seen = await account(around.nodes, sender_address(bytes.fromhex(action.sender), action.network))
                fee = maker.fee_of(action, around.configuration)
            except (NetworkError, maker.TooDear) as error:
                reason = error.what
                break
            reason = seen.quarrel
            if reason:
                break
            await self._shed_light(action, around, seen.used)
            next_ = self._drawer.next_nonce(around.chain, action.sender, seen.used, seen.pooled)
            said = Witnesses(tuple(node.endpoint.base_url for node in around.nodes), seen.used)
            if next_.asks:
                self._asks.add(action.id)
            reason = next_.reason or self._asked_back(action, next_.nonce, said)
            if reason:
                break
            end = maker.expiration_of(action, around.configuration, around.tip)
            signing = maker.sign(self._signer, action, nonce=next_.nonce, fee=fee, expiration=end)
            given = self._drawer.sign(action, around.chain, next_.nonce, signing, said=said, pooled=seen.pooled)
            if given is not None:
                return given
        at = self._drawer.now()
        return self._drawer.change(action.id, lambda now: now.into(QUEUED, reason, at) if now.state == QUEUED else now)

    async def _worked_out(self, action: Action, around: Survey) -> tuple[Action, str]:
        """Return a wanted action with the draft to sign, and why it cannot be signed now; or as what it ended."""
        if self.renew is None:
            return action, UNKNOWN
        try:
            found = await self.renew(action, around.nodes)
        except NetworkError as error:
            return action, error.what
        if found.refused:
            at = self._drawer.now()
            wanted, reason = action.wanted, found.refused
            ended = self._drawer.change(action.id, lambda now: moves.forbidden(now, wanted, reason, at))
            return ended, _AGREED_ANEW
        if found.asks:
            self._asks.add(action.id)
        if not found.draft:
            return action, found.asks or found.waits or UNKNOWN
        return action._replace(draft=found.draft, wanted=""), ""

    async def _shed_light(self, action: Action, around: Survey, used: int) -> None:
        """Look for what decides on the next nonce: who used those that we signed with, and what is wanted again."""
        for name in action.instead_of:
            with suppress(NotFound):
                await self._look(self._drawer.read(name), around)
        for nonce, holders in self._drawer.unshown(around.chain, action.sender, used).items():
            for holder in holders:
                with suppress(NotFound):
                    await self._look(holder, around)
            if nonce in self._drawer.unshown(around.chain, action.sender, used):
                sender = bytes.fromhex(action.sender)
                users = [await looking.user_of(node, action.network, sender, nonce) for node in around.nodes]
                if any(users):
                    self._drawer.note_shown(around.chain, action.sender, nonce)

    def _asked_back(self, action: Action, nonce: int, said: Witnesses) -> str:
        """Return what the person has to be asked before an action is signed; that it was is kept in mind."""
        reason = self._drawer.obstacle(action, nonce, said)
        if reason:
            self._asks.add(action.id)
        return reason

    async def _sign_again(self, action: Action, around: Survey) -> Action:
        """Add a signature with today's fee and end and the nonce that it has; none when it is too dear."""
        try:
            fee = maker.fee_of(action, around.configuration)
        except maker.TooDear:
            return action
        end = maker.expiration_of(action, around.configuration, around.tip)
        signing = maker.sign(self._signer, action, nonce=action.nonce, fee=fee, expiration=end)
        at = self._drawer.now()

        def add(now: Action) -> Action:
            # Somebody may have seen it in a block meanwhile, or given up.
            is_over = now.state in IN_A_BLOCK or now.state in NOT_PAID
            return now if is_over else moves.signed(now, action.chain, action.nonce, signing, at)

        return self._drawer.change(action.id, add, "morpheus.sign")

    async def _post(self, action: Action, around: Survey) -> Action:
        """Hand over the newest signed bytes; that they may have left is in the vault before."""
        at = self._drawer.now()
        action = self._drawer.change(action.id, lambda now: moves.leaving(now, at), "morpheus.send")
        reply = await posting.hand_over(around.nodes, action.signings[-1])
        if reply.meaning == refusals.CHEAP:
            action, reply = await self._post_dearer(action, reply, around)
        at = self._drawer.now()
        action = self._drawer.change(action.id, lambda now: moves.answered(now, reply, around.tip, at))
        if reply.meaning in _LOOKED_UP:
            return await self._look(action, around)
        return action

    async def _post_dearer(self, action: Action, reply: Reply, around: Survey) -> tuple[Action, Reply]:
        """Try once more with the fee that nodes want now, where the person agreed to as much."""
        again = await self._sign_again(action, around)
        if again.signings == action.signings:
            return action, reply
        return again, await posting.hand_over(around.nodes, again.signings[-1])

    async def _look(self, action: Action, around: Survey) -> Action:
        highest = highest_block(around.configuration, self._clock.now())
        glances = await asyncio.gather(*(looking.glance(node, action, highest) for node in around.nodes))
        sighting = sightings.together([each for each in glances if each is not None])
        at = self._drawer.now()
        action = self._drawer.change(action.id, lambda now: moves.seen(now, sighting, at))
        self._depths[action.id] = (action.block, action.confirmations)
        return action

    def _as_deep_as_seen(self, action: Action) -> Action:
        """Return an action with the depth that was seen last, which is not written down for its own sake."""
        block, confirmations = self._depths.get(action.id, ("", 0))
        return action._replace(confirmations=confirmations) if block and block == action.block else action
