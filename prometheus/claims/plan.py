"""Choosing what to present: which claims satisfy a question, why the others do not, and how little has to be shown.

Rules: a claim satisfies a wanted part when it is of the process asked for, may be used now, belongs to one of the
user's personas, and every field asked for can be shown. Of several, the one that shows the fewest fields wins, then the
newest, then the one that stays good longest, then the smaller id, so the choice is always the same. All parts of one
plan are about one subject, because one key signs. A question without a process is answered by one claim where one
suffices, else by one claim for each field.
Every claim that is not chosen has a reason in words. Not here: consent, policy, signing.
"""

from __future__ import annotations

from prometheus.claims.compose_presentation import masked_claim, open_statement
from prometheus.claims.did_names import did_of
from prometheus.claims.moments import read_moment
from prometheus.claims.shape import is_wrapper, stands_for_hidden
from prometheus.claims.shown import leaves
from prometheus.errors import NotFound, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from prometheus.claims.claim import Claim
    from prometheus.claims.jsontext import Json
    from prometheus.claims.scenario import Scenario
    from prometheus.claims.statement import Constraints, SignedStatement

_DAY = 86400
_HOUR = 3600
_MINUTE = 60


class Wanted(NamedTuple):
    """One part of a question: fields, the process that must have witnessed them, or None for any."""

    paths: tuple[str, ...]
    process: str | None = None


class Candidate(NamedTuple):
    """A claim that the user has, with what is known about it.

    `can_sign` says whether a key at hand may act for the subject; `is_withdrawn` that the authority took it back.
    """

    claim_id: str
    statement: SignedStatement
    can_sign: bool = True
    is_withdrawn: bool = False
    added: str | None = None
    """When it came to the user: how new it is where its statement has no first day."""


class Offer(NamedTuple):
    """A claim that satisfies a part: what is shown on purpose, and what shows besides because it is not wrapped."""

    claim_id: str
    statement: SignedStatement
    subject: str
    show: tuple[str, ...]
    besides: tuple[str, ...]
    shown_fields: int
    since: str | None = None


class Refusal(NamedTuple):
    """Why a claim is not used: a stable code and a sentence."""

    claim_id: str
    code: str
    reason: str


if TYPE_CHECKING:
    Opinion = Callable[["Wanted", "Candidate"], "Offer | Refusal"]
    """What a claim offers for a part of the question, or why it does not; worked out once for each pair."""


