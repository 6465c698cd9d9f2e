"""The checks of one signed statement: signature, form, the right to sign, trust, and time.

Rules: each check runs where it can. Hidden constraints leave unknown who the authority is; a collapsed statement whose
content is nowhere at hand leaves nearly everything unknown. A key that could sign at the height of a before proof of
*this signed statement* stays good whatever happened to it later, if more than one source tells that proof.
Not here: the presentation around the statement.
"""

from __future__ import annotations

from prometheus.claims.did_names import did_of
from prometheus.claims.judge_schema import check_fit, claim_schema
from prometheus.claims.judge_time import check_period
from prometheus.claims.other_spellings import ids_of
from prometheus.claims.proof import check_signature
from prometheus.claims.standing import link_leads_to, stand, stand_with_proof
from prometheus.claims.statement import Constraints
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.verdict.check import Check, failed, passed, unknown, warned

if TYPE_CHECKING:
    from prometheus.claims.claim import Claim
    from prometheus.claims.jsontext import Json
    from prometheus.claims.knowledge import Knowledge
    from prometheus.claims.proof import Proof
    from prometheus.claims.reading import ReadStatement
    from prometheus.claims.standing import Standing
    from prometheus.identity.did import Did
    from prometheus.identity.multicipher import PublicKey

CONTROLLER = "issuer.controller"
TRUST = "issuer.trust"


class JudgedStatement(NamedTuple):
    """All findings about a statement, the schema that was found, and what stands behind it."""

    checks: tuple[Check, ...]
    schema: Json
    constraints: Constraints | None
    standing: Standing | None
    via: str | None


def judge_statement(statement: ReadStatement, shown: tuple[Claim, ...], knowledge: Knowledge) -> JudgedStatement:
    """Make every check that a statement calls for; `shown` are the open claims that it is said to prove."""
    proof = check_signature(statement.signed, statement.digest, "the statement's signature", statement.at)
    process_id = "" if statement.content is None else statement.content.process_id
    schema = claim_schema(process_id, knowledge)
    contents = tuple(claim.content for claim in shown)
    constraints = statement.content.constraints if statement.content is not None else None
    limits = constraints if isinstance(constraints, Constraints) else None
    standing = None
    if limits is not None and proof.key is not None:
        standing = _standing(did_of(limits.authority), proof.key, statement.signed_id, knowledge)
    via = _trusted_by(limits, process_id, knowledge)
    checks = (
        proof.check,
        check_fit(schema, contents, process_id, statement.at),
        _check_controller(statement, limits, proof.key, standing, knowledge),
        *_history(statement, proof, standing, knowledge),
        _check_trust(statement, limits, via, knowledge),
        check_period(limits, knowledge.now, statement.at),
    )
    return JudgedStatement(checks, schema, limits, standing, via)


def _standing(authority: Did, key: PublicKey, signed_id: str, knowledge: Knowledge) -> Standing:
    height = knowledge.before_proofs.get(signed_id)
    if height is None:
        return stand(authority, key, knowledge.documents)
    is_agreed = signed_id in knowledge.agreed_proofs
    return stand_with_proof(authority, key, knowledge.documents, height, is_agreed=is_agreed)


def _history(
    statement: ReadStatement, proof: Proof, standing: Standing | None, knowledge: Knowledge
) -> tuple[Check, ...]:
    """Return what a ledger says beside the right to sign; nothing is imported for it where none was asked."""
    if not (knowledge.documents or knowledge.before_proofs or knowledge.block_ids):
        return ()
    from prometheus.claims.judge_history import by_the_reference, times_of

    times = times_of(statement, knowledge)
    is_good = proof.check.status == "pass"
    at = statement.at or "/"
    return (*times.checks, *by_the_reference(standing, proof.key, times, is_good=is_good, at=at))


