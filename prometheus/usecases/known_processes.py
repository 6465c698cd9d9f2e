"""What an authority published when it was last asked, so that a change after the fact is seen.

A process is named by its content id, so nobody can change one that a claim names. But an authority can publish another
one under the same name. A higher version says so openly; the same version with another id does not, and whoever asks
for it again would sign something else than last time. That is caught here.
"""

from __future__ import annotations

import hashlib

from prometheus.claims.process import Process, parse_process
from prometheus.errors import Ambiguous, NotFound, NotTrusted
from prometheus.model import collection
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.usecases.schema_check import check_document
from prometheus.usecases.schemas import SHORTEST_PREFIX, KnownSchema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from prometheus.claims.services_view import Published
    from prometheus.usecases.session import Commit, Session

RECORD: Final = "authority/"
"""How the names of the records begin, among the settings."""
_ID_PREFIX: Final = "cju"
_MOST: Final = 500
"""Processes of one authority that are remembered."""


class SeenProcess(NamedTuple):
    """A process as it was once published."""

    id: str
    name: str
    version: float


class Republished(NamedTuple):
    """A process in the place of another one of the same name."""

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
    start = _ID_PREFIX + text.strip().removesuffix("…").removeprefix(_ID_PREFIX)
    named = [one for one in published if one.name.casefold() == text.strip().casefold()]
    if not named and len(start) >= len(_ID_PREFIX) + SHORTEST_PREFIX:
        named = [one for one in published if one.content_id.startswith(start)]
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
    """Yield each process that stands where another one of its name stood, and whose own is not published any more."""
    current = list(now)
    ids = {one.content_id for one in current}
    for one in current:
        if any(old.id == one.content_id for old in before):
            continue
        replaced = [old for old in before if old.name == one.name and old.id not in ids]
        if replaced:
            yield Republished(max(replaced, key=lambda old: old.version), _seen(one))


def require_told(changes: Iterable[Republished], wanted: KnownSchema, service: str) -> None:
    """Refuse a process that took another one's place without saying so.

    Raises:
        NotTrusted: With both ids.
    """
    for change in changes:
        if change.now.id == wanted.content_id and change.is_silent:
            raise NotTrusted(
                f"{service} publishes another process as `{wanted.name}` than before, under the same version",
                code="PROCESS-CHANGED",
                meaning=f"it was {change.before.id}, it is {change.now.id} now",
                remedy="ask the authority why; --accept-changed-process takes the new one",
            )


def remember(commit: Commit, service: str, published: Sequence[KnownSchema], wanted: KnownSchema) -> None:
    """Keep what an authority publishes now.

    What is gone stays remembered, and what took a place without saying so does not count as known, but for the wanted
    one, to which the person agreed: so a change is told until it was agreed to, whatever is asked for in between.
    """
    before = seen_in(commit.get(collection.SETTING, _record_name(service)))
    changes = list(republished(before, published))
    untold = {one.now.id for one in changes if one.is_silent} - {wanted.content_id}
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
