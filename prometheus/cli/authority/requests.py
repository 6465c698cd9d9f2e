"""``authority requests``: what was asked of the authority, without values, the oldest first."""

from __future__ import annotations

from datetime import UTC, datetime

from prometheus.claims.moments import read_moment
from prometheus.cli.authority.at_service import requests_at, service_of
from prometheus.cli.claim.witnessing import clerk_of
from prometheus.cli.moments import ago
from prometheus.cli.output import safe
from prometheus.cli.schema.lines import SHOWN_ID, shortened
from prometheus.cli.unlocking import open_session
from prometheus.compose.known_schemas import schemas
from prometheus.model.frozen import TYPE_CHECKING, Any, Final
from prometheus.usecases.answer_requests import names_of_processes

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prometheus.claims.services_view import WaitingRequest
    from prometheus.cli.invocation import Invocation

_ALL: Final = "all"


def run(call: Invocation) -> int:
    """List the requests in one state."""
    state = call.text("state")
    with open_session(call) as session:
        service = service_of(call, session, clerk_of(call, session))
        every = requests_at(call, service)
        chosen = [one for one in every if state in (_ALL, one.status)]
        names = names_of_processes(service.authority, chosen, schemas())
        now = session.clock.now()
    document = {"service": service.url, "requests": [_members(one, names) for one in chosen]}
    call.output.result(document, [*_rows(chosen, names, now)] or [_nothing(state, len(every))])
    if any(one.status == "pending" for one in chosen):
        first = next(one for one in chosen if one.status == "pending")
        call.output.note(f"'prometheus authority show {first.request_id[:SHOWN_ID]}' shows one whole")
    return 0


def age_told(date: str, now: datetime) -> str:
    """Return how long ago something was, or its text where that cannot be told."""
    moment = read_moment(date)
    if moment is None:
        return safe(date[:_DATE_LENGTH]) or "?"
    return ago(now.timestamp() - moment.seconds)


_DATE_LENGTH: Final = 10


def _nothing(state: str, every: int) -> str:
    if state == _ALL or not every:
        return "nobody has asked for anything yet"
    return f"no request is {state}; --state all shows the other {every}"


def _members(one: WaitingRequest, names: Mapping[str, str]) -> dict[str, Any]:
    """Return what ``--json`` shows of a request; its link, which opens personal data, is not among it."""
    return {
        "id": one.request_id,
        "date": _utc(one.date),
        "state": one.status,
        "process": one.process_id,
        "type": names.get(one.process_id),
        "notes": one.notes,
    }


def _utc(date: str) -> str:
    moment = read_moment(date)
    return date if moment is None else datetime.fromtimestamp(int(moment.seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _rows(chosen: Sequence[WaitingRequest], names: Mapping[str, str], now: datetime) -> Iterator[str]:
    if chosen:
        yield f"{'id':<{SHOWN_ID}}  {'type':<30}  {'state':<10}  asked"
    for one in chosen:
        kind = shortened(safe(names.get(one.process_id) or f"unknown {one.process_id[:SHOWN_ID]}"), 30)
        yield f"{safe(one.request_id[:SHOWN_ID])}  {kind:<30}  {one.status:<10}  {age_told(one.date, now)}"
