"""The verifier of presentations: first whose question it answers, then every check of it and of all that is in it.

Rules: a presentation that answers somebody else's question, came late or was here before gets no verdict at all. All
else is judged to the end, whatever fails first, so that the verdict says everything that there is to say.
Not here: the single checks (`judge_*`), statements outside a presentation (`prometheus.claims.verify`).
"""

from __future__ import annotations

from prometheus.claims.finding import find
from prometheus.claims.judge_audience import audience_of, check_audience, check_nonce, reached_level
from prometheus.claims.judge_prerequisites import OfProcesses, check_prerequisites, of_processes
from prometheus.claims.judge_presentation import (
    check_digests,
    check_holder,
    check_mandatory,
    holder_by_the_reference,
    self_asserted,
    subject_of,
)
from prometheus.claims.judge_statement import judge_statement
from prometheus.claims.judge_time import check_status
from prometheus.claims.moments import write_moment
from prometheus.claims.proof import check_signature
from prometheus.claims.reading import PARSE, PRESENTATION
from prometheus.claims.report import holder_of, issuer_of, open_and_hidden
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.verdict import Disclosed, NoVerdict, Verdict, in_order, passed

if TYPE_CHECKING:
    from prometheus.claims.finding import Finding
    from prometheus.claims.jsontext import Json
    from prometheus.claims.judge_statement import JudgedStatement
    from prometheus.claims.knowledge import AskedRequest, Knowledge
    from prometheus.claims.licence import Licence
    from prometheus.claims.reading import ReadClaim, ReadPresentation
    from prometheus.claims.shown import Leaf
    from prometheus.claims.standing import Standing
    from prometheus.verdict import Check


def verify_presentation(found: ReadPresentation, knowledge: Knowledge) -> Verdict | NoVerdict:
    """Judge a presentation that was read; no verdict where it does not answer us."""
    hashes = [request.request_hash for request in knowledge.requests]
    finding = find(found.content, hashes, challenge=knowledge.challenge, is_file=knowledge.level == "document")
    asked = None if finding.fits is None else knowledge.requests[finding.fits]
    return _no_verdict(found, finding, asked, knowledge) or _judge_presentation(found, finding, asked, knowledge)


def _no_verdict(
    found: ReadPresentation, finding: Finding, asked: AskedRequest | None, knowledge: Knowledge
) -> NoVerdict | None:
    if finding.check is None:
        detail = "this answers another request than yours, or it was altered after the holder signed it"
        remedy = "show your request again; rarely, once in 256, a random number of a foreign program looks like this"
        return NoVerdict("ANSWER", detail, remedy)
    if asked is not None and asked.is_late and knowledge.level != "document":
        return NoVerdict("LATE", "the answer came after the time that the request gave", "ask again")
    if found.digest in knowledge.seen:
        when = knowledge.seen[found.digest]
        return NoVerdict("SEEN", f"this exact presentation was already shown here at {when}", "ask with a challenge")
    return None


class _ClaimFindings:
    """What the claims of one presentation add up to while they are judged one after the other."""

    def __init__(self) -> None:
        self.checks: list[Check] = []
        self.disclosed: list[Disclosed] = []
        self.withheld = 0
        self.standings: list[Standing | None] = []
        self.statements: list[JudgedStatement] = []
        self.contents: list[tuple[Json, Json]] = []
        self.of_processes: list[OfProcesses] = []
        self.open: list[Leaf] = []
        self.subjects: set[str] = set()


def _judge_presentation(
    found: ReadPresentation, finding: Finding, asked: AskedRequest | None, knowledge: Knowledge
) -> Verdict:
    presentation = found.signed.content
    proof = check_signature(found.signed, found.digest, "the presentation's signature", "")
    sums = _ClaimFindings()
    for number, proven in enumerate(found.claims):
        _judge_claim(sums, number, proven, knowledge)
        holder, standing = check_holder(subject_of(proven), proof, proven.at, knowledge)
        sums.checks += (holder, *holder_by_the_reference(standing, proof, proven.at))
        sums.standings.append(standing)
    if not found.claims:
        sums.checks.append(self_asserted("/content/provenClaims"))
    reached = reached_level(finding, presentation.licences, knowledge)
    audience = audience_of(asked, sums.subjects, knowledge)
    paths = (*knowledge.asked, *(asked.asked if asked is not None else ()))
    is_bound = finding.check is not None and finding.check.status == "pass"
    status_check, status = check_status(sums.standings, knowledge)
    checks = (
        passed(PARSE, "it is a claim presentation"),
        proof.check,
        *sums.checks,
        *((finding.check,) if finding.check is not None else ()),
        check_nonce(finding, reached, knowledge),
        *check_audience(presentation.licences, audience, reached, knowledge),
        *_demanded_licences(presentation.licences, knowledge),
        *check_mandatory(tuple(sums.contents), tuple(sums.open), paths, knowledge, is_bound=is_bound),
        *check_prerequisites(sums.of_processes, knowledge.prerequisites),
        status_check,
    )
    return Verdict(
        format=PRESENTATION,
        at=write_moment(knowledge.now),
        checks=in_order(checks),
        policy=knowledge.policy.name,
        disclosed=tuple(sums.disclosed),
        withheld=sums.withheld,
        issuer=issuer_of(sums.statements, sums.subjects),
        holder=holder_of(sums.checks, found.signed.public_key),
        status=status,
    )


def _demanded_licences(licences: tuple[Licence, ...], knowledge: Knowledge) -> tuple[Check, ...]:
    if not knowledge.licences:
        return ()
    from prometheus.claims.judge_licences import check_licences

    return check_licences(licences, knowledge)


def _judge_claim(sums: _ClaimFindings, number: int, proven: ReadClaim, knowledge: Knowledge) -> None:
    """Judge one claim of a presentation with its statements, and add what was found to the sums."""
    schema: Json = None
    for statement in proven.statements:
        inside = None if statement.content is None else statement.content.claim
        shown = tuple(claim for claim in (proven.claim, inside) if claim is not None and not isinstance(claim, str))
        judged = judge_statement(statement, shown, knowledge)
        schema = judged.schema if schema is None else schema
        sums.checks.extend(judged.checks)
        sums.standings.append(judged.standing)
        sums.statements.append(judged)
    if not proven.statements:
        sums.checks.append(self_asserted(proven.at))
    sums.checks.extend(check_digests(proven))
    subject = subject_of(proven)
    if subject is not None:
        sums.subjects.add(subject)
    _add_shown(sums, number, proven, schema)


def _add_shown(sums: _ClaimFindings, number: int, proven: ReadClaim, schema: Json) -> None:
    """Add what is open and what is hidden, wherever in the presentation the claim is in the open."""
    claims = [proven.claim] + [statement.content.claim for statement in proven.statements if statement.content]
    contents = [(claim.content, schema) for claim in claims if claim is not None and not isinstance(claim, str)]
    open_leaves, hidden = open_and_hidden(tuple(contents))
    sums.contents.extend(contents)
    sums.of_processes.append(of_processes(proven, tuple(contents)))
    sums.open.extend(open_leaves)
    sums.disclosed.extend(Disclosed(number, leaf.path, leaf.value) for leaf in open_leaves)
    sums.withheld += hidden if contents else 1
