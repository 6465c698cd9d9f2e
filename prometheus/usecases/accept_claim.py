"""Keep statements that authorities signed: about the user (`accept`), or about anybody (`import_claims`).

Steps: each statement is read and its signature checked before the vault is touched; then all of them are kept in one
commit with their log entries, or none. What the vault has already changes nothing. A statement that answers a request
of the user's is linked to it, and a claim that differs from what was asked is said.

What this is not: trust in the authority. That is judged where claims are verified.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.claims.shown import leaves
from prometheus.errors import NotFound, NotUnderstood
from prometheus.identity.did import Did
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.model.persona import KINDS
from prometheus.usecases import audit
from prometheus.usecases.claim_data import unwrapped
from prometheus.usecases.claim_index import OpenStatement, read_statement, record_of
from prometheus.usecases.claims_store import add_claim, get_claim, is_expired
from prometheus.usecases.personas import list_personas
from prometheus.usecases.signed_copies import SignedCopy, copies, keep
from prometheus.usecases.trash import purge

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from prometheus.claims.jsontext import Json
    from prometheus.model.claim_record import ClaimRecord
    from prometheus.model.persona import Persona
    from prometheus.usecases.claims_store import Added
    from prometheus.usecases.schemas import Schemas
    from prometheus.usecases.session import Session


class Arrival(NamedTuple):
    """What became of one statement."""

    claim: ClaimRecord
    outcome: Added
    request: str
    """Id of the user's request that it answers, or empty."""
    notes: tuple[str, ...]


class _Known(NamedTuple):
    """What the vault and this machine know, gathered once for all statements."""

    personas: Sequence[Persona]
    session: Session
    schemas: Schemas
    now: datetime


class _Prepared(NamedTuple):
    found: OpenStatement
    record: ClaimRecord
    answered: SignedCopy | None
    notes: tuple[str, ...]


def accept(session: Session, raw: bytes, schemas: Schemas) -> Arrival:
    """Keep a statement about one of the user's personas.

    Raises:
        NotUnderstood: See `claim_index.read_statement`.
        NotFound: When it is about somebody else.
    """
    (prepared,) = _prepared(session, [raw], schemas, "accept")
    if not prepared.record.persona:
        raise NotFound(
            "the statement is about none of your personas",
            code="CLAIM-NOT-YOURS",
            meaning=f"it is about {prepared.record.subject}",
            remedy="check that you opened the right vault; `prometheus claim import` keeps it all the same",
        )
    return _keep(session, [prepared])[0]


def import_claims(session: Session, statements: Iterable[bytes], schemas: Schemas) -> list[Arrival]:
    """Keep statements about anybody, all of them or, when one is refused, none.

    Raises:
        NotUnderstood: See `claim_index.read_statement`.
    """
    return _keep(session, _prepared(session, statements, schemas, "import"))


def _prepared(session: Session, statements: Iterable[bytes], schemas: Schemas, source: str) -> list[_Prepared]:
    """Check statements and gather what the vault knows about them; nothing is written yet."""
    everyone = list_personas(session, KINDS, hidden=True)
    here = _Known(everyone, session, schemas, session.clock.now())
    return [_prepare(raw, source, here) for raw in statements]


def _prepare(raw: bytes, source: str, here: _Known) -> _Prepared:
    found = read_statement(raw)
    known = here.schemas.by_id(found.statement.process_id)
    if known is not None:
        _refuse_hidden(found, known.process.claim_schema)
    record = record_of(found, here.personas, added=here.now.strftime("%Y-%m-%dT%H:%M:%SZ"), source=source)
    answered, differences = _answered(here.session, found)
    notes = [*differences]
    if known is None:
        notes.append("its process is not known here: `prometheus schema add FILE` with the file of its maker")
    if not found.is_default_key:
        notes.append("it was signed with another key than the authority's first one: whether it may is not known here")
    if is_expired(record, here.now):
        notes.append(f"it could be used until {record.before} only")
    return _Prepared(found, record, answered, tuple(notes))


def _refuse_hidden(found: OpenStatement, schema: Json) -> None:
    hidden = [leaf.dotted or "the claim" for leaf in leaves(found.claim.content, schema) if leaf.is_hidden]
    if hidden:
        raise NotUnderstood(
            f"the statement hides {', '.join(hidden)}",
            code="STATEMENT-MASKED",
            meaning="only the whole statement, as the authority signed it, can be presented later",
            remedy="ask the authority for the original file",
        )


def _keep(session: Session, prepared: Sequence[_Prepared]) -> list[Arrival]:
    fresh = {item.record.id for item in prepared if _changes(session, item.record.id)}
    if not fresh:
        return [_arrival(item, "known") for item in prepared]
    arrivals = []
    with session.commit() as commit:
        purge(session, commit)
        for item in prepared:
            outcome = add_claim(commit, item.record)
            arrivals.append(_arrival(item, outcome))
            if outcome == "known":
                continue
            if item.answered:
                keep(commit, item.answered._replace(partner=item.record.id))
            facts = {
                "claim": item.record.id,
                "process": item.record.process_id,
                "authority": item.record.authority,
                "outcome": outcome,
            }
            audit.append(commit, f"claim.{item.record.source}", persona=item.record.persona, facts=facts)
    return arrivals


def _changes(session: Session, claim_id: str) -> bool:
    present = get_claim(session, claim_id)
    return present is None or present.is_deleted


def _arrival(item: _Prepared, outcome: Added) -> Arrival:
    return Arrival(item.record, outcome, item.answered.id if item.answered else "", item.notes)


def _answered(session: Session, found: OpenStatement) -> tuple[SignedCopy | None, tuple[str, ...]]:
    """Return the request that a statement answers, and how it differs from the one that was open."""
    process_id, claim_id = found.statement.process_id, content_id(found.claim.to_json())
    for sent in copies(session, "request", process_id=process_id, claim_id=claim_id, limit=1):
        return sent, ()
    subject = Did.parse(found.claim.subject).text
    still_open = copies(session, "request", process_id=process_id, persona=subject, partner="", limit=1)
    return None, tuple(_differences(still_open, found))


def _differences(still_open: Iterable[SignedCopy], found: OpenStatement) -> Iterator[str]:
    from prometheus.claims.jsontext import parse, text_form
    from prometheus.claims.request import parse_signed_request

    for sent in still_open:
        asked = parse_signed_request(parse(sent.raw)).content.claim
        before = {leaf.dotted: text_form(unwrapped(leaf.value)) for leaf in leaves(asked.content)}
        after = {leaf.dotted: text_form(unwrapped(leaf.value)) for leaf in leaves(found.claim.content)}
        changed = sorted(path for path in before.keys() | after.keys() if before.get(path) != after.get(path))
        what = ", ".join(changed) or "only nonces"
        yield f"it is not the claim that you asked for in {sent.id[:12]}…: it differs in {what}"
