"""When personal data leaves a service: the stated rule, and what carries it out.

* Decided and withdrawn requests lose claim, evidence, statement and reason so many days after the decision.
* Undecided requests lose claim and evidence after so many days.
* Presentations go after so many days.
What was purged answers that it was, and when.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from prometheus_morpheus.services.store.opening import Store


class Rule(NamedTuple):
    """Days until personal data goes."""

    decided: int = 30
    undecided: int = 180
    presentations: int = 30


def purge(store: Store, rule: Rule, now: int) -> int:
    """Purge what the rule names at a time in Unix milliseconds; return how many documents went."""
    raise NotImplementedError
