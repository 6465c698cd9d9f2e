"""``claim accept`` and ``claim import``: statements that come into the vault."""

from __future__ import annotations

from prometheus import files
from prometheus.cli.claim.lines import warn_of, weakness_members
from prometheus.cli.output import safe
from prometheus.cli.unlocking import open_session
from prometheus.compose.known_schemas import schemas
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.accept_claim import accept as keep_accepted
from prometheus.usecases.accept_claim import import_claims
from prometheus.usecases.claim_bundle import LARGEST, statements_in
from prometheus.usecases.claim_index import statement_of

if TYPE_CHECKING:
    from prometheus.claims.weaknesses import Weakness
    from prometheus.cli.invocation import Invocation
    from prometheus.model.claim_record import ClaimRecord
    from prometheus.usecases.accept_claim import Arrival

_SAID = {
    "added": "kept",
    "known": "here already, nothing changed:",
    "restored": "back from the trash:",
}


def accept(call: Invocation) -> int:
    """Keep a statement about one of the user's personas."""
    raw = files.read(call.text("statement"))
    with open_session(call) as session:
        arrival = keep_accepted(session, raw, schemas())
    weaknesses = _weaknesses(arrival.claim)
    document = {**_members(arrival), "weaknesses": weakness_members(weaknesses)}
    call.output.result(document, _lines(arrival))
    _tell(call, arrival)
    if arrival.outcome == "added":
        warn_of(call.output, weaknesses)
    return 0


def import_files(call: Invocation) -> int:
    """Keep the statements of several files and bundles, all or none."""
    statements = [raw for path in call.many("files") for raw in statements_in(files.read(path, LARGEST))]
    with open_session(call) as session:
        arrivals = import_claims(session, statements, schemas())
    counts = {outcome: sum(arrival.outcome == outcome for arrival in arrivals) for outcome in _SAID}
    document = {"claims": [_members(arrival) for arrival in arrivals], "counts": counts}
    lines = [line for arrival in arrivals for line in _lines(arrival)]
    call.output.result(document, lines or ["there is no claim in it"])
    for arrival in arrivals:
        _tell(call, arrival)
    return 0


def _weaknesses(claim: ClaimRecord) -> tuple[Weakness, ...]:
    from prometheus.claims.weaknesses import when_issuing

    known = schemas().by_id(claim.process_id)
    return when_issuing(statement_of(claim).claim.content, known.process.claim_schema if known else None)


def _members(arrival: Arrival) -> dict[str, object]:
    return {
        "id": arrival.claim.id,
        "outcome": arrival.outcome,
        "persona": arrival.claim.persona,
        "authority": arrival.claim.authority,
        "request": arrival.request or None,
        "notes": list(arrival.notes),
    }


def _lines(arrival: Arrival) -> list[str]:
    known = schemas().by_id(arrival.claim.process_id)
    kind = f"{safe(known.name)} " if known else ""
    said = _SAID[arrival.outcome]
    return [f"{said} {kind}{arrival.claim.id}", f"said by {safe(arrival.claim.authority)}"]


def _tell(call: Invocation, arrival: Arrival) -> None:
    for note in arrival.notes:
        call.output.warn(safe(note))
    if arrival.request:
        call.output.note(f"it answers your request {arrival.request}")
