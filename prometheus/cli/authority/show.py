"""``authority show``: one request whole, with its evidence, and whether it may be approved."""

from __future__ import annotations

from prometheus.claims.request import parse_signed_request
from prometheus.cli.authority.at_service import requests_at, service_of, warn_of_unknown_kind
from prometheus.cli.authority.requests import age_told
from prometheus.cli.claim.evidence import evidence_lines, evidence_members, write_evidence
from prometheus.cli.claim.lines import content_lines, told_once, weakness_members
from prometheus.cli.claim.verify import what_ledgers_say
from prometheus.cli.claim.witnessing import clerk_of
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.unlocking import open_session
from prometheus.cli.verdict_lines import wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.errors import InputError, PrometheusError, ProofError, RefusedError
from prometheus.model.frozen import TYPE_CHECKING, Any, NamedTuple
from prometheus.usecases.answer_requests import fetch_request, find_waiting
from prometheus.usecases.request_claim import LARGEST_REQUEST
from prometheus.usecases.witness_claim import witnessed_before

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from prometheus.claims.ledger_view import LedgerKnowledge
    from prometheus.claims.request import WitnessRequest
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.answer_requests import FetchedRequest
    from prometheus.usecases.witness_claim import ReviewedRequest


class _Looked(NamedTuple):
    """What was found out about a request: the review where it passed, else why it must not be signed."""

    fetched: FetchedRequest
    request: WitnessRequest | None
    review: ReviewedRequest | None
    refusal: PrometheusError | None
    answered_with: str
    now: datetime


def run(call: Invocation) -> int:
    """Show a request whole; with ``--evidence-out`` write the files in its evidence."""
    with open_session(call) as session:
        service = service_of(call, session, clerk_of(call, session))
        waiting = find_waiting(requests_at(call, service), call.text("request"))
        fetched = fetch_request(service.authority, waiting, schemas())
        now = session.clock.now()
        review, refusal = _reviewed(fetched, now, what_ledgers_say(call, fetched.raw, LARGEST_REQUEST))
        before = witnessed_before(session, review.id) if review else None
    warn_of_unknown_kind(call, fetched)
    looked = _Looked(fetched, _read(fetched), review, refusal, before.id if before else "", now)
    folder = call.maybe("evidence_out")
    evidence = looked.request.evidence if looked.request else None
    written = write_evidence(evidence, folder) if folder is not None else []
    lines = (*_lines(looked), *(f"written: {safe(path)}" for path in written))
    call.output.result({**_document(looked), "written": written}, lines)
    if folder is not None and not written:
        call.output.note("there is no file in the evidence")
    return 0


def _reviewed(
    fetched: FetchedRequest, now: datetime, ledger: LedgerKnowledge | None
) -> tuple[ReviewedRequest | None, PrometheusError | None]:
    """Return the review, or why there is none: a clerk must see also what must not be signed."""
    try:
        return fetched.review(now, ledger), None
    except (InputError, ProofError, RefusedError) as error:
        return None, error


def _read(fetched: FetchedRequest) -> WitnessRequest | None:
    try:
        return parse_signed_request(fetched.document).content
    except ProofError:
        return None


def _document(looked: _Looked) -> dict[str, Any]:
    waiting, request, refusal = looked.fetched.waiting, looked.request, looked.refusal
    return {
        "id": waiting.request_id,
        "state": waiting.status,
        "process": waiting.process_id,
        "claimant": request.claimant if request else None,
        "claim": request.claim.to_json() if request else None,
        "evidence": request.evidence if request else None,
        "files": evidence_members(request.evidence) if request else [],
        "may_be_approved": refusal is None,
        "refusal": None if refusal is None else {"code": refusal.code, "error": refusal.what, "why": refusal.meaning},
        "verdict": looked.review.verdict.as_document() if looked.review else None,
        "weaknesses": weakness_members(looked.review.weaknesses) if looked.review else [],
        "statement": looked.answered_with or None,
    }


def _lines(looked: _Looked) -> Iterator[str]:
    waiting, request = looked.fetched.waiting, looked.request
    yield f"request {waiting.request_id}"
    yield f"{waiting.status}, asked {age_told(waiting.date, looked.now)}"
    if request is not None:
        known = looked.fetched.schemas.by_id(request.process_id)
        kind = f"{safe(known.name)}, version {known.process.version}" if known else "unknown kind"
        yield f"{kind}, {waiting.process_id}"
        yield f"asked for by {safe(request.claimant)}"
        if not request.claimant.startswith(f"{request.claim.subject}#"):
            yield f"about {safe(request.claim.subject)}"
        yield from content_lines(request.claim.content, known.process.claim_schema if known else None)
        yield from evidence_lines(request.evidence)
    yield from _findings(looked)


def _findings(looked: _Looked) -> Iterator[str]:
    if looked.refusal is not None:
        why = f": {looked.refusal.meaning}" if looked.refusal.meaning else ""
        yield from wrapped("! must not be approved: ", safe(looked.refusal.what + why), 2)
        return
    if looked.review is None:
        return
    for _, text in told_once(looked.review.weaknesses):
        yield from wrapped("! ", text, 2)
    for check in looked.review.doubts:
        yield from wrapped("! ", safe(check.detail), 2)
    if looked.answered_with:
        yield f"you signed statement {looked.answered_with[:SHOWN_ID]} for it"
    yield "every check that a program can make passed; whether it is true is for you to know"
