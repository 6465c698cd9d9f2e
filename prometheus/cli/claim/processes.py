"""What an authority publishes: fetched and compared with its ids, which of it is meant, and what changed about it."""

from __future__ import annotations

from prometheus.cli import ask
from prometheus.cli.output import safe
from prometheus.cli.patience import patiently
from prometheus.cli.schema.lines import SHOWN_ID
from prometheus.cli.services_asking import authority_at
from prometheus.cli.verdict_lines import wrapped
from prometheus.compose.known_schemas import schemas
from prometheus.errors import NoConsent, NotTrusted, NotUnderstood, Offline, TimedOut
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.usecases.known_processes import (
    as_known,
    choose_process,
    is_of_a_new_name,
    refusal_of,
    republished,
    seen_at,
    silent_change,
)
from prometheus.usecases.renew_claim import differences

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.services_view import ServiceAddress
    from prometheus.cli.invocation import Invocation
    from prometheus.errors import NetworkError
    from prometheus.usecases.known_processes import Republished
    from prometheus.usecases.schemas import KnownSchema
    from prometheus.usecases.send_request import Addressed
    from prometheus.usecases.session import Session


def published_at(call: Invocation, address: ServiceAddress) -> list[KnownSchema]:
    """Return what an authority publishes, each compared with its content id.

    Raises:
        NetworkError: When it cannot be asked, or sends what its ids do not say.
    """
    with patiently(call, address.url):
        return as_known(authority_at(call, address.url, was_agreed=True).processes())


def published_or_why(call: Invocation, address: ServiceAddress) -> tuple[list[KnownSchema], NetworkError | None]:
    """Return what an authority publishes, or nothing and why it was not reached."""
    try:
        return published_at(call, address), None
    except (Offline, TimedOut) as error:
        return [], error


def chosen_of(call: Invocation, published: Sequence[KnownSchema], address: ServiceAddress) -> KnownSchema:
    """Return the process that the call names, the only one, or the one that the person picks.

    Raises:
        NotFound, Ambiguous, NotUnderstood: When none, or several, can be meant.
    """
    named = call.maybe("process") or call.maybe("schema")
    if named:
        return choose_process(published, named, address.url)
    if len(published) == 1:
        return published[0]
    if not published:
        raise NotUnderstood(
            f"{address.url} publishes no process",
            code="PROCESS-NONE",
            remedy="ask the people who run it what can be asked for",
        )
    names = [f"{one.name}, version {one.process.version}" for one in published]
    if not call.output.may_ask:
        raise NotUnderstood(
            f"{address.url} publishes {len(published)} processes",
            code="PROCESS-NEEDED",
            meaning=", ".join(names),
            remedy="name one with --process",
        )
    call.output.tell(f"{safe(address.url)} publishes:")
    return published[ask.choose(call, "which process", names)]


def accepts_changes(call: Invocation, session: Session, to: Addressed, wanted: KnownSchema, *, is_named: bool) -> bool:
    """Say what is new in another process's place, and ask where the wanted one is so without saying it.

    Args:
        call: The call.
        session: The open vault.
        to: The authority, with what it publishes.
        wanted: The process that would be asked for.
        is_named: Whether the person named it, so that a name that was not there before is no surprise.

    Returns:
        Whether the person took a changed process, now or with the command line.

    Raises:
        NotTrusted: When the wanted one did not say so, and nobody can be asked; with what differs.
        NoConsent: When the person does not want it.
    """
    is_accepted, url = call.flag("accept_changed_process"), to.address.url
    before = seen_at(session, url)
    changes = list(republished(before, to.published))
    silent = silent_change(changes, wanted)
    if silent is not None and not is_accepted:
        _agree(call, silent, wanted, url)
        return True
    if not is_named and not is_accepted and is_of_a_new_name(before, wanted):
        _agree_to_new(call, wanted, url)
    for change in changes:
        what = f"`{safe(change.now.name)}` is another process than before: version {change.now.version}"
        (call.output.warn if change.is_silent else call.output.note)(f"{what}, {change.now.id[:SHOWN_ID]}…")
    return is_accepted


def _agree_to_new(call: Invocation, wanted: KnownSchema, url: str) -> None:
    refusal = NotTrusted(
        f"{url} publishes `{wanted.name}`, and did not before",
        code="PROCESS-NEW",
        meaning=f"it is {wanted.content_id}, the only one there now, and you did not name it",
        remedy="name it with --process, if it is what you want",
    )
    if call.flag("yes") or not call.output.may_ask:
        raise refusal
    call.output.warn("\n".join(wrapped("", safe(refusal.what), len("warning: "))))
    if not ask.confirm(call, "go on with it?"):
        raise NoConsent("nothing was signed, and nothing was sent")


def _agree(call: Invocation, change: Republished, wanted: KnownSchema, url: str) -> None:
    before = schemas().by_id(change.before.id)
    differing = [*differences(before, wanted)] if before else ["the one before is not known here"]
    refusal = refusal_of(change, url, differing)
    if call.flag("yes") or not call.output.may_ask:
        raise refusal
    call.output.warn("\n".join(wrapped("", safe(refusal.what), len("warning: "))))
    for line in (f"it was {change.before.id}", f"it is  {change.now.id}", *differing):
        for piece in wrapped("  ", safe(line), 4, used=2):
            call.output.tell(piece)
    if not ask.confirm(call, "take the new one? Ask the authority why, where you do not know"):
        raise NoConsent("nothing was signed, and nothing was sent")
