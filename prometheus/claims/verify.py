"""The verifier: bytes in, a verdict out; it never fetches anything and never raises for a bad document.

The steps, in this order:
 1. `reading`: the document is what it says it is, down to the last member; else the verdict is that one failed check.
 2. `finding`: for a presentation, whose question it answers. One that answers somebody else's, came late or was here
    before gets no verdict at all.
 3. Each check, wherever it can be made: signatures, links, form, rights, trust, times, challenge, audience, asked
    paths, age of what is known.
 4. Any fail: invalid. Else any unknown: unknown. Else valid.

What comes in besides the document is `Knowledge`, as values. What is not done here: lookups, clocks, files, words for
the screen beyond one sentence for each check.

    verify(text, Knowledge(now=clock.now()))            # a file, with nothing known besides
"""

from __future__ import annotations

from prometheus.claims.judge_demands import demands_on_request, demands_on_statement
from prometheus.claims.judge_prerequisites import OfProcesses, check_prerequisites
from prometheus.claims.judge_presentation import check_mandatory
from prometheus.claims.judge_statement import judge_statement
from prometheus.claims.judge_time import check_status
from prometheus.claims.moments import write_moment
from prometheus.claims.reading import PARSE, REQUEST, STATEMENT, UNREADABLE, ReadPresentation, ReadRequest, read
from prometheus.claims.report import holder_of, issuer_of, open_and_hidden
from prometheus.errors import InputError, ProofError
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.verdict import Disclosed, Verdict, failed, in_order, passed

if TYPE_CHECKING:
    from prometheus.claims.knowledge import Knowledge
    from prometheus.claims.reading import ReadStatement
    from prometheus.verdict import NoVerdict


def verify(document: str | bytes, knowledge: Knowledge) -> Verdict | NoVerdict:
    """Judge a signed presentation, statement or witness request.

    Raises:
        NotUnderstood: When what the *verifier* brought is of no use: a reserved challenge, an audience that is no DID.
    """
    try:
        found = read(document, max_bytes=knowledge.policy.max_bytes, contents=knowledge.contents)
    except (InputError, ProofError) as error:
        return _unreadable(error, knowledge)
    if isinstance(found, ReadPresentation):
        from prometheus.claims.verify_presentation import verify_presentation

        return verify_presentation(found, knowledge)
    if isinstance(found, ReadRequest):
        return _verify_request(found, knowledge)
    return _verify_statement(found, knowledge)


def _unreadable(error: InputError | ProofError, knowledge: Knowledge) -> Verdict:
    detail = f"{error.what[:200]} ({error.meaning[:200]})" if error.meaning else error.what[:200]
    check = failed(PARSE, "PARSE", detail, error.remedy or "check that the file is complete and unchanged")
    return Verdict(UNREADABLE, write_moment(knowledge.now), (check,), knowledge.policy.name)


def _verify_request(found: ReadRequest, knowledge: Knowledge) -> Verdict:
    from prometheus.claims.judge_request import judge_request
    from prometheus.claims.judge_schema import claim_schema

    checks, standing = judge_request(found, knowledge)
    status_check, status = check_status([standing], knowledge)
    request = found.signed.content
    schema = claim_schema(request.process_id, knowledge)
    open_leaves, hidden = open_and_hidden(((request.claim.content, schema),))
    return Verdict(
        format=REQUEST,
        at=write_moment(knowledge.now),
        checks=in_order(
            (passed(PARSE, "it is a witness request"), *checks, *demands_on_request(knowledge), status_check)
        ),
        policy=knowledge.policy.name,
        disclosed=tuple(Disclosed(0, leaf.path, leaf.value) for leaf in open_leaves),
        withheld=hidden,
        holder=holder_of(checks, found.signed.public_key),
        status=status,
    )


def _verify_statement(found: ReadStatement, knowledge: Knowledge) -> Verdict:
    claim = None if found.content is None or isinstance(found.content.claim, str) else found.content.claim
    judged = judge_statement(found, () if claim is None else (claim,), knowledge)
    status_check, status = check_status([judged.standing], knowledge)
    contents = () if claim is None else ((claim.content, judged.schema),)
    open_leaves, hidden = open_and_hidden(contents)
    mandatory = check_mandatory(contents, open_leaves, knowledge.asked, knowledge, is_bound=True)
    processes = frozenset(() if found.content is None else (found.content.process_id,))
    mandatory += check_prerequisites((OfProcesses(processes, contents),), knowledge.prerequisites)
    mandatory += demands_on_statement(knowledge)
    return Verdict(
        format=STATEMENT,
        at=write_moment(knowledge.now),
        checks=in_order((passed(PARSE, "it is a witness statement"), *judged.checks, *mandatory, status_check)),
        policy=knowledge.policy.name,
        disclosed=tuple(Disclosed(0, leaf.path, leaf.value) for leaf in open_leaves),
        withheld=hidden if contents else 1,
        issuer=issuer_of([judged], set() if claim is None else {claim.subject}),
        status=status,
    )
