"""The checks of a presentation itself: the holder's right, the links to statements, and whether all asked is shown.

Rules: a field that was shown without being asked for is the holder's own choice where her signature fixes what is
shown, and a warning everywhere else. An expected value is compared as JSON, true is not 1, with that of every claim
that shows the field.
Not here: the statements inside (`prometheus.claims.judge_statement`), challenge and audience (`judge_audience`).
"""

from __future__ import annotations

from prometheus.claims.did_names import did_of
from prometheus.claims.shown import at_path, is_same_value
from prometheus.claims.standing import stand
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.verdict.check import Check, failed, passed, skipped, unknown, warned

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.claims.knowledge import Knowledge
    from prometheus.claims.proof import Proof
    from prometheus.claims.reading import ReadClaim
    from prometheus.claims.shown import Leaf
    from prometheus.claims.standing import Standing

HOLDER = "binding.holder"
DIGESTS = "disclosure.digests"
MANDATORY = "disclosure.mandatory"


def check_digests(proven: ReadClaim) -> tuple[Check, ...]:
    """Check for each statement that it is about the claim beside it."""
    return tuple(_check_digest(proven, number) for number in range(len(proven.statements)))


def _check_digest(proven: ReadClaim, number: int) -> Check:
    statement = proven.statements[number]
    evidence: dict[str, object] = {"at": statement.at, "claim": proven.digest}
    if statement.claim_digest is None:
        detail = "the statement is collapsed to its content id: whether it is about this claim cannot be told"
        return unknown(
            DIGESTS, "COLLAPSED", detail, "ask for a presentation with the statement in the open", **evidence
        )
    if statement.claim_digest != proven.digest:
        detail = "the statement is about another claim than the one shown"
        return failed(DIGESTS, "LINK", detail, "do not rely on this document", **evidence)
    return passed(DIGESTS, "what is shown and what is hidden belong to the claim that was signed", **evidence)


def self_asserted(at: str) -> Check:
    """Return the finding for a claim that nobody confirms."""
    detail = "there is no statement: nobody but the holder says so"
    return unknown("proof.signature", "SELF-ASSERTED", detail, "ask for a claim that an authority witnessed", at=at)


def subject_of(proven: ReadClaim) -> str | None:
    """Return the subject's DID of a claim, from wherever the claim is in the open; None where it is hidden."""
    if proven.claim is not None:
        return proven.claim.subject
    for statement in proven.statements:
        if statement.content is not None and not isinstance(statement.content.claim, str):
            return statement.content.claim.subject
    return None


def check_holder(subject: str | None, proof: Proof, at: str, knowledge: Knowledge) -> tuple[Check, Standing | None]:
    """Check that the key that presented may act for the subject at the newest height known."""
    if subject is None or proof.key is None:
        detail = "the presenter's key cannot be read" if proof.key is None else "the subject of the claim is hidden"
        remedy = "ask for a presentation that shows the subject"
        return unknown(HOLDER, "SUBJECT-HIDDEN", f"{detail}: who may present it is not known", remedy, at=at), None
    standing = stand(did_of(subject), proof.key, knowledge.documents)
    evidence: dict[str, object] = {"at": at, "key": proof.key_text, "subject": subject, **standing.evidence()}
    return _holder_finding(standing, evidence, knowledge), standing


def holder_by_the_reference(standing: Standing | None, proof: Proof, at: str) -> tuple[Check, ...]:
    """Return what the reference's method would say about the presenter, where a document was looked up."""
    if standing is None or standing.known is None:
        return ()
    from prometheus.claims.judge_history import by_the_reference

    return by_the_reference(standing, proof.key, None, is_good=proof.check.status == "pass", at=at)


