"""One presentation judged as an answer to a scenario: its verdict, its exit code, and how it is told."""

from __future__ import annotations

from prometheus.cli.claim.lines import when
from prometheus.cli.claim.verify import what_ledgers_say
from prometheus.cli.inspector.sources import address_of_service
from prometheus.cli.output import safe
from prometheus.cli.verdict_lines import verdict_lines
from prometheus.compose.clock import SystemClock
from prometheus.compose.known_schemas import schemas
from prometheus.compose.trust_file import load_trust
from prometheus.errors import NotFound
from prometheus.model.frozen import TYPE_CHECKING, Any, Final, NamedTuple
from prometheus.usecases.verify_claim import Question, audience_did, expectation, judge, question_from_scenario
from prometheus.verdict import NoVerdict, Verdict

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from prometheus.claims.knowledge import Level
    from prometheus.cli.inspector.sources import Asked, Shown
    from prometheus.cli.invocation import Invocation
    from prometheus.errors import PrometheusError

_INVALID, _UNKNOWN = 1, 13
_LEVELS: dict[str, Level] = {"document": "document", "recent": "recent"}


class Context(NamedTuple):
    """What is known beside the document: who asks where nobody else says so, and what was shown before, and when."""

    audience: str | None = None
    seen: Mapping[str, str] = {}
    before: str = ""
    """What this very presentation was judged to be before, and when; empty where it was not."""


NOTHING_KNOWN: Final = Context()


class Judged(NamedTuple):
    """What became of one presentation: a verdict, none as it answers something else, or why it could not be had."""

    content_id: str
    date: str
    found: Verdict | NoVerdict | PrometheusError
    exit_code: int
    """The exit code that it stands for alone."""
    digest: str = ""
    before: str = ""

    @property
    def word(self) -> str:
        """The verdict in a word, for the log."""
        return self.found.verdict if isinstance(self.found, Verdict) else self.found.code


def judge_shown(call: Invocation, asked: Asked, shown: Shown, context: Context = NOTHING_KNOWN) -> Judged:
    """Return what a presentation is worth as an answer to a scenario."""
    expected = tuple(expectation(text) for text in call.many("expect"))
    audience, level = call.maybe("audience"), call.maybe("require") or "document"
    who = None if audience is None else audience_did(audience)
    question = Question(who, expected=expected, level=_LEVELS[level], needs_audience=True, seen=context.seen)
    question = question_from_scenario(asked.raw, question)
    found = judge(
        shown.raw,
        question if question.audience else question._replace(audience=context.audience),
        now=SystemClock().now(),
        trust=load_trust(),
        schemas=schemas(),
        ledger=what_ledgers_say(call, shown.raw),
    )
    required = isinstance(found, Verdict) and call.maybe("require") is not None
    code = found.exit_code_when_required() if required and isinstance(found, Verdict) else found.exit_code
    return Judged(shown.content_id, shown.date, found, code, shown.digest, context.before)


def exit_code_of(judged: Sequence[Judged]) -> int:
    """Return one exit code for all: the gravest of them, invalid before anything that is not known.

    Where there is none that is "nothing has that name": a script must not take silence for consent.
    """
    codes = [one.exit_code for one in judged]
    if not codes:
        return NotFound.exit_code
    if _INVALID in codes:
        return _INVALID
    return next((code for code in codes if code not in (0, _UNKNOWN)), _UNKNOWN if _UNKNOWN in codes else 0)


def document_of(call: Invocation, asked: Asked, judged: Sequence[Judged], **more: object) -> dict[str, Any]:
    """Return the result as ``--json`` shows it."""
    return {
        "scenario": asked.content_id,
        "name": asked.name,
        "version": asked.version,
        "scenario_from": asked.source,
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
        if one.before:
            yield f"judged before: {one.before}"
        if isinstance(one.found, Verdict):
            yield from verdict_lines(one.found, call.output)
        elif isinstance(one.found, NoVerdict):
            yield f"NO VERDICT  {one.found.code}: {one.found.detail}"
            yield f"  hint: {one.found.remedy}"
        else:
            yield f"NOT JUDGED  {one.found.code}: {safe(one.found.what)}"


def _member(one: Judged) -> dict[str, Any]:
    kind = {Verdict: "verdict", NoVerdict: "no_verdict"}.get(type(one.found), "error")
    return {
        "id": one.content_id or None,
        "arrived": one.date or None,
        "before": one.before or None,
        kind: one.found.as_document(),
    }
