"""The verb ``claim present``: plan, preview, ask, sign, log, hand out. Hot: no Typer."""

from __future__ import annotations

from prometheus import files
from prometheus.claims.jsontext import parse, text_form
from prometheus.claims.plan import Wanted, wanted_by
from prometheus.claims.scenario import parse_scenario
from prometheus.cli import ask
from prometheus.cli.claim.handing_over import require_place
from prometheus.cli.claim.paths import paths_of
from prometheus.cli.claim.preview import as_document, preview_lines
from prometheus.cli.output import safe
from prometheus.cli.unlocking import open_session
from prometheus.cli.verdict_lines import wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NotUnderstood, PrometheusError
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.consent import permit
from prometheus.usecases.personas import active_persona, find_persona
from prometheus.usecases.present_claim import Prepared, Wish, prepare, release

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.compose_presentation import Composed
    from prometheus.claims.scenario import Scenario
    from prometheus.cli.claim.uploading import Upload
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.session import Session

_SIGNATURE_ROOM = 1024
"""Bytes that a signature with its key adds at most, and some to spare."""


def run(call: Invocation) -> int:
    """Present claims, or with ``--dry-run`` only show what would be learnt."""
    if call.maybe("again") is not None:
        from prometheus.cli.claim.uploading import send_again

        return send_again(call)
    upload = _upload(call)
    scenario, wanted = _question(call, upload)
    require_place(call)
    with open_session(call) as session:
        prepared = prepare(session, _wish(call, session, scenario, wanted), schemas())
        if call.flag("dry_run"):
            call.output.result({**_as_document(prepared, upload), "signed": False}, _preview(call, prepared, upload))
            return 0
        consent = _consent(call, prepared, upload)
        if upload is None:
            return _sign_and_hand_out(call, session, prepared, consent)
        composed = _sign_and_keep(call, session, prepared, consent, upload)
    return _send(call, prepared, composed, upload)


def _upload(call: Invocation) -> Upload | None:
    """Return where it is sent, None where no service is named; only then is anything of it imported."""
    if call.maybe("inspector") is not None:
        from prometheus.cli.claim.uploading import upload_to

        return upload_to(call)
    if call.maybe("scenario") is not None:
        raise NotUnderstood("--scenario needs an inspector", code="USAGE", remedy="add --inspector URL")
    return None


def _question(call: Invocation, upload: Upload | None) -> tuple[Scenario | None, tuple[Wanted, ...]]:
    request, asked = call.maybe("request"), call.maybe("ask")
    if [request is None, asked is None, upload is None].count(False) != 1:
        raise NotUnderstood(
            "say what is asked: a scenario file, --ask PATHS, or an inspector with --inspector URL",
            code="USAGE",
            remedy="give one of the three",
        )
    kind = call.maybe("type")
    if asked is not None:
        process = None if kind is None else schemas().find(kind).content_id
        return None, (Wanted(paths_of(asked, "--ask"), process),)
    if kind is not None:
        raise NotUnderstood("a scenario names its kinds of claims itself", code="USAGE", remedy="leave out --type")
    if upload is not None:
        return upload.asked.scenario, wanted_by(upload.asked.scenario)
    try:
        scenario = parse_scenario(parse(files.read(request or "")))
    except PrometheusError as error:
        if error.exit_code != NotUnderstood.exit_code:
            raise
        raise NotUnderstood(
            "the request is no scenario", code="SCENARIO", meaning=error.what, remedy="ask the inspector for the file"
        ) from None
    return scenario, wanted_by(scenario)


def _wish(call: Invocation, session: Session, scenario: Scenario | None, wanted: tuple[Wanted, ...]) -> Wish:
    named, show = call.maybe("persona"), call.maybe("show")
    return Wish(
        active_persona(session) if named is None else find_persona(session, named),
        wanted,
        title=scenario.name if scenario else "",
        required=scenario.required_licences if scenario else (),
        granted=tuple(_licence(text) for text in call.many("licence")),
        claims=call.many("claim"),
        show=None if show is None else paths_of(show, "--show", may_be_none=True),
        audience=call.maybe("audience"),
        challenge=call.maybe("nonce"),
    )


