"""Choose which of the user's claims answer a question, and say for every other one why not.

Only claims about the acting persona are used: one key signs, and putting two personas into one presentation would link
them for ever. A claim of another persona is named as such, so that the user can choose to act as that one.
"""

from __future__ import annotations

from prometheus.claims.jsontext import parse
from prometheus.claims.plan import Candidate, Plan, Refusal, Wanted, make_plan
from prometheus.claims.statement import parse_signed_statement
from prometheus.errors import NoMatch, NotUnderstood
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases.candidates import candidates
from prometheus.usecases.claims_store import find_claim
from prometheus.usecases.indexing import KEPT
from prometheus.usecases.personas import names_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.model.claim_record import ClaimRecord
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session

_SHOWN_ID = 13
_SHOWN_CLAIMS = 5


class Choice(NamedTuple):
    """The plan, and the records of the claims that it uses."""

    plan: Plan
    records: tuple[ClaimRecord, ...]
    unweighed: int = 0
    """How many other claims were not looked at, because there are too many."""


def choose(
    session: Session,
    persona: Persona,
    wanted: Sequence[Wanted],
    only: Sequence[str],
    schema_of: Callable[[str], Json],
) -> Choice:
    """Return the claims of a persona that answer a question with the least disclosure.

    Args:
        session: The open vault.
        persona: Who would show them.
        wanted: The parts of the question.
        only: Names of claims; where given, no other is used.
        schema_of: Gives the claim schema of a process id, or None.

    Raises:
        NoMatch: When the question cannot be answered; the reasons are in its meaning.
    """
    weighings = [_called(session, only)] if only else candidates(session, persona, wanted)
    records: dict[str, ClaimRecord] = {}
    plan = Plan((), (), tuple(wanted))
    for found in weighings:
        records = {record.id: record for record in found}
        weighed = [_candidate(record, persona) for record in found]
        plan = make_plan(wanted, weighed, session.clock.now(), schema_of)
        if plan.is_complete:
            break
    unweighed = 0 if only else session.count(collection.CLAIM, tags=(KEPT,)) - len(records)
    plan = plan._replace(refusals=_named_reasons(session, plan.refusals, records))
    if not plan.is_complete:
        raise _no_match(plan, persona, unweighed)
    return Choice(plan, tuple(records[offer.claim_id] for offer in plan.offers), unweighed)


def as_shown(wanted: Sequence[Wanted], show: Sequence[str]) -> tuple[Wanted, ...]:
    """Return the question as the user wants to answer it: exactly the paths of ``--show``.

    Raises:
        NotUnderstood: When several claims are asked for and a path belongs to none of them.
    """
    if len(wanted) == 1:
        return (wanted[0]._replace(paths=tuple(show)),)
    asked = {path for part in wanted for path in part.paths}
    stray = [path for path in show if path not in asked]
    if stray:
        raise NotUnderstood(
            f"{stray[0]} was not asked for, and several claims are asked for",
            code="SHOW-AMBIGUOUS",
            meaning="it is not clear which claim should show it",
            remedy="present that claim on its own, with --claim and --show",
        )
    return tuple(part._replace(paths=tuple(path for path in part.paths if path in show)) for part in wanted)


def reasons(refusals: Sequence[Refusal]) -> tuple[str, ...]:
    """Return why claims are not used, one line for each reason: the claims, of many the first, and the sentence."""
    claims: dict[str, list[str]] = {}
    for refusal in refusals:
        claims.setdefault(refusal.reason, []).append(refusal.claim_id[:_SHOWN_ID])
    return tuple(f"{_some(names)}: {reason}" for reason, names in claims.items())


def _some(names: Sequence[str]) -> str:
    more = len(names) - _SHOWN_CLAIMS
    return ", ".join(names[:_SHOWN_CLAIMS]) + (f" and {more} more" if more > 0 else "")


def _called(session: Session, only: Sequence[str]) -> list[ClaimRecord]:
    return [find_claim(session, name) for name in only]


def _candidate(record: ClaimRecord, persona: Persona) -> Candidate:
    statement = parse_signed_statement(parse(record.raw))
    return Candidate(record.id, statement, can_sign=record.subject == persona.did, added=record.added)


def _named_reasons(
    session: Session, refusals: Sequence[Refusal], records: dict[str, ClaimRecord]
) -> tuple[Refusal, ...]:
    subjects = (records[refusal.claim_id].subject for refusal in refusals if refusal.code == "NOT-YOURS")
    names = names_of(session, subjects)
    return tuple(_named_reason(refusal, records[refusal.claim_id].subject, names) for refusal in refusals)


def _named_reason(refusal: Refusal, subject: str, names: dict[str, str]) -> Refusal:
    if refusal.code != "NOT-YOURS" or subject not in names:
        return refusal
    return refusal._replace(code="OTHER-PERSONA", reason=f"it is about your persona {names[subject]}")


def _no_match(plan: Plan, persona: Persona, unweighed: int) -> NoMatch:
    elsewhere = any(refusal.code == "OTHER-PERSONA" for refusal in plan.refusals)
    remedy = "`--persona NAME` acts as another one" if elsewhere else "`prometheus claim request` asks for a claim"
    why = [*reasons(plan.refusals)]
    if unweighed:
        why.append(f"{unweighed} more are not usable, or not of this persona, or not of the kind and fields asked for")
    return NoMatch(
        f"no claim of {persona.shown_name} answers this",
        meaning="; ".join(why) or "there is no claim in this vault yet",
        remedy=remedy,
    )
