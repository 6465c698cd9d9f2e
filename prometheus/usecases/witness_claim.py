"""Witness a claim for somebody: check a request to the last field, then sign a statement about it.

Steps: the verifier's checks of a request (form, signature, claimant's key, schema, rights), the data judged in full by
the schema, evidence by its own; a text that looks like a content id is refused, because its holder could later show
another document in its place. Only then may a clerk sign, within the limits in time that the terms give. The statement
has the request's claim, unchanged.

What this is not: the decision whether the claim is true. That is the clerk's.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import compact
from prometheus.claims.knowledge import Knowledge, Policy
from prometheus.claims.moments import after_duration, read_moment, write_moment
from prometheus.claims.nonce import new_nonce
from prometheus.claims.reading import ReadRequest, read
from prometheus.claims.signed import sign_json
from prometheus.claims.statement import Constraints, Statement
from prometheus.claims.verify import verify
from prometheus.claims.weaknesses import LITERAL_ID, when_issuing
from prometheus.errors import NotFound, NotUnderstood, RefusedError
from prometheus.identity.did import Did
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.claim_data import (
    content_faults,
    content_id_texts,
    data_faults,
    normalise,
    require_fit,
    require_room,
)
from prometheus.usecases.ledger_knowledge import add_to
from prometheus.usecases.request_claim import LARGEST_REQUEST
from prometheus.usecases.signed_copies import SignedCopy, copies, keep
from prometheus.verdict import Verdict

if TYPE_CHECKING:
    from datetime import datetime

    from prometheus.claims.jsontext import Json
    from prometheus.claims.ledger_view import LedgerKnowledge
    from prometheus.claims.request import WitnessRequest
    from prometheus.claims.weaknesses import Weakness
    from prometheus.model.persona import Persona
    from prometheus.usecases.schemas import KnownSchema, Schemas
    from prometheus.usecases.session import Session
    from prometheus.verdict import Check


_AN_HOUR: Final = 3600


class ReviewedRequest(NamedTuple):
    """A request that passed every check that a program can make."""

    id: str
    request: WitnessRequest
    schema: KnownSchema
    verdict: Verdict
    weaknesses: tuple[Weakness, ...]

    @property
    def doubts(self) -> tuple[Check, ...]:
        """Checks that could not be made."""
        return tuple(check for check in self.verdict.checks if check.status == "unknown")


class Terms(NamedTuple):
    """What the authority adds: the limits in time as texts, in whose name, and anything else."""

    authority: str
    after: str | None = None
    before: str | None = None
    content: Json = None

    def differences(self, other: Terms) -> list[str]:
        """Return what differs for a person; times within an hour of each other are the same."""
        times = (("from", self.after, other.after), ("until", self.before, other.before))
        found = [
            f"{name} {one or 'open'}, not {two or 'open'}" for name, one, two in times if not _is_same_time(one, two)
        ]
        if self.authority != other.authority:
            found.insert(0, f"in the name of {self.authority}, not {other.authority}")
        return [*found, "other constraints"] if self.content != other.content else found


class SignedStatementFile(NamedTuple):
    """A signed statement and its id, which is the id of the claim."""

    id: str
    document: dict[str, Json]

    @property
    def raw(self) -> bytes:
        """The text to hand to the claimant."""
        return compact(self.document).encode() + b"\n"


def review_request(
    raw: bytes, schemas: Schemas, now: datetime, ledger: LedgerKnowledge | None = None
) -> ReviewedRequest:
    """Return a request that may be signed, or say why not; a ledger tells whether the claimant's key may act still.

    Raises:
        NotUnderstood: When it is no witness request, or claim or evidence do not fit the schema.
        NotFound: When its process is not known here.
        RefusedError: When a check failed, or the claim has a text that must not be signed.
    """
    found = read(raw, max_bytes=LARGEST_REQUEST, contents={})
    if not isinstance(found, ReadRequest):
        raise NotUnderstood(
            "the file is signed, but it is no witness request",
            code="NOT-A-REQUEST",
            remedy="`prometheus claim verify` tells what it is",
        )
    request = found.signed.content
    schema = _known_process(request.process_id, schemas)
    policy = Policy(max_bytes=LARGEST_REQUEST)
    knowledge = Knowledge(now, processes={schema.content_id: schema.process}, policy=policy)
    verdict = verify(raw, knowledge if ledger is None else add_to(knowledge, ledger))
    if not isinstance(verdict, Verdict):
        raise _refusal("it could not be judged", "ask for a new one")
    _refuse_failures(verdict)
    _refuse_content(request, schema)
    weaknesses = when_issuing(request.claim.content, schema.process.claim_schema)
    signed = found.signed._replace(outer_nonce=None)
    return ReviewedRequest(content_id(signed.shell(request.to_json())), request, schema, verdict, weaknesses)


def refuse_doubts(review: ReviewedRequest) -> None:
    """Refuse a request of which a check could not be made, such as one about somebody else than who signed it.

    Raises:
        RefusedError: When there is one.
    """
    if review.doubts:
        raise RefusedError(
            "a check of the request could not be made",
            code="REQUEST-UNCERTAIN",
            meaning="; ".join(check.detail for check in review.doubts),
            remedy="`--accept-unknown` signs all the same, on your own knowledge",
        )


def checked_terms(
    schema: KnownSchema, *, authority: str, now: datetime, after: str = "", before: str = "", content: Json = None
) -> Terms:
    """Return the terms of a statement with their times in one form.

    Args:
        schema: The process of the request.
        authority: DID in whose name the statement is made.
        now: The present moment; durations start there.
        after: ISO 8601 date or time from which it may be used, ``now``, or empty for open.
        before: ISO 8601 date or time, or a duration such as ``P1Y``, until which it may be used, or empty.
        content: What the constraints say besides.

    Raises:
        NotUnderstood: When a time cannot be read, the limits are in the wrong order or past, the DID is none, or the
            constraints do not fit their schema.
    """
    first, last = _time(after, now, "--after"), _time(before, now, "--before")
    if last is not None and last <= (first or write_moment(now)):
        raise NotUnderstood(
            "the statement could never be used",
            code="TERMS-EMPTY",
            meaning=f"it would end at {last}, not after it begins",
            remedy="give a later time with --before",
        )
    normal = normalise(content).value
    form = schema.process.constraints_schema
    if isinstance(form, dict) and (normal is not None or form.get("required")):
        require_fit(
            data_faults(form, {} if normal is None else normal), "the constraints", "correct the file of --constraints"
        )
    return Terms(Did.parse(authority).text, first, last, normal)


def sign_statement(session: Session, review: ReviewedRequest, clerk: Persona, terms: Terms) -> SignedStatementFile:
    """Sign the statement with the clerk's key; a copy and the log entry are durable before it is handed out."""
    request = review.request
    constraints = Constraints(terms.after, terms.before, clerk.key_link, terms.authority, terms.content)
    statement = Statement(request.process_id, request.claim, constraints, new_nonce())
    document = sign_json(statement.to_json(), session.signer, clerk.public_key)
    signed = SignedStatementFile(content_id(document), document)
    facts = {
        "request": review.id,
        "statement": signed.id,
        "process": request.process_id,
        "subject": request.claim.subject,
        "authority": terms.authority,
        "after": terms.after,
        "before": terms.before,
    }
    with session.commit() as commit:
        copy = SignedCopy(
            id=signed.id,
            kind="statement",
            persona=clerk.did,
            process_id=request.process_id,
            subject=request.claim.subject,
            claim_id=content_id(request.claim.to_json()),
            created=commit.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            raw=compact(document),
            partner=review.id,
            before=terms.before or "",
        )
        keep(commit, copy)
        audit.append(commit, "claim.witness", persona=clerk.did, facts=facts)
    return signed


