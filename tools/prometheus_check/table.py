"""The table that closes a check: time per part, tests run, what was skipped and why."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from prometheus_check.outcome import Tally

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus_check.outcome import Outcome

WIDTH = 34


def table(outcomes: Sequence[Outcome]) -> Iterator[str]:
    """Yield the lines of the table; the last one is the sum, on a line of its own."""
    yield ""
    yield f"{'part':<{WIDTH}} {'result':<8} {'time':>8} {'passed':>7} {'failed':>7} {'skipped':>8}"
    for outcome in outcomes:
        yield from _rows(outcome)
    yield from _reasons(outcomes)
    total = Tally()
    for outcome in outcomes:
        total = total.plus(outcome.tally)
    seconds = sum(outcome.seconds for outcome in outcomes)
    yield ""
    yield f"{_clock(seconds)} in all; a part without tests counts as one"
    yield f"{total.passed} passed, {total.failed} failed, {total.skipped} skipped"


def _rows(outcome: Outcome) -> Iterator[str]:
    time = _clock(outcome.seconds)
    yield f"{outcome.part.name:<{WIDTH}} {outcome.result:<8} {time:>8} {_counts(outcome.tally)}"
    for room, tally in outcome.rooms.items():
        yield f"  {room:<{WIDTH - 2}} {'':<8} {'':>8} {_counts(tally)}"


def _counts(tally: Tally) -> str:
    return f"{tally.passed:>7} {tally.failed:>7} {tally.skipped:>8}"


def _reasons(outcomes: Sequence[Outcome]) -> Iterator[str]:
    reasons: Counter[str] = Counter()
    for outcome in outcomes:
        reasons.update(outcome.skips)
    if not reasons:
        return
    yield ""
    yield "skipped, and why:"
    for reason, count in sorted(reasons.items()):
        yield f"  {count:>4}  {reason.splitlines()[0]}"


def _clock(seconds: float) -> str:
    minutes, rest = divmod(seconds, 60)
    return f"{minutes:.0f}m{rest:04.1f}s" if minutes else f"{rest:.1f}s"
