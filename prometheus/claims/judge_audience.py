"""The checks of challenge and audience: is this fresh, is it for us, and is the licence still good.

Rules for freshness: ``live`` is an answer to our own question in time, ``recent`` a presentation whose nonce fits and
that was signed within the window, all else is ``copy``. A file is judged without: whoever reads a file did not ask.
Rules for audience: one licence must name us and be within its times, with some seconds of skew. A presentation to the
subject's own DID names nobody in particular. Where our own challenge was answered, our clock-free answer counts more
than times, so those become a warning.
Not here: whether the nonce fits (`prometheus.claims.finding`).
"""

from __future__ import annotations

from prometheus.claims.did_names import did_of
from prometheus.claims.judge_time import NO_OFFSET
from prometheus.claims.moments import read_moment
from prometheus.model.frozen import TYPE_CHECKING, Literal, NamedTuple
from prometheus.verdict.check import Check, failed, passed, skipped, unknown, warned

if TYPE_CHECKING:
    from collections.abc import Iterable

    from prometheus.claims.finding import Finding
    from prometheus.claims.knowledge import AskedRequest, Knowledge
    from prometheus.claims.licence import Licence
    from prometheus.identity.did import Did

NONCE = "binding.nonce"
AUDIENCE = "binding.audience"

Reached = Literal["copy", "recent", "live"]
_RANK = {"copy": 0, "recent": 1, "live": 2}
Timeliness = Literal["good", "over", "unreadable"]


def reached_level(finding: Finding, licences: tuple[Licence, ...], knowledge: Knowledge) -> Reached:
    """Return how fresh a presentation is shown to be; of a file nobody asks."""
    if knowledge.level == "document":
        return "copy"
    if finding.level == "live":
        return "live"
    if finding.level == "one-way" and _is_within_window(licences, knowledge):
        return "recent"
    return "copy"


def _is_within_window(licences: tuple[Licence, ...], knowledge: Knowledge) -> bool:
    signed_at = [read_moment(licence.valid_from) for licence in licences]
    limit = knowledge.policy.window_s + knowledge.policy.skew_s
    now = knowledge.now.timestamp()
    return bool(signed_at) and all(moment is not None and abs(now - moment.seconds) <= limit for moment in signed_at)


def check_nonce(finding: Finding, reached: Reached, knowledge: Knowledge) -> Check:
    """Check that the presentation is as fresh as was required."""
    if finding.text_differs:
        detail = "the presentation carries another challenge than the one given"
        return failed(NONCE, "NONCE", detail, "ask for an answer to your challenge")
    if knowledge.level == "document":
        return _of_a_file(finding, knowledge)
    evidence = {"level": reached}
    if _RANK[reached] >= _RANK[knowledge.level]:
        detail = "our own question was answered in time" if reached == "live" else "it was signed just now"
        return passed(NONCE, detail, **evidence)
    detail = "that the shower holds the key now is not proven: this may be a copy"
    return unknown(NONCE, "COPY", detail, "ask with a request and let her answer it", **evidence)


def _of_a_file(finding: Finding, knowledge: Knowledge) -> Check:
    if knowledge.challenge is not None:
        return passed(NONCE, "the presentation carries the challenge given")
    if finding.fits is not None:
        return skipped(NONCE, "it answers the request given; when the answer arrived is not known")
    return skipped(NONCE, "a file is judged: no question of ours waits for an answer")


class Audience(NamedTuple):
    """Who may be meant: the DIDs that are us, and those of the subjects."""

    ours: frozenset[Did]
    subjects: frozenset[Did]


def audience_of(request: AskedRequest | None, subjects: Iterable[str], knowledge: Knowledge) -> Audience:
    """Return whom a licence may name; `request` is the one of ours that is answered.

    Raises:
        NotUnderstood: When an audience that was given is no DID.
    """
    given = [knowledge.audience, None if request is None else request.audience, *knowledge.own_dids]
    return Audience(
        frozenset(did_of(name) for name in given if name is not None),
        frozenset(did_of(subject) for subject in subjects),
    )


def check_audience(
    licences: tuple[Licence, ...], audience: Audience, reached: Reached, knowledge: Knowledge
) -> tuple[Check, ...]:
    """Check that a licence is for us and within its times."""
    if not licences:
        detail = "there is no licence: for whom and until when this was meant is not known"
        return (unknown(AUDIENCE, "NO-LICENCE", detail, "ask for a presentation with a licence"),)
    named = [licence.issued_to for licence in licences]
    ours = [licence for licence in licences if did_of(licence.issued_to) in audience.ours]
    if not ours:
        finding = _nobody_here(licences, audience, knowledge)
        return (finding, *_times(licences, reached, knowledge, every=True))
    times = _times(ours, reached, knowledge, every=False)
    return (passed(AUDIENCE, "a licence is for you", named=named), *times)


def _nobody_here(licences: tuple[Licence, ...], audience: Audience, knowledge: Knowledge) -> Check:
    """Return the finding where no licence names us."""
    named = sorted({licence.issued_to for licence in licences})
    is_for_herself = all(did_of(name) in audience.subjects for name in named)
    if is_for_herself and knowledge.level != "live" and not knowledge.licences:
        return skipped(AUDIENCE, "the licence names nobody but the subject: it is for anyone", named=named)
    if knowledge.level == "document" and knowledge.audience is None:
        detail = f"it was made for {', '.join(named)[:200]}"
        if knowledge.needs_audience:
            remedy = "say with --audience who you are, if that is you"
            return unknown(AUDIENCE, "WHO-ASKS", f"{detail}; who you are was not said", remedy, named=named)
        return skipped(AUDIENCE, detail, named=named)
    detail = f"no licence is for you: it was made for {', '.join(named)[:200]}"
    return failed(AUDIENCE, "AUDIENCE", detail, "ask for a presentation made for you", named=named)


def _times(licences: Iterable[Licence], reached: Reached, knowledge: Knowledge, *, every: bool) -> tuple[Check, ...]:
    """Return what is to be said about the times of licences: of every one, or of the best."""
    findings = [timeliness(licence, knowledge) for licence in licences]
    states = {state for state, _ in findings}
    worst = next(state for state in ("over", "unreadable", "good") if state in states)
    state = worst if every or "good" not in states else "good"
    if state == "over":
        return (_over(reached),)
    if state == "unreadable":
        return (unknown(AUDIENCE, "NOT-A-TIME", "a time of the licence cannot be read", "judge it by eye"),)
    if not all(has_offset for _, has_offset in findings):
        return (warned(AUDIENCE, "NO-OFFSET", f"the licence is good now; {NO_OFFSET}"),)
    return ()


def timeliness(licence: Licence, knowledge: Knowledge) -> tuple[Timeliness, bool]:
    """Return whether a licence is good now, and whether its times name their zone."""
    start, end = read_moment(licence.valid_from), read_moment(licence.valid_until)
    now, skew = knowledge.now.timestamp(), knowledge.policy.skew_s
    is_over = (start is not None and now < start.seconds - skew) or (end is not None and now >= end.seconds + skew)
    if is_over:
        return "over", True
    if start is None or end is None:
        return "unreadable", True
    return "good", start.has_offset and end.has_offset


def _over(reached: Reached) -> Check:
    if reached == "live":
        detail = "the licence is outside its times by your clock, but your own question was answered in time"
        return warned(AUDIENCE, "CLOCK", detail, "compare the clocks")
    return failed(AUDIENCE, "EXPIRED", "the licence is outside its times", "ask for a new presentation")
