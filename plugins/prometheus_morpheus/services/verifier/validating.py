"""The judgement of `POST /validate`: a signature over a content id, in the name of a DID, over a range of heights.

    {"publicKey", "contentId", "signature", "onBehalfOf": DID, "afterProof": {"blockHeight", "blockHash"} or null}

Rules:
* The range begins at the after proof, where its hash is that of the ledger's block, and at 1 otherwise; it ends at the
  before proof of the content id where there is one, and at the newest height otherwise.
* An error is an error. The reference compares severities in the wrong letter case and tells every issue as a warning.
* A time that one endpoint alone tells is not believed: the signature is judged with it and without it, and what speaks
  against it in either case is said.
* What cannot be found out is an error - a text that is no key, a ledger that does not answer, endpoints that contradict
  each other; the answer never reads as if it had been judged.

Issue texts carry the suffix `` (0)``, the code that the reference gives all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from prometheus.claims.after_proof import MAX_HEIGHT
from prometheus.claims.digest import is_content_id
from prometheus.claims.signature_period import ERROR, validate_signature
from prometheus.claims.signed import SignedJson
from prometheus.errors import NotUnderstood, PrometheusError
from prometheus.identity.did import Did
from prometheus.identity.multicipher import PublicKey, Signature

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.did_document import DidDocument
    from prometheus.claims.jsontext import Json
    from prometheus_morpheus.services.ledger import Learnt, Ledger

MISSING = "TypeError: Cannot read properties of undefined (reading 'length')"
"""What the reference says where one of the texts is not there."""

Period: TypeAlias = "tuple[int, int | None]"


class Judged(NamedTuple):
    """What there is to say against a signature, each thing once."""

    errors: tuple[str, ...]
    warnings: tuple[str, ...]

    def as_document(self) -> dict[str, Json]:
        """Return the body of the answer."""
        return {"errors": [*self.errors], "warnings": [*self.warnings]}


class _Question(NamedTuple):
    signed: SignedJson
    did: str
    content_id: str
    after: tuple[int, str] | None


def judge(body: Json, ledger: Ledger) -> Judged:
    """Return what there is to say against a signature; it raises nothing that a question could cause."""
    try:
        question = _read(body)
        learnt = ledger.learn(
            question.did,
            question.content_id if is_content_id(question.content_id) else None,
            question.after[0] if question.after else None,
        )
        return _judged(question, learnt)
    except PrometheusError as error:
        return Judged((error.what,), ())


def _read(body: Json) -> _Question:
    members = body if isinstance(body, dict) else {}
    public_key, content_id, signature, did = (
        _text(members, name) for name in ("publicKey", "contentId", "signature", "onBehalfOf")
    )
    signed = SignedJson(PublicKey.parse(public_key), Signature.parse(signature), content_id, None)
    return _Question(signed, Did.parse(did).text, content_id, _after_proof(members.get("afterProof")))


def _text(members: dict[str, Json], name: str) -> str:
    value = members.get(name)
    if not isinstance(value, str):
        raise NotUnderstood(MISSING)
    return value


def _after_proof(value: Json) -> tuple[int, str] | None:
    """Return height and hash; a hash that no block has is no error, it is not used."""
    if value is None:
        return None
    height, block_hash = (value.get("blockHeight"), value.get("blockHash")) if isinstance(value, dict) else (None, None)
    if type(height) is not int or not 1 <= height <= MAX_HEIGHT or not isinstance(block_hash, str):
        raise NotUnderstood("afterProof has a blockHeight and a blockHash, or is null")
    return height, block_hash


def _judged(question: _Question, learnt: Learnt) -> Judged:
    if learnt.faults:
        return Judged(learnt.faults, ())
    if learnt.document is None:
        return Judged(("The ledger does not tell the DID document",), ())
    errors: dict[str, None] = {}
    warnings: dict[str, None] = {}
    for period in _periods(question, learnt):
        for text, is_error in _issues(question.signed, learnt.document, period):
            (errors if is_error else warnings)[text] = None
    warnings |= dict.fromkeys(_words_of_one(question, learnt))
    return Judged((*errors,), tuple(text for text in warnings if text not in errors))


def _issues(signed: SignedJson, document: DidDocument, period: Period) -> list[tuple[str, bool]]:
    found = validate_signature(signed, document, *period)
    return [(f"{issue.reason} (0)", issue.severity == ERROR) for issue in found.issues]


def _periods(question: _Question, learnt: Learnt) -> tuple[Period, ...]:
    """Return the range that is proven, and the one that one endpoint alone tells, where that differs."""
    told = (_start(question, learnt, only_agreed=False), _end(learnt, only_agreed=False))
    proven = (_start(question, learnt, only_agreed=True), _end(learnt, only_agreed=True))
    return (proven,) if told == proven else (proven, told)


def _start(question: _Question, learnt: Learnt, *, only_agreed: bool) -> int:
    block, after = learnt.block, question.after
    if after is None or block is None or block.value != after[1] or (only_agreed and not block.is_agreed):
        return 1
    return after[0]


def _end(learnt: Learnt, *, only_agreed: bool) -> int | None:
    registered = learnt.registered_at
    if registered is None or (only_agreed and not registered.is_agreed):
        return None
    return int(registered.value)


def _words_of_one(question: _Question, learnt: Learnt) -> Iterable[str]:
    if _start(question, learnt, only_agreed=False) != _start(question, learnt, only_agreed=True):
        yield "One endpoint alone names the block of the after proof (0)"
    if learnt.registered_at is not None and not learnt.registered_at.is_agreed:
        yield "One endpoint alone tells the before proof (0)"
