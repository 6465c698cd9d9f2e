"""``claim request``: from plain data, or a form at the terminal, to a signed witness request."""

from __future__ import annotations

from prometheus import files
from prometheus.claims.jsontext import parse
from prometheus.cli import ask
from prometheus.cli.claim.evidence_given import evidence_given
from prometheus.cli.claim.form import fill_in
from prometheus.cli.claim.handing_over import hand_over, require_place
from prometheus.cli.claim.lines import content_lines, warn_of, weakness_members
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import heading_of
from prometheus.cli.unlocking import open_session
from prometheus.cli.verdict_lines import wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NoConsent, NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.personas import active_persona, find_persona
from prometheus.usecases.request_claim import LARGEST_REQUEST, draft_request, require_evidence, sign_request

if TYPE_CHECKING:
    from prometheus.claims.jsontext import Json
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.request_claim import RequestDraft
    from prometheus.usecases.schemas import KnownSchema


def run(call: Invocation) -> int:
    """Make a request, show it, ask, sign it and hand it over, or send it where an authority is named."""
    given, evidence = _json_file(call, "data"), evidence_given(call)
    _refuse_without_data(call)
    if call.maybe("authority"):
        from prometheus.cli.claim import request_online

        return request_online.run(call, given, evidence)
    if call.maybe("process"):
        raise NotUnderstood(
            "--process names what an authority publishes, and no authority is named",
            code="USAGE",
            remedy="add --authority URL, or name a schema that is known here with --schema",
        )
    schema = _schema(call)
    require_place(call)
    with open_session(call) as session:
        named = call.maybe("persona")
        persona = find_persona(session, named) if named else active_persona(session)
        require_evidence(schema, evidence)
        if not call.maybe("data"):
            for line in heading_of(schema):
                call.output.tell(line)
        data = given if call.maybe("data") else fill_in(call, schema.process.claim_schema)
        draft = draft_request(schema, persona, data, evidence)
        _tell(call, draft)
        if call.flag("dry_run"):
            return _dry(call, draft)
        if not ask.confirm(call, f"sign this request as {persona.shown_name}?"):
            raise NoConsent("nothing was signed")
        signed = sign_request(session, draft)
    facts = {"id": signed.id, "persona": persona.did, "schema": schema.content_id}
    hand_over(call, signed.raw, {**facts, **_findings(draft)}, signed.document, kept_as=signed.id)
    call.output.note(f"request {signed.id}")
    call.output.note("give it to the authority; a copy is in your vault")
    return 0


def _dry(call: Invocation, draft: RequestDraft) -> int:
    facts = {"persona": draft.persona.did, "schema": draft.schema.content_id, "content": draft.content}
    call.output.result({**facts, **_findings(draft)}, ["nothing was signed"])
    return 0


def _findings(draft: RequestDraft) -> dict[str, object]:
    return {"normalised": list(draft.changed), "weaknesses": weakness_members(draft.weaknesses)}


def _tell(call: Invocation, draft: RequestDraft) -> None:
    tell = call.output.note if call.flag("yes") else call.output.tell
    about = f"{safe(draft.schema.name)}, about {safe(draft.persona.shown_name)} ({draft.persona.did})"
    for line in wrapped("", about, 2):
        tell(line)
    for line in content_lines(draft.content, draft.schema.process.claim_schema):
        tell(line)
    if draft.changed:
        tell(f"letters were taken apart (Unicode NFKD), as claims need it: {safe(', '.join(draft.changed))}")
    warn_of(call.output, draft.weaknesses)


def _schema(call: Invocation) -> KnownSchema:
    known, named = schemas(), call.maybe("schema")
    if named:
        return known.find(named)
    everything = known.all()
    return everything[ask.choose(call, "which schema", [schema.name for schema in everything])]


def _json_file(call: Invocation, name: str) -> Json:
    path = call.maybe(name)
    return parse(files.read(path, LARGEST_REQUEST)) if path else None


def _refuse_without_data(call: Invocation) -> None:
    if not call.maybe("data") and not call.output.may_ask:
        raise NotUnderstood(
            "there is no data to request a claim for",
            code="DATA-NEEDED",
            meaning="you cannot be asked for it here",
            remedy="give it with --data FILE, or run this in a terminal",
        )
