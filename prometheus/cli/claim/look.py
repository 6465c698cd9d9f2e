"""``claim list``, ``claim search`` and ``claim show``."""

from __future__ import annotations

from prometheus.claims.weaknesses import when_issuing
from prometheus.cli.claim.copies import show_copies
from prometheus.cli.claim.lines import (
    claim_members,
    claim_row,
    content_lines,
    heading,
    short_did,
    told_once,
    weakness_members,
    when,
)
from prometheus.cli.claim.pages import page_members, page_of, tell_rest
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.unlocking import open_session
from prometheus.cli.verdict_lines import brief, wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.compose.trust_file import load_trust
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.claim_index import statement_of
from prometheus.usecases.claims_store import (
    TRASH_DAYS,
    Chosen,
    claim_names,
    count_claims,
    find_claim,
    read_claims,
)
from prometheus.usecases.paging import page_after
from prometheus.usecases.personas import find_persona, names_of
from prometheus.usecases.search_claims import search_claims
from prometheus.usecases.submissions import renewals, submission_for_claim

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from prometheus.claims.weaknesses import Weakness
    from prometheus.cli.invocation import Invocation
    from prometheus.model.claim_record import ClaimRecord
    from prometheus.model.submission import Submission
    from prometheus.usecases.claim_index import OpenStatement
    from prometheus.usecases.paging import Page
    from prometheus.usecases.schemas import Schemas
    from prometheus.usecases.session import Session


class _Names:
    """Names for the DIDs and processes of some claims."""

    def __init__(self, session: Session, claims: Sequence[ClaimRecord]) -> None:
        self.schemas: Schemas = schemas()
        self.now: datetime = session.clock.now()
        dids = (did for claim in claims for did in (claim.persona, claim.subject, claim.authority))
        self.personas = names_of(session, dids)
        self.authorities = {found.did: found.name for found in load_trust().authorities} | self.personas

    def kind(self, claim: ClaimRecord) -> str:
        known = self.schemas.by_id(claim.process_id)
        return known.name if known else f"unknown {claim.process_id[:9]}"

    def row(self, claim: ClaimRecord) -> str:
        persona = self.personas.get(claim.persona) or f"({short_did(claim.subject, self.authorities)})"
        return claim_row(claim, self.kind(claim), persona, short_did(claim.authority, self.authorities), self.now)


def list_all(call: Invocation) -> int:
    """Show the claims that fit, one a line, without values."""
    kind, named = call.maybe("type"), call.maybe("persona")
    process_id = schemas().find(kind).content_id if kind else ""
    with open_session(call) as session:
        if call.flag("requests") or call.flag("witnessed"):
            return show_copies(call, session, "request" if call.flag("requests") else "statement")
        chosen = Chosen(
            persona=find_persona(session, named).did if named else "",
            process_id=process_id,
            expired=True if call.flag("expired") else None,
            in_trash=call.flag("trash"),
            ending_by=_ending_by(call, session),
        )
        page = page_of(
            call,
            lambda limit: claim_names(session, chosen, limit=limit),
            lambda: count_claims(session, chosen),
        )
        found = _show_page(call, session, page, _nothing(call))
    if found and call.maybe("expiring"):
        call.output.note("'prometheus claim renew ID' asks for one anew, with the same values")
    if found and call.flag("trash"):
        call.output.note(f"each is removed for good {TRASH_DAYS} days after it was deleted")
    return 0


def _ending_by(call: Invocation, session: Session) -> datetime | None:
    """Return until when claims are listed that end, where that is asked; `30d` means the same as `P30D`."""
    wanted = call.maybe("expiring")
    if wanted is None:
        return None
    if call.flag("expired"):
        raise NotUnderstood(
            "--expired lists what ended, and --expiring what has not ended yet",
            code="USAGE",
            remedy="leave one of them out",
        )
    from prometheus.claims.moments import after_duration

    short = wanted[:-1].isdecimal() and wanted[-1:].lower() in "dwmy"
    try:
        return after_duration(session.clock.now(), f"P{wanted.upper()}" if short else wanted)
    except NotUnderstood as error:
        raise NotUnderstood(
            error.what,
            code=error.code,
            meaning="it is written like 30d, 6w, 3m or 1y, or as an ISO 8601 duration like P30D",
            remedy="write it in one of these forms, in whole numbers",
        ) from None