def _preview(call: Invocation, prepared: Prepared, upload: Upload | None) -> Iterator[str]:
    """Yield what a person reads before: where it goes, if it is sent, and what would be learnt."""
    if upload is not None:
        yield from wrapped("To be ", safe(upload.heading), 4)
    yield from preview_lines(prepared, call.output)


def _as_document(prepared: Prepared, upload: Upload | None) -> dict[str, object]:
    return as_document(prepared) if upload is None else {**as_document(prepared), **upload.facts}


def _consent(call: Invocation, prepared: Prepared, upload: Upload | None) -> str:
    """Show the preview and return by whose consent it goes out; what a person has to read is never silenced."""
    asks_person = call.output.may_ask and not (call.flag("yes") and prepared.decision.effect == "allow")
    for line in _preview(call, prepared, upload):
        if asks_person:
            call.output.tell(line)
        else:
            call.output.note(line)

    def ask_person() -> bool:
        where = "" if upload is None else f" to {upload.url}"
        question = f"present this as {prepared.persona.shown_name}{where}?"
        return ask.confirm(call._replace(values={**call.values, "yes": False}), question)

    return permit(prepared.decision, said_yes=call.flag("yes"), may_ask=call.output.may_ask, ask=ask_person)


def _sign_and_hand_out(call: Invocation, session: Session, prepared: Prepared, consent: str) -> int:
    """Sign, log and hand out; room for a file is taken first, so that nothing is signed and logged for a full disk."""
    out = call.text("out")
    if out == files.STANDARD_STREAM:
        composed = release(session, prepared, consent)
        if call.output.is_json:
            call.output.result({**_done(prepared, composed), "presentation": composed.document}, [])
        else:
            call.output.data(composed.text.encode() + b"\n")
        return 0
    with files.reserved(out, len(text_form(prepared.content)) + _SIGNATURE_ROOM) as place:
        composed = release(session, prepared, consent)
        content = composed.text.encode() + b"\n"
        place.fill(content)
    said = f"written to {safe(out)}, {len(content)} bytes; treat it as confidential as what it shows"
    call.output.result({**_done(prepared, composed), "out": out}, [said])
    return 0


def _sign_and_keep(call: Invocation, session: Session, prepared: Prepared, consent: str, upload: Upload) -> Composed:
    """Sign and log what goes to an inspector; with ``--out`` it is on the disk before it leaves."""
    out = call.text("out")
    if out == files.STANDARD_STREAM:
        return release(session, prepared, consent, upload.facts)
    with files.reserved(out, len(text_form(prepared.content)) + _SIGNATURE_ROOM) as place:
        composed = release(session, prepared, consent, upload.facts)
        place.fill(composed.text.encode() + b"\n")
    return composed


def _send(call: Invocation, prepared: Prepared, composed: Composed, upload: Upload) -> int:
    from prometheus.cli.claim.uploading import send

    out = call.text("out")
    kept_in = "" if out == files.STANDARD_STREAM else out
    found = send(call, upload.inspector, composed.document, kept_in)
    link = upload.link_of(found)
    ids = {"id": found, "content": composed.content_id}
    document = {**_done(prepared, composed), **upload.facts, **ids, "link": link, "out": kept_in or None}
    call.output.result(document, [f"sent to {upload.url}", link])
    return 0


def _done(prepared: Prepared, composed: Composed) -> dict[str, object]:
    return {**as_document(prepared), "signed": True, "id": composed.content_id}


def _licence(text: str) -> tuple[str, str]:
    purpose, colon, duration = text.rpartition(":")
    if not colon:
        raise NotUnderstood(
            f"`{text}` is no licence", code="LICENCE", remedy="write purpose and duration, such as 'Age check:P5D'"
        )
    return purpose, duration
