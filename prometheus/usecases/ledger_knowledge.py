"""Gather what a ledger knows about a document that is to be judged, and hand it to the verifier as values.

Rules:
* Of a DID about which the sources contradict each other nothing is taken over at all. No source is believed for being
  the first or the newest, and the verdict says that it does not know.
* A document that names more than can be looked up is not looked up at all, and the verdict says so: whoever made it
  must not choose by its length what is looked at.

Not here: asking and comparing (a plugin does), judging (`prometheus.claims`).
"""

from __future__ import annotations

from prometheus.claims.did_names import did_of
from prometheus.claims.ledger_view import LedgerKnowledge, LedgerQuestion
from prometheus.claims.mentioned import mentioned
from prometheus.claims.standing import contradictory
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.knowledge import Knowledge
    from prometheus.claims.ledger_view import LedgerSources, LedgerView

MOST_ASKED = 64
"""DIDs, content ids and blocks of one document that are looked up, of each so many."""
_LONGEST_SENTENCE = 300


def gather(document: bytes, view: LedgerView, sources: LedgerSources, *, max_bytes: int) -> LedgerKnowledge:
    """Look up what a document names; nothing is asked for one that cannot be read.

    Args:
        document: A presentation, statement or request.
        view: Asks the ledger.
        sources: Whom it asks.
        max_bytes: How long the document may be.

    Raises:
        NetworkError: As `LedgerView.look_up`.
    """
    named = mentioned(document, max_bytes=max_bytes)
    if not (named.dids or named.content_ids or named.heights):
        return LedgerKnowledge()
    if max(len(named.dids), len(named.content_ids), len(named.heights)) > MOST_ASKED:
        return LedgerKnowledge(unreached=(f"the document names more than {MOST_ASKED} things to be looked up",))
    return without_forks(view.look_up(LedgerQuestion(named.dids, named.content_ids, named.heights), sources))


def without_forks(found: LedgerKnowledge) -> LedgerKnowledge:
    """Return what was found without the documents that contradict each other, which are named as contradictions."""
    forked = contradictory(found.documents)
    doubted = {did_of(did) for did in forked}
    return found._replace(
        documents=tuple(known for known in found.documents if known.document.did not in doubted),
        contradictions=_cut((*found.contradictions, *(f"the sources differ about {did}" for did in forked))),
        doubts=_cut(found.doubts),
        notes=_cut(found.notes),
    )


def add_to(knowledge: Knowledge, found: LedgerKnowledge) -> Knowledge:
    """Return what a verdict may rest on with what a ledger says added."""
    return knowledge._replace(
        documents=(*knowledge.documents, *found.documents),
        before_proofs={**knowledge.before_proofs, **found.before_proofs},
        agreed_proofs=knowledge.agreed_proofs | found.agreed_proofs,
        block_ids={**knowledge.block_ids, **found.block_ids},
        contradictions=(*knowledge.contradictions, *found.contradictions),
        doubts=(*knowledge.doubts, *found.doubts),
        unreached=(*knowledge.unreached, *found.unreached),
    )


def _cut(sentences: Iterable[str]) -> tuple[str, ...]:
    return tuple(sentence[:_LONGEST_SENTENCE] for sentence in dict.fromkeys(sentences))
