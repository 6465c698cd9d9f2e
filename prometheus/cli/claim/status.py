"""``claim status`` and ``claim withdraw``: what became of the requests that went to authorities over the network.

Each authority is asked about what is still open; a statement that answers is checked against what was asked and taken
in. Without a connection the table shows what is known and how old that is. Capability links are never shown.
"""

from __future__ import annotations

import time

from prometheus.cli import ask, settings
from prometheus.cli.claim.sending import authority_for
from prometheus.cli.moments import ago
from prometheus.cli.output import safe
from prometheus.cli.patience import patiently
from prometheus.cli.schema.lines import SHOWN_ID, shortened
from prometheus.cli.unlocking import open_session
from prometheus.cli.verdict_lines import wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NoConsent, NotFound, NotTrusted, PluginOff, TimedOut
from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases.follow_request import News, follow, needs_asking, require_open, withdraw
from prometheus.usecases.personas import active_persona
from prometheus.usecases.send_request import changed, heard_at, told
from prometheus.usecases.submissions import find_submission, submissions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from prometheus.claims.services_view import Authority
    from prometheus.cli.invocation import Invocation
    from prometheus.model.submission import Submission
    from prometheus.usecases.session import Session

_WORDS: Final = {
    "unsent": "to be sent",
    "pending": "waiting",
    "approved": "approved",
    "rejected": "rejected",
    "withdrawn": "withdrawn",
    "forgotten": "forgotten",
}
_FIRST_PAUSE: Final = 2.0
_LONGEST_PAUSE: Final = 60.0


def run(call: Invocation) -> int:
    """Ask about every open request, or one, take in what came, and show all."""
    with open_session(call) as session:
        news = _ask_all(call, session)
        _tell(call, news)
        late = call.flag("wait") and not _is_offline(call) and not _waited(call, session, news)
        found, now = _chosen(call, session), session.clock.now()
        others = sum(one.is_open and not _is_asked(call, session, one) for one in found)
    nothing = ["you have sent no request over the network", "ask with 'prometheus claim request --authority URL'"]
    call.output.result({"requests": [_members(one) for one in found]}, [*_table(found, now)] if found else nothing)
    if others:
        what = "1 open request" if others == 1 else f"{others} open requests"
        call.output.note(f"not asked about {what} of other personas; --all-personas asks about all")
    if late:
        call.output.note("not every request is answered yet; wait longer with --timeout")
        return TimedOut.exit_code
    return NotTrusted.exit_code if any(one.wrong for one in news) else 0


def _waited(call: Invocation, session: Session, news: list[News]) -> bool:
    """Go on asking, telling what comes as it comes; return whether every request was answered in time."""
    seconds, pause = call.number("timeout"), _FIRST_PAUSE
    deadline = None if seconds is None else time.monotonic() + seconds
    while any(one.is_open and _is_asked(call, session, one) for one in _chosen(call, session)):
        left = _LONGEST_PAUSE if deadline is None else deadline - time.monotonic()
        if left <= 0:
            return False
        time.sleep(min(pause, left))
        pause = min(pause * 1.5, _LONGEST_PAUSE)
        fresh = _ask_all(call, session)
        _tell(call, [one for one in fresh if not any(one.wrong and one.wrong == told.wrong for told in news)])
        news += fresh
    return True


def take_back(call: Invocation) -> int:
    """Take one request back."""
    with open_session(call) as session:
        found = find_submission(session, call.text("request"))
        require_open(found)
        if not ask.confirm(call, f"take back the request for {found.process_name} at {found.service}?"):
            raise NoConsent("nothing was taken back")
        if needs_asking(found):
            with patiently(call, found.service):
                gone = withdraw(session, authority_for(call, session, found), found)
        else:
            gone = withdraw(session, None, found)
    call.output.result(_members(gone), [f"request {gone.id} is withdrawn"])
    if gone.may_have_left:
        call.output.note("what the authority has read already, it has read; when it forgets the rest is its rule")
    return 0


def _chosen(call: Invocation, session: Session) -> list[Submission]:
    named = call.maybe("request")
    return [find_submission(session, named)] if named else submissions(session)


def _is_asked(call: Invocation, session: Session, one: Submission) -> bool:
    """Whether its authority is asked: the questions of two personas, close together, would tell that they are one."""
    return bool(call.maybe("request")) or call.flag("all_personas") or one.persona == active_persona(session).did


def _ask_all(call: Invocation, session: Session) -> list[News]:
    """Ask about what is open, an authority that is not reached only once.

    Nobody is asked where the person does not want it, or nothing here can ask.
    """
    if _is_offline(call):
        return []
    waiting = [one for one in _chosen(call, session) if one.is_open and _is_asked(call, session, one)]
    try:
        ways = {(one.service, one.persona): authority_for(call, session, one) for one in waiting}
    except PluginOff as error:
        call.output.warn(f"{error.what}: this is what was known before; {error.remedy}")
        return []
    news: list[News] = []
    for one in waiting:
        if any(other.submission.service == one.service and not other.is_reached for other in news):
            continue
        news.append(_ask(call, session, one, ways[one.service, one.persona]))
    return news


def _ask(call: Invocation, session: Session, submission: Submission, authority: Authority) -> News:
    try:
        with patiently(call, submission.service):
            accepts_doubts = call.flag("accept_doubts")
            return follow(session, authority, submission, schemas(), accepts_doubts=accepts_doubts)
    except NotFound as error:  # the signed copy was removed
        return News(changed(session, submission, trouble=told(error)))


def _is_offline(call: Invocation) -> bool:
    return settings.is_on("offline", call.values)


def _tell(call: Invocation, news: Iterable[News]) -> None:
    for one in news:
        if one.wrong:
            text = f"{one.submission.service} gave an answer that was not taken in: {one.wrong}"
            call.output.warn("\n".join(wrapped("", safe(text), len("warning: "))))
        if one.arrival is None:
            continue
        arrived = f"claim {one.arrival.claim.id} was taken in; said by {safe(one.arrival.claim.authority)}"
        call.output.note("\n".join(wrapped("", arrived, 2, used=0)))
        for note in one.arrival.notes:
            call.output.warn(safe(note))


def _members(one: Submission) -> dict[str, object]:
    """Return what ``--json`` shows; the link is not among it."""
    return {
        "id": one.id,
        "authority": one.service,
        "type": one.process_name,
        "process": one.process_id,
        "persona": one.persona,
        "created": one.created,
        "state": one.state,
        "heard": one.heard or None,
        "reason": one.reason or None,
        "trouble": one.trouble or None,
        "claim": one.claim or None,
        "renews": one.renews or None,
    }


def _table(found: Sequence[Submission], now: datetime) -> Iterator[str]:
    yield f"{'request':<{SHOWN_ID}}  {'type':<18}  {'authority':<20}  {'state':<10}  heard"
    for one in found:
        kind, whom = shortened(safe(one.process_name), 18), shortened(safe(one.service.partition("://")[2]), 20)
        yield f"{one.id[:SHOWN_ID]}  {kind:<18}  {whom:<20}  {_WORDS[one.state]:<10}  {_age(heard_at(one), now)}"
        if one.claim:
            yield f"  your claim {one.claim[:SHOWN_ID]}"
        if one.reason:
            yield from wrapped("  reason: ", safe(one.reason), 10)
        if one.trouble:
            yield from wrapped("  ", safe(one.trouble), 2)


def _age(heard: datetime | None, now: datetime) -> str:
    if heard is None:
        return "never"
    return ago((now - heard).total_seconds())
