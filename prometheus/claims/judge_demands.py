"""What was demanded of a presentation, where a statement or a request was handed over instead.

Anybody may have a copy of a statement, and anybody can sign a request about themselves. So an audience, a challenge, a
freshness or a published question cannot be met by either: whoever asked for one of them must not be told that all is
well. A request carries nobody's word but the claimant's own, so it also meets no path or value that was asked for.
Not here: how a presentation meets them (`prometheus.claims.judge_audience`).
"""

from __future__ import annotations

from prometheus.claims.binding import text_nonce
from prometheus.claims.judge_audience import AUDIENCE, NONCE
from prometheus.claims.judge_presentation import HOLDER, self_asserted
from prometheus.model.frozen import TYPE_CHECKING
from prometheus.verdict.check import Check, failed, unknown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.claims.knowledge import Knowledge

NOT_PRESENTED = "NOT-PRESENTED"
_REMEDY = "ask for a presentation"


def demands_on_statement(knowledge: Knowledge) -> tuple[Check, ...]:
    """Return a finding for everything demanded that a statement on its own cannot meet.

    Raises:
        NotUnderstood: When the challenge is a text that may not be used as one.
    """
    return tuple(_unmet("a statement", knowledge))


def demands_on_request(knowledge: Knowledge) -> tuple[Check, ...]:
    """Return a finding for everything demanded that a witness request cannot meet.

    Raises:
        NotUnderstood: When the challenge is a text that may not be used as one.
    """
    unmet = tuple(_unmet("a witness request", knowledge))
    if unmet or knowledge.asked or knowledge.expected:
        return (self_asserted("/content"), *unmet)
    return ()


def _unmet(what: str, knowledge: Knowledge) -> Iterator[Check]:
    if knowledge.challenge is not None:
        text_nonce(knowledge.challenge)
        yield failed(NONCE, "NONCE", f"{what} carries no challenge", _REMEDY)
    elif knowledge.level != "document":
        yield unknown(NONCE, "COPY", f"{what} says nothing about when it is shown: this may be a copy", _REMEDY)
    if knowledge.audience is not None:
        yield unknown(AUDIENCE, NOT_PRESENTED, f"{what} names nobody whom it is shown to", _REMEDY)
    if knowledge.prerequisites:
        detail = f"{what} was handed over, and anybody may have it: a presentation was asked for"
        yield unknown(HOLDER, NOT_PRESENTED, detail, _REMEDY)
