"""What an authority published when it was last asked, so that a change after the fact is seen.

A process is named by its content id, so nobody can change one that a claim names. But an authority can publish another
one under the same name. A higher version says so openly; the same version with another id does not, and whoever asks
for it again would sign something else than last time. That is caught here, in whatever letters the name is written and
whether or not the old one stays beside. A process of a name that an authority never published before is taken only by
name, or when the person was told.
"""

from __future__ import annotations

import hashlib

from prometheus.claims.process import Process, parse_process
from prometheus.errors import Ambiguous, NotFound, NotTrusted
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.usecases.naming import meant, plain
from prometheus.usecases.schema_check import check_document
from prometheus.usecases.schemas import KnownSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prometheus.claims.services_view import Published
    from prometheus.usecases.session import Commit, Session

RECORD: Final = "authority/"
"""How the names of the records begin, among the settings."""
_MOST: Final = 500
"""Processes of one authority that are remembered."""


class SeenProcess(NamedTuple):
    """A process as it was once published."""

    id: str
    name: str
    version: float


class Republished(NamedTuple):
    """A process in the place of another one of the same name, or beside it."""

    before: SeenProcess
    now: SeenProcess

    @property
    def is_silent(self) -> bool:
        """Whether the version does not tell that it is another one."""
        return self.now.version <= self.before.version


def as_known(published: Iterable[Published]) -> list[KnownSchema]:
    """Return the processes that an authority publishes, each checked like one that is added by hand.

    Raises:
        NotUnderstood: When the schema of one cannot be used.
    """
    return [KnownSchema(one.content_id, _checked(one), is_shipped=False) for one in published]


def choose_process(published: Sequence[KnownSchema], text: str, service: str) -> KnownSchema:
    """Return the process that a name, an id or a beginning of an id stands for; of several versions the newest.

    Raises:
        NotFound: When the authority publishes none of that name.
        Ambiguous: When several have it.
    """
    named = meant(text, published, lambda one: one.name, lambda one: one.content_id)
    if not named:
        raise NotFound(
            f"{service} publishes no process called `{text[:60]}`",
            code="PROCESS-NOT-FOUND",
            meaning=f"it publishes: {', '.join(one.name for one in published) or 'nothing'}",
            remedy="name one of these with --process",
        )
    newest = max(one.process.version for one in named)
    latest = [one for one in named if one.process.version == newest]
    if len(latest) > 1:
        ids = ", ".join(one.content_id for one in latest)
        raise Ambiguous(
            f"`{text[:60]}` names {len(latest)} processes", code="PROCESS-AMBIGUOUS", meaning=ids, remedy="give the id"
        )
    return latest[0]


def seen_at(session: Session, service: str) -> list[SeenProcess]:
    """Return what an authority published when it was last asked."""
    return seen_in(session.get(collection.SETTING, _record_name(service)))


def republished(before: Sequence[SeenProcess], now: Iterable[KnownSchema]) -> Iterator[Republished]:
    """Yield each process that was not there before and has the name of one that was, be that still there or not."""
    for one in now:
        if any(old.id == one.content_id for old in before):
            continue
        namesakes = [old for old in before if plain(old.name) == plain(one.name)]
        if namesakes:
            yield Republished(max(namesakes, key=lambda old: old.version), _seen(one))


def is_of_a_new_name(before: Sequence[SeenProcess], wanted: KnownSchema) -> bool:
    """Whether an authority that was asked before publishes this under a name that it never had."""
    return bool(before) and all(old.id != wanted.content_id and plain(old.name) != plain(wanted.name) for old in before)


def silent_change(changes: Iterable[Republished], wanted: KnownSchema) -> Republished | None:
    """Return the change by which a process took another one's place without saying so, where it did."""
    return next((one for one in changes if one.is_silent and one.now.id == wanted.content_id), None)


def refusal_of(change: Republished, service: str, differing: Sequence[str]) -> NotTrusted:
    """Return the refusal of such a process, with both ids and what differs."""
    return NotTrusted(
        f"{service} publishes another process as `{change.now.name}` than before, under the same version",
        code="PROCESS-CHANGED",
        meaning=f"{'; '.join(differing)}; it was {change.before.id}, it is {change.now.id} now",
        remedy="ask the authority why; --accept-changed-process takes the new one",
    )


def remember(commit: Commit, service: str, published: Sequence[KnownSchema], wanted: KnownSchema) -> None:
    """Keep what an authority publishes now.

    What is gone stays remembered. What took a place without saying so, and what has a name that was not there before,
    does not count as known, but for the wanted one, to which the person agreed: so it is told until it was agreed to,
    whatever is asked for in between.
    """
    before = seen_in(commit.get(collection.SETTING, _record_name(service)))
    changes = list(republished(before, published))
    untold = {one.now.id for one in changes if one.is_silent}
    untold |= {one.content_id for one in published if is_of_a_new_name(before, one)}
    untold.discard(wanted.content_id)
    replaced = {one.before.id for one in changes if one.now.id not in untold}
    current = [_seen(one) for one in published if one.content_id not in untold]
    ids = {one.id for one in current} | replaced
    kept = [*current, *(one for one in before if one.id not in ids)][:_MOST]
    commit.put(
        collection.SETTING, _record_name(service), {"service": service, "processes": [list(one) for one in kept]}
    )


def seen_in(fields: Mapping[str, Any] | None) -> list[SeenProcess]:
    """Return the processes in a record of an authority; none where there is no record.

    Raises:
        LookupError, TypeError, ValueError: When it does not have its form.
    """
    found = [SeenProcess(*members) for members in fields["processes"]] if fields else []
    kinds = {tuple(map(type, one)) for one in found}
    if not kinds <= {(str, str, int), (str, str, float)}:
        raise ValueError(RECORD)
    return found


def _checked(published: Published) -> Process:
    parse_process(published.document)
    return check_document(published.document).process


def _seen(known: KnownSchema) -> SeenProcess:
    return SeenProcess(known.content_id, known.process.name, known.process.version)


def _record_name(service: str) -> str:
    return f"{RECORD}{hashlib.sha256(service.encode()).hexdigest()[:32]}"
