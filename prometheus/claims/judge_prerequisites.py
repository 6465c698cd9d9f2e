"""The check that fields which were asked of one kind of claim are not answered by another.

A field of the same name says something else in a claim of another process, by another authority: who is trusted to say
who is a member of a club is not asked how old people are. So where the question names a process, only claims that were
witnessed by it count.
Not here: whether a field is shown at all (`prometheus.claims.judge_presentation`).
"""

from __future__ import annotations

from prometheus.claims.judge_presentation import MANDATORY, is_open
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.verdict.check import Check, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.claims.reading import ReadClaim

Contents = tuple[tuple["Json", "Json"], ...]


class OfProcesses(NamedTuple):
    """The open forms of one claim's content, each with its schema, and the processes that witnessed it."""

    processes: frozenset[str]
    contents: Contents


def of_processes(proven: ReadClaim, contents: Contents) -> OfProcesses:
    """Return a claim of a presentation with the processes of those statements that are about it."""
    about_it = (one.content for one in proven.statements if one.claim_digest == proven.digest)
    return OfProcesses(frozenset(content.process_id for content in about_it if content is not None), contents)


def check_prerequisites(
    claims: Sequence[OfProcesses], prerequisites: Sequence[tuple[str, tuple[str, ...]]]
) -> tuple[Check, ...]:
    """Check that each path that is open at all is open in a claim of the process that it was asked of.

    Args:
        claims: All claims that are shown.
        prerequisites: Processes, each with the paths that were asked of it.
    """
    return tuple(_findings(claims, prerequisites))


def _findings(claims: Sequence[OfProcesses], prerequisites: Sequence[tuple[str, tuple[str, ...]]]) -> Iterator[Check]:
    for process, paths in prerequisites:
        for path in paths:
            shown_by = [claim for claim in claims if is_open(path, claim.contents)]
            if shown_by and not any(process in claim.processes for claim in shown_by):
                detail = f"{path[:80]} is shown of another kind of claim than the one it was asked of"
                yield unknown(MANDATORY, "OTHER-PROCESS", detail, "ask again", path=path, process=process)
