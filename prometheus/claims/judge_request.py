"""The checks of a signed witness request: what an authority looks at before it signs anything.

Rules: the claimant's key link must lead to the key that signed, and that key must be able to act for the subject. All
of the claim must be in the open and fit the schema of the process. What would make the claim weak once it is signed is
warned of, because after signing nobody can mend it.
Not here: whether what is claimed is true.
"""

from __future__ import annotations

from prometheus.claims.judge_presentation import HOLDER, check_holder, holder_by_the_reference
from prometheus.claims.judge_schema import SCHEMA, check_fit, claim_schema
from prometheus.claims.proof import check_signature
from prometheus.claims.standing import link_leads_to
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.verdict.check import Check, failed, unknown, warned

if TYPE_CHECKING:
    from prometheus.claims.knowledge import Knowledge
    from prometheus.claims.reading import ReadRequest
    from prometheus.claims.standing import Standing
    from prometheus.identity.multicipher import PublicKey

AT = "/content"


def judge_request(read: ReadRequest, knowledge: Knowledge) -> tuple[tuple[Check, ...], Standing | None]:
    """Make every check that a witness request calls for."""
    request = read.signed.content
    proof = check_signature(read.signed, read.digest, "the claimant's signature", "")
    holder, standing = check_holder(request.claim.subject, proof, AT, knowledge)
    schema = claim_schema(request.process_id, knowledge)
    checks = (
        proof.check,
        check_fit(schema, (request.claim.content,), request.process_id, AT),
        *_weaknesses(read, knowledge),
        *_check_claimant(request.claimant, proof.key, knowledge),
        holder,
        *holder_by_the_reference(standing, proof, AT),
    )
    return checks, standing


def _check_claimant(claimant: str, key: PublicKey | None, knowledge: Knowledge) -> tuple[Check, ...]:
    if key is None:
        return ()
    leads_to_key = link_leads_to(claimant, key, knowledge.documents)
    if leads_to_key is None:
        detail = "the claimant's key link cannot be followed without a document of its DID"
        return (unknown(HOLDER, "NO-DOCUMENT", detail, "look the DID up on the ledger", claimant=claimant),)
    if not leads_to_key:
        detail = "the request names another key as the claimant's than the one that signed it"
        return (failed(HOLDER, "NO-RIGHT", detail, "ask for a request signed by the claimant", claimant=claimant),)
    return ()


def _weaknesses(read: ReadRequest, knowledge: Knowledge) -> tuple[Check, ...]:
    from prometheus.claims.weaknesses import when_issuing

    claim = read.signed.content.claim
    schema = claim_schema(read.signed.content.process_id, knowledge)
    return tuple(
        warned(SCHEMA, weakness.code, weakness.detail, weakness.remedy, path=weakness.path)
        for weakness in when_issuing(claim.content, schema)
    )
