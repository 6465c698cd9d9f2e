"""When personal data leaves a service: the stated rule, and what carries it out.

* Decided and withdrawn requests lose claim, evidence, statement and reason so many days after the decision.
* Undecided requests lose claim and evidence so many days after they came.
* Presentations go so many days after they came.
* Which keys came, kept as names that tell nothing without the key of the service, goes within two days.
* What was purged says so, and when, for a year, or until very many others were purged after it; then nothing of it is
  left.

The rule is carried out at start and every day. What is purged is overwritten in the file; copies of the file, such as
backups, are for whoever makes them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus_morpheus.services.store.opening import Store

EVERY_SECONDS = 24 * 3600
KEPT_ROWS = 365
"""Days for which a purged request or presentation still says that it was purged."""
LONGEST_TOKEN = 24 * 3600
"""Seconds after which no token is taken any more, whatever it says."""
MOST_ROWS = 100_000
"""Purged requests, and purged presentations, that say so at one time."""
_DAY = 24 * 3600 * 1000


class Rule(NamedTuple):
    """Days until personal data goes."""

    decided: int = 30
    undecided: int = 180
    presentations: int = 30


def purge(store: Store, rule: Rule, now: int) -> int:
    """Purge what the rule names at a time in Unix milliseconds; return how many requests and presentations it met.

    Raises:
        StorageFailed: When it could not be written; the next round tries again.
    """
    forgotten = now - KEPT_ROWS * _DAY
    gone = store.requests.forget(forgotten) + store.presentations.forget(forgotten)
    purged = store.requests.purge(now - rule.decided * _DAY, now - rule.undecided * _DAY, now)
    purged += store.presentations.purge(now - rule.presentations * _DAY, now)
    gone += store.requests.forget_beyond(MOST_ROWS) + store.presentations.forget_beyond(MOST_ROWS)
    store.last_tokens.forget(now // 1000 - LONGEST_TOKEN)
    if gone or purged:
        store.room.count_again()
    # Also where nothing was met: what was purged right before a kill is in the log still.
    store.database.cut_log()
    return purged


def sentences(rule: Rule, service: str) -> tuple[str, ...]:
    """Return the rule in words, for the people whose data it is about."""
    if service == "authority":
        return (
            f"Claims, evidence, statements and reasons are deleted {_days(rule.decided)} after the decision.",
            f"Requests that nobody decided lose claim and evidence after {_days(rule.undecided)}.",
        )
    if service == "inspector":
        return (f"Presentations are deleted {_days(rule.presentations)} after they came.",)
    return ("Nothing that is sent here is kept.",)


def _days(count: int) -> str:
    return "1 day" if count == 1 else f"{count} days"
