"""Work a node's document out again from the transactions that the same node gave, and say where they do not fit.

What a node says of a DID has to follow from signed transactions; whoever has no key of the DID cannot make one. So a
document that does not follow is an error or a lie, and is a disagreement of the node with itself. What can still be
missed: see `prometheus_morpheus.state.recomputed`.

Anybody can name any DID in a transaction, and write into it what cannot be read here. So:
* one that had no effect, as the node itself says, and cannot be read or is no evidence, is a note. A node that lies in
  this way could as well have left it out;
* one that had an effect and cannot be read is a doubt: the document is not known, and nobody contradicts anybody.
"""

from __future__ import annotations

from collections import deque
from itertools import takewhile
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.claims.did_document import parse_did_document
from prometheus.errors import InputError, ProofError, TooLarge
from prometheus.identity.multicipher import PublicKey
from prometheus_morpheus.resolving.at_height import differences, known_at
from prometheus_morpheus.resolving.collecting import collect, extended
from prometheus_morpheus.resolving.disagreements import Disagreement, Side
from prometheus_morpheus.state.attempts import SignedGroup, attempts_of_asset
from prometheus_morpheus.state.recomputed import LedgerTransaction, Missing, Recomputed, recompute
from prometheus_morpheus.transactions.transaction import parse_transaction

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from prometheus.claims.did_document import DidDocument
    from prometheus_morpheus.client.answers import TransactionAt
    from prometheus_morpheus.client.ports import LedgerNode
    from prometheus_morpheus.resolving.collecting import Collected

ROUNDS: Final = 4
"""How often the histories of further DIDs are fetched."""
_MOST_TOLD: Final = 8
OWN_TRANSACTIONS: Final = "its own transactions"


class Checked(NamedTuple):
    """What one node said of a DID, what follows from its transactions, and where the two differ.

    `document` is what follows from the transactions up to `height`; it says when a key will end, and of later changes
    nothing. With `doubts` it is no answer: they say what had an effect and cannot be read.
    """

    collected: Collected
    recomputed: Recomputed
    document: DidDocument
    disagreements: tuple[Disagreement, ...]
    notes: tuple[str, ...]
    doubts: tuple[str, ...] = ()
    in_vain: tuple[Missing, ...] = ()
    """What the owner named in operations without effect and was not given: made up by the owner, or left out here."""

    @property
    def source(self) -> str:
        """Which endpoint."""
        return self.collected.source

    @property
    def height(self) -> int:
        """How far the node had come, or the height asked for."""
        return self.collected.height

    @property
    def stated(self) -> DidDocument:
        """What the node stands for: what follows from its transactions, or its bare word where that is in doubt."""
        return self.collected.document.document if self.doubts else self.document


async def check(
    node: LedgerNode, did: str, height: int | None = None, told: Callable[[int, int], None] = lambda _done, _all: None
) -> Checked:
    """Return what a node says of a DID, worked out again; arguments and errors as `collect`."""
    collected = await collect(node, did, height, told)
    notes: list[str] = []
    found = worked_out(collected)
    for _ in range(ROUNDS):
        further = [name for name in found.unknown_dids if name not in collected.histories]
        if not further:
            break
        try:
            collected = await extended(node, collected, further, told)
        except TooLarge as error:
            notes.append(f"{error.what}: what hangs on them is taken as {collected.source} says")
            break
        found = worked_out(collected)
    return judged(collected, found, notes)


def worked_out(collected: Collected) -> Recomputed:
    """Return the document that follows from what was collected."""
    claimed = {at.id: at.id in collected.confirmed for history in collected.histories.values() for at in history}
    return recompute(
        collected.did,
        tuple(ledger_transactions(collected)),
        collected.height,
        network=collected.address_byte,
        complete=tuple(collected.histories),
        claimed=claimed,
    )


def judged(collected: Collected, found: Recomputed, notes: Iterable[str] = ()) -> Checked:
    """Return what a node said beside what follows from its transactions."""
    document = parse_did_document(found.document)
    said = known_at(collected.document.document, collected.height)
    weak = _weak(collected, found)
    unreadable = frozenset(_unreadable(collected, found)) & collected.confirmed
    differing = differences(said, known_at(document, collected.height))
    doubts = _doubts(collected, unreadable, is_differing=bool(differing))
    what = [
        *(() if doubts else differing),
        *(fault for name, fault in weak.items() if name in collected.confirmed and name not in unreadable),
        *(
            f"transaction {gap.txid} is left out, and {gap.named_by} names it"
            for gap in found.missing
            if gap.is_weighty and gap.named_by in collected.confirmed and gap.txid not in unreadable
        ),
    ]
    in_vain = tuple(
        gap
        for gap in found.missing
        if gap.is_weighty and gap.named_by not in collected.confirmed and gap.txid not in unreadable
    )
    own = Side(f"{collected.source}: {OWN_TRANSACTIONS}", {"document": found.document, "transactions": _told(found)})
    disagreement = Disagreement(
        collected.did, collected.height, _joined(what), (Side(collected.source, dict(collected.document.raw)), own)
    )
    told = (
        *notes,
        *(f"the fate of transaction {doubt.txid} hangs on what was not given" for doubt in found.doubts),
        *(f"{fault}; it is without effect" for name, fault in weak.items() if name not in collected.confirmed),
        *_left_out(collected),
    )
    return Checked(collected, found, document, (disagreement,) if what else (), told, doubts, in_vain)


