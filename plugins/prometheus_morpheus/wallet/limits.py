"""What a person agreed that ``--yes`` may answer when coins are spent; beyond it they are asked for themselves.

Rules: the spend limit is in coins, fee included, whatever the network. A limit that cannot be read is no limit of any
height: it is an error, since "no limit" is what somebody who breaks it would want. A fee above the usual one is asked
about too: nodes say what they want, and one could want too much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import NoConsent, NotUnderstood
from prometheus_morpheus.wallet.coins import flakes_of, shown

if TYPE_CHECKING:
    from prometheus.api import Call


def agreed(call: Call, question: str, total: int, token: str, *, fee: int, usual_fee: int) -> bool:
    """Return whether the person agrees to spend a total of flakes.

    Args:
        call: The call; ``--above-limit`` agrees beforehand.
        question: What is asked.
        total: Flakes that leave, fee included.
        token: What the coin is called.
        fee: Flakes of it that are the fee, where nodes named it; 0 where the person did.
        usual_fee: The fee that is usual for that kind.

    Raises:
        NoConsent: When it needs the person, and nobody can be asked.
    """
    said = _beyond(total, limit_of(call), token, fee=fee, usual_fee=usual_fee)
    if not said or call.flag("above_limit"):
        return call.confirm(question)
    if not call.may_ask:
        raise NoConsent(
            said, code="SPEND-LIMIT", meaning="you cannot be asked here", remedy="agree beforehand with --above-limit"
        )
    call.warn(said)
    return call.confirm(question, beyond_yes=True)


def _beyond(total: int, limit: int, token: str, *, fee: int, usual_fee: int) -> str:
    """Return why ``--yes`` does not answer; empty where it does."""
    if total > limit:
        return f"{shown(total, token)} is above your spend limit of {shown(limit, token)}"
    if fee > usual_fee:
        return f"nodes want a fee of {shown(fee, token)}, and {shown(usual_fee, token)} is usual"
    return ""


def limit_of(call: Call) -> int:
    """Return the spend limit in flakes.

    Raises:
        NotUnderstood: When the setting is no amount.
    """
    text = call.setting("spend_limit") or "0"
    try:
        return flakes_of(text)
    except NotUnderstood as error:
        raise NotUnderstood(
            "the setting spend_limit is no amount of coins", code="CONFIG", meaning=error.meaning
        ) from None