def _check_controller(
    statement: ReadStatement,
    constraints: Constraints | None,
    key: PublicKey | None,
    standing: Standing | None,
    knowledge: Knowledge,
) -> Check:
    at = statement.at or "/"
    if constraints is None or key is None or standing is None:
        detail = "the constraints are hidden" if key is not None else "the key that signed cannot be read"
        remedy = "ask for a presentation that shows the constraints"
        return unknown(CONTROLLER, "CONSTRAINTS-HIDDEN", f"{detail}: nobody knows the authority", remedy, at=at)
    evidence: dict[str, object] = {
        "at": at,
        "key": statement.signed.public_key,
        "authority": constraints.authority,
        "witness": constraints.witness,
        **standing.evidence(),
    }
    leads_to_key = link_leads_to(constraints.witness, key, knowledge.documents)
    if leads_to_key is False:
        detail = "the statement names another key as its witness than the one that signed it"
        return failed(CONTROLLER, "NO-RIGHT", detail, "do not rely on this document", **evidence)
    finding = _CONTROLLER_FINDINGS[standing.right](evidence)
    if leads_to_key is None and finding.status in ("pass", "warn"):
        detail = "the key link of the witness cannot be followed without a document of its DID"
        return unknown(CONTROLLER, "NO-DOCUMENT", detail, "look the DID up on the ledger", **evidence)
    return finding


_CONTROLLER_FINDINGS = {
    "held": lambda evidence: passed(CONTROLLER, "the key may sign for the authority", **evidence),
    "implicit": lambda evidence: warned(
        CONTROLLER,
        "NOT-LOOKED-UP",
        "the key is the default key of the authority's DID; changes of this DID were not looked up",
        "look the DID up on the ledger",
        **evidence,
    ),
    "lost": lambda evidence: unknown(
        CONTROLLER,
        "KEY-ROTATED",
        "the key could sign for the authority once and no longer can; when it signed this is not known",
        "ask for a before proof of the signed statement, or for a new statement",
        **evidence,
    ),
    "told-once": lambda evidence: unknown(
        CONTROLLER,
        "TIME-ONE-SOURCE",
        "the key could sign once and no longer can; that the statement is older than that, one endpoint alone says",
        "name a second endpoint that somebody else runs, with --ledger",
        **evidence,
    ),
    "never": lambda evidence: failed(
        CONTROLLER, "NO-RIGHT", "the key may not sign for the authority", "do not rely on this document", **evidence
    ),
    "unknown": lambda evidence: unknown(
        CONTROLLER,
        "NO-DOCUMENT",
        "the ledger was not consulted: whether the key may sign for the authority is not known",
        "look the authority's DID up on the ledger",
        **evidence,
    ),
    "beyond": lambda evidence: unknown(
        CONTROLLER,
        "STALE",
        "the document of the authority's DID is older than the proof that the statement existed",
        "look the DID up on the ledger again",
        **evidence,
    ),
}


def _trusted_by(constraints: Constraints | None, process_id: str, knowledge: Knowledge) -> str | None:
    """Return the name of the list that trusts the authority for this process, None where none does."""
    if constraints is None:
        return None
    authority = did_of(constraints.authority)
    for trusted in knowledge.trusted:
        if (trusted.processes is None or process_id in trusted.processes) and did_of(trusted.authority) == authority:
            return trusted.via
    return None


def _check_trust(
    statement: ReadStatement, constraints: Constraints | None, via: str | None, knowledge: Knowledge
) -> Check:
    evidence: dict[str, object] = {"at": statement.at or "/", "statement": statement.signed_id}
    known_as = ids_of(statement) if knowledge.withdrawn else frozenset()
    for withdrawn in knowledge.withdrawn:
        if not known_as.isdisjoint(withdrawn.statements):
            detail = "the statement was withdrawn"
            return failed(TRUST, "REVOKED", detail, "ask for a new statement", **evidence, source=withdrawn.source)
    if constraints is None:
        detail = "the constraints are hidden: nobody knows the authority"
        return unknown(TRUST, "UNKNOWN-ISSUER", detail, "ask for a presentation that shows them", **evidence)
    evidence["authority"] = constraints.authority
    if via is None:
        detail = "the authority is not on your list of those you trust for this kind of claim"
        hint = "`prometheus trust add DID` if you have reason to trust it"
        return unknown(TRUST, "UNKNOWN-ISSUER", detail, hint, **evidence)
    return passed(TRUST, "you trust the authority for this kind of claim", **evidence, via=via)
