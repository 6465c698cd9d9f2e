"""Whether what came in is a presentation that can be kept, and for which scenarios it was made.

Rules:
* It is named by the content id of the whole signed object, and its signature fits. Texts are those that the reference
  service was recorded with.
* It has the form of a presentation to the last member, for no judge accepts another one.
* It is for a scenario where it has all licences that this one asks for, issued to the same DID for the same purpose,
  and may have all processes: a statement whose content is hidden may be of any.

What this is not: a verdict about it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from prometheus.claims.presentation import parse_signed_presentation
from prometheus.errors import InputError, NotUnderstood, ProofError
from prometheus.identity.did import Did
from prometheus_morpheus.services.signed_arrivals import require_signature

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from prometheus.claims.jsontext import Json
    from prometheus.claims.presentation import Presentation
    from prometheus.claims.scenario import Scenario
    from prometheus_morpheus.services.catalogue import OfferedScenario

_WHAT = "Signed presentation"


class ArrivedPresentation(NamedTuple):
    """A presentation that was found good: its content id, and the scenarios it may be for."""

    content_id: str
    scenario_ids: tuple[str, ...]


def read_presentation(document: Json, offered: Iterable[OfferedScenario]) -> ArrivedPresentation:
    """Return what came in, where it can be kept.

    Raises:
        NotUnderstood: ``Signed presentation <id> is missing signature``, ``… has invalid signature`` or why it cannot
            be read.
    """
    name = require_signature(document, _WHAT)
    try:
        shown = parse_signed_presentation(document).content
    except (InputError, ProofError) as error:
        reason = f"{_WHAT} {name} cannot be read: {error.what} {error.meaning}".rstrip()
        raise NotUnderstood(reason) from None
    return ArrivedPresentation(name, tuple(one.content_id for one in offered if _is_for(shown, one.scenario)))


def _is_for(shown: Presentation, scenario: Scenario) -> bool:
    licences = {(_same(one.issued_to), one.purpose) for one in shown.licences}
    wanted = {(_same(one.issued_to), one.purpose) for one in scenario.required_licences}
    processes = set(_processes(shown))
    return wanted <= licences and (None in processes or {one.process for one in scenario.prerequisites} <= processes)


def _processes(shown: Presentation) -> Iterator[str | None]:
    """Yield the process of each statement; None for one that is hidden."""
    for proven in shown.proven_claims:
        for statement in proven.statements:
            yield None if isinstance(statement.content, str) else statement.content.process_id


def _same(did: str) -> str:
    """Return the one spelling of a DID, which was read as one before."""
    return Did.parse(did).text