def _holder_finding(standing: Standing, evidence: dict[str, object], knowledge: Knowledge) -> Check:
    if standing.right == "held":
        return passed(HOLDER, "the presenter may act for the subject", **evidence)
    if standing.right == "implicit":
        detail = "the presenter has the default key of the subject; changes of this DID were not looked up"
        remedy = "look the DID up on the ledger"
        if knowledge.policy.needs_did_history:
            return unknown(HOLDER, "NOT-LOOKED-UP", f"{detail}, and the policy demands it", remedy, **evidence)
        return warned(HOLDER, "NOT-LOOKED-UP", detail, remedy, **evidence)
    if standing.right == "lost":
        detail = "the presenter could act for the subject once and no longer can"
        return failed(HOLDER, "HOLDER-REVOKED", detail, "do not rely on this presenter", **evidence)
    if standing.right == "never":
        detail = "the presenter may not act for the subject"
        return failed(HOLDER, "NO-RIGHT", detail, "do not rely on this presenter", **evidence)
    detail = "the ledger was not consulted: whether the presenter may act for the subject is not known"
    return unknown(HOLDER, "NO-DOCUMENT", detail, "look the subject's DID up on the ledger", **evidence)


def check_mandatory(
    contents: tuple[tuple[Json, Json], ...],
    shown: tuple[Leaf, ...],
    asked: tuple[str, ...],
    knowledge: Knowledge,
    *,
    is_bound: bool,
) -> tuple[Check, ...]:
    """Check that every asked path is open, that expected values are there, and name what was shown besides.

    Args:
        contents: Each open form of a claim's content with its schema, None where no schema is known.
        shown: All open leaves of them.
        asked: Paths that were asked for.
        knowledge: Holds the values that were expected.
        is_bound: Whether the holder's signature fixes what is shown.
    """
    if not asked and not knowledge.expected:
        return (skipped(MANDATORY, "no field was asked for"),)
    findings = [_check_asked(path, contents) for path in asked]
    findings += [_check_expected(path, value, contents) for path, value in knowledge.expected]
    missing = tuple(finding for finding in findings if finding is not None)
    wanted = (*asked, *(path for path, _ in knowledge.expected))
    extra = [leaf.dotted for leaf in shown if not _is_asked(leaf, wanted)] if asked else []
    complete = (passed(MANDATORY, "everything asked for is shown", asked=list(wanted)),)
    return (
        *(missing or complete),
        *_extra(extra, is_bound=is_bound),
    )


def _extra(paths: list[str], *, is_bound: bool) -> tuple[Check, ...]:
    if not paths:
        return ()
    if is_bound:
        return (passed(MANDATORY, "the holder chose to show more than was asked", extra=paths),)
    detail = "more is shown than was asked, and it cannot be told who opened it"
    return (warned(MANDATORY, "NOT-ASKED", detail, "do not hold it against the holder", extra=paths),)


def _is_asked(leaf: Leaf, asked: tuple[str, ...]) -> bool:
    return any(leaf.dotted == path or leaf.dotted.startswith(f"{path}.") for path in asked)


def is_open(path: str, contents: tuple[tuple[Json, Json], ...]) -> bool:
    """Return whether some content shows all that there is at a path."""
    return bool(_found(path, contents))


def _found(path: str, contents: tuple[tuple[Json, Json], ...]) -> list[tuple[Leaf, ...]]:
    """Return the leaves at a path of every content that shows all of them."""
    found = [at_path(content, path, schema) for content, schema in contents]
    return [leaves for leaves in found if leaves and not any(leaf.is_hidden for leaf in leaves)]


def _check_asked(path: str, contents: tuple[tuple[Json, Json], ...]) -> Check | None:
    if is_open(path, contents):
        return None
    detail = f"{path[:80]} was asked for and is not shown"
    return unknown(MANDATORY, "MISSING", detail, "ask again", path=path)


def _check_expected(path: str, value: Json, contents: tuple[tuple[Json, Json], ...]) -> Check | None:
    found = _found(path, contents)
    if not found:
        detail = f"{path[:80]} was expected and is not shown"
        return unknown(MANDATORY, "MISSING", detail, "ask again", path=path)
    # Of claims that contradict each other, none may be picked because it pleases.
    if all(len(leaves) == 1 and is_same_value(leaves[0].value, value) for leaves in found):
        return None
    detail = f"{path[:80]} has another value than expected"
    return failed(MANDATORY, "EXPECTED", detail, "the document is as it was signed; its value is not yours", path=path)
