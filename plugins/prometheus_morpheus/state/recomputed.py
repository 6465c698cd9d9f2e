"""A DID document computed again from the transactions that touch it, without believing whoever sent them.

    found = recompute(did, transactions, height=126, network=128, complete={did})
    found.document, found.is_certain, found.unknown_dids

Rules:
* A transaction is evidence when it is of this network, its id is the hash of its bytes, and its sender signed it. Every
  signature over operations is checked on the way. What is no evidence is left out and told.
* The rules of the second layer are applied to what is left, in the order of heights and of places in the block.
* A transaction counts wholly or not at all, so its fate may hang on other DIDs that it names. Those in `complete` are
  judged; of the others nothing is known: the transaction is a `Doubt`, and counts as the caller says it was told
  (`claimed`), else as one that succeeded. The same holds for content ids: somebody may have registered them before.
  With the transactions of `unknown_dids` too the same call leaves fewer doubts.
* An operation names the transaction before it. One that is named and was not given is told as `missing`.

What this cannot find out: see `OMISSION`. Heights and places are taken as given; that a block holds a transaction is
for whoever checks blocks (`prometheus_morpheus.client`). A document at a past height holds what became known later, as
those of nodes do.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.errors import InputError, UnsupportedFormat
from prometheus_morpheus.state.attempts import SignedGroup, normal_did
from prometheus_morpheus.state.did_state import UPDATE
from prometheus_morpheus.state.errors import StateError
from prometheus_morpheus.state.machine import MorpheusState
from prometheus_morpheus.transactions.kinds import MORPHEUS
from prometheus_morpheus.transactions.serialized import as_nodes_read, transaction_id
from prometheus_morpheus.transactions.signing import has_valid_signature

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.state.attempts import Attempt, Auth, Signable
    from prometheus_morpheus.state.rules import Journal
    from prometheus_morpheus.transactions.transaction import Transaction

CONFIRMED = "confirmed"
REJECTED = "rejected"
NO_EVIDENCE = "no evidence"

OMISSION = (
    "whoever sends the transactions can leave out the newest ones, or attempts that had no effect; "
    "only another source, or a later operation that names one, shows that"
)
"""What stays possible although everything that was given is sound."""


class LedgerTransaction(NamedTuple):
    """A transaction as a ledger gave it: under which id, in which block and at which place in it."""

    txid: str
    height: int
    transaction: Transaction
    position: int = 0


class Finding(NamedTuple):
    """What became of one transaction: `CONFIRMED`, `REJECTED` or `NO_EVIDENCE`, and why."""

    txid: str
    height: int
    outcome: str
    reason: str = ""


class Doubt(NamedTuple):
    """A transaction whose fate hangs on what was not given, and what was assumed of it."""

    txid: str
    height: int
    dids: tuple[str, ...]
    content_ids: tuple[str, ...]
    is_assumed_confirmed: bool


class Missing(NamedTuple):
    """A transaction that an operation names as the one before it, and that was not given.

    `is_weighty` when the key that signed may update the DID; anybody else can name what he likes.
    """

    txid: str
    named_by: str
    is_weighty: bool


class Recomputed(NamedTuple):
    """A document with all that was found on the way; `signatures_checked` counts signed groups of operations."""

    did: str
    document: dict[str, Json]
    last_transaction: tuple[str, int] | None
    findings: tuple[Finding, ...]
    doubts: tuple[Doubt, ...]
    missing: tuple[Missing, ...]
    operations_checked: int
    signatures_checked: int

    @property
    def is_certain(self) -> bool:
        """Whether what was given leaves no other document possible; `OMISSION` still holds."""
        return not self.doubts and not any(gap.is_weighty for gap in self.missing) and not self.rejected_evidence

    @property
    def rejected_evidence(self) -> tuple[Finding, ...]:
        """What was given and is no evidence: a source that sends such things is at fault, or lies."""
        return tuple(finding for finding in self.findings if finding.outcome == NO_EVIDENCE)

    @property
    def unknown_dids(self) -> tuple[str, ...]:
        """The DIDs whose transactions would settle doubts."""
        return tuple(dict.fromkeys(did for doubt in self.doubts for did in doubt.dids))


def recompute(
    did: str,
    transactions: Iterable[LedgerTransaction],
    height: int,
    *,
    network: int,
    complete: Collection[str] = (),
    claimed: Mapping[str, bool] | None = None,
) -> Recomputed:
    """Return the document of a DID at a height as the given transactions make it.

    Args:
        did: The DID; it counts as complete.
        transactions: All that touch it, and those of the other complete DIDs, in any order of blocks.
        height: Of the document.
        network: The address byte of the network; transactions of others are no evidence.
        complete: DIDs of which all transactions are given.
        claimed: What a source says became of transactions; used for doubts alone.

    Raises:
        NotUnderstood: When `did` is not one.
        StateError: When a height is none.
    """
    name = normal_did(did)
    state = _Recomputation({name, *map(normal_did, complete)}, claimed or {})
    given, findings = _evidence(transactions, network)
    state.given = {item.txid for item in given}
    for item in given:
        state.begin_block(item.height)
        reason = state.apply(item.txid, item.transaction.asset)
        outcome = CONFIRMED if reason is None else REJECTED
        findings.append(Finding(item.txid, item.height, outcome, reason or ""))
    return Recomputed(
        did=name,
        document=state.document(name, height),
        last_transaction=state.last_transaction(name),
        findings=tuple(findings),
        doubts=tuple(state.doubts),
        missing=tuple(state.missing),
        operations_checked=state.operations_checked,
        signatures_checked=state.signatures_checked,
    )


def _evidence(transactions: Iterable[LedgerTransaction], network: int) -> tuple[list[LedgerTransaction], list[Finding]]:
    """Return what can be relied on, in the order of the ledger, and a finding for all else."""
    sound: dict[str, LedgerTransaction] = {}
    findings = []
    for item in transactions:
        known = sound.get(item.txid)
        if known is not None and known.transaction == item.transaction and known.height == item.height:
            continue
        fault = _fault(item, network)
        if known is not None:
            fault = fault or f"it was given at height {known.height} too"
        if fault:
            findings.append(Finding(item.txid, item.height, NO_EVIDENCE, fault))
        else:
            sound[item.txid] = item
    return sorted(sound.values(), key=lambda item: (item.height, item.position)), findings


def _fault(item: LedgerTransaction, network: int) -> str:
    """Return why a transaction is no evidence, or an empty text."""
    transaction = item.transaction
    try:
        if transaction.network != network:
            return f"it is of the network {transaction.network}"
        if transaction.kind != MORPHEUS:
            return "it is no Morpheus transaction"
        if transaction_id(as_nodes_read(transaction)) != item.txid:
            return "its id is not the hash of its bytes"
        if not has_valid_signature(transaction):
            return "its sender did not sign it"
    except (InputError, UnsupportedFormat) as refused:
        return refused.what
    return ""


class _Recomputation(MorpheusState):
    """The state of the second layer where only some DIDs are known wholly."""

    def __init__(self, complete: set[str], claimed: Mapping[str, bool]) -> None:
        super().__init__()
        self.given: set[str] = set()
        self.doubts: list[Doubt] = []
        self.missing: list[Missing] = []
        self.operations_checked = 0
        self.signatures_checked = 0
        self._complete = complete
        self._claimed = claimed
        self._open_dids: dict[str, None] = {}
        self._open_content_ids: dict[str, None] = {}
        self._touches_known = False

    def apply(self, txid: str, asset: Json) -> str | None:
        self._open_dids.clear()
        self._open_content_ids.clear()
        self._touches_known = False
        return super().apply(txid, asset)

    def _attempt(self, txid: str, attempt: Attempt, journal: Journal) -> None:
        if isinstance(attempt, SignedGroup):
            self.operations_checked += len(attempt.signables)
            self.signatures_checked += 1
        super()._attempt(txid, attempt, journal)

    def _change(self, txid: str, signable: Signable, signer: Auth, journal: Journal) -> None:
        if signable.did not in self._complete:
            self._open_dids[signable.did] = None
            return
        self._touches_known = True
        self._look_for_gap(txid, signable, signer)
        super()._change(txid, signable, signer, journal)

    def _register(self, txid: str, content_id: str, journal: Journal) -> None:
        super()._register(txid, content_id, journal)
        self._open_content_ids[content_id] = None

    def _agree(self, txid: str) -> None:
        # A transaction that does nothing but register content changes no DID, whatever became of it.
        if not self._open_dids and not (self._open_content_ids and self._touches_known):
            return
        is_assumed_confirmed = self._claimed.get(txid, True)
        self.doubts.append(
            Doubt(txid, self.last_height, tuple(self._open_dids), tuple(self._open_content_ids), is_assumed_confirmed)
        )
        if not is_assumed_confirmed:
            raise StateError("the source says that it was rejected; what it hangs on was not given")

    def _look_for_gap(self, txid: str, signable: Signable, signer: Auth) -> None:
        named = signable.last_tx_id
        if named is not None and named not in self.given:
            gap = Missing(named, txid, self._did(signable.did).may(UPDATE, signer, self.last_height))
            if gap not in self.missing[-1:]:
                self.missing.append(gap)