def witnessed_before(session: Session, request_id: str) -> SignedCopy | None:
    """Return the newest statement that was signed for this request already, None where there is none."""
    return next(copies(session, "statement", partner=request_id, limit=1), None)


def _known_process(process_id: str, schemas: Schemas) -> KnownSchema:
    found = schemas.by_id(process_id)
    if found is None:
        raise NotFound(
            "the request is for a process that is not known here",
            code="SCHEMA-NOT-FOUND",
            meaning=f"its id is {process_id[:60]}",
            remedy="get the process from whoever made it and add it with `prometheus schema add FILE`",
        )
    return found


def _refuse_failures(verdict: Verdict) -> None:
    failed = [check for check in verdict.checks if check.status == "fail"]
    if failed:
        raise _refusal("; ".join(check.detail for check in failed), failed[0].remedy)


def _refuse_content(request: WitnessRequest, schema: KnownSchema) -> None:
    content = request.claim.content
    require_room(content)
    remedy = "ask for a request that fits, or check that both sides have the same schema"
    require_fit(content_faults(schema.process.claim_schema, content), "the claim in the request", remedy)
    if isinstance(schema.process.evidence_schema, dict) and request.evidence is not None:
        require_fit(data_faults(schema.process.evidence_schema, request.evidence), "the evidence", remedy)
    literal = list(content_id_texts(content))
    if literal:
        raise RefusedError(
            f"the claim has a text that looks like a content id: {', '.join(literal)}",
            code=LITERAL_ID,
            meaning="if it were signed, its holder could later show another document in its place",
            remedy="ask for a request in which the text is written in another way",
        )


def _refusal(meaning: str, remedy: str) -> RefusedError:
    return RefusedError("the request must not be signed", code="REQUEST-INVALID", meaning=meaning, remedy=remedy)


def _is_same_time(one: str | None, two: str | None) -> bool:
    if one is None or two is None:
        return one is two
    first, second = read_moment(one), read_moment(two)
    if first is None or second is None:
        return one == two
    return abs(first.seconds - second.seconds) <= _AN_HOUR


def _time(text: str, now: datetime, option: str) -> str | None:
    from datetime import UTC, datetime

    if not text:
        return None
    if text.lower() == "now":
        return write_moment(now)
    if text.startswith("P"):
        return write_moment(after_duration(now, text))
    moment = read_moment(text)
    if moment is None:
        raise NotUnderstood(
            f"{option} is not a time: {text[:40]}",
            code="TIME",
            meaning="a time is written like 2027-06-30 or 2027-06-30T12:00:00Z, a duration like P1Y",
            remedy="write it in one of these forms",
        )
    return write_moment(datetime.fromtimestamp(moment.seconds, UTC))