class Plan(NamedTuple):
    """The offers that answer the whole question, none where it cannot be answered, and the reason for every other."""

    offers: tuple[Offer, ...]
    refusals: tuple[Refusal, ...]
    missing: tuple[Wanted, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the question can be answered."""
        return bool(self.offers) and not self.missing


def wanted_by(scenario: Scenario) -> tuple[Wanted, ...]:
    """Return the parts of the question that a scenario asks."""
    return tuple(Wanted(one.claim_fields, one.process) for one in scenario.prerequisites)


def make_plan(
    wanted: Sequence[Wanted],
    candidates: Iterable[Candidate],
    now: datetime,
    schema_of: Callable[[str], Json] = lambda _process: None,
) -> Plan:
    """Return how to answer a question with the least disclosure.

    Args:
        wanted: The parts of the question.
        candidates: All claims that may be used.
        now: The present moment.
        schema_of: Gives the claim schema of a process id, or None.
    """
    every = tuple(candidates)
    by_subject: dict[str | None, list[Candidate]] = {}
    for candidate in every:
        by_subject.setdefault(_subject(candidate), []).append(candidate)
    met: dict[tuple[Wanted, str], Offer | Refusal] = {}

    def opinion(part: Wanted, candidate: Candidate) -> Offer | Refusal:
        key = (part, candidate.claim_id)
        if key not in met:
            met[key] = judge(part, candidate, now, schema_of)
        return met[key]

    plans = [_plan_for(wanted, tuple(own), opinion) for own in by_subject.values()]
    complete = [plan for plan in plans if plan.is_complete]
    best = min(complete, key=_weight) if complete else Plan((), (), tuple(wanted))
    chosen = {offer.claim_id for offer in best.offers}
    others = (
        _why_not(candidate, wanted, opinion, is_answered=best.is_complete)
        for candidate in every
        if candidate.claim_id not in chosen
    )
    return best._replace(refusals=tuple(others))


def _weight(plan: Plan) -> tuple[int, tuple[str, ...]]:
    return sum(offer.shown_fields for offer in plan.offers), tuple(offer.claim_id for offer in plan.offers)


def _subject(candidate: Candidate) -> str | None:
    """Return the subject's DID in one way of writing, None where the claim is hidden."""
    try:
        _, claim, _ = open_statement(candidate.statement)
    except NotUnderstood:
        return None
    return did_of(claim.subject).text


def _plan_for(wanted: Sequence[Wanted], own: tuple[Candidate, ...], opinion: Opinion) -> Plan:
    """Return how the claims of one subject answer the question."""
    offers: list[Offer] = []
    missing: list[Wanted] = []
    for part in wanted:
        found = _offers_for(part, own, opinion)
        offers.extend(found)
        if not found:
            missing.append(part)
    return Plan(_merged(offers, own, opinion), (), tuple(missing))


def _offers_for(part: Wanted, candidates: tuple[Candidate, ...], opinion: Opinion) -> tuple[Offer, ...]:
    """Return the best single claim for a part; where none has all of it and any process will do, one for each field."""
    best = _best(part, candidates, opinion)
    if best is not None:
        return (best,)
    if part.process is not None or len(part.paths) < 2:
        return ()
    each = [_best(Wanted((path,)), candidates, opinion) for path in part.paths]
    found = tuple(offer for offer in each if offer is not None)
    return found if len(found) == len(each) else ()


def _best(part: Wanted, candidates: tuple[Candidate, ...], opinion: Opinion) -> Offer | None:
    found = [opinion(part, candidate) for candidate in candidates]
    offers = [offer for offer in found if isinstance(offer, Offer)]
    return min(offers, key=_preference, default=None)


def _preference(offer: Offer) -> tuple[int, float, float, str]:
    """Return the order of preference: fewest fields, newest, longest good, smaller id."""
    _, _, constraints = open_statement(offer.statement)
    before, since = _seconds(constraints.before), _seconds(offer.since)
    newest = -since if since is not None else float("inf")
    longest = -before if before is not None else float("-inf")
    return offer.shown_fields, newest, longest, offer.claim_id


def _seconds(text: str | None) -> float | None:
    moment = None if text is None else read_moment(text)
    return None if moment is None else moment.seconds


def _merged(offers: list[Offer], own: tuple[Candidate, ...], opinion: Opinion) -> tuple[Offer, ...]:
    """Return the offers with those of one claim put together, so that no claim is presented twice."""
    by_claim: dict[str, list[Offer]] = {}
    for offer in offers:
        by_claim.setdefault(offer.claim_id, []).append(offer)
    candidates = {candidate.claim_id: candidate for candidate in own if candidate.claim_id in by_claim}
    merged = []
    for claim_id, same in by_claim.items():
        paths = tuple(dict.fromkeys(path for offer in same for path in offer.show))
        whole = opinion(Wanted(paths), candidates[claim_id])
        merged.append(whole if isinstance(whole, Offer) else same[0])
    return tuple(merged)


def judge(part: Wanted, candidate: Candidate, now: datetime, schema_of: Callable[[str], Json]) -> Offer | Refusal:
    """Return what a claim offers for one part of a question, or why it does not."""
    try:
        statement, claim, constraints = open_statement(candidate.statement)
    except NotUnderstood as error:
        return Refusal(candidate.claim_id, "HIDDEN", error.what)
    problem = _problem(part, candidate, statement.process_id, constraints, now)
    if problem is not None:
        return problem
    schema = schema_of(statement.process_id)
    try:
        masked = masked_claim(claim, part.paths)
    except (NotFound, NotUnderstood):
        return _no_field(part, candidate, claim)
    return _offer(part, candidate, claim, masked["content"], schema)


def _problem(
    part: Wanted, candidate: Candidate, process: str, constraints: Constraints, now: datetime
) -> Refusal | None:
    """Return what keeps a claim from being used at all."""
    name = candidate.claim_id
    if part.process is not None and process != part.process:
        return Refusal(name, "OTHER-PROCESS", "it was witnessed by another process than the one asked for")
    if candidate.is_withdrawn:
        return Refusal(name, "REVOKED", "the authority withdrew it")
    if not candidate.can_sign:
        return Refusal(name, "NOT-YOURS", "no key of this vault may act for its subject")
    before, after = _seconds(constraints.before), _seconds(constraints.after)
    present = now.timestamp()
    if before is not None and present >= before:
        return Refusal(name, "EXPIRED", f"it expired {_span(present - before)} ago")
    if after is not None and present < after:
        return Refusal(name, "NOT-YET", f"it may be used in {_span(after - present)}")
    return None


def _span(seconds: float) -> str:
    for unit, length in (("day", _DAY), ("hour", _HOUR), ("minute", _MINUTE)):
        count = int(seconds // length)
        if count:
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"


def _no_field(part: Wanted, candidate: Candidate, claim: Claim) -> Refusal:
    """Return why a path of a part leads nowhere in a claim."""
    for path in part.paths:
        found = claim.content
        walked = ""
        for name in path[1:].split("."):
            if isinstance(found, dict) and name in found:
                found = found[name]
                walked += f".{name}"
                continue
            return Refusal(candidate.claim_id, *_dead_end(path, walked, found))
    return Refusal(candidate.claim_id, "NO-FIELD", "it has no such field")


def _dead_end(path: str, walked: str, found: Json) -> tuple[str, str]:
    if walked and isinstance(found, list):
        return "NOT-APART", f"{walked} is a list: only the whole of it can be shown, not {path}"
    if walked and is_wrapper(found):
        return "NOT-APART", f"{walked} is wrapped as a whole: only the whole of it can be shown, not {path}"
    return "NO-FIELD", f"it has no field {path}"


def _offer(part: Wanted, candidate: Candidate, claim: Claim, masked: Json, schema: Json) -> Offer | Refusal:
    visible = [leaf for leaf in leaves(masked, schema) if not leaf.is_hidden]
    for path in part.paths:
        inside = [leaf for leaf in leaves(masked, schema) if _is_within(leaf.dotted, path)]
        if any(leaf.is_hidden for leaf in inside) or stands_for_hidden(schema, masked):
            return Refusal(candidate.claim_id, "HIDDEN", f"{path} is hidden in the copy that you have")
    besides = tuple(leaf.dotted for leaf in visible if not any(_is_within(leaf.dotted, path) for path in part.paths))
    since = open_statement(candidate.statement)[2].after or candidate.added
    name, statement = candidate.claim_id, candidate.statement
    return Offer(name, statement, claim.subject, part.paths, besides, len(visible), since)


def _is_within(path: str, start: str) -> bool:
    return path == start or path.startswith(f"{start}.")


def _why_not(candidate: Candidate, wanted: Sequence[Wanted], opinion: Opinion, *, is_answered: bool) -> Refusal:
    """Return why a claim was not chosen, also where it would have done."""
    found = [opinion(part, candidate) for part in wanted]
    refusals = [one for one in found if isinstance(one, Refusal)]
    if not found or len(refusals) < len(found):
        if not is_answered:
            return Refusal(candidate.claim_id, "NOT-ALL", "it has one part of what is asked; another part is missing")
        reason = "it would do as well; another shows less, is newer, or stays good longer"
        return Refusal(candidate.claim_id, "NOT-BEST", reason)
    return min(refusals, key=lambda refusal: refusal.code == "OTHER-PROCESS")
