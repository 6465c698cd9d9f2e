"""The desk where wishes become actions on the ledger; see `action` for what it promises.

    payer = Payer("HYD testnet", 0, 0)
    desk = Desk(vault.store, vault, call.clock, nodes=(node,))
    wish = wishes.transfer(payer, desk.public_key(payer), 128, recipient, 150_000_000, title="1.5 THYD to ana")
    preview = await desk.preview(wish)          # cost, balance before and after, why it would be refused
    action = desk.queue(wish, preview)          # in the vault, nobody was asked
    await desk.send()                           # signs and sends whatever can go
    action = await desk.wait(action.id, told)   # pool, block, confirmations, layer 2

Rules:

* What is signed is in the vault before the first byte leaves, and so is the note that it may have left.
* No lock is held while a node is asked: each change reads the action anew in its own commit. Two processes at one vault
  therefore give no nonce away twice, and never sign one action twice with different nonces.
* After a lost answer the transaction is looked up; what is sent again is the very same bytes.
* `send`, `refresh` and `wait` do not raise because nodes cannot be reached: being offline is a calm state.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING

from prometheus.errors import Ambiguous, Conflict, NetworkError, NotFound
from prometheus_morpheus.sending import maker, moves
from prometheus_morpheus.sending.action import (
    EXPIRED,
    QUEUED,
    REFUSED,
    SIGNED,
    Action,
    Step,
)
from prometheus_morpheus.sending.drawer import Drawer
from prometheus_morpheus.sending.errands import Errands
from prometheus_morpheus.sending.previews import previewed
from prometheus_morpheus.sending.survey import survey

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence

    from prometheus.api import Clock, Store
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Payer
    from prometheus_morpheus.sending.maker import WalletSigner
    from prometheus_morpheus.sending.previews import Preview
    from prometheus_morpheus.sending.survey import Survey
    from prometheus_morpheus.sending.wishes import Wish

_SHORTEST_NAME = 6
_LONGEST_PAUSE = 5.0
_TO_BE_RETRIED = frozenset({QUEUED, SIGNED, REFUSED, EXPIRED})


class Desk(Errands):
    """Takes wishes, makes actions of them and follows each to its end."""

    def __init__(
        self,
        store: Store,
        signer: WalletSigner,
        clock: Clock,
        nodes: Sequence[LedgerNode] = (),
        *,
        pause: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        super().__init__(Drawer(store, clock), signer, clock)
        self._nodes = tuple(nodes)
        self._pause = pause
        self.trouble: tuple[str, ...] = ()
        """One line for each endpoint that was left out when nodes were last asked."""
        self.is_offline = False
        """Whether nobody answered then."""
        self._around: Survey | None = None

    def public_key(self, payer: Payer) -> bytes:
        """Return the public key of a wallet."""
        return self._signer.wallet_public_key(*payer)

    async def preview(self, wish: Wish) -> Preview:
        """Return cost and effect of a wish, and why it would be refused as things are now.

        Raises:
            NetworkError: When no node answers.
            Conflict: When the nodes serve another network than the wallet's.
        """
        around = await self._survey()
        return await previewed(wish, around, self._drawer)

    async def dry_run(self, wish: Wish) -> str:
        """Return why nodes would refuse a wish, layer 2 included; empty when nothing is known. Errors as `preview`."""
        return (await self.preview(wish)).problem

    def queue(self, wish: Wish, preview: Preview | None = None) -> Action:
        """Write a wish into the vault as an action; the fee of a preview becomes the most that it may cost.

        Raises:
            Conflict: When the draft is of another wallet than the payer's.
        """
        if self.public_key(wish.payer) != wish.draft.sender:
            raise Conflict("the transaction is of another wallet than the one that is to pay", code="LEDGER-SENDER")
        limit = max(wish.fee or 0, preview.fee) if preview else (wish.fee or wish.draft.fee)
        at = self._drawer.now()
        stands_for = self._drawer.stands_for(wish.draft)

        def make(action_id: str, place: int) -> Action:
            return Action(
                id=action_id,
                place=place,
                title=wish.title,
                type_group=wish.draft.type_group,
                type=wish.draft.type,
                network=wish.draft.network,
                payer=wish.payer,
                sender=wish.draft.sender.hex(),
                draft=maker.draft_text(wish.draft),
                wanted_at=at,
                lifetime=wish.lifetime,
                fee_wanted=wish.fee or 0,
                fee_limit=limit,
                chain=preview.chain if preview else "",
                journal=(Step(at, QUEUED, ""),),
                instead_of=stands_for,
                wanted=wish.wanted,
            )

        return self._drawer.add(make)

    async def send(self) -> tuple[Action, ...]:
        """Sign and send what can go now, in the order in which it was wanted; return the actions that changed."""
        before = {action.id: action for action in self._drawer.open_actions()}
        try:
            around = await self._survey()
        except NetworkError:
            return ()
        self._drawer.remember_chain(around.configuration.address_byte, around.chain)
        for action in before.values():
            if action.is_pending and _belongs(action, around):
                with suppress(NotFound):  # somebody may forget it meanwhile
                    await self._push(action, around)
        return self._changed_since(before)

    async def refresh(self) -> tuple[Action, ...]:
        """Look at everything that is not settled; return the actions that changed."""
        before = {action.id: action for action in self._drawer.open_actions()}
        try:
            around = await self._survey()
        except NetworkError:
            return ()
        for action in before.values():
            if action.may_have_left and _belongs(action, around):
                with suppress(NotFound):
                    await self._look(action, around)
        return self._changed_since(before)

    async def wait(
        self,
        action_id: str,
        told: Callable[[Action], None],
        *,
        troubled: Callable[[str], None] | None = None,
        confirmations: int = 1,
        seconds: float | None = None,
    ) -> Action:
        """Send and follow one action until it is done or failed, or the time is over; each change is told.

        Args:
            action_id: Which.
            told: Called with the action whenever it moved on.
            troubled: Called with one line whenever nobody answers any more.
            confirmations: How deep it has to lie before it counts as done.
            seconds: How long to wait at most; for ever when None.
        """
        end = None if seconds is None else self._clock.monotonic() + seconds
        shown: Action | None = None
        while True:
            was_offline = shown is not None and self.is_offline
            action, pause = await self._step(self._drawer.read(action_id))
            if self.is_offline and not was_offline and troubled is not None:
                troubled(f"{'; '.join(self.trouble)}, trying again")
            if action != shown:
                told(action)
                shown = action
            if action.is_failed or (action.is_done and action.confirmations >= confirmations):
                return action
            if action.id in self._asks or (end is not None and self._clock.monotonic() >= end):
                return action
            await self._pause(pause)

    async def sign_only(self, wish: Wish, preview: Preview) -> Action:
        """Sign a wish and hand it out: ``signings[-1].text`` is what `ledger broadcast` takes; it is not posted here.

        The preview is the one that the person agreed to: what is signed costs no more, and is for the same chain.

        Raises:
            Conflict: When nodes want more by now, serve another chain, or it has to wait for something.
            NetworkError: When no node answers.
        """
        around = await self._survey()
        self._drawer.remember_chain(around.configuration.address_byte, around.chain)
        action = self.queue(wish, preview)
        if _belongs(action, around):
            action = await self._sign(action, around)
        else:
            action = action._replace(reason="the endpoints serve another chain than the one that was shown")
        if action.state != SIGNED:
            self._drawer.remove(action.id)
            raise Conflict(
                "it cannot be signed now",
                code="LEDGER-NONCE",
                meaning=action.reason,
                remedy="`prometheus ledger pending` shows what was signed before",
            )
        return self._handed_out(action)

    def sign_by_hand(self, wish: Wish, *, nonce: int, fee: int) -> Action:
        """Sign a wish as `sign_only`, with a nonce and a fee that the person named: nobody is asked, it never ends.

        Raises:
            Conflict: When the nonce is taken.
        """
        action = self.queue(wish._replace(fee=fee))
        chain = self._drawer.last_chain(wish.draft.network)
        signing = maker.sign(self._signer, action, nonce=nonce, fee=fee, expiration=0)
        try:
            self._drawer.sign_with(action.id, chain, nonce, signing)
        except Conflict:
            self._drawer.remove(action.id)
            raise
        return self._handed_out(action)

    def _handed_out(self, action: Action) -> Action:
        at = self._drawer.now()
        reason = "handed out, to be sent by somebody else"
        return self._drawer.change(
            action.id, lambda now: moves.leaving(now, at, reason)._replace(is_handed_out=True), "morpheus.hand-out"
        )

    async def retry(self, action_id: str, *, fee: int = 0) -> Action:
        """Take up an action that was refused or expired, with the nonce that it had, or one that waits, and send it.

        Args:
            action_id: Which.
            fee: What the person agrees to pay now, in flakes; 0 leaves it as it was.

        Raises:
            Conflict: When it is in another state, or its nonce was given to something else.
        """
        action = self._drawer.read(action_id)
        if action.state not in _TO_BE_RETRIED:
            raise Conflict(f"what is {action.state} cannot be taken up again", code="LEDGER-STATE")
        holder = self._drawer.holder_of(action) if action.nonce else ""
        if holder:
            raise Conflict(
                f"its nonce {action.nonce} was given to {holder}",
                code="LEDGER-NONCE",
                meaning="sent with another nonce it could happen twice",
                remedy="wait until the other one is in a block, then want it anew",
            )
        at = self._drawer.now()
        action = self._drawer.change(
            action_id,
            lambda now: moves.taken_up(now, at, fee) if now.state in _TO_BE_RETRIED else now,
            "morpheus.retry",
        )
        try:
            around = await self._survey()
        except NetworkError:
            return action
        if action.nonce:
            action = await self._sign_again(action, around)
        return await self._push(action, around)

    def agree_anew(self, action_id: str, wanted: str) -> Action:
        """Keep what the person agreed to now of something that has to be worked out anew."""
        at = self._drawer.now()
        reason = "agreed to as it is now"
        return self._drawer.change(
            action_id,
            lambda now: now.into(QUEUED, reason, at, wanted=wanted) if now.state == QUEUED and now.wanted else now,
            "morpheus.agree-anew",
        )

    def forget(self, action_id: str) -> Action:
        """Take an action out of the vault, whatever became of it, and return what it was."""
        return self._drawer.remove(action_id)

    def find(self, text: str) -> Action:
        """Return an action by its id, an id of one of its transactions, or a beginning of six characters of either.

        Raises:
            NotFound: When there is none; Ambiguous when there are several.
        """
        found = [
            action
            for action in self.all_actions()
            if any(
                text == name or (len(text) >= _SHORTEST_NAME and name.startswith(text))
                for name in (action.id, *(each.id for each in action.signings))
            )
        ]
        if not found:
            raise NotFound("no action has that id", remedy="`prometheus ledger pending --all` lists them")
        if len(found) > 1:
            raise Ambiguous("more than one action begins like that", remedy="give more of its id")
        return found[0]

    def pending(self) -> tuple[Action, ...]:
        """Return what there is to wait for, oldest first."""
        return tuple(action for action in self._drawer.open_actions() if action.is_pending)

    @property
    def has_nodes(self) -> bool:
        """Whether there is anybody to ask."""
        return bool(self._nodes)

    def is_elsewhere(self, action: Action) -> bool:
        """Whether an action belongs to another chain than the one that was asked last; nothing happens to it here."""
        return self._around is not None and not _belongs(action, self._around)

    def all_actions(self) -> tuple[Action, ...]:
        """Return every action that was not forgotten, oldest first."""
        return tuple(self._as_deep_as_seen(action) for action in self._drawer.all_actions())

    async def _survey(self) -> Survey:
        try:
            around = await survey(self._nodes)
        except NetworkError as error:
            self.trouble, self.is_offline = (error.what,), True
            raise
        self.trouble, self.is_offline, self._around = around.trouble, False, around
        return around

    async def _step(self, action: Action) -> tuple[Action, float]:
        """Do what can be done for one action now; return it, and how long to pause."""
        try:
            around = await self._survey()
        except NetworkError:
            return action, _LONGEST_PAUSE
        pause = min(_LONGEST_PAUSE, max(0.25, around.configuration.block_time / 3))
        if not _belongs(action, around):
            return action, pause
        if action.state == QUEUED:
            # Those before it go first, so that they do not keep it waiting.
            await self.send()
            return self._drawer.read(action.id), pause
        return await self._push(action, around), pause

    def _changed_since(self, before: Mapping[str, Action]) -> tuple[Action, ...]:
        changed: list[Action] = []
        for name, action in before.items():
            with suppress(NotFound):
                now = self._as_deep_as_seen(self._drawer.read(name))
                changed += [now] if now != action else []
        return tuple(changed)


def _belongs(action: Action, around: Survey) -> bool:
    """Whether an action is meant for the chain that answers."""
    return action.network == around.configuration.address_byte and action.chain in {"", around.chain}
