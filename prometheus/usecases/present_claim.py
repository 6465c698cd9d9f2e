"""Present claims: plan the least disclosure, show what will be learnt, sign, and log it before it leaves.

1. `prepare` chooses claims, builds the exact content that would be signed, and reads it back the way a verifier does.
   Nothing is signed or written.
2. The caller shows that to the person and obtains consent (`consent.permit`).
3. `release` signs this very content, and commits the log entry and the use of each claim before it returns the text:
   what left the vault is in the log.
"""

from __future__ import annotations

from prometheus.claims import weaknesses
from prometheus.claims.compose_presentation import (
    COPY_SECONDS,
    Binding,
    Composed,
    PartToShow,
    compose_content,
    masked_claim,
    new_licence,
    open_statement,
    sign_content,
)
from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import text_form
from prometheus.claims.learnt import Learnt, what_is_learnt
from prometheus.claims.moments import after_duration
from prometheus.errors import WouldOverdisclose
from prometheus.identity.did import Did
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.model.policy import Act
from prometheus.usecases import audit
from prometheus.usecases.choose_claims import as_shown, choose
from prometheus.usecases.claims_store import count_use
from prometheus.usecases.consent import decide
from prometheus.usecases.policy import current_policy

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from prometheus.claims.jsontext import Json
    from prometheus.claims.licence import Licence
    from prometheus.claims.plan import Offer, Plan, Wanted
    from prometheus.claims.scenario import LicenceSpecification
    from prometheus.claims.weaknesses import Weakness
    from prometheus.model.persona import Persona
    from prometheus.model.policy import Decision
    from prometheus.usecases.schemas import Schemas
    from prometheus.usecases.session import Session


_NOWHERE: Final[Mapping[str, Json]] = {}


class Wish(NamedTuple):
    """What is asked and how the user wants to answer it."""

    persona: Persona
    wanted: tuple[Wanted, ...]
    title: str = ""
    required: tuple[LicenceSpecification, ...] = ()
    """Licences that the request asks for."""
    granted: tuple[tuple[str, str], ...] = ()
    """Licences that the user adds: purpose and ISO 8601 duration."""
    claims: tuple[str, ...] = ()
    show: tuple[str, ...] | None = None
    audience: str | None = None
    challenge: str | None = None


class Prepared(NamedTuple):
    """A presentation that is ready to be signed, with everything that a person should know before."""

    persona: Persona
    content: dict[str, Json]
    plan: Plan
    licences: tuple[Licence, ...]
    learnt: Learnt
    weaknesses: tuple[Weakness, ...]
    missing: tuple[str, ...]
    """Paths that were asked for and are not shown."""
    decision: Decision
    shown_before: int
    """How often this persona showed something to the same audience before."""
    challenge: str | None
    unweighed: int = 0
    """How many other claims were not looked at, because there are too many."""


def prepare(session: Session, wish: Wish, schemas: Schemas) -> Prepared:
    """Return what would be signed, without signing it.

    Raises:
        NoMatch: When no claims of the persona answer the question.
        WouldOverdisclose: When the user names another audience than the request does.
        NotUnderstood: When a licence, a path or the challenge cannot be used.
    """

    def schema_of(process_id: str) -> Json:
        known = schemas.by_id(process_id)
        return known.process.claim_schema if known else None

    wanted = wish.wanted if wish.show is None else as_shown(wish.wanted, wish.show)
    choice = choose(session, wish.persona, wanted, wish.claims, schema_of)
    parts = [PartToShow(offer.statement, offer.show) for offer in choice.plan.offers]
    licences = tuple(_licences(wish, session.clock.now()))
    content = compose_content(parts, licences, Binding(challenge=wish.challenge))
    learnt = what_is_learnt(text_form(content), schema_of, wish.persona.public_key)
    shown = {field.path for field in learnt.shown}
    asked = dict.fromkeys(path for part in wish.wanted for path in part.paths)
    return Prepared(
        wish.persona,
        content,
        choice.plan,
        licences,
        learnt,
        tuple(weak for part in parts for weak in _weak(part)),
        tuple(path for path in asked if not any(field == path or field.startswith(f"{path}.") for field in shown)),
        decide(current_policy(session), _acts(wish.persona, choice.plan.offers, licences, learnt, schemas)),
        audit.times_shown(session, wish.persona.did, {one.issued_to for one in licences} - {wish.persona.did}),
        wish.challenge,
        choice.unweighed,
    )


def release(session: Session, prepared: Prepared, consent: str, sent_to: Mapping[str, Json] = _NOWHERE) -> Composed:
    """Sign what was prepared, log it, and return it.

    Args:
        session: The open vault.
        prepared: What `prepare` returned and the person saw.
        consent: What `consent.permit` returned.
        sent_to: Where it is sent, as the log keeps it; empty where it is handed out.

    Raises:
        KeyUnavailable: When the persona's key is not in this vault.
    """
    composed = sign_content(prepared.content, signer=session.signer, public_key=prepared.persona.public_key)
    with session.commit() as commit:
        for offer in prepared.plan.offers:
            count_use(commit, offer.claim_id)
        facts = {**_facts(prepared, composed, consent), **sent_to}
        if sent_to:
            facts["sent_as"] = content_id(composed.document)
        audit.append(commit, "claim.present", persona=prepared.persona.did, facts=facts)
    return composed


def _facts(prepared: Prepared, composed: Composed, consent: str) -> dict[str, Json]:
    return {
        "presentation": composed.content_id,
        "claims": [offer.claim_id for offer in prepared.plan.offers],
        "audience": [licence.issued_to for licence in prepared.licences],
        "purpose": [licence.purpose for licence in prepared.licences],
        "until": [licence.valid_until for licence in prepared.licences],
        "shown": [field.path for field in prepared.learnt.shown],
        "challenge": "one-way" if prepared.challenge is None else "text",
        "consent": consent,
    }


def _licences(wish: Wish, now: datetime) -> Iterator[Licence]:
    start = now.replace(microsecond=0)
    audience = None if wish.audience is None else Did.parse(wish.audience).text
    for wanted in wish.required:
        if audience not in (None, Did.parse(wanted.issued_to).text):
            raise WouldOverdisclose(
                "the request is for somebody else than you named",
                code="AUDIENCE-DIFFERS",
                meaning=f"it asks for a licence for {wanted.issued_to}",
                remedy="leave out --audience if that is whom you mean",
            )
        yield new_licence(wanted.issued_to, wanted.purpose, start, after_duration(start, wanted.expiry))
    to = audience or (wish.required[0].issued_to if wish.required else wish.persona.did)
    for purpose, duration in wish.granted:
        yield new_licence(to, purpose, start, after_duration(start, duration))
    if not wish.required and not wish.granted:
        yield new_licence(to, wish.title, start, after_duration(start, f"PT{COPY_SECONDS}S"))


def _weak(part: PartToShow) -> Sequence[Weakness]:
    _, claim, _ = open_statement(part.statement)
    return weaknesses.when_presenting(claim.content, masked_claim(claim, part.show)["content"])


def _acts(
    persona: Persona, offers: Sequence[Offer], licences: Sequence[Licence], learnt: Learnt, schemas: Schemas
) -> Iterator[Act]:
    """Yield what the policy has to decide: each claim, for each audience."""
    personas = frozenset({persona.label, persona.name, persona.did} - {""})
    for number, offer in enumerate(offers):
        fields = frozenset(field.path for field in learnt.shown if field.claim == number)
        process_id = open_statement(offer.statement)[0].process_id
        for audience in {licence.issued_to for licence in licences}:
            yield Act(personas, audience, schemas.names_of(process_id), fields)
