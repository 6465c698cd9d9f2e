"""The scenarios that an inspector's service publishes, and the one of them that a person means.

What a service hands out is checked against its content id once more; a scenario that is none is left out, so that one
broken file does not hide the others.
"""

from __future__ import annotations

from prometheus.claims.digest import content_id
from prometheus.claims.jsontext import compact
from prometheus.claims.scenario import Scenario, parse_scenario
from prometheus.errors import Ambiguous, InputError, NotFound, NotTrusted, ProofError
from prometheus.model.frozen import TYPE_CHECKING, NamedTuple
from prometheus.usecases.naming import meant

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.jsontext import Json
    from prometheus.claims.services_view import Inspector


class PublishedScenario(NamedTuple):
    """A scenario with its content id and as it came."""

    content_id: str
    scenario: Scenario
    document: Json

    @property
    def raw(self) -> bytes:
        """Its text."""
        return compact(self.document).encode()

    @property
    def title(self) -> str:
        """Name and version in one line."""
        return f"{self.scenario.name} {self.scenario.version}"


def published_scenarios(inspector: Inspector) -> tuple[PublishedScenario, ...]:
    """Return every scenario that a service publishes.

    Raises:
        NotTrusted: When a document is not what its id stands for.
        NetworkError: When it cannot be asked.
    """
    found = []
    for one in inspector.scenarios():
        if content_id(one.document) != one.content_id:
            raise NotTrusted(
                "the service publishes another scenario than its id says",
                code="SCENARIO-DIFFERS",
                meaning=f"what it hands out is not what {one.content_id[:60]} stands for",
                remedy="show nothing to it",
            )
        try:
            found.append(PublishedScenario(one.content_id, parse_scenario(one.document), one.document))
        except (InputError, ProofError):
            continue
    return tuple(found)


def find_scenario(published: Sequence[PublishedScenario], text: str) -> PublishedScenario:
    """Return the one scenario that a name, an id or six characters of one stand for.

    Raises:
        NotFound: When none does; those that there are are named.
        Ambiguous: When several do; their ids are named.
    """
    wanted = text.strip()
    found = meant(text, published, lambda one: one.scenario.name, lambda one: one.content_id)
    if not found:
        raise NotFound(
            f"the inspector has no scenario {wanted[:60]}",
            code="SCENARIO-NOT-FOUND",
            meaning=f"it has: {', '.join(one.title for one in published) or 'none'}"[:300],
            remedy="name one of them",
        )
    if len(found) > 1:
        raise Ambiguous(
            f"{wanted[:60]} names {len(found)} scenarios",
            code="SCENARIO-AMBIGUOUS",
            meaning=", ".join(f"{one.title} is {one.content_id}" for one in found)[:600],
            remedy="name it by the beginning of its id",
        )
    return found[0]