def left_out(one: Checked, gaps: Sequence[Missing]) -> Disagreement:
    """Return the contradiction of a node that alone does not give what an owner's operation names."""
    what = [f"transaction {gap.txid} is left out, and {gap.named_by} names it" for gap in gaps]
    document = {"document": one.recomputed.document, "transactions": _told(one.recomputed)}
    sides = (
        Side(one.source, dict(one.collected.document.raw)),
        Side(f"{one.source}: {OWN_TRANSACTIONS}", document),
    )
    return Disagreement(one.collected.did, one.height, _joined(what), sides)


def _weak(collected: Collected, found: Recomputed) -> dict[str, str]:
    """Return by its id what is wrong with each transaction that proves nothing."""
    return {
        **{name: f"layer 1 does not have transaction {name}" for name in collected.missing},
        **{name: f"transaction {name} cannot be read" for name in _unreadable(collected, found)},
        **{one.txid: f"transaction {one.txid} is no evidence: {one.reason}" for one in found.rejected_evidence},
    }


def _unreadable(collected: Collected, found: Recomputed) -> Iterator[str]:
    """Yield the ids of transactions that are there and that nothing can be made of."""
    judged_ids = {one.txid for one in found.findings}
    yield from (name for name in collected.transactions if name not in judged_ids)
    yield from sorted(collected.unreadable)


def _doubts(collected: Collected, unreadable: frozenset[str], *, is_differing: bool) -> tuple[str, ...]:
    """Return which transactions leave the document unknown: of this DID, and of others where it does not follow."""
    own = {at.id for at in collected.history}
    return tuple(
        f"transaction {name} changed the DID, and what {collected.source} shows of it cannot be read"
        for name in sorted(unreadable)
        if name in own or is_differing
    )


def _left_out(collected: Collected) -> Iterator[str]:
    if collected.left_out:
        yield f"{collected.left_out} transactions without effect were not looked at"


def ledger_transactions(collected: Collected) -> Iterator[LedgerTransaction]:
    """Yield everything that was collected in the order of the ledger; what is no transaction at all is left out."""
    for position, at in enumerate(in_order(collected.histories.values())):
        found = collected.transactions.get(at.id)
        if found is None:
            continue
        try:
            transaction = parse_transaction(found.as_json(collected.address_byte), is_shown=True)
        except (InputError, ProofError):
            continue
        yield LedgerTransaction(at.id, at.height, transaction, position)


def signers(collected: Collected) -> Iterator[PublicKey]:
    """Yield the keys that signed operations: documents often name a key by its id alone until it signs something."""
    for item in ledger_transactions(collected):
        try:
            attempts = attempts_of_asset(item.transaction.asset)
            yield from {PublicKey.parse(one.public_key): None for one in attempts if isinstance(one, SignedGroup)}
        except InputError:
            continue


def in_order(histories: Iterable[tuple[TransactionAt, ...]]) -> Iterator[TransactionAt]:
    """Yield the transactions of several histories once each, in an order that agrees with every one of them.

    Where two histories contradict each other, the first counts.
    """
    waiting = [deque(history) for history in histories]
    done: set[str] = set()
    while heads := [history[0] for history in waiting if history]:
        lowest = min(at.height for at in heads)
        heads = [at for at in heads if at.height == lowest]
        chosen = next((at for at in heads if not _is_behind(at, waiting)), heads[0])
        done.add(chosen.id)
        yield chosen
        for history in waiting:
            while history and history[0].id in done:
                history.popleft()


def _is_behind(at: TransactionAt, waiting: Iterable[deque[TransactionAt]]) -> bool:
    """Return whether some history has another one before it in the same block."""
    for history in waiting:
        in_block = takewhile(lambda other: other.height == at.height, history)
        if any(place and other.id == at.id for place, other in enumerate(in_block)):
            return True
    return False


def _joined(what: list[str]) -> str:
    """Return sentences in one; of many the first."""
    more = [f"and {len(what) - _MOST_TOLD} more"] if len(what) > _MOST_TOLD else []
    return "; ".join([*what[:_MOST_TOLD], *more])


def _told(found: Recomputed) -> list[dict[str, object]]:
    return [one._asdict() for one in found.findings]
