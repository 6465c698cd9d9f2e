"""The check that a presentation gives the licences that a scenario demands: for whom, what for, and no longer.

Rules: each licence that was demanded has to be among those given: to the same DID, for the same purpose, which is
compared in NFKD, for no longer than was asked for, and good now. A presentation that was made for something else, or
for nobody in particular, is no answer, even where everything in it is true; and a licence of years would let a copy
that was made once be shown for years.
Not here: whether one of them names us (`prometheus.claims.judge_audience`).
"""

from __future__ import annotations

from prometheus.claims.did_names import did_of
from prometheus.claims.judge_audience import AUDIENCE, timeliness
from prometheus.claims.moments import after_duration, read_moment
from prometheus.errors import NotUnderstood
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.verdict.check import Check, failed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from prometheus.claims.knowledge import Knowledge
    from prometheus.claims.licence import Licence
    from prometheus.claims.scenario import LicenceSpecification


def check_licences(licences: Sequence[Licence], knowledge: Knowledge) -> tuple[Check, ...]:
    """Check that each licence that was demanded was given; nothing is said of those that were."""
    return tuple(_missing(licences, knowledge))


def _missing(licences: Sequence[Licence], knowledge: Knowledge) -> Iterator[Check]:
    for wanted in knowledge.licences:
        fitting = [one for one in licences if _is_for(one, wanted)]
        if any(_is_in_time(one, wanted, knowledge) for one in fitting):
            continue
        evidence = {"audience": wanted.issued_to, "purpose": wanted.purpose[:80], "at_most": wanted.expiry[:40]}
        if any(_is_in_time(one, wanted, knowledge) is None for one in fitting):
            detail = "how long a demanded licence lasts cannot be read"
            yield unknown(AUDIENCE, "NOT-A-TIME", detail, "judge it by eye", **evidence)
            continue
        detail = f"no licence is as the scenario demands it: {_demand(wanted)}"
        yield failed(AUDIENCE, "LICENCE", detail, "ask for an answer to this very scenario", **evidence)


def _is_for(licence: Licence, wanted: LicenceSpecification) -> bool:
    return did_of(licence.issued_to) == did_of(wanted.issued_to) and _plain(licence.purpose) == _plain(wanted.purpose)


def _is_in_time(licence: Licence, wanted: LicenceSpecification, knowledge: Knowledge) -> bool | None:
    """Whether a licence is good now and lasts no longer than demanded; None where that cannot be told."""
    from datetime import UTC, datetime

    start, end = read_moment(licence.valid_from), read_moment(licence.valid_until)
    if start is None or end is None:
        return None
    try:
        last = after_duration(datetime.fromtimestamp(start.seconds, UTC), wanted.expiry).timestamp()
    except (NotUnderstood, OverflowError, ValueError, OSError):
        return None
    return end.seconds <= last + knowledge.policy.skew_s and timeliness(licence, knowledge)[0] == "good"


def _demand(wanted: LicenceSpecification) -> str:
    return f"for {wanted.issued_to[:80]}, for the purpose {wanted.purpose[:80]!r}, at most {wanted.expiry[:40]}"


def _plain(purpose: str) -> str:
    from unicodedata import normalize

    return normalize("NFKD", purpose)
