"""``inspect`` without a presentation: what has arrived at the service and was not judged yet, each with its verdict."""

from __future__ import annotations

import time

from prometheus.cli.claim.witnessing import clerk_of
from prometheus.cli.inspector.judge import Judged, document_of, exit_code_of, judge_shown, lines_of
from prometheus.cli.inspector.sources import address_of_service, fetched, service_named
from prometheus.cli.services_asking import inspector_at
from prometheus.cli.unlocking import open_session
from prometheus.errors import NetworkError, NotFound, NotUnderstood, TimedOut
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.inspected import keep_judged, new_among
from prometheus.usecases.services_view import credentials_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.services_view import Inspector, ReceivedPresentation
    from prometheus.cli.inspector.sources import Asked
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.session import Session

PAUSE_SECONDS: Final = 5.0


def judge_arrived(call: Invocation, asked: Asked) -> int:
    """List what arrived, judge each new one, and log that.

    Raises:
        NotUnderstood: When no service is named.
        TimedOut: When ``--wait`` saw nothing new in time.
        NetworkError: When the service cannot be asked, or cannot list what it has.
    """
    url, address = service_named(call), address_of_service(call)
    if url is None or address is None:
        raise NotUnderstood(
            "nothing is named that could be judged",
            code="USAGE",
            remedy="give a presentation, or --service URL for what has arrived there",
        )
    with open_session(call) as session:
        persona = clerk_of(call, session)
        inspector = inspector_at(call, url, credentials_of(session.signer, persona))
        received, fresh = _arrived(call, session, inspector, asked)
        judged = [_judged(call, asked, inspector, one) for one in fresh]
        had = [(one.content_id, one.word) for one in judged if not isinstance(one.found, NetworkError | NotFound)]
        keep_judged(session, persona, asked.content_id, address, had)
    others = len(received) - len(fresh)
    document = document_of(call, asked, judged, received=len(received), others=others)
    call.output.result(document, [*lines_of(call, judged, is_alone=False)] or [_nothing(others)])
    if judged and others:
        call.output.note(f"{others} more arrived before or for other scenarios; --all judges again")
    return exit_code_of(judged)


def _arrived(
    call: Invocation, session: Session, inspector: Inspector, asked: Asked
) -> tuple[Sequence[ReceivedPresentation], list[ReceivedPresentation]]:
    """Return all that arrived, and what of it is to be judged; with ``--wait`` not before there is something."""
    deadline = time.monotonic() + (call.number("timeout") or 0)
    again = call.flag("all")
    while True:
        received = inspector.received()
        fresh = new_among(session, received, asked.content_id, again=again)
        if fresh or not call.flag("wait"):
            return received, fresh
        if time.monotonic() + PAUSE_SECONDS > deadline:
            raise TimedOut("nothing new has arrived", code="NOTHING-ARRIVED", remedy="wait longer with --timeout")
        time.sleep(PAUSE_SECONDS)


def _judged(call: Invocation, asked: Asked, inspector: Inspector, one: ReceivedPresentation) -> Judged:
    """Return the verdict on one presentation; one that cannot be had is told and holds up no other."""
    try:
        shown = fetched(inspector, one.content_id, one.date)
    except (NetworkError, NotFound) as error:
        return Judged(one.content_id, one.date, error)
    return judge_shown(call, asked, shown)


def _nothing(others: int) -> str:
    if not others:
        return "nothing has arrived yet; --wait stays until something does"
    return f"nothing new has arrived; {others} arrived before or for other scenarios, and --all judges again"
