"""An action on the ledger and the states it goes through, as plain values without any input or output.

    queued ─► signed ─► sent ─► pooled ─► forged ─► confirmed ─► applied
                          │        │         │           └─────► rejected      layer 2 said no; the fee is spent
                          └────────┴► refused · expired · replaced             nothing was paid

Rules:

* From its first signature on an action has one nonce, for ever. Whatever is signed anew for it carries the same nonce,
  so that only one of its transactions can ever be in a chain. What is wanted anew instead of it is held to that nonce
  too (`again`).
* `signed` means that nothing has left; `sent` is written before the first byte leaves, so it means "may have left".
* A sighting in a block outweighs everything, also a refusal. Only a reorganisation leads back from a block.
* Done is `applied`, and `confirmed` where layer 2 has no say. Nothing else is shown as done.
* Numbers of money and nonces are integers here and decimal texts in the store, whose numbers end at 2^53.

Not here: who decides (`moves`), how a transaction is looked up (`sightings`), and where it is kept (`drawer`).
"""

from __future__ import annotations

from typing import Any, Final, Literal, NamedTuple

State = Literal[
    "queued", "signed", "sent", "pooled", "forged", "confirmed", "applied", "rejected", "refused", "expired", "replaced"
]

QUEUED: Final = "queued"
SIGNED: Final = "signed"
SENT: Final = "sent"
POOLED: Final = "pooled"
FORGED: Final = "forged"
CONFIRMED: Final = "confirmed"
APPLIED: Final = "applied"
REJECTED: Final = "rejected"
REFUSED: Final = "refused"
EXPIRED: Final = "expired"
REPLACED: Final = "replaced"

STATES: Final[tuple[State, ...]] = (
    QUEUED,
    SIGNED,
    SENT,
    POOLED,
    FORGED,
    CONFIRMED,
    APPLIED,
    REJECTED,
    REFUSED,
    EXPIRED,
    REPLACED,
)
IN_A_BLOCK: Final[frozenset[State]] = frozenset({FORGED, CONFIRMED, APPLIED, REJECTED})
NOT_PAID: Final[frozenset[State]] = frozenset({REFUSED, EXPIRED, REPLACED})
MAY_HAVE_LEFT: Final[frozenset[State]] = frozenset(STATES) - {QUEUED, SIGNED}
LAYER_TWO_GROUP: Final = 4242
_LONGEST_JOURNAL: Final = 40


class Payer(NamedTuple):
    """The key of a wallet: a network by its full name such as ``HYD testnet``, an account, the number of a key."""

    network: str
    account: int
    key: int


class Signing(NamedTuple):
    """One signed form of an action; ``text`` is its JSON as it is posted, keys in the order that was signed."""

    id: str
    fee: int
    expiration: int
    text: str


class Step(NamedTuple):
    """A moment in an action's life: when (RFC 3339, UTC), into which state, and why."""

    at: str
    state: State
    reason: str


class Action(NamedTuple):
    """One thing that the person wants to happen on the ledger, and what became of it.

    * ``place`` counts what was queued before: things happen in the order in which they were wanted.
    * ``draft`` is the unsigned transaction as JSON text, ``network`` its address byte, ``sender`` a key in hex.
    * ``wanted_at`` is RFC 3339; ``lifetime`` is in seconds from then, 0 for no end.
    * ``fee_wanted`` is 0 for the lowest that nodes take; ``fee_limit`` is the most that the person agreed to pay. Both
      are in flakes.
    * ``chain`` names the chain (`NodeConfiguration.chain`), empty while it is not known. What was signed for one chain
      is never sent to another, nor counted there.
    * ``height`` and ``block`` say where it was seen, ``confirmations`` how deep. ``layer_two`` is what the second layer
      said of it, None while it has not.
    * ``is_settled`` means that nobody needs to look again. ``is_handed_out`` means that somebody else sends it: it is
      followed and not posted. ``known_at`` is the height at which a node said that it had the id in mind already,
      which ends with the next block.
    * ``instead_of`` has the ids of what was told as unpaid and is wanted again with this one. ``said_by`` is the
      endpoint on whose word alone the state rests, empty when several agreed.
    * ``wanted`` is JSON text of what has to be worked out anew before the first signature (`renewal`), and ``draft`` a
      stand-in then. Empty where the draft is what is signed.
    """

    id: str
    place: int
    title: str
    type_group: int
    type: int
    network: int
    payer: Payer
    sender: str
    draft: str
    wanted_at: str
    lifetime: int
    fee_wanted: int
    fee_limit: int
    state: State = QUEUED
    reason: str = ""
    chain: str = ""
    nonce: int = 0
    signings: tuple[Signing, ...] = ()
    forged_id: str = ""
    height: int = 0
    block: str = ""
    confirmations: int = 0
    layer_two: bool | None = None
    is_settled: bool = False
    known_at: int = 0
    is_handed_out: bool = False
    instead_of: tuple[str, ...] = ()
    said_by: str = ""
    wanted: str = ""
    journal: tuple[Step, ...] = ()

    @property
    def needs_layer_two(self) -> bool:
        """Whether being in a block is not enough."""
        return self.type_group == LAYER_TWO_GROUP

    @property
    def is_done(self) -> bool:
        """Whether what was wanted has happened, as far as the nodes asked can say."""
        return self.state == APPLIED or (self.state == CONFIRMED and not self.needs_layer_two)

    @property
    def is_failed(self) -> bool:
        """Whether it will not happen unless the person tries again."""
        return self.state == REJECTED or self.state in NOT_PAID

    @property
    def is_pending(self) -> bool:
        """Whether there is something to wait for."""
        return not (self.is_done or self.is_failed)

    @property
    def may_have_left(self) -> bool:
        """Whether somebody else may hold signed bytes of it."""
        return self.state in MAY_HAVE_LEFT and bool(self.signings)

    @property
    def holds_nonce(self) -> bool:
        """Whether its nonce may be given to nothing else."""
        return self.nonce > 0 and self.state not in NOT_PAID

    @property
    def transaction_id(self) -> str:
        """The id of the transaction that counts: the one seen in a block, else the newest; empty while unsigned."""
        return self.forged_id or (self.signings[-1].id if self.signings else "")

    @property
    def fee(self) -> int:
        """The fee of the transaction that counts, in flakes; 0 while unsigned."""
        return next((each.fee for each in self.signings if each.id == self.transaction_id), 0)

    def into(self, state: State, reason: str, at: str, **changes: Any) -> Action:
        """Return it in a state, with the step written into its journal unless nothing changed."""
        changed = self._replace(state=state, reason=reason, **changes)
        if (state, reason) == (self.state, self.reason):
            return changed
        return changed._replace(journal=(*self.journal, Step(at, state, reason))[-_LONGEST_JOURNAL:])
