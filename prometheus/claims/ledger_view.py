"""What is asked about a ledger before a verdict, and what the answer is made of; a plugin gives it.

Rules: a ledger is asked only where the person names endpoints, for it learns which DIDs somebody is interested in. What
sources contradict each other about is told as a contradiction and is in no other part of the answer; so is what they
show and nobody can read, as a doubt. What nobody could be asked about is left out, so that the checks that need it stay
`unknown`.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, NamedTuple, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping

    from prometheus.claims.knowledge import KnownDocument
    from prometheus.ports import Clock, Store


class LedgerQuestion(NamedTuple):
    """DIDs, content ids that may be registered, and heights whose blocks are named; as of a height, or as of now."""

    dids: tuple[str, ...] = ()
    content_ids: tuple[str, ...] = ()
    heights: tuple[int, ...] = ()
    as_of: int | None = None


class LedgerSources(NamedTuple):
    """Whom to ask: endpoints as the person wrote them, nobody where that is empty or `is_offline`.

    The store of the plugin, where a vault is open, holds what was learnt before; it may be absent.
    """

    endpoints: tuple[str, ...]
    clock: Clock
    is_offline: bool = False
    store: Store | None = None


class LedgerKnowledge(NamedTuple):
    """What was learnt; heights of before proofs by content id, ids of blocks by height, and what to tell the person."""

    documents: tuple[KnownDocument, ...] = ()
    before_proofs: Mapping[str, int] = {}
    block_ids: Mapping[int, str] = {}
    contradictions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    unreached: tuple[str, ...] = ()
    """Why nobody could be asked, where that is so; the verdict must not read as if something were known."""
    agreed_proofs: frozenset[str] = frozenset()
    """The content ids whose before proofs are told by two endpoints or more."""
    doubts: tuple[str, ...] = ()
    """What is shown and cannot be read."""


class LedgerView(Protocol):
    """A way to learn what a ledger says; it may wait for the network."""

    def look_up(self, question: LedgerQuestion, sources: LedgerSources) -> LedgerKnowledge:
        """Return what the sources say.

        Raises:
            NotUnderstood: When an endpoint is none.
            NetworkError: When nobody answered and nothing was learnt before.
        """
        ...
