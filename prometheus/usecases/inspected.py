"""Which presentations an inspector has judged already, and by which scenario, as the log of their vault has it.

The log holds ids, the scenario and the verdict, never what was shown. So what is new is found without a list of its
own, and an export of the log shows what was judged when.

Rules:
* A verdict that is unknown settles nothing: what it lacked may be there the next time.
* One presentation may be handed in under many ids, which its digest sees through: it counts once.
* A scenario that stands under the name of another one without a higher version is told; so nobody judges by weaker
  demands than before without knowing.
"""

from __future__ import annotations

from prometheus.errors import NotTrusted
from prometheus.model.frozen import TYPE_CHECKING, Final, NamedTuple
from prometheus.usecases import audit
from prometheus.usecases.naming import plain

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.services_view import ReceivedPresentation
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session

ACT: Final = "inspect"
UNSETTLED: Final = "unknown"
SEEN: Final = "SEEN"


class By(NamedTuple):
    """The scenario that is judged by: its id, name and version, and the service that it comes from, if any."""

    scenario_id: str
    name: str
    version: float
    service: str


class Before(NamedTuple):
    """How something was judged before."""

    presentation_id: str
    digest: str
    verdict: str
    at: str


class Known(NamedTuple):
    """Everything that was judged by one scenario, the newest first."""

    all: tuple[Before, ...]

    def of(self, presentation_id: str) -> Before | None:
        """Return how a presentation was judged last, None where it was not."""
        return next((one for one in self.all if one.presentation_id == presentation_id), None)

    def is_settled(self, presentation_id: str) -> bool:
        """Whether there is a verdict on it that will not change by looking again."""
        found = self.of(presentation_id)
        return found is not None and found.verdict != UNSETTLED

    def seen_beside(self, presentation_id: str) -> dict[str, str]:
        """Return the digests of what was judged under other ids, and when."""
        return {
            one.digest: one.at
            for one in self.all
            if one.digest and one.verdict != SEEN and one.presentation_id != presentation_id
        }


def known_by(session: Session, scenario_id: str) -> Known:
    """Return what was judged by a scenario."""
    entries = audit.newest(session, audit.About(act=ACT))
    return Known(
        tuple(
            Before(str(facts["presentation"]), str(facts.get("content", "")), str(facts["verdict"]), entry.at)
            for entry in entries
            if (facts := entry.facts).get("scenario") == scenario_id
        )
    )


def new_among(
    known: Known, received: Sequence[ReceivedPresentation], scenario_id: str, *, again: bool = False
) -> list[ReceivedPresentation]:
    """Return what answers a scenario, or may, and has no settled verdict by it yet; each once, the oldest first.

    Args:
        known: What was judged by the scenario.
        received: What the service lists.
        scenario_id: The scenario; what is listed for other ones alone is left out.
        again: Whether what was judged before counts too.
    """
    fitting = {
        one.content_id: one
        for one in received
        if (again or not known.is_settled(one.content_id)) and (not one.scenario_ids or scenario_id in one.scenario_ids)
    }
    return sorted(fitting.values(), key=lambda one: one.date)


def require_told_change(session: Session, by: By) -> None:
    """Refuse a scenario of a service that took another one's place there without saying so by a higher version.

    Raises:
        NotTrusted: With both ids.
    """
    for entry in audit.newest(session, audit.About(act=ACT)):
        facts = entry.facts
        if facts.get("service") != by.service or plain(str(facts.get("name", ""))) != plain(by.name):
            continue
        if facts.get("scenario") == by.scenario_id or by.version > facts.get("version", by.version):
            return
        raise NotTrusted(
            f"{by.service} publishes another scenario as `{by.name[:60]}` than before, under the same version",
            code="SCENARIO-CHANGED",
            meaning=f"it was {facts.get('scenario')}, it is {by.scenario_id} now",
            remedy="ask who runs the service; --accept-changed-scenario judges by the new one",
        )


def keep_judged(session: Session, persona: Persona, by: By, known: Known, verdicts: Sequence[Before]) -> None:
    """Log what was judged; the same word about the same presentation once."""
    news = [one for one in verdicts if (was := known.of(one.presentation_id)) is None or was.verdict != one.verdict]
    if not news:
        return
    with session.commit() as commit:
        for one in news:
            facts = {
                "presentation": one.presentation_id,
                "content": one.digest,
                "scenario": by.scenario_id,
                "name": by.name,
                "version": by.version,
                "verdict": one.verdict,
                "service": by.service,
            }
            audit.append(commit, ACT, persona=persona.did, facts=facts)
