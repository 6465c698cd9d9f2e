"""What a person agreed that ``--yes`` may answer when coins are spent; beyond it they are asked for themselves.

Rules: the spend limit is in coins, fee included, whatever the network. A limit that cannot be read is no limit of any
height: it is an error, since "no limit" is what somebody who breaks it would want. A fee above the usual one is asked
about too: nodes say what they want, and one could want too much. Who agreed to a large payment has not agreed to that:
only a fee that the person named themselves is not asked about.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import NoConsent, NotUnderstood
from prometheus_morpheus.wallet.coins import flakes_of, shown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from prometheus.api import Call


def agreed(call: Call, question: str, total: int, token: str, *, fee: int, usual_fee: int, doubt: str = "") -> bool:
    """Return whether the person agrees to spend a total of flakes.

    Args:
        call: The call; ``--above-limit`` agrees beforehand to more than the limit, and to nothing else.
        question: What is asked.
        total: Flakes that leave, fee included.
        token: What the coin is called.
        fee: Flakes of it that are the fee, where nodes named it; 0 where the person did.
        usual_fee: The fee that is usual for that kind.
        doubt: What speaks against the network being the one that the person means; empty where nothing does.

    Raises:
        NoConsent: When it needs the person, and nobody can be asked.
    """
    reasons = list(_beyond_yes(call, total, token, fee=fee, usual_fee=usual_fee, doubt=doubt))
    if not reasons:
        return call.confirm(question)
    if not call.may_ask:
        reasons[0].meaning = "you cannot be asked here"
        raise reasons[0]
    for reason in reasons:
        call.warn(call.safe(reason.what))
    return call.confirm(question, beyond_yes=True)


def _beyond_yes(call: Call, total: int, token: str, *, fee: int, usual_fee: int, doubt: str) -> Iterator[NoConsent]:
    """Yield every reason why the person has to be asked for themselves."""
    limit = limit_of(call)
    if doubt:
        yield NoConsent(
            doubt, code="SPEND-NETWORK", remedy="if it is the network that you mean, say so with --network mainnet"
        )
    if fee > usual_fee:
        said = f"nodes want a fee of {shown(fee, token)}, and {shown(usual_fee, token)} is usual"
        yield NoConsent(
            said, code="SPEND-FEE", remedy="name the fee that you want to pay with --fee, or ask another endpoint"
        )
    if total > limit and not call.flag("above_limit"):
        said = f"{shown(total, token)} is above your spend limit of {shown(limit, token)}"
        yield NoConsent(said, code="SPEND-LIMIT", remedy="agree beforehand with --above-limit")


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
