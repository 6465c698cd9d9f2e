"""What the ledger's history says about one signature beside the right to sign: since when it is there, made after what.

* A before proof of the *signed* statement fixes the height at which the right is judged. Told by one source alone it is
  that source's word, and a warning. One of the words alone shows
  that the words existed, not that anybody had signed them; that is said, and nothing follows from it.
* An after proof that the ledger does not know is a forged claim about time.
* The reference judges a range of heights instead of one. What it would say is shown with its own severities, and where
  it would say otherwise than we do, that is a warning: its method has weaknesses, and others rely on it. It stands
  under the check of times, so that a right that is held reads as held.

Not here: the finding about the right itself (`judge_statement`, `judge_presentation`).
"""

from __future__ import annotations

from prometheus.claims.after_proof import after_proofs_in
from prometheus.claims.signature_period import validate_signature
from prometheus.errors import InputError
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.verdict.check import Check, failed, passed, skipped, warned

if TYPE_CHECKING:
    from prometheus.claims.knowledge import Knowledge
    from prometheus.claims.reading import ReadStatement
    from prometheus.claims.standing import Standing
    from prometheus.identity.multicipher import PublicKey

TIME = "time.validity"


class _Judged(NamedTuple):
    """A signature that was checked already, in the shape that the reference's method wants."""

    public_key: PublicKey
    is_good: bool

    def is_valid(self) -> bool:
        return self.is_good


class Times(NamedTuple):
    """Between which heights something was signed, as far as proofs tell, and what was found on the way."""

    made_after: int | None
    existed_at: int | None
    checks: tuple[Check, ...]


def times_of(statement: ReadStatement, knowledge: Knowledge) -> Times:
    """Return what before and after proofs say about a statement."""
    at = statement.at or "/"
    existed_at = knowledge.before_proofs.get(statement.signed_id)
    checks: list[Check] = []
    if existed_at is not None and statement.signed_id in knowledge.agreed_proofs:
        checks.append(passed(TIME, f"the signed statement existed at height {existed_at}", at=at, height=existed_at))
    elif existed_at is not None:
        detail = f"the signed statement existed at height {existed_at}, says one endpoint alone"
        remedy = "name a second endpoint that somebody else runs, with --ledger"
        checks.append(warned(TIME, "TIME-ONE-SOURCE", detail, remedy, at=at, height=existed_at))
    elif statement.digest in knowledge.before_proofs:
        height = knowledge.before_proofs[statement.digest]
        detail = f"the words existed at height {height}; that they were signed by then is not shown"
        checks.append(warned(TIME, "WORDS-ONLY", detail, "register the signed statement instead", at=at, height=height))
    made_after, found = _after(statement, knowledge, at)
    checks += found
    if existed_at is not None and made_after is not None and made_after >= existed_at:
        detail = f"it claims to be made after height {made_after}, and existed at height {existed_at}"
        checks.append(failed(TIME, "TIME-ORDER", detail, "do not rely on this document", at=at))
    return Times(made_after, existed_at, tuple(checks))


def _after(statement: ReadStatement, knowledge: Knowledge, at: str) -> tuple[int | None, list[Check]]:
    """Return the greatest height that it was certainly signed after, and a finding for each after proof in it."""
    proofs = () if statement.content is None else after_proofs_in(statement.content.to_json())
    checks, heights = [], []
    for proof in proofs:
        known = knowledge.block_ids.get(proof.height)
        if known is None:
            checks.append(skipped(TIME, "an after proof was not compared with a ledger", at=at, height=proof.height))
        elif known == proof.block_id:
            heights.append(proof.height)
            checks.append(passed(TIME, f"it was signed after block {proof.height}", at=at, height=proof.height))
        else:
            detail = f"the block at height {proof.height} is another one than the after proof names"
            remedy = "do not rely on this document"
            checks.append(failed(TIME, "AFTER-PROOF", detail, remedy, at=at, height=proof.height, block=known))
    return max(heights, default=None), checks


def by_the_reference(
    standing: Standing | None, key: PublicKey | None, times: Times | None, *, is_good: bool, at: str
) -> tuple[Check, ...]:
    """Return what the reference's method says about a signature, as warnings where it matters.

    Args:
        standing: What was found about the right to sign; without a document there is nothing to say.
        key: The key that signed.
        times: Between which heights it was made.
        is_good: Whether the signature fits.
        at: Where in the document it stands.
    """
    if standing is None or standing.known is None or key is None or standing.right not in ("held", "lost", "never"):
        return ()
    document = standing.known.document
    start = 1 if times is None or times.made_after is None else times.made_after
    end = document.queried_at if times is None or times.existed_at is None else times.existed_at
    try:
        found = validate_signature(_Judged(key, is_good), document, start, end)
    except InputError:
        return ()
    evidence: dict[str, object] = {"at": at, "from": start, "until": end, "reference": found.as_document()}
    is_held = standing.right == "held"
    if is_held and found.status == "invalid":
        reasons = "; ".join(issue.reason for issue in found.issues if issue.severity == "error")
        detail = f"others who judge by a range of heights would refuse it: {reasons}"
        return (warned(TIME, "REFERENCE", detail, "tell them the height that counts", **evidence),)
    if not is_held and found.status == "valid":
        detail = "others who judge by a range of heights overlook that the right ended within it, and would accept it"
        return (warned(TIME, "REFERENCE", detail, "do not follow them", **evidence),)
    if found.status != "maybe valid":
        return ()
    reasons = "; ".join(issue.reason for issue in found.issues)
    detail = f"between heights {start} and {end}: {reasons}"
    return (warned(TIME, "PERIOD", detail, "a before and an after proof would narrow this down", **evidence),)
