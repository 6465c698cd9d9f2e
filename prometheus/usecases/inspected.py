"""Which presentations an inspector has judged already, as the log of their vault has it.

The log holds ids, the scenario and the verdict, never what was shown. So what is new is found without a list of its
own, and an export of the log shows what was judged when.
"""

from __future__ import annotations

from prometheus.model.frozen import TYPE_CHECKING, Final
from prometheus.usecases import audit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from prometheus.claims.services_view import ReceivedPresentation
    from prometheus.model.persona import Persona
    from prometheus.usecases.session import Session

ACT: Final = "inspect"


def new_among(
    session: Session, received: Sequence[ReceivedPresentation], scenario_id: str, *, again: bool = False
) -> list[ReceivedPresentation]:
    """Return what answers a scenario, or may, and was not judged by it yet; each once, the oldest first.

    Args:
        session: The inspector's open vault.
        received: What the service lists.
        scenario_id: The scenario; what is listed for other ones alone is left out.
        again: Whether what was judged before counts too.
    """
    judged = frozenset() if again else judged_by(session, scenario_id)
    fitting = {
        one.content_id: one
        for one in received
        if one.content_id not in judged and (not one.scenario_ids or scenario_id in one.scenario_ids)
    }
    return sorted(fitting.values(), key=lambda one: one.date)


def judged_by(session: Session, scenario_id: str) -> frozenset[str]:
    """Return the ids of presentations that were judged by a scenario."""
    entries = audit.newest(session, audit.About(act=ACT))
    return frozenset(
        str(entry.facts["presentation"]) for entry in entries if entry.facts.get("scenario") == scenario_id
    )


def keep_judged(
    session: Session, persona: Persona, scenario_id: str, service: str, verdicts: Sequence[tuple[str, str]]
) -> None:
    """Log what was judged: pairs of a presentation's id and the word of its verdict."""
    if not verdicts:
        return
    with session.commit() as commit:
        for presentation_id, verdict in verdicts:
            facts = {
                "presentation": presentation_id,
                "scenario": scenario_id,
                "verdict": verdict,
                "service": service,
            }
            audit.append(commit, ACT, persona=persona.did, facts=facts)
