"""What operations would make of a DID, by the rules of the ledger itself, without a signature and without asking.

The state of the DID is built from its confirmed transactions; the operations are carried out on it at the next height.
The ledger may have come farther when they arrive, and another change of the same DID may come first; then they are
refused there, because each names the last transaction that it knows of.
"""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from prometheus.claims.did_document import parse_did_document
from prometheus.errors import InputError, RefusedError
from prometheus_morpheus.changing.reasons import reason_of
from prometheus_morpheus.changing.remembered import state_told
from prometheus_morpheus.resolving.at_height import is_same, known_at
from prometheus_morpheus.resolving.recomputing import ledger_transactions
from prometheus_morpheus.state.attempts import Auth, SignedGroup, attempts_of_asset, parse_attempts
from prometheus_morpheus.state.did_state import DidState
from prometheus_morpheus.state.documents import document_at
from prometheus_morpheus.state.recomputed import CONFIRMED
from prometheus_morpheus.state.rules import carry_out
from prometheus_morpheus.transactions.signables import AddKey, AddRight, RevokeKey, RevokeRight, TombstoneDid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.jsontext import Json
    from prometheus.identity.multicipher import PublicKey
    from prometheus_morpheus.resolving.recomputing import Checked
    from prometheus_morpheus.state.attempts import Signable as ParsedSignable
    from prometheus_morpheus.state.rules import Journal
    from prometheus_morpheus.transactions.signables import Signable


UNKNOWN_LAST: Final = "0" * 64
"""Stands for the last transaction of a DID where nobody could be asked for it; no transaction has this id."""


class Plan(NamedTuple):
    """Operations in their order, the document now, and the document right after them."""

    operations: tuple[Signable, ...]
    before: DidDocument
    after: DidDocument


class Wanted(NamedTuple):
    """What somebody wants of a DID, without knowing its last transaction: `change` is a word of the ledger."""

    change: str
    auth: str = ""
    right: str = ""
    expires_at: int | None = None


def plan(
    found: Checked, wanted: Sequence[Wanted], signer: PublicKey, names: Mapping[str, str] = MappingProxyType({})
) -> Plan:
    """Return what some operations would make of a DID.

    Args:
        found: The DID as it is.
        wanted: The operations, in their order.
        signer: The key that would sign them.
        names: What the person calls each key, by its id or public key.

    Raises:
        RefusedError: When the rules forbid one: in our words, with those of the ledger as its meaning.
    """
    height, last = found.height, found.recomputed.last_transaction
    state = _state_of(found)
    before = parse_did_document(document_at(state, height))
    if not is_same(known_at(before, height), known_at(found.document, height)):
        raise RefusedError(
            "what a change would make of this DID cannot be worked out here",
            code="DID-CHANGE",
            meaning="its history hangs on transactions that were not given",
            remedy="`prometheus did verify` says on which",
        )
    return _on(state, height, None if last is None else last[0], wanted, signer, names)


def plan_remembered(
    document: DidDocument,
    wanted: Sequence[Wanted],
    signer: PublicKey,
    names: Mapping[str, str] = MappingProxyType({}),
) -> Plan:
    """Return what some operations would make of a remembered document, to be worked out anew before they are signed.

    They name `UNKNOWN_LAST`, which is as long as what they will name, so that they cost as much. Errors as `plan`.
    """
    return _on(state_told(document), document.queried_at, UNKNOWN_LAST, wanted, signer, names)


def _on(  # noqa: PLR0917 - a state at a height with its last transaction, and what `plan` takes
    state: DidState,
    height: int,
    last: str | None,
    wanted: Sequence[Wanted],
    signer: PublicKey,
    names: Mapping[str, str],
) -> Plan:
    _refuse_past(wanted, height)
    operations = tuple(_signable(state.did, last, one) for one in wanted)
    before = parse_did_document(document_at(state, height))
    signer_auth = Auth(signer.text, signer.key_id().text)
    journal: Journal = []
    for signable in _parsed(operations):
        try:
            carry_out(state, signable, signer_auth, height + 1, journal)
        except InputError as refused:
            reason = reason_of(state, signable, signer_auth, height + 1, names)
            raise RefusedError(
                "the rules of the ledger forbid this" if reason is None else reason.said,
                code="DID-RULES",
                meaning=refused.what,
                remedy="nothing was signed and nothing was paid" if reason is None else reason.remedy,
            ) from None
    after = parse_did_document(document_at(state, height + 1))
    return Plan(operations, before, after)


def _refuse_past(wanted: Sequence[Wanted], height: int) -> None:
    """Refuse a key that would have ended before it begins; the ledger takes it, and it is never of any use."""
    for one in wanted:
        if one.expires_at is not None and one.expires_at <= height:
            raise RefusedError(
                f"height {one.expires_at} is past; it is {height} now",
                code="DID-RULES",
                meaning="the key would have ended before it could do anything",
                remedy="give --expires a height to come, or leave it out",
            )


def _state_of(found: Checked) -> DidState:
    """Return the state of the DID that its confirmed transactions have led to."""
    confirmed = {one.txid for one in found.recomputed.findings if one.outcome == CONFIRMED}
    state = DidState(found.collected.did)
    journal: Journal = []
    for item in ledger_transactions(found.collected):
        if item.txid not in confirmed:
            continue
        for attempt in attempts_of_asset(item.transaction.asset):
            if not isinstance(attempt, SignedGroup):
                continue
            for signable in attempt.signables:
                if signable.did == state.did:
                    carry_out(state, signable, attempt.signer(), item.height, journal)
    return state


def _parsed(operations: tuple[Signable, ...]) -> Iterator[ParsedSignable]:
    written: list[Json] = [operation.as_json() for operation in operations]
    group: dict[str, Json] = {
        "operation": "signed",
        "signables": written,
        "signerPublicKey": "",
        "signature": "",
    }
    for attempt in parse_attempts([group]):
        if isinstance(attempt, SignedGroup):
            yield from attempt.signables


def _signable(did: str, last: str | None, wanted: Wanted) -> Signable:
    if wanted.change == "addKey":
        return AddKey(did, last, wanted.auth, wanted.expires_at)
    if wanted.change == "revokeKey":
        return RevokeKey(did, last, wanted.auth)
    if wanted.change == "addRight":
        return AddRight(did, last, wanted.auth, wanted.right)
    if wanted.change == "revokeRight":
        return RevokeRight(did, last, wanted.auth, wanted.right)
    return TombstoneDid(did, last)
