"""The spend limit: what a person agreed that ``--yes`` may answer; above it they are asked for themselves.

Rules: it is in coins, fee included, whatever the network. A limit that cannot be read is no limit of any height: it is
an error, since "no limit" is what somebody who breaks it would want.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from prometheus.errors import NoConsent, NotUnderstood
from prometheus_morpheus.wallet.coins import flakes_of, shown

if TYPE_CHECKING:
    from prometheus.api import Call


def agreed(call: Call, question: str, total: int, token: str) -> bool:
    """Return whether the person agrees to spend a total of flakes.

    Raises:
        NoConsent: When it is above the limit, or not agreed to beforehand, and nobody can be asked.
    """
    limit = limit_of(call)
    if total <= limit or call.flag("above_limit"):
        return call.confirm(question)
    said = f"{shown(total, token)} is above your spend limit of {shown(limit, token)}"
    if not call.may_ask:
        raise NoConsent(
            said, code="SPEND-LIMIT", meaning="you cannot be asked here", remedy="agree beforehand with --above-limit"
        )
    call.warn(said)
    return call.confirm(question, beyond_yes=True)


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
