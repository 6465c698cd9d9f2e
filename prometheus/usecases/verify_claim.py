"""Judge what somebody shows: gather what is known here, and let the pure verifier decide.

Needs no vault and asks no network itself: the clock, the user's trust list, the schemas known here, what the person
says about the question that was asked, and what was looked up on a ledger where the person configured one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from prometheus.claims.jsontext import parse
from prometheus.claims.knowledge import Knowledge, TrustedAuthority, WithdrawnList
from prometheus.claims.scenario import parse_scenario
from prometheus.claims.verify import verify
from prometheus.errors import NotUnderstood, PrometheusError
from prometheus.identity.did import Did
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from prometheus.claims.jsontext import Json
    from prometheus.claims.knowledge import Level
    from prometheus.claims.ledger_view import LedgerKnowledge
    from prometheus.claims.process import Process
    from prometheus.claims.scenario import LicenceSpecification
    from prometheus.model.trust import TrustList
    from prometheus.usecases.schemas import Schemas
    from prometheus.verdict import NoVerdict, Verdict

TRUST_LIST = "your trust list"


class Question(NamedTuple):
    """What the person says about what was asked: each part may be left out."""

    audience: str | None = None
    challenge: str | None = None
    asked: tuple[str, ...] = ()
    expected: tuple[tuple[str, Json], ...] = ()
    level: Level = "document"
    prerequisites: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Paths that were asked of claims of one process, by its content id."""
    licences: tuple[LicenceSpecification, ...] = ()
    """Those that the scenario demands."""
    needs_audience: bool = False
    """Whether what was made for somebody must not pass where nobody said who asks."""
    seen: Mapping[str, str] = {}
    """Digests of the contents of presentations that were shown before, and when."""


class _KnownProcesses(Mapping[str, "Process"]):
    """The processes known here as a mapping; a file is read only when its id is asked for."""

    def __init__(self, schemas: Schemas) -> None:
        self._schemas = schemas

    def __getitem__(self, process_id: str) -> Process:
        known = self._schemas.by_id(process_id)
        if known is None:
            raise KeyError(process_id)
        return known.process

    def __iter__(self) -> Iterator[str]:
        return (known.content_id for known in self._schemas.all())

    def __len__(self) -> int:
        return len(self._schemas.all())


def judge(
    document: bytes,
    question: Question,
    *,
    now: datetime,
    trust: TrustList,
    schemas: Schemas,
    ledger: LedgerKnowledge | None = None,
) -> Verdict | NoVerdict:
    """Return the verdict on a presentation, a statement or a witness request."""
    knowledge = Knowledge(
        now=now,
        level=question.level,
        challenge=question.challenge,
        audience=question.audience,
        asked=question.asked,
        prerequisites=question.prerequisites,
        expected=question.expected,
        licences=question.licences,
        needs_audience=question.needs_audience,
        seen=question.seen,
        trusted=tuple(_trusted(trust)),
        withdrawn=(WithdrawnList(trust.withdrawn, TRUST_LIST, 0),) if trust.withdrawn else (),
        processes=_KnownProcesses(schemas),
    )
    if ledger is not None:
        from prometheus.usecases.ledger_knowledge import add_to

        knowledge = add_to(knowledge, ledger)
    return verify(document, knowledge)


def question_from_scenario(text: bytes, question: Question) -> Question:
    """Return the question with the paths and licences that a scenario demands, and its audience where none was said.

    Raises:
        NotUnderstood: When it is no scenario.
    """
    try:
        scenario = parse_scenario(parse(text))
    except PrometheusError as error:
        raise NotUnderstood(
            "the request is no scenario",
            code="SCENARIO",
            meaning=error.what,
            remedy="give the file that was asked with",
        ) from None
    prerequisites = tuple((prerequisite.process, prerequisite.claim_fields) for prerequisite in scenario.prerequisites)
    asked = [path for _, paths in prerequisites for path in paths]
    licences = scenario.required_licences
    audience = question.audience or (licences[0].issued_to if licences else None)
    return question._replace(
        audience=audience, asked=(*question.asked, *asked), prerequisites=prerequisites, licences=licences
    )


def of_one_kind(question: Question, process_id: str) -> Question:
    """Return the question with every path that is asked or expected meant of claims of one process only.

    Raises:
        NotUnderstood: When it names no path.
    """
    paths = tuple(dict.fromkeys((*question.asked, *(path for path, _ in question.expected))))
    if not paths:
        raise NotUnderstood(
            "a kind of claim was named, and no path of it",
            code="USAGE",
            remedy="add --ask PATHS or --expect PATH=VALUE",
        )
    return question._replace(prerequisites=(*question.prerequisites, (process_id, paths)))


def expectation(text: str) -> tuple[str, Json]:
    """Return path and value of ``.path=value``; a value that is no JSON is taken as the text that it is.

    Raises:
        NotUnderstood: When there is no path.
    """
    path, equals, value = text.partition("=")
    if not equals or not path.startswith("."):
        raise NotUnderstood(
            f"`{text}` is no expectation", code="EXPECT", remedy="write it as .path=value, such as .ageOver18=true"
        )
    try:
        return path, parse(value)
    except PrometheusError:
        return path, parse(json.dumps(value))


def audience_did(text: str) -> str:
    """Return the DID of an audience.

    Raises:
        NotUnderstood: When the text is no DID.
    """
    return Did.parse(text).text


def _trusted(trust: TrustList) -> Iterable[TrustedAuthority]:
    for authority in trust.authorities:
        processes = frozenset(authority.processes) or None
        via = f"{TRUST_LIST} as {authority.name}" if authority.name else TRUST_LIST
        yield TrustedAuthority(authority.did, processes, via)
