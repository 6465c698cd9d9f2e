"""``inspect`` without a presentation: what has arrived at the service and was not judged yet, each with its verdict."""

from __future__ import annotations

import time

from prometheus.cli.claim.lines import when
from prometheus.cli.claim.witnessing import clerk_of
from prometheus.cli.inspector.judged import Context, Judged, document_of, exit_code_of, judge_shown, lines_of
from prometheus.cli.inspector.sources import address_of_service, fetched, service_named
from prometheus.cli.services_asking import inspector_at, warn_of_unread
from prometheus.cli.unlocking import open_session
from prometheus.errors import NetworkError, NotFound, NotUnderstood, TimedOut
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases.inspected import SEEN, Before, By, Known, keep_judged, known_by, new_among, require_told_change
from prometheus.usecases.services_view import credentials_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.claims.services_view import Inspector, ReceivedPresentation
    from prometheus.cli.inspector.sources import Asked
    from prometheus.cli.invocation import Invocation
    from prometheus.usecases.session import Session

PAUSE_SECONDS: Final = 5.0
_PURGED: Final = "SERVICE-PURGED"


class _Arrived(NamedTuple):
    """All that arrived, what of it is to be judged, and what was judged before."""

    received: Sequence[ReceivedPresentation]
    fresh: list[ReceivedPresentation]
    known: Known


def judge_arrived(call: Invocation, asked: Asked) -> int:
    """List what arrived, judge each new one, and log that.

    Raises:
        NotUnderstood: When no service is named.
        NotTrusted: When the scenario took another one's place at the service without a word.
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
    by = By(asked.content_id, asked.name, asked.version, address)
    with open_session(call) as session:
        persona = clerk_of(call, session)
        if asked.is_published and not call.flag("accept_changed_scenario"):
            require_told_change(session, by)
        inspector = inspector_at(call, url, credentials_of(session.signer, persona))
        arrived = _arrived(call, session, inspector, asked)
        warn_of_unread(call, inspector.unread, "presentations")
        judged = list(_judge_all(call, asked, inspector, arrived, persona.did))
        keep_judged(session, persona, by, arrived.known, list(_to_keep(judged)))
    others = len(arrived.received) - len(arrived.fresh)
    document = document_of(call, asked, judged, received=len(arrived.received), others=others)
    call.output.result(document, [*lines_of(call, judged, is_alone=False)] or [_nothing(others)])
    if judged and others:
        call.output.note(f"{others} more arrived before or for other scenarios; --all judges again")
    return exit_code_of(judged)


def _arrived(call: Invocation, session: Session, inspector: Inspector, asked: Asked) -> _Arrived:
    """Return what arrived; with ``--wait`` not before there is something that was never looked at."""
    deadline = time.monotonic() + (call.number("timeout") or 0)
    again = call.flag("all")
    while True:
        received = inspector.received()
        known = known_by(session, asked.content_id)
        fresh = new_among(known, received, asked.content_id, again=again)
        if not call.flag("wait") or any(again or known.of(one.content_id) is None for one in fresh):
            return _Arrived(received, fresh, known)
        if time.monotonic() + PAUSE_SECONDS > deadline:
            raise TimedOut("nothing new has arrived", code="NOTHING-ARRIVED", remedy="wait longer with --timeout")
        time.sleep(PAUSE_SECONDS)


def _judge_all(
    call: Invocation, asked: Asked, inspector: Inspector, arrived: _Arrived, audience: str
) -> Iterator[Judged]:
    """Yield the verdict on each; the same that is handed in under another id was shown before."""
    here: dict[str, str] = {}
    for one in arrived.fresh:
        before = arrived.known.of(one.content_id)
        told = f"{before.verdict}, {when(before.at)}" if before is not None else ""
        seen = {**arrived.known.seen_beside(one.content_id), **here}
        judged = _judged(call, asked, inspector, one, Context(audience, seen, told))
        if judged.digest and judged.word != SEEN:
            here[judged.digest] = one.date
        yield judged


def _judged(
    call: Invocation, asked: Asked, inspector: Inspector, one: ReceivedPresentation, context: Context
) -> Judged:
    """Return the verdict on one presentation; one that cannot be had is told and holds up no other."""
    try:
        shown = fetched(inspector, one.content_id, one.date)
    except (NetworkError, NotFound) as error:
        return Judged(one.content_id, one.date, error, NetworkError.exit_code, before=context.before)
    return judge_shown(call, asked, shown, context)


def _to_keep(judged: Sequence[Judged]) -> Iterator[Before]:
    """Yield what the log remembers: what was judged, and what the service has forgotten for good."""
    for one in judged:
        if not isinstance(one.found, NetworkError | NotFound) or one.word == _PURGED:
            yield Before(one.content_id, one.digest, one.word, "")


def _nothing(others: int) -> str:
    if not others:
        return "nothing has arrived yet; --wait stays until something does"
    return f"nothing new has arrived; {others} arrived before or for other scenarios, and --all judges again"
