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
* No method raises because a node cannot be reached, except `preview` and `dry_run`, which are for nothing else.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.api import Clock
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.sending.action import Action, Payer
    from prometheus_morpheus.sending.drawer import ActionStore
    from prometheus_morpheus.sending.wishes import Wish


class WalletSigner(Protocol):
    """Signs with the keys of wallets, which never leave it; the open vault of a plugin's verb is one."""

    def wallet_public_key(self, network: str, account: int, index: int) -> bytes:
        """Return a public key of 33 bytes; the network by its full name, such as ``HYD testnet``."""
        ...

    def wallet_sign(self, network: str, account: int, index: int, message: bytes) -> bytes:
        """Return the DER ECDSA signature over the SHA-256 of a message."""
        ...


class Preview(NamedTuple):
    """What a wish would cost and do; money in flakes.

    ``total`` is amount and fee, ``before`` the balance without what already waits here, ``after`` what would remain.
    ``problem`` says why it would be refused as things are now, empty when nothing is known against it.
    """

    fee: int
    amount: int
    total: int
    before: int
    after: int
    nonce: int
    waiting: int
    height: int
    problem: str = ""


class Desk:
    """Takes wishes, makes actions of them and follows each to its end."""

    def __init__(
        self, store: ActionStore, signer: WalletSigner, clock: Clock, nodes: Sequence[LedgerNode] = ()
    ) -> None: ...

    def public_key(self, payer: Payer) -> bytes:
        """Return the public key of a wallet."""
        raise NotImplementedError

    async def preview(self, wish: Wish) -> Preview:
        """Return cost and effect of a wish, and why it would be refused; asks the first node that answers."""
        raise NotImplementedError

    async def dry_run(self, wish: Wish) -> str:
        """Return why nodes would refuse a wish as things are now, layer 2 included; empty when nothing is known."""
        raise NotImplementedError

    def queue(self, wish: Wish, preview: Preview | None = None) -> Action:
        """Write a wish into the vault as an action; the fee of a preview becomes the most that it may cost."""
        raise NotImplementedError

    async def send(self) -> tuple[Action, ...]:
        """Sign and send what can go now, in the order in which it was wanted; return the actions that changed."""
        raise NotImplementedError

    async def refresh(self) -> tuple[Action, ...]:
        """Look at everything that is not settled; return the actions that changed."""
        raise NotImplementedError

    async def wait(
        self,
        action_id: str,
        told: Callable[[Action], None],
        *,
        confirmations: int = 1,
        seconds: float | None = None,
    ) -> Action:
        """Follow one action until it is done or failed, or the time is over; each change is told."""
        raise NotImplementedError

    async def sign_only(self, wish: Wish, *, nonce: int | None = None, fee: int | None = None) -> Action:
        """Sign a wish and hand it out to be sent by somebody else: its `signings[-1].text` is what `ledger broadcast` takes.

        With a nonce and a fee nobody is asked.
        """
        raise NotImplementedError

    async def retry(self, action_id: str) -> Action:
        """Take up an action that was refused or expired, with the nonce that it had."""
        raise NotImplementedError

    def forget(self, action_id: str) -> None:
        """Take an action out of the vault, whatever became of it."""
        raise NotImplementedError

    def find(self, text: str) -> Action:
        """Return an action by its id, a transaction id of it, or a beginning of six characters of either."""
        raise NotImplementedError

    def pending(self) -> tuple[Action, ...]:
        """Return what there is to wait for, oldest first."""
        raise NotImplementedError

    def all_actions(self) -> tuple[Action, ...]:
        """Return every action that was not forgotten, oldest first."""
        raise NotImplementedError
