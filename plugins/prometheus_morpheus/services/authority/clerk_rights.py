"""Whether a clerk's key may speak for an authority, by what the ledger says now.

Rules:
* The key has to have the right ``impersonate`` of the authority's DID at the newest height known, and the witness has
  to be a link to that very key. So a clerk whose key was revoked is refused, although it still stands on the list.
* What the endpoints contradict each other about, or show and nobody can read, counts as no right.
* Where the DIDs of the authority were named at start, the same is asked of a clerk who reads, and who rejects: a key
  that may speak for none of them any more sees no evidence. That is remembered for a minute.
* Where no ledger is configured this is not asked: then the list of clerks alone decides, and holders and inspectors
  find out on their own.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from prometheus.claims.did_document import IMPERSONATE, has_right_at, is_same_key, linked_key
from prometheus.errors import NotUnderstood
from prometheus.identity.did import Did, KeyLink

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.statement import Constraints
    from prometheus.identity.multicipher import PublicKey
    from prometheus.ports import Clock
    from prometheus_morpheus.services.ledger import Ledger

REMEMBERED_SECONDS: Final = 60.0
"""For how long a right that was found is taken as still there."""


class ClerkRights:
    """Whether keys of clerks may still speak for an authority; every call may come from any thread."""

    def __init__(self, ledger: Ledger, dids: Iterable[str], clock: Clock) -> None:
        self._ledger = ledger
        self._dids = sorted(dids)
        self._clock = clock
        self._good_until: dict[str, float] = {}

    def may_decide(self, clerk: PublicKey) -> bool:
        """Return whether a key may speak for one of the authorities now; it may where none was named.

        Raises:
            NetworkError: When no endpoint answered.
        """
        now = self._clock.now().timestamp()
        if not self._dids or self._good_until.get(clerk.text, 0.0) > now:
            return True
        if not any(self._has_right(Did.parse(did), clerk) for did in self._dids):
            return False
        self._good_until[clerk.text] = now + REMEMBERED_SECONDS
        return True

    def _has_right(self, did: Did, clerk: PublicKey) -> bool:
        try:
            document = _document(self._ledger, did)
        except NotUnderstood:
            return False
        return has_right_at(document, clerk, IMPERSONATE, document.queried_at)


def require_right(ledger: Ledger, clerk: PublicKey, constraints: Constraints) -> None:
    """Refuse a key that may not speak for the authority that a statement names.

    Raises:
        NotUnderstood: When it may not, or that cannot be told.
        NetworkError: When no endpoint answered.
    """
    authority, link = Did.parse(constraints.authority), KeyLink.parse(constraints.witness)
    document = _document(ledger, authority)
    if not has_right_at(document, clerk, IMPERSONATE, document.queried_at):
        raise _refusal(
            f"Public key {clerk.text} has no right to impersonate {authority.text} at height {document.queried_at}"
        )
    named = link.did or authority
    witness = document if named == authority else _document(ledger, named)
    try:
        is_linked = is_same_key(linked_key(witness, f"#{link.key_index}").auth, clerk)
    except NotUnderstood:
        is_linked = False
    if not is_linked:
        raise _refusal(f"Witness {link.text} is not a link to the public key {clerk.text}")


def _document(ledger: Ledger, did: Did) -> DidDocument:
    learnt = ledger.learn(did.text)
    if learnt.faults:
        raise _refusal(f"The ledger does not tell who may act for {did.text}: {learnt.faults[0]}")
    if learnt.document is None:
        raise _refusal(f"The ledger does not tell who may act for {did.text}")
    return learnt.document


def _refusal(text: str) -> NotUnderstood:
    return NotUnderstood(text)
