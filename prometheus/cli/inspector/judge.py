"""The verb ``inspect``: one verdict for each presentation, by the demands of a scenario."""

from __future__ import annotations

from prometheus.cli.claim.lines import when
from prometheus.cli.claim.verify import what_ledgers_say
from prometheus.cli.inspector.sources import (
    Shown,
    address_of_service,
    presentation_named,
    scenario_asked,
)
from prometheus.cli.output import safe
from prometheus.cli.verdict_lines import verdict_lines
from prometheus.compose.clock import SystemClock
from prometheus.compose.known_schemas import schemas
from prometheus.compose.trust_file import load_trust
from prometheus.model.frozen import TYPE_CHECKING, Any, NamedTuple
from prometheus.usecases.verify_claim import Question, expectation, judge, question_from_scenario
from prometheus.verdict import NoVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.cli.inspector.sources import Asked
    from prometheus.cli.invocation import Invocation
    from prometheus.errors import PrometheusError

_INVALID, _UNKNOWN = 1, 13


class Judged(NamedTuple):
    """What became of one presentation: a verdict, none as it answers something else, or why it could not be had."""

    content_id: str
    date: str
    found: Verdict | NoVerdict | PrometheusError

    @property
    def word(self) -> str:
        """The verdict in a word, for the log."""
        return self.found.verdict if isinstance(self.found, Verdict) else self.found.code

    @property
    def exit_code(self) -> int:
        """The exit code that it stands for alone."""
        return self.found.exit_code


def run(call: Invocation) -> int:
    """Judge the presentations that are named, or what has newly arrived at the service."""
    asked = scenario_asked(call)
    named = call.many("presentation")
    if not named:
        from prometheus.cli.inspector.arrived import judge_arrived

        return judge_arrived(call, asked)
    judged = [judge_shown(call, asked, presentation_named(call, text)) for text in named]
    call.output.result(document_of(call, asked, judged), lines_of(call, judged, is_alone=len(judged) == 1))
    return exit_code_of(judged)


def judge_shown(call: Invocation, asked: Asked, shown: Shown) -> Judged:
    """Return what a presentation is worth as an answer to a scenario."""
    expected = tuple(expectation(text) for text in call.many("expect"))
    question = question_from_scenario(asked.raw, Question(expected=expected))
    found = judge(
        shown.raw,
        question,
        now=SystemClock().now(),
        trust=load_trust(),
        schemas=schemas(),
        ledger=what_ledgers_say(call, shown.raw),
    )
    return Judged(shown.content_id, shown.date, found)


def exit_code_of(judged: Sequence[Judged]) -> int:
    """Return one exit code for all: the gravest of them, invalid before anything that is not known."""
    codes = [one.exit_code for one in judged]
    if _INVALID in codes:
        return _INVALID
    return next((code for code in codes if code not in (0, _UNKNOWN)), _UNKNOWN if _UNKNOWN in codes else 0)


def document_of(call: Invocation, asked: Asked, judged: Sequence[Judged], **more: object) -> dict[str, Any]:
    """Return the result as ``--json`` shows it."""
    return {
        "scenario": asked.content_id,
        "service": address_of_service(call),
        "presentations": [_member(one) for one in judged],
        **more,
    }


def lines_of(call: Invocation, judged: Sequence[Judged], *, is_alone: bool) -> Iterator[str]:
    """Yield every verdict, under the id of what it is about where there are several."""
    for number, one in enumerate(judged):
        if not is_alone:
            if number:
                yield ""
            arrived = f"  arrived {when(one.date)}" if one.date else ""
            yield call.output.paint(f"presentation {safe(one.content_id) or 'without id'}", "1") + arrived
        if isinstance(one.found, Verdict):
            yield from verdict_lines(one.found, call.output)
        elif isinstance(one.found, NoVerdict):
            yield f"NO VERDICT  {one.found.code}: {one.found.detail}"
            yield f"  hint: {one.found.remedy}"
        else:
            yield f"NOT JUDGED  {one.found.code}: {safe(one.found.what)}"


def _member(one: Judged) -> dict[str, Any]:
    kind = {Verdict: "verdict", NoVerdict: "no_verdict"}.get(type(one.found), "error")
    return {"id": one.content_id or None, "arrived": one.date or None, kind: one.found.as_document()}
