"""The `LedgerView` of the house: what a verdict wants to know, asked of every endpoint and worked out again.

Rules: only what all nodes agree on, and what follows from signed transactions, goes into the answer; contradictions go
beside it; what cannot be read is a doubt. What is remembered in a store answers where nobody is asked. Nothing heavy
is imported before somebody asks.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.api import LedgerKnowledge

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from prometheus.api import LedgerQuestion, LedgerSources
    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.knowledge import KnownDocument
    from prometheus_morpheus.client.endpoint import Endpoint
    from prometheus_morpheus.client.ports import LedgerNode, PinStore
    from prometheus_morpheus.resolving.disagreements import Disagreement


class LookingUp:
    """Learns what the ledger says."""

    def look_up(self, question: LedgerQuestion, sources: LedgerSources) -> LedgerKnowledge:
        """Return what the sources say; errors as `LedgerView.look_up`."""
        from prometheus_morpheus.client.endpoint import parse_endpoints

        endpoints = parse_endpoints(" ".join(sources.endpoints))
        if sources.is_offline or not endpoints:
            return _remembered(question, sources, endpoints)
        import asyncio

        from prometheus_morpheus.client.connecting import connected

        answers: list[LedgerKnowledge] = []  # of what its coroutine returns, `asyncio.run` makes a text

        async def ask() -> None:
            async with connected(endpoints, _pins(), sources.clock) as nodes:
                answers.append(await look_up_at(nodes, question, sources))

        asyncio.run(ask())
        return answers[0]


async def look_up_at(nodes: Sequence[LedgerNode], question: LedgerQuestion, sources: LedgerSources) -> LedgerKnowledge:
    """Return what these nodes say.

    Raises:
        NetworkError: When nobody answered.
    """
    from prometheus_morpheus.resolving.asking import resolve
    from prometheus_morpheus.resolving.each_node import Patience
    from prometheus_morpheus.resolving.proofs import block_at, registered

    patience = Patience()
    found = [await resolve(nodes, did, sources.clock, question.as_of, patience=patience) for did in question.dids]
    times = [await registered(nodes, content_id, patience) for content_id in question.content_ids]
    blocks = [await block_at(nodes, height, patience) for height in question.heights]
    silent = [one for answer in times for one in answer.silent] + [one for answer in blocks for one in answer.silent]
    disagreements = [one for answer in found for one in answer.disagreements]
    disagreements += [one for answer in times for one in answer.disagreements]
    disagreements += [one for answer in blocks for one in answer.disagreements]
    return LedgerKnowledge(
        documents=tuple(_known(one.best.document, one.sources, one.age_s) for one in found if one.best is not None),
        before_proofs={one.content_id: one.height for one in times if one.height is not None},
        agreed_proofs=frozenset(one.content_id for one in times if one.is_agreed),
        block_ids={one.height: one.block_id for one in blocks if one.block_id is not None},
        contradictions=tuple(map(_contradiction, disagreements)),
        doubts=tuple(doubt for one in found for doubt in one.doubts),
        notes=(
            *(note for one in found for note in one.notes),
            *(note for one in times for note in (*one.notes, *one.doubts)),
            *(f"{one.source} could not be asked: {one.error.what}" for one in silent),
        ),
    )


def _remembered(question: LedgerQuestion, sources: LedgerSources, endpoints: Sequence[Endpoint]) -> LedgerKnowledge:
    """Return what was learnt before of the chain that is meant, where there is a store to look into.

    A DID that is remembered on several chains is left out where no endpoint tells which of them is meant.
    """
    if sources.store is None:
        return LedgerKnowledge(notes=("nobody was asked",))
    from prometheus.errors import Ambiguous
    from prometheus_morpheus.resolving.cache import meant_chain, recall

    now, pins = sources.clock.now(), _pins()
    documents, notes = [], ["nobody was asked: this is what was learnt before"]
    for did in question.dids:
        try:
            chain = meant_chain(sources.store, did, endpoints, pins)
        except Ambiguous as error:
            notes.append(f"{did}: {error.what}")
            continue
        one = None if chain is None else recall(sources.store, chain, did, question.as_of)
        if one is not None:
            documents.append(_known(one.document, one.sources, one.age_s(now)))
    return LedgerKnowledge(documents=tuple(documents), notes=tuple(notes))


def _known(document: DidDocument, sources: Iterable[str], age_s: int) -> KnownDocument:
    from prometheus.claims.knowledge import KnownDocument

    return KnownDocument(document, ", ".join(sources), age_s)


def _contradiction(found: Disagreement) -> str:
    sides = " and ".join(side.source for side in found.sides[:2])
    return f"{sides} differ about {found.about} at height {found.height}: {found.what}"


def _pins() -> PinStore:
    import os

    from prometheus.model.places import find_places
    from prometheus_morpheus.pins import file_pins

    return file_pins(find_places(os.environ))
