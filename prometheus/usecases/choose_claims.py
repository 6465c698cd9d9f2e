"""Choose which of the user's claims answer a question, and say for every other one why not.

Only claims about the acting persona are used: one key signs, and putting two personas into one presentation would link
them for ever. A claim of another persona is named as such, so that the user can choose to act as that one.
"""

from __future__ import annotations

from prometheus.claims.jsontext import parse
from prometheus.claims.plan import Candidate, Plan, Refusal, Wanted, make_plan
from prometheus.claims.statement import parse_signed_statement
from prometheus.errors import NoMatch, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases.claims_store import find_claim, list_claims
from prometheus.usecases.personas import list_personas

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
    records = {found.id: found for found in _allowed(session, only)}
    candidates = [_candidate(record, persona) for record in records.values()]
    plan = make_plan(wanted, candidates, session.clock.now(), schema_of)
    plan = plan._replace(refusals=_named_reasons(session, plan.refusals, records))
    if not plan.is_complete:
        raise _no_match(plan, persona)
    return Choice(plan, tuple(records[offer.claim_id] for offer in plan.offers))


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


def _allowed(session: Session, only: Sequence[str]) -> list[ClaimRecord]:
    return [find_claim(session, name) for name in only] if only else list_claims(session)


def _candidate(record: ClaimRecord, persona: Persona) -> Candidate:
    statement = parse_signed_statement(parse(record.raw))
    return Candidate(record.id, statement, can_sign=record.subject == persona.did, added=record.added)


def _named_reasons(
    session: Session, refusals: Sequence[Refusal], records: dict[str, ClaimRecord]
) -> tuple[Refusal, ...]:
    names = {persona.did: persona.shown_name for persona in list_personas(session, hidden=True)}
    return tuple(_named_reason(refusal, records[refusal.claim_id].subject, names) for refusal in refusals)


def _named_reason(refusal: Refusal, subject: str, names: dict[str, str]) -> Refusal:
    if refusal.code != "NOT-YOURS" or subject not in names:
        return refusal
    return refusal._replace(code="OTHER-PERSONA", reason=f"it is about your persona {names[subject]}")


def _no_match(plan: Plan, persona: Persona) -> NoMatch:
    elsewhere = any(refusal.code == "OTHER-PERSONA" for refusal in plan.refusals)
    remedy = "`--persona NAME` acts as another one" if elsewhere else "`prometheus claim request` asks for a claim"
    return NoMatch(
        f"no claim of {persona.shown_name} answers this",
        meaning="; ".join(reasons(plan.refusals)) or "there is no claim in this vault yet",
        remedy=remedy,
    )
