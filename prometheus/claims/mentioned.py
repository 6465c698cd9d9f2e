"""What a document names that a ledger can tell something about: DIDs, signed statements, blocks.

Read by the reader that a verifier uses, before anything is judged, so that whoever gathers knowledge knows what to ask
for. A document that cannot be read names nothing. Asking tells the ledger's nodes which DIDs somebody is interested
in; that is why it is done only when the person configured a ledger.
"""

from __future__ import annotations

from prometheus.claims.after_proof import after_proofs_in
from prometheus.claims.did_names import did_of
from prometheus.claims.reading import ReadPresentation, ReadRequest, read
from prometheus.claims.statement import Constraints
from prometheus.errors import InputError, ProofError
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus.claims.jsontext import Json
    from prometheus.claims.reading import Document, ReadStatement


class Mentioned(NamedTuple):
    """DIDs in their one spelling, content ids that may be registered, and heights whose blocks are named."""

    dids: tuple[str, ...] = ()
    content_ids: tuple[str, ...] = ()
    heights: tuple[int, ...] = ()


def mentioned(document: str | bytes, *, max_bytes: int) -> Mentioned:
    """Return what a presentation, statement or request names."""
    try:
        found = read(document, max_bytes=max_bytes, contents={})
    except (InputError, ProofError):
        return Mentioned()
    proofs = [proof for part in _signed_parts(found) for proof in after_proofs_in(part)]
    return Mentioned(
        _one_spelling(_dids(found)),
        tuple(dict.fromkeys(name for one in _statements(found) for name in (one.signed_id, one.digest))),
        tuple(sorted({proof.height for proof in proofs})),
    )


def _statements(found: Document) -> tuple[ReadStatement, ...]:
    if isinstance(found, ReadPresentation):
        return tuple(statement for claim in found.claims for statement in claim.statements)
    return () if isinstance(found, ReadRequest) else (found,)


def _dids(found: Document) -> Iterator[str]:
    if isinstance(found, ReadRequest):
        yield found.signed.content.claim.subject
        yield found.signed.content.claimant.partition("#")[0]
    if isinstance(found, ReadPresentation):
        yield from (claim.claim.subject for claim in found.claims if claim.claim is not None)
    for statement in _statements(found):
        if statement.content is None:
            continue
        if not isinstance(statement.content.claim, str):
            yield statement.content.claim.subject
        if isinstance(statement.content.constraints, Constraints):
            yield statement.content.constraints.authority
            yield statement.content.constraints.witness.partition("#")[0]


def _one_spelling(names: Iterable[str]) -> tuple[str, ...]:
    """Return each DID once, without the texts that are none: the verifier says what is wrong with those."""
    found = {}
    for name in names:
        try:
            found[did_of(name).text] = True
        except InputError:
            continue
    return tuple(found)


def _signed_parts(found: Document) -> Iterator[Json]:
    if isinstance(found, ReadRequest):
        yield found.signed.content.to_json()
    for statement in _statements(found):
        if statement.content is not None:
            yield statement.content.to_json()