def search(call: Invocation) -> int:
    """Show the claims in which every word occurs, without values."""
    with open_session(call) as session:
        names = search_claims(session, " ".join(call.many("text")), schemas())
        page = page_after(names, call.maybe("after") or "", call.number("limit") or 0)
        _show_page(call, session, page, ["no claim has that in it", "'prometheus claim list' shows all of them"])
    return 0


def show(call: Invocation) -> int:
    """Show one claim with its values."""
    with open_session(call) as session:
        claim = find_claim(session, call.text("claim"), in_trash=call.flag("trash"))
        names = _Names(session, [claim])
        sent = submission_for_claim(session, claim.id)
    asked_at = sent.service if sent else ""
    found, known = statement_of(claim), names.schemas.by_id(claim.process_id)
    schema = known.process.claim_schema if known else None
    weaknesses = when_issuing(found.claim.content, schema)
    document = {
        **claim_members(claim, names.kind(claim), names.now),
        "asked_at": asked_at or None,
        "content": found.claim.content,
        "constraints": found.constraints.to_json(),
        "weaknesses": weakness_members(weaknesses),
    }
    call.output.result(document, _details(claim, found, names, weaknesses, asked_at))
    return 0


def _show_page(call: Invocation, session: Session, page: Page, nothing: list[str]) -> bool:
    """Show the claims of a page; return whether there were some."""
    found = read_claims(session, page.names)
    names = _Names(session, found)
    anew = renewals(session) if call.maybe("expiring") else {}
    members = [{**claim_members(claim, names.kind(claim), names.now), **_anew_members(claim, anew)} for claim in found]
    rows = (line for claim in found for line in (names.row(claim), *_anew_lines(claim, anew)))
    lines = [heading(), *rows] if found else nothing
    call.output.result({"claims": members, **page_members(page)}, lines)
    tell_rest(call.output, page, "claims")
    return bool(found)


def _anew_members(claim: ClaimRecord, anew: Mapping[str, Submission]) -> dict[str, str]:
    again = anew.get(claim.id)
    if again is None:
        return {}
    return {"renewed_by": again.claim} if again.claim else {"renewed_in": again.id}


def _anew_lines(claim: ClaimRecord, anew: Mapping[str, Submission]) -> Iterator[str]:
    again = anew.get(claim.id)
    if again is not None:
        yield (
            f"  renewed: your claim {again.claim[:SHOWN_ID]}"
            if again.claim
            else (f"  asked for anew in request {again.id[:SHOWN_ID]}, not answered yet")
        )


def _nothing(call: Invocation) -> list[str]:
    if call.flag("trash"):
        return ["the trash is empty"]
    if call.maybe("expiring"):
        return ["no claim ends by then", "'prometheus claim list --expired' shows those that ended"]
    if call.flag("expired") or call.maybe("type") or call.maybe("persona"):
        return ["no claim fits", "'prometheus claim list' shows all of them"]
    return ["there is no claim yet", "ask for one with 'prometheus claim request --schema SCHEMA --data FILE'"]


def _details(
    claim: ClaimRecord,
    found: OpenStatement,
    names: _Names,
    weaknesses: Sequence[Weakness],
    asked_at: str,
) -> Iterator[str]:
    known = names.schemas.by_id(claim.process_id)
    yield from wrapped("", safe(names.kind(claim)) + (f", version {known.process.version}" if known else ""), 2)
    yield f"id       {claim.id}"
    about = names.personas.get(claim.persona)
    yield f"about    {safe(about)} ({safe(claim.subject)})" if about else f"about    {safe(claim.subject)}"
    said_by = names.authorities.get(claim.authority)
    yield f"said by  {safe(said_by)} ({safe(claim.authority)})" if said_by else f"said by  {safe(claim.authority)}"
    yield f"signed   by {safe(claim.witness)}"
    if asked_at:
        yield from wrapped("asked    ", f"at {safe(asked_at)}", 9)
    yield f"usable   {f'from {when(claim.after)}' if claim.after else 'from the beginning'}, " + (
        f"until {when(claim.before)}" if claim.before else "without end"
    )
    yield f"kept     {when(claim.added)} by {claim.source}, shown {claim.uses} times"
    if claim.deleted_at:
        yield f"deleted  {when(claim.deleted_at)}"
    if found.constraints.content is not None:
        yield f"besides  {brief(found.constraints.content)}"
    yield ""
    yield from content_lines(found.claim.content, known.process.claim_schema if known else None)
    if weaknesses:
        yield ""
    for _, text in told_once(weaknesses):
        yield from wrapped("  weak: ", text, 8)
