"""The verb ``inspect``: one verdict for each presentation, by the demands of a scenario."""

from __future__ import annotations

from prometheus.cli.inspector.arrived import judge_arrived
from prometheus.cli.inspector.judged import document_of, exit_code_of, judge_shown, lines_of
from prometheus.cli.inspector.sources import presentation_named, scenario_asked
from prometheus.cli.output import safe
from prometheus.model.frozen import TYPE_CHECKING

if TYPE_CHECKING:
    from prometheus.cli.invocation import Invocation


def run(call: Invocation) -> int:
    """Judge the presentations that are named, or what has newly arrived at the service."""
    asked = scenario_asked(call)
    call.output.note(safe(f"judging by {asked.title}, {asked.content_id}, from {asked.source}"))
    named = call.many("presentation")
    if not named:
        return judge_arrived(call, asked)
    judged = [judge_shown(call, asked, presentation_named(call, text)) for text in named]
    call.output.result(document_of(call, asked, judged), lines_of(call, judged, is_alone=len(judged) == 1))
    return exit_code_of(judged)
